// What batches, segments and sending without copying save, beside their plain forms, in one interleaved run.
// Usage: datagram-batches [ROUNDS] [ADDRESS:PORT]
//
// Figures are processor time, kernel and user; the median of the rounds, and the least. With an address, sending without
// copying is measured on the way there too, by UDP: `Benchmarks/datagrams` gives one behind an interface that drops.
import CDatagrams
import Foundation
import Sockets

/// The plain form and others, measured in turn.
struct Comparison {
    let title: String
    let unit: String
    var ways: [(name: String, measure: () throws -> Double)]

    func run(_ rounds: Int) throws {
        var figures = [[Double]](repeating: [], count: ways.count)
        for _ in 0..<rounds {
            for (index, way) in ways.enumerated() { figures[index].append(try way.measure()) }
        }
        print("\n\(title)\n")
        print("| way | \(unit), median | least | ratio, median of rounds | least/least |\n|---|---:|---:|---:|---:|")
        for (index, way) in ways.enumerated() {
            let ratios = zip(figures[index], figures[0]).map { $0 / $1 }
            let least = figures[index].min() ?? 0
            print(
                "| \(way.name) | \(text(median(figures[index]))) | \(text(least)) | \(text(median(ratios)))",
                "| \(text(least / (figures[0].min() ?? 1))) |")
        }
    }

    private func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

    private func text(_ number: Double) -> String { String(format: number < 10 ? "%.2f" : "%.0f", number) }
}

/// Runs work on a thread of its own, and returns when it is done.
final class Companion: @unchecked Sendable {
    private let ended = DispatchSemaphore(value: 0)
    private var failure: (any Error)?

    init(_ work: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            do { try work() } catch { failure = error }
            ended.signal()
        }
    }

    func join() throws {
        ended.wait()
        if let failure { throw failure }
    }
}

struct Failed: Error { let result: CInt }
func check(_ result: CInt) throws { if result != 0 { throw Failed(result: result) } }

// MARK: An echo of 64 bytes

let messages = 64 * 1_500

/// The processor time of the echoing thread for a message, in microseconds; 64 are in flight.
func echo(segments: Bool, _ serve: (Socket) throws -> Void) throws -> Double {
    let server = try Socket.bound(to: .loopback(port: 0))
    server.timeout = .seconds(5)
    try server.set(.receiveBufferSize, 4 << 20)
    let client = try Socket.connected(to: server.localAddress, .datagram)
    let load = Companion {
        try client.withUnsafeFileDescriptor {
            try check(datagrams_load($0.rawValue, 64, 64, messages, segments ? 1 : 0))
        }
    }
    let before = datagrams_thread_time()
    try serve(server)
    let time = datagrams_thread_time() - before
    try load.join()
    return time / Double(messages) * 1e6
}

func echoOneByOne(_ server: Socket) throws {
    try server.withUnsafeFileDescriptor { try check(datagrams_echo($0.rawValue, messages)) }
}

func echoByC(_ way: CInt) -> (Socket) throws -> Void {
    { server in
        // It waits inside the kernel, with a limit of its own.
        server.isBlocking = true
        try server.withUnsafeFileDescriptor { try check(datagrams_echo_batches($0.rawValue, messages, way)) }
    }
}

func echoBatches(_ server: Socket) throws { try echoBatches(server, joined: false) }

func echoJoined(_ server: Socket) throws { try echoBatches(server, joined: true) }

func echoBatches(_ server: Socket, joined: Bool) throws {
    var batch = try DatagramBatch(capacity: 64, datagramSize: 2_048)
    batch.sendOffload = joined
    // As the yardsticks in C do: it waits inside the kernel.
    server.isBlocking = true
    var left = messages
    while left > 0 {
        left -= try server.receiveBatch(into: &batch)
        batch.prepareReplies()
        try server.sendBatch(&batch)
    }
}

func echoSegments(_ server: Socket) throws {
    try server.set(.receiveOffload, true)
    var batch = try DatagramBatch(capacity: 64, datagramSize: 65_535)
    var left = messages
    while left > 0 {
        try server.receiveBatch(into: &batch)
        batch.forEachDatagram { _, _ in left -= 1 }
        batch.prepareReplies()
        try server.sendBatch(&batch)
    }
}

// MARK: Bulk

let datagramSize = 1_200
let pieces = 50
let bulk = [UInt8](repeating: 7, count: datagramSize * pieces)

/// Both ends on this thread: the processor time for a mebibyte, in microseconds.
func bulkTime(_ rounds: Int, _ body: (Socket, Socket) throws -> Void) throws -> Double {
    let receiver = try Socket.bound(to: .loopback(port: 0))
    receiver.timeout = .seconds(5)
    try receiver.set(.receiveBufferSize, 4 << 20)
    let sender = try Socket.connected(to: receiver.localAddress, .datagram)
    let before = datagrams_thread_time()
    for _ in 0..<rounds { try body(sender, receiver) }
    return (datagrams_thread_time() - before) * 1e6 / (Double(rounds * bulk.count) / 1_048_576)
}

func singles() throws -> Double {
    var buffer = [UInt8](repeating: 0, count: 2_048)
    return try bulkTime(200) { sender, receiver in
        for piece in 0..<pieces {
            _ = try sender.send(bulk.span.extracting(piece * datagramSize..<(piece + 1) * datagramSize))
            var room = buffer.mutableSpan
            _ = try receiver.receive(into: &room)
        }
    }
}

func segments() throws -> Double {
    var batch = try DatagramBatch(capacity: 4, datagramSize: 65_535)
    return try bulkTime(2_000) { sender, receiver in
        try receiver.set(.receiveOffload, true)
        try sender.send(bulk.span, segmentSize: datagramSize)
        var left = bulk.count
        while left > 0 {
            try receiver.receiveBatch(into: &batch)
            batch.forEachDatagram { _, bytes in left -= bytes.count }
        }
    }
}

// MARK: Without copying

/// More than the processor's caches hold, as what comes from a disk or from another machine.
func coldData(pieces: Int, of size: Int) -> [[UInt8]] {
    (0..<pieces).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: size) }
}

/// Over TCP on loopback, both ends: the processor time of the process for a mebibyte, in microseconds.
func stream(zeroCopy: Bool) throws -> Double {
    let count = 512
    let listener = try Socket.listening(on: .loopback(port: 0))
    let sender = try Socket.connected(to: listener.localAddress)
    let (receiver, _) = try listener.accept()
    let data = coldData(pieces: 64, of: 1 << 20)
    let before = datagrams_process_time()
    let sink = Companion {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while try receiver.receive(into: &buffer) > 0 {}
    }
    if zeroCopy {
        let zeroCopySender = try ZeroCopySender(sender)
        for index in 0..<count { try zeroCopySender.send(data[index % data.count]) }
        try zeroCopySender.finish(within: .seconds(10))
    } else {
        for index in 0..<count { try sender.sendAll(data[index % data.count]) }
    }
    try sender.shutdown(.write)
    try sink.join()
    return (datagrams_process_time() - before) * 1e6 / Double(count)
}

/// By UDP to somewhere: the processor time of sending for a mebibyte, in microseconds.
func away(_ address: SocketAddress, size: Int, zeroCopy: Bool) throws -> Double {
    let count = (64 << 20) / size
    let sender = try Socket.connected(to: address, .datagram)
    try sender.set(.sendBufferSize, 4 << 20)
    let data = coldData(pieces: count, of: size)
    let before = datagrams_thread_time()
    if zeroCopy {
        let zeroCopySender = try ZeroCopySender(sender)
        for piece in data { try zeroCopySender.send(piece) }
        try zeroCopySender.finish(within: .seconds(10))
        if zeroCopySender.copiedCount > 0 { print("(\(zeroCopySender.copiedCount) of \(count) were copied)") }
    } else {
        for piece in data { _ = try sender.send(piece) }
    }
    return (datagrams_thread_time() - before) * 1e6 / (Double(count * size) / 1_048_576)
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
if CommandLine.arguments.count > 2, let address = SocketAddress(CommandLine.arguments[2]) {
    for size in [4_096, 16_384, 60_000] {
        try Comparison(
            title: "UDP to \(address), \(size) bytes a sending", unit: "CPU µs/MiB",
            ways: [
                ("plain", { try away(address, size: size, zeroCopy: false) }),
                ("without copying", { try away(address, size: size, zeroCopy: true) }),
            ]
        ).run(rounds)
    }
    exit(0)
}
try Comparison(
    title: "UDP echo, 64 bytes, 64 in flight, the echoing thread", unit: "CPU µs/message",
    ways: [
        ("C epoll, one by one", { try echo(segments: false, echoOneByOne) }),
        ("C, `recvmmsg` and `sendmmsg`, 64", { try echo(segments: false, echoByC(0)) }),
        ("batches of 64", { try echo(segments: false, echoBatches) }),
        ("C, `recvmmsg`, the answers as one datagram that the kernel cuts", { try echo(segments: false, echoByC(1)) }),
        ("batches of 64 with `sendOffload`", { try echo(segments: false, echoJoined) }),
        ("C epoll, one by one; the client sends segments", { try echo(segments: true, echoOneByOne) }),
        ("batches, put together by the kernel; the client sends segments", { try echo(segments: true, echoSegments) }),
    ]
).run(rounds)
try Comparison(
    title: "UDP bulk, \(datagramSize) bytes a datagram, sending and receiving", unit: "CPU µs/MiB",
    ways: [("one by one", singles), ("\(pieces) segments a call, put together", segments)]
).run(rounds)
try Comparison(
    title: "TCP over loopback, 1 MiB a sending, both ends", unit: "CPU µs/MiB",
    ways: [("plain", { try stream(zeroCopy: false) }), ("without copying", { try stream(zeroCopy: true) })]
).run(rounds)
