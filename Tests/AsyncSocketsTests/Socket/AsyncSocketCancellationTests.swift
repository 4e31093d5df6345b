import Foundation
import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

/// Waits that are ended before anything came: nothing is lost, and the socket goes on.
@Suite(.timeLimit(.minutes(1))) struct AsyncSocketCancellationTests {
    /// Waits until a task waits on the socket.
    private func untilWaiting(_ socket: AsyncSocket, _ direction: Direction = .read) async throws {
        while socket.watch?.isWaited(direction) != true { try await Task.sleep(for: .milliseconds(1)) }
    }

    private enum Cause: CaseIterable { case cancellation, deadline }

    /// Ends a wait by a cause, and tells the code of its error.
    private func end(
        by cause: Cause, _ socket: AsyncSocket, _ direction: Direction = .read,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws -> SocketError.Code? {
        switch cause {
        case .cancellation:
            let task = Task(executorPreference: EventLoop.current) { await code { try await operation() } }
            try await untilWaiting(socket, direction)
            task.cancel()
            return await task.value
        case .deadline:
            return await code { try await withDeadline(.milliseconds(5)) { try await operation() } }
        }
    }

    private func expected(_ cause: Cause) -> SocketError.Code { cause == .cancellation ? .cancelled : .timedOut }

    @Test(arguments: Place.allCases) func `an ended receive loses nothing`(place: Place) async throws {
        try await place.run { [self] loop in
            for cause in Cause.allCases {
                let (client, server) = try await AsyncSocket.tcpPair(on: loop)
                for turn in 0..<10 {
                    #expect(
                        try await end(by: cause, server) { _ = try await server.receive(upTo: 10) } == expected(cause))
                    try await client.sendAll("\(turn)")
                    #expect(try await server.receive(upTo: 10) == Array("\(turn)".utf8))
                }
                #expect(server.watch?.isWaited(.read) == false)
            }
        }
    }

    @Test(arguments: Place.allCases) func `an ended send says how far it came, and the stream goes on there`(
        place: Place
    ) async throws {
        try await place.run { [self] loop in
            for cause in Cause.allCases {
                let (client, server) = try await AsyncSocket.tcpPair(on: loop)
                let bytes = pattern(20_000_000)
                let sent = Lock(-1)
                let failure = try await end(by: cause, client, .write) {
                    do throws(SocketError) { try await client.sendAll(bytes) } catch {
                        sent.withLock { $0 = error.bytesTransferred ?? 0 }
                        throw error
                    }
                }
                #expect(failure == expected(cause))
                let count = sent.withLock { $0 }
                #expect(count > 0 && count < bytes.count)
                async let rest: Void = client.sendAll(Array(bytes[count...]))
                var place = 0
                while place < bytes.count {
                    let piece = try await server.receive(upTo: 1 << 20) ?? []
                    guard Data(piece) == Data(bytes[place..<place + piece.count]) else {
                        Issue.record("other bytes than were sent, from \(place)")
                        break
                    }
                    place += piece.count
                }
                try await rest
            }
        }
    }

    @Test(arguments: Place.allCases) func `an ended accept loses no client`(place: Place) async throws {
        try await place.run { [self] loop in
            for cause in Cause.allCases {
                let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
                #expect(
                    try await end(by: cause, listener) { _ = try await listener.accept() } == expected(cause))
                let client = try await AsyncSocket.connected(to: listener.localAddress)
                let peer = try await listener.accept().socket
                try await client.sendAll("x")
                #expect(try await peer.receive(upTo: 1) == [120])
            }
        }
    }

    @Test(arguments: Place.allCases) func `an ended connect leaves nothing open`(place: Place) async throws {
        // A queue that is full: the kernel does not answer.
        let listener = try Socket.listening(on: .loopback(port: 0), backlog: 0)
        let address = try listener.localAddress
        var fillers: [Socket] = []
        for _ in 0..<3 {
            let filler = try Socket(.ipv4, .stream)
            fillers.append(filler.connecting(to: address))
        }
        try await place.run { loop in
            #expect(
                await code {
                    try await withDeadline(.milliseconds(20)) {
                        _ = try await AsyncSocket.connected(to: address, loop: loop)
                    }
                } == .timedOut)
            let socket = try AsyncSocket(.ipv4, .stream, on: loop)
            let task = Task { await code { try await socket.connect(to: address) } }
            while socket.watch?.isWaited(.write) != true { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        _ = fillers
    }

    @Test(arguments: Place.allCases) func `deadlines nest, and the earlier one counts`(place: Place) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            let clock = ContinuousClock()
            let outer = await clock.measure {
                #expect(
                    await code {
                        try await withDeadline(.milliseconds(10)) {
                            try await withDeadline(.seconds(100)) { _ = try await server.receive(upTo: 1) }
                        }
                    } == .timedOut)
            }
            #expect(outer < .seconds(20) && outer >= .milliseconds(10))
            try await withDeadline(.seconds(100)) {
                #expect(
                    await code {
                        try await withDeadline(.milliseconds(10)) { _ = try await server.receive(upTo: 1) }
                    } == .timedOut)
                // The outer one goes on.
                try await client.sendAll("x")
                #expect(try await server.receive(upTo: 1) == [120])
            }
            // And after them there is none.
            let late = Task { try await server.receive(upTo: 1) }
            try await Task.sleep(for: .milliseconds(30))
            try await client.sendAll("y")
            #expect(try await cancellable(late) == [121])
        }
    }

    @Test(arguments: Place.allCases) func `a deadline in the past lets through what need not wait`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            try await client.sendAll("x")
            try await server.waitUntilReadable()
            for limit in [Duration.zero, .seconds(-5), .seconds(Int64.min)] {
                #expect(try await withDeadline(limit) { try await server.receive(upTo: 1, flags: .peek) } == [120])
            }
            _ = try await server.receive(upTo: 1)
            for limit in [Duration.zero, .seconds(-5), .seconds(Int64.min)] {
                #expect(
                    await code { _ = try await withDeadline(limit) { try await server.receive(upTo: 1) } } == .timedOut)
            }
            // As far away as a clock can say.
            try await client.sendAll("y")
            #expect(
                try await withDeadline(.seconds(Int64.max)) { try await server.receive(upTo: 1) } == [121])
        }
    }

    @Test(arguments: Place.allCases) func `closing wakes all who wait`(place: Place) async throws {
        try await place.run { [self] loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            let reader = Task(executorPreference: EventLoop.current) {
                await code { _ = try await server.receive(upTo: 1) }
            }
            let writer = Task { await code { try await server.sendAll(pattern(20_000_000)) } }
            let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
            let acceptor = Task { await code { _ = try await listener.accept() } }
            try await untilWaiting(server)
            try await untilWaiting(server, .write)
            try await untilWaiting(listener)
            server.close()
            listener.close()
            #expect(await reader.value == .closed)
            #expect(await writer.value == .closed)
            #expect(await acceptor.value == .closed)
            _ = client
        }
    }

    @Test(arguments: Place.allCases) func `a second waiter is told, and the first one stays`(place: Place) async throws
    {
        try await place.run { [self] loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            // The first has a deadline; the second one's must not move it.
            let first = Task { try await withDeadline(.seconds(30)) { try await server.receive(upTo: 1) } }
            try await untilWaiting(server)
            #expect(await code { _ = try await server.receive(upTo: 1) } == .busy)
            #expect(
                await code { _ = try await withDeadline(.seconds(100)) { try await server.receive(upTo: 1) } } == .busy)
            try await client.sendAll("x")
            #expect(try await cancellable(first) == [120])
            let late = Task {
                await code { _ = try await withDeadline(.milliseconds(500)) { try await server.receive(upTo: 1) } }
            }
            try await untilWaiting(server)
            #expect(
                await code { _ = try await withDeadline(.seconds(100)) { try await server.receive(upTo: 1) } } == .busy)
            #expect(await late.value == .timedOut)
            // In the other direction everything is free.
            let writer = Task { await code { try await client.sendAll(pattern(20_000_000)) } }
            try await untilWaiting(client, .write)
            #expect(await code { try await client.sendAll("y") } == .busy)
            #expect(await code { _ = try await withDeadline(.zero) { try await client.receive(upTo: 1) } } == .timedOut)
            client.close()
            #expect(await writer.value == .closed)
        }
    }

    /// Two who use one direction against the rules: each gets bytes or `.busy`, and nobody hangs.
    @Test func `many readers at once never hang, and share all bytes`() async throws {
        let loop = EventLoop()
        defer { loop.stop() }
        let (client, server) = try await AsyncSocket.tcpPair(on: loop)
        let total = 2_000
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask(executorPreference: number % 2 == 0 ? loop : nil) {
                    var count = 0
                    while true {
                        do throws(SocketError) {
                            guard let bytes = try await server.receive(upTo: 1) else { return count }
                            count += bytes.count
                        } catch {
                            guard error.code == .busy else { throw error }
                            await Task.yield()
                        }
                    }
                }
            }
            for _ in 0..<total {
                try await client.sendAll("x")
                if Int.random(in: 0..<8) == 0 { await Task.yield() }
            }
            try client.shutdown(.write)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.reduce(0, +) == total)
    }

    @Test(arguments: Place.allCases) func `a task that was cancelled already still does what need not wait`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await client.sendAll("x")
                while try server.pendingBytes() == 0 {}
                let bytes = try await server.receive(upTo: 1)
                let failure = await code { _ = try await server.receive(upTo: 1) }
                return (bytes, failure)
            }
            task.cancel()
            let (bytes, failure) = try await task.value
            #expect(bytes == [120] && failure == .cancelled)
        }
    }
}
