// Batches over the loopback, with and without offload: every datagram comes once, whole and in order, to whom it was for.

import SystemPackage

@testable import Sockets

private func make<Value: ~Copyable>(_ body: () throws(SocketError) -> Value) -> Value {
    do throws(SocketError) { return try body() } catch { fatalError("\(error)") }
}

private let sender = make { () throws(SocketError) in try Socket(.ipv4, .datagram) }
private let receivers = (0..<2).map { _ in
    make { () throws(SocketError) in
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .seconds(5)
        return socket
    }
}
private let addresses = receivers.map { receiver in make { () throws(SocketError) in try receiver.localAddress } }
nonisolated(unsafe) private var outgoing = make { () throws(SocketError) in
    try DatagramBatch(capacity: 70, datagramSize: 256)
}
nonisolated(unsafe) private var incoming = make { () throws(SocketError) in
    try DatagramBatch(capacity: 70, datagramSize: 256)
}

private func exchange(_ bytes: UnsafeBufferPointer<UInt8>) throws(SocketError) {
    outgoing.removeAll()
    outgoing.sendOffload = bytes[0] & 1 != 0
    var expected: [[[UInt8]]] = [[], []]
    // Each pair of bytes is a number of datagrams, to one of both receivers, and their length.
    for index in stride(from: 1, to: bytes.count - 1, by: 2) {
        let (kind, length) = (bytes[index], Int(bytes[index + 1]))
        let receiver = Int(kind >> 7)
        // Some are cut by the kernel into pieces, of which it makes at most 64.
        let size: Int? = kind & 0x40 != 0 && length > 1 ? (length + 1) / 2 : nil
        for _ in 0..<(kind & 0x07) where !outgoing.isFull {
            let mark = UInt8(truncatingIfNeeded: outgoing.count)
            let datagram = (0..<length).map { UInt8(truncatingIfNeeded: $0) ^ mark }
            try outgoing.append(datagram, to: addresses[receiver], segmentSize: size)
            let step = size ?? max(1, length)
            let starts = length == 0 ? [0] : Array(stride(from: 0, to: length, by: step))
            expected[receiver] += starts.map { Array(datagram[$0..<min(length, $0 + step)]) }
        }
    }
    let count = outgoing.count
    try sender.sendBatch(&outgoing)
    check(outgoing.sentCount == count, "\(outgoing.sentCount) of \(count) were sent")
    for (receiver, wanted) in zip(receivers, expected) {
        var came: [[UInt8]] = []
        while came.count < wanted.count {
            _ = try receiver.receiveBatch(into: &incoming)
            for index in 0..<incoming.count { came.append(incoming.bytes(at: index)) }
        }
        check(came == wanted, "other datagrams")
    }
}

/// Takes one input of the fuzzer: whether to offload, then the datagrams.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard count > 2 else { return 0 }
    do throws(SocketError) { try exchange(bytes) } catch { fatalError("\(error)") }
    return 0
}
