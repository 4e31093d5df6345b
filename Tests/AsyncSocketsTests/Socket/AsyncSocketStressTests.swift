import Foundation
import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

/// Conversations with everything that can come between, at random, with every byte checked.
///
/// A short form runs with the suite. `SOCKETS_STRESS_SECONDS=300` makes it long, and `SOCKETS_STRESS_SEED` repeats the
/// choices of a run that failed; the order in which tasks run is the machine's.
@Suite(.timeLimit(.minutes(20))) struct AsyncSocketStressTests {
    private static func environment(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private struct WrongBytes: Error, CustomStringConvertible {
        let description: String
    }

    /// One operation, which may be cancelled or run out of time; `false` when it was.
    private static func disturbed(
        _ random: inout SeededGenerator, on loop: EventLoop?,
        _ operation: @escaping @Sendable () async throws(SocketError) -> Void
    ) async throws -> Bool {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1:
            let turns = Int.random(in: 0..<8, using: &random)
            let task = Task(executorPreference: Bool.random(using: &random) ? loop : nil) { try await operation() }
            for _ in 0..<turns { await Task.yield() }
            task.cancel()
            do { try await task.value } catch {
                guard (error as? SocketError)?.code == .cancelled else { throw error }
                return false
            }
        case 2, 3:
            let limit = Duration.microseconds(Int.random(in: -10...3000, using: &random))
            do { try await withDeadline(limit, operation) } catch {
                guard error.code == .timedOut else { throw error }
                return false
            }
        case 4:
            try await withDeadline(.seconds(600)) { () async throws(SocketError) in
                try await withDeadline(.seconds(900), operation)
            }
        default: try await operation()
        }
        return true
    }

    /// Sends so many bytes in all ways.
    private static func send(
        _ total: Int, _ seed: UInt64, on socket: AsyncSocket, loops: [EventLoop]
    ) async throws -> Checksum {
        var random = SeededGenerator(seed: seed)
        var sum = Checksum()
        let place = Lock(0)
        while place.withLock({ $0 }) < total {
            let start = place.withLock { $0 }
            let most = Int.random(in: 0..<20, using: &random) == 0 ? 300_000 : 5_000
            let bytes = pattern(
                min(total - start, Int.random(in: 1...most, using: &random)), seed: Int(seed % 1000), from: start)
            let way = Int.random(in: 0..<5, using: &random)
            _ = try await disturbed(&random, on: loops.randomElement(using: &random)) { () async throws(SocketError) in
                do throws(SocketError) {
                    switch way {
                    case 0:
                        let sent = try await socket.send(bytes)
                        place.withLock { $0 += sent }
                        return
                    case 1:
                        let sent = try await socket.sendMessage(bytes)
                        place.withLock { $0 += sent }
                        return
                    case 2:
                        let half = bytes.count / 2
                        try await socket.sendAll(gathering: [Array(bytes[..<half]), Array(bytes[half...])])
                    default: try await socket.sendAll(bytes)
                    }
                    place.withLock { $0 += bytes.count }
                } catch {
                    place.withLock { $0 += error.bytesTransferred ?? 0 }
                    throw error
                }
            }
            sum.add(bytes.prefix(place.withLock { $0 } - start))
            if Int.random(in: 0..<16, using: &random) == 0 { try await Task.sleep(for: .microseconds(500)) }
        }
        return sum
    }

    /// Receives up to the end in all ways.
    private static func receive(
        _ seed: UInt64, expecting sender: UInt64, on socket: AsyncSocket, loops: [EventLoop]
    ) async throws -> Checksum {
        var random = SeededGenerator(seed: seed)
        let isSlow = Int.random(in: 0..<6, using: &random) == 0
        var sum = Checksum()
        var isAtEnd = false
        while !isAtEnd {
            let came = Lock<[UInt8]?>([])
            let way = Int.random(in: 0..<5, using: &random)
            let count = Int.random(in: 1...(isSlow ? 2_000 : 100_000), using: &random)
            _ = try await disturbed(&random, on: loops.randomElement(using: &random)) { () async throws(SocketError) in
                var bytes: [UInt8]?
                switch way {
                case 0:
                    var buffer = [UInt8](repeating: 0, count: count)
                    let result = try await socket.receive(into: &buffer)
                    bytes = result == 0 ? nil : Array(buffer[..<result])
                case 1: bytes = try await socket.receiveMessage(upTo: count)?.bytes
                case 2:
                    var arrays = [[UInt8](repeating: 0, count: count / 3), [UInt8](repeating: 0, count: count)]
                    let result = try await socket.receive(scattering: &arrays)
                    bytes = result == 0 ? nil : Array(arrays.joined().prefix(result))
                default: bytes = try await socket.receive(upTo: count)
                }
                came.withLock { $0 = bytes }
            }
            if let bytes = came.withLock({ $0 }) {
                if bytes != pattern(bytes.count, seed: Int(sender % 1000), from: sum.count) {
                    throw WrongBytes(description: "other bytes than were sent, in \(bytes.count) from \(sum.count)")
                }
                sum.add(bytes)
            } else {
                isAtEnd = true
            }
            if isSlow { try await Task.sleep(for: .microseconds(200)) }
        }
        return sum
    }

    private static func pair(
        _ random: inout SeededGenerator, _ loops: [EventLoop]
    ) async throws -> (
        AsyncSocket, AsyncSocket
    ) {
        let first = Bool.random(using: &random) ? loops.randomElement(using: &random) : nil
        let second = Bool.random(using: &random) ? loops.randomElement(using: &random) : nil
        let ends: (AsyncSocket, AsyncSocket)
        if Bool.random(using: &random) {
            let (one, two) = try Socket.pair()
            ends = (try AsyncSocket(one, on: first), try AsyncSocket(two, on: second))
        } else {
            let (one, two) = try await AsyncSocket.tcpPair()
            ends = (try AsyncSocket(one.detach(), on: first), try AsyncSocket(two.detach(), on: second))
        }
        if Bool.random(using: &random) { try ends.0.set(.sendBufferSize, 8_192) }
        return ends
    }

    /// A conversation in both directions to its end; one in four is cut anywhere.
    private static func converse(_ seed: UInt64, _ loops: [EventLoop]) async throws {
        var random = SeededGenerator(seed: seed)
        let (one, two) = try await pair(&random, loops)
        let sizes = (0..<2).map { _ in Int.random(in: 0...400_000, using: &random) }
        let isCut = Int.random(in: 0..<4, using: &random) == 0
        let cut = Int.random(in: 0..<4, using: &random)
        let pause = Duration.microseconds(Int.random(in: 0...5000, using: &random))
        func place() -> EventLoop? {
            Int.random(in: 0..<3, using: &random) == 0 ? nil : loops.randomElement(using: &random)
        }
        let senders = [(one, seed &+ 1, sizes[0]), (two, seed &+ 2, sizes[1])].map { socket, seed, size in
            Task(executorPreference: place()) {
                let sum = try await send(size, seed, on: socket, loops: loops)
                try socket.shutdown(.write)
                return sum
            }
        }
        let receivers = [(two, seed &+ 1), (one, seed &+ 2)].map { socket, sender in
            Task(executorPreference: place()) {
                try await receive(sender &+ 100, expecting: sender, on: socket, loops: loops)
            }
        }
        if isCut {
            try await Task.sleep(for: pause)
            switch cut {
            case 0: one.close()
            case 1: two.close()
            case 2:
                one.close()
                two.close()
            default:
                for task in senders + receivers { task.cancel() }
            }
        }
        for (sender, receiver) in zip(senders, receivers) {
            let sent = await sender.result
            let came = await receiver.result
            switch (sent, came) {
            case (.success(let sent), .success(let came)):
                guard sent == came || isCut else { throw WrongBytes(description: "\(sent) sent, \(came) came") }
            case (.failure(let error), _), (_, .failure(let error)):
                if let error = error as? WrongBytes { throw error }
                guard isCut else { throw error }
            }
            // When one is cut, those that would wait for it for ever are let go.
            if isCut {
                one.close()
                two.close()
            }
        }
    }

    @Test func `conversations at random lose no byte and no task`() async throws {
        let seed = Self.environment("SOCKETS_STRESS_SEED") ?? UInt64.random(in: 0..<1_000_000)
        let seconds = Self.environment("SOCKETS_STRESS_SECONDS").map { Int64(clamping: $0) } ?? 4
        print("AsyncSocketStressTests: SOCKETS_STRESS_SEED=\(seed)")
        let end = ContinuousClock.now + .seconds(seconds)
        let loops = EventLoops(count: 3, name: "stress")
        defer { loops.stop() }
        var next = seed &* 1_000_003
        try await withThrowingTaskGroup { group in
            var running = 0
            while .now < end {
                next &+= 1000
                let number = next
                group.addTask {
                    do { try await Self.converse(number, loops.loops) } catch {
                        throw WrongBytes(description: "conversation \(number) of seed \(seed): \(error)")
                    }
                }
                running += 1
                if running >= 48 {
                    try await group.next()
                    running -= 1
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `thousands of tasks wait at the same time, and all are woken`() async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(2_000, Int(limit.rlim_cur) / 4)
        let pairs = try (0..<count).map { number in
            let (one, two) = try Socket.pair()
            return (try AsyncSocket(one, on: loops.loops[number % 2]), try AsyncSocket(two))
        }
        let tasks = pairs.enumerated().map { number, pair in
            Task(executorPreference: number % 3 == 0 ? nil : loops.loops[number % 2]) { () -> Int in
                switch number % 4 {
                case 0: return await code { _ = try await pair.0.receive(upTo: 1) } == .cancelled ? 1 : 0
                case 1:
                    return await code {
                        _ = try await withDeadline(.milliseconds(20)) { try await pair.0.receive(upTo: 1) }
                    }
                        == .timedOut ? 1 : 0
                case 2: return await code { _ = try await pair.0.receive(upTo: 1) } == .closed ? 1 : 0
                default: return try await pair.0.receive(upTo: 1)?.count ?? 0
                }
            }
        }
        for (number, pair) in pairs.enumerated() {
            while pair.0.watch?.isWaited(.read) != true, number % 4 != 1 { await Task.yield() }
            switch number % 4 {
            case 0: tasks[number].cancel()
            case 1: break
            case 2: pair.0.close()
            default: try await pair.1.sendAll("x")
            }
        }
        var ended = 0
        for task in tasks { ended += try await task.value }
        #expect(ended == count)
    }
}
