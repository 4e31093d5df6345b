// Datagrams that the kernel has put together, or is to cut: every byte comes once, in pieces of the size that was told.

@testable import Sockets

nonisolated(unsafe) private var batch = make()

private func make() -> DatagramBatch {
    do { return try DatagramBatch(capacity: 4, datagramSize: 200) } catch { fatalError("\(error)") }
}

/// Takes one input of the fuzzer: for each datagram its length, two bytes of a segment size, and the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = Array(UnsafeBufferPointer(start: pointer, count: count))[...]
    var datagrams: [(bytes: [UInt8], size: Int?)] = []
    batch.removeAll()
    while rest.count >= 3 {
        let length = Int(rest.removeFirst())
        let size = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
        // Mostly sizes that cut.
        let segment: Int? = size & 0x8000 == 0 ? size & 0x7F : size & 0x4000 == 0 ? size << 1 : nil
        let bytes = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        do throws(SocketError) {
            try batch.append(bytes, segmentSize: segment)
            check(datagrams.count < 4 && bytes.count <= 200 && (segment ?? 0) <= 65_535, "taken")
            datagrams.append((bytes, segment == 0 ? nil : segment))
        } catch {
            check(datagrams.count == 4 || bytes.count > 200 || (segment ?? 0) > 65_535, "\(error)")
        }
    }
    check(batch.count == datagrams.count, "count")
    var joined = [[UInt8]](repeating: [], count: datagrams.count)
    var pieces = [Int](repeating: 0, count: datagrams.count)
    batch.forEachDatagram { index, bytes in
        if let size = datagrams[index].size {
            let left = datagrams[index].bytes.count - joined[index].count
            check(bytes.count == min(size, left), "a piece of \(bytes.count) bytes")
        }
        pieces[index] += 1
        for byte in bytes.indices { joined[index].append(bytes[byte]) }
    }
    for (index, datagram) in datagrams.enumerated() {
        check(joined[index] == datagram.bytes && batch.bytes(at: index) == datagram.bytes, "other bytes")
        check(batch.segmentSize(at: index) == datagram.size, "another size")
        let size = max(1, datagram.size ?? datagram.bytes.count)
        check(pieces[index] == max(1, (datagram.bytes.count + size - 1) / size), "\(pieces[index]) pieces")
    }
    // Only what was received is changed into answers, and without a sender there is no address.
    batch.prepareReplies()
    for index in -1...datagrams.count {
        check(batch.address(at: index) == nil, "an address of nobody")
        check((batch.withBytes(at: index) { $0.count } == nil) == !datagrams.indices.contains(index), "bounds")
    }
    return 0
}
