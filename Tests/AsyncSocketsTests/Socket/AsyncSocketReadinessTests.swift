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

    @Test func `who waits costs nothing, the first time too`() async throws {
        let program = try Program.built("async-fixture", "idle")
        #expect(try await program.rest() == ["busy: false"])
    }
}
