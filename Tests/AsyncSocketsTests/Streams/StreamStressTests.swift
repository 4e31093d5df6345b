import AsyncSockets
import Sockets
import Testing

/// Random pieces, cancellations and ends through reader, writer and relay, with every byte checked.
///
/// A failing seed is printed as the test's argument; the order in which tasks run is the machine's.
@Suite(.timeLimit(.minutes(3))) struct StreamStressTests {
    /// Bytes that depend on their place.
    private static func bytes(_ start: Int, _ count: Int, _ seed: UInt64) -> [UInt8] {
        (start..<start + count).map {
            UInt8(truncatingIfNeeded: ($0 &* 31 + Int(truncatingIfNeeded: seed)) ^ ($0 >> 8))
        }
    }

    private actor Sender<Stream: AsyncByteStream> {
        let writer: AsyncBufferedWriter<Stream>
        var checksum = Checksum()

        init(_ stream: Stream, capacity: Int) { writer = stream.writer(capacity: capacity) }

        func write(_ bytes: [UInt8]) async throws(Stream.Failure) {
            // What is written counts as written, also when it cannot be sent yet.
            checksum.add(bytes)
            try await writer.write(bytes)
        }
        func flush() async throws(Stream.Failure) { try await writer.flush() }
        func finish() async throws(Stream.Failure) { try await writer.finish() }
    }

    /// Runs an operation, and cancels it after a while if the dice say so; true when it was cancelled indeed.
    private static func maybeCancelled(
        _ random: inout SeededGenerator, _ operation: @escaping @Sendable () async throws(SocketError) -> Void
    ) async throws -> Bool {
        guard Int.random(in: 0..<4, using: &random) == 0 else {
            try await operation()
            return false
        }
        let turns = Int.random(in: 0..<6, using: &random)
        let task = Task { await failure { () async throws(SocketError) in try await operation() } }
        for _ in 0..<turns { await Task.yield() }
        task.cancel()
        let code = await task.value
        #expect(code == nil || code == .cancelled)
        return code != nil
    }

    /// Writes so many bytes in pieces, with cancellations in between, and ends; returns the checksum.
    private static func send<Stream: AsyncByteStream>(
        _ total: Int, on stream: Stream, _ seed: UInt64
    ) async throws -> Checksum where Stream.Failure == SocketError {
        var random = SeededGenerator(seed: seed)
        let sender = Sender(stream, capacity: Int.random(in: 1...3000, using: &random))
        var written = 0
        while written < total {
            let count = min(total - written, Int.random(in: 1...4000, using: &random))
            let piece = bytes(written, count, seed)
            written += count
            _ = try await maybeCancelled(&random) { () async throws(SocketError) in try await sender.write(piece) }
            if Int.random(in: 0..<8, using: &random) == 0 {
                _ = try await maybeCancelled(&random) { () async throws(SocketError) in try await sender.flush() }
            }
        }
        while try await maybeCancelled(&random, { () async throws(SocketError) in try await sender.finish() }) {}
        return await sender.checksum
    }

    private actor Receiver<Stream: AsyncByteStream> where Stream.Failure == SocketError {
        let reader: AsyncBufferedReader<Stream>
        var checksum = Checksum()
        var isAtEnd = false

        init(_ stream: Stream, capacity: Int) { reader = stream.reader(capacity: capacity) }

        func step(_ way: Int, _ count: Int) async throws(SocketError) {
            let bytes: [UInt8]?
            switch way {
            case 0: bytes = try await reader.read(upTo: count)
            case 1:
                do {
                    bytes = try await reader.read(exactly: count)
                } catch {
                    guard error.code == .endOfStream else { throw error }
                    bytes = try await reader.readToEnd(limit: count)
                }
            case 2:
                do {
                    bytes = try await reader.read(until: [UInt8(truncatingIfNeeded: count)], limit: 300)
                } catch {
                    guard error.code == .endOfStream || error.code == .limitExceeded else { throw error }
                    bytes = try await reader.read(upTo: 300)
                }
            default:
                let seen = try await reader.peek(count)
                bytes = try await reader.read(upTo: count)
                if let bytes { #expect(Array(seen.prefix(bytes.count)) == bytes) }
            }
            if let bytes { checksum.add(bytes) } else { isAtEnd = true }
        }
    }

    /// Reads up to the end in all ways, with cancellations in between; returns the checksum.
    private static func receive<Stream: AsyncByteStream>(
        on stream: Stream, _ seed: UInt64
    ) async throws -> Checksum where Stream.Failure == SocketError {
        var random = SeededGenerator(seed: seed)
        let receiver = Receiver(stream, capacity: Int.random(in: 1...5000, using: &random))
        while await !receiver.isAtEnd {
            let way = Int.random(in: 0..<4, using: &random)
            let count = Int.random(in: 1...3000, using: &random)
            _ = try await maybeCancelled(&random) { () async throws(SocketError) in try await receiver.step(way, count)
            }
        }
        return await receiver.checksum
    }

    private static func pair(_ random: inout SeededGenerator) -> (MemoryStream, MemoryStream) {
        func limit(_ random: inout SeededGenerator) -> Int {
            Bool.random(using: &random) ? .max : Int.random(in: 1...700, using: &random)
        }
        return MemoryStream.pair(
            capacity: Int.random(in: 1...5000, using: &random), receiveLimit: limit(&random), sendLimit: limit(&random))
    }

    @Test(arguments: UInt64(1)...16) func `every byte arrives, through reader, writer and relay`(
        seed: UInt64
    ) async throws {
        var random = SeededGenerator(seed: seed)
        let (client, left) = Self.pair(&random)
        let (right, server) = Self.pair(&random)
        let there = Int.random(in: 0...120_000, using: &random)
        let back = Int.random(in: 0...120_000, using: &random)
        async let carried = relay(left, right)
        async let sentThere = Self.send(there, on: client, seed &+ 1000)
        async let sentBack = Self.send(back, on: server, seed &+ 2000)
        async let cameThere = Self.receive(on: server, seed &+ 3000)
        async let cameBack = Self.receive(on: client, seed &+ 4000)
        #expect(try await sentThere == cameThere)
        #expect(try await sentBack == cameBack)
        #expect(try await carried == RelayedBytes(toFirst: back, toSecond: there))
    }

    /// Relays that are cut anywhere: what arrived is the beginning of what was sent, and nobody hangs.
    @Test(arguments: UInt64(1)...40) func `a relay that is cut loses only the end`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (client, left) = Self.pair(&random)
        let (right, server) = Self.pair(&random)
        let relaying = Task { try await relay(left, right) }
        let sending = Task { await failure { try await client.sendAll(Self.bytes(0, 50_000, seed)) } }
        let answering = Task { await failure { try await server.sendAll(Self.bytes(0, 50_000, seed + 1)) } }
        let receiving = Task { try await server.reader(capacity: 77).readToEnd(limit: .max) }
        let turns = Int.random(in: 0..<100, using: &random)
        for _ in 0..<turns { await Task.yield() }
        let cut = Int.random(in: 0..<3, using: &random)
        switch cut {
        case 0: relaying.cancel()
        case 1: client.close()
        default:
            server.close()
            // It may have sent everything by then, and the relay would wait for more.
            client.close()
        }
        let result = await relaying.result
        if case .failure(let error) = result { #expect(error is RelayError<SocketError, SocketError>) }
        client.close()
        let arrived = await receiving.result
        server.close()
        if case .success(let bytes) = arrived { #expect(bytes == Self.bytes(0, bytes.count, seed)) }
        _ = await (sending.value, answering.value)
        #expect(await failure { _ = try await left.receive(upTo: 1) } == .closed)
        #expect(await failure { _ = try await right.receive(upTo: 1) } == .closed)
    }
}
