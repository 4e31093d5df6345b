import Foundation
import Glibc
import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

/// Readiness that is remembered: no wake-up is lost, whatever comes together.
@Suite(.timeLimit(.minutes(1))) struct AsyncSocketReadinessTests {
    @Test(arguments: Place.allCases) func `more than fits the loop's own memory is all received`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            try client.set(.sendBufferSize, 4 << 20)
            try server.set(.receiveBufferSize, 4 << 20)
            // The server is watched.
            let first = Task(executorPreference: EventLoop.current) { try await server.receive(upTo: 10) }
            while server.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
            try await client.sendAll("1234567890")
            #expect(try await cancellable(first) == Array("1234567890".utf8))
            for _ in 0..<3 {
                let bytes = pattern(150_000)
                try await client.sendAll(bytes)
                while try server.pendingBytes() < bytes.count { try await Task.sleep(for: .milliseconds(1)) }
                var came: [UInt8] = []
                while came.count < bytes.count {
                    came += try await withDeadline(.seconds(10)) { try await server.receive(upTo: 1 << 20) } ?? []
                }
                #expect(came == bytes)
                // Little again, so that the next bulk finds the socket unprepared.
                try await client.sendAll("x")
                #expect(try await server.receive(upTo: 1 << 20) == [120])
            }
        }
    }

    @Test func `the first error of sending is told, not the one after it`() async throws {
        let gone = try AsyncSocket.bound(to: .loopback(port: 0))
        let address = try gone.localAddress
        gone.close()
        let sender = try await AsyncSocket.connected(to: address, .datagram)
        try await sender.sendAll("nobody hears")
        #expect(await code { try await sender.sendAll("and now it is known") } == .connectionRefused)
        try await sender.sendAll("once only")
    }

    @Test func `an acceptor that stops leaves the clients to the next one`() async throws {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        // It is watched.
        let waiting = Task { await code { _ = try await listener.accept() } }
        while listener.watch?.interest ?? 0 == 0 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        let clients = try (0..<2).map { _ in try AsyncSocket(.ipv4, .stream) }
        for client in clients { try await client.connect(to: listener.localAddress) }
        #expect(try await listener.acceptPeer(on: nil, isStopping: { true }) == nil)
        _ = try await withDeadline(.seconds(10)) { try await listener.accept() }
        #expect(try await listener.acceptPeer(on: nil, isStopping: { true }) == nil)
        _ = try await withDeadline(.seconds(10)) { try await listener.accept() }
    }

    @Test(arguments: Place.allCases) func `who never waits notices cancellation and deadline`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let receiver = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            let address = try receiver.localAddress
            let sender = try await AsyncSocket.connected(to: address, .datagram, loop: loop)
            let limit = ContinuousClock.now + .seconds(20)
            #expect(
                await code {
                    try await withDeadline(.milliseconds(20)) {
                        while .now < limit { try await sender.sendAll("x") }
                    }
                } == .timedOut)
            let (first, second) = try await AsyncSocket.tcpPair(on: loop)
            #expect(
                await code {
                    try await withThrowingTaskGroup { group in
                        group.addTask {
                            while .now < limit {
                                try await first.sendAll("x")
                                _ = try await second.receive(upTo: 1)
                            }
                        }
                        try await Task.sleep(for: .milliseconds(10))
                        group.cancelAll()
                        try await group.next()
                    }
                } == .cancelled)
        }
    }

    @Test func `tasks that start at once on a loop's thread all get their turn`() async throws {
        let loop = EventLoop()
        defer { loop.stop() }
        let sent = try await cancellable(
            Task(executorPreference: loop) {
                let receiver = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
                let sender = try await AsyncSocket.connected(to: receiver.localAddress, .datagram, loop: loop)
                let work = { @Sendable in
                    for _ in 0..<300 { try await sender.sendAll("x") }
                    return 300
                }
                for _ in 0..<40 { try await sender.sendAll("x") }
                let tasks = (0..<3).map { _ in Task.immediate { try await work() } }
                var count = try await work()
                for task in tasks { count += try await cancellable(task) }
                return count
            })
        #expect(sent == 1200)
    }

    /// What a task does that never has to wait, and how often it may until another has its turn: 64 operations; 16 KiB are
    /// one as well, and so are 8 datagrams of a batch.
    enum Load: String, CaseIterable, CustomTestStringConvertible {
        case small, large, addressed, gathered, messages, batches

        var testDescription: String { rawValue }

        var limit: Int {
            switch self {
            case .small, .addressed: 64
            // 48,000 bytes are two times 16 KiB and a rest.
            case .large, .gathered, .messages: 64 / 3 + 1
            // 64 datagrams.
            case .batches: 64 / 9 + 1
            }
        }
    }

    @Test(arguments: Load.allCases) func `tasks that never wait take turns on their loop`(load: Load) async throws {
        let longest = try await longestTurn(of: load.limit * 20) { loop, log in
            let receiver = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            let address = try receiver.localAddress
            let sender = try await AsyncSocket.connected(to: address, .datagram, loop: loop)
            let bytes = [UInt8](repeating: 0, count: 48_000)
            var batch = try DatagramBatch(capacity: 64, datagramSize: 8)
            for _ in 0..<64 { try batch.append([1]) }
            // Nobody reads: datagrams that have no room are lost, and sending never waits.
            while log() {
                switch load {
                case .small: try await sender.sendAll("x")
                case .large: _ = try await sender.send(bytes)
                case .addressed: try await sender.send("x", to: address)
                case .gathered: _ = try await sender.send(gathering: [bytes])
                case .messages: _ = try await sender.sendMessage(bytes)
                case .batches: try await sender.sendBatch(&batch)
                }
            }
        }
        // Nor are they shorter than need be.
        #expect((load.limit / 2...load.limit).contains(longest), "\(longest)")
    }

    @Test func `tasks that receive batches which are always there take turns on their loop`() async throws {
        let longest = try await longestTurn(of: 640) { loop, log in
            let (sender, end) = try Socket.pair(.unix, .datagram)
            let receiver = try AsyncSocket(end, on: loop)
            var batch = try DatagramBatch(capacity: 8, datagramSize: 8)
            while log() {
                // A queue has room for ten. 8 of them in a batch count as two operations.
                for _ in 0..<8 { try sender.put("x") }
                guard try await receiver.receiveBatch(into: &batch) == 8 else { throw Missing() }
            }
        }
        // The one that is put off until the next turn has been counted, too.
        #expect((16...33).contains(longest), "\(longest)")
    }

    private struct Missing: Error {}

    /// How many operations one of two tasks of a loop does at most before the other does one.
    ///
    /// - Parameter body: The work; calls its last parameter before each operation, until that is `false`.
    private func longestTurn(
        of count: Int, _ body: @escaping @Sendable (EventLoop, @escaping () -> Bool) async throws -> Void
    ) async throws -> Int {
        let loop = EventLoop()
        defer { loop.stop() }
        let log = Lock<[Int]>([])
        try await withThrowingTaskGroup { group in
            for name in 0..<2 {
                group.addTask(executorPreference: loop) {
                    var left = count
                    try await body(loop) {
                        left -= 1
                        if left >= 0 { log.withLock { $0.append(name) } }
                        return left >= 0
                    }
                }
            }
            try await group.waitForAll()
        }
        var turns: [Int] = []
        var last: Int?
        for name in log.withLock({ $0 }) {
            if name == last { turns[turns.count - 1] += 1 } else { turns.append(1) }
            last = name
        }
        // Who comes first is alone until the other one comes, and who ends last is so again.
        return turns.dropFirst().dropLast().max() ?? 0
    }

    @Test func `who waits costs nothing, the first time too`() async throws {
        let program = try Program.built("async-fixture", "idle")
        #expect(try await program.rest() == ["busy: false"])
    }
}
