import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

@Suite(.timeLimit(.minutes(1))) struct AsyncSocketServerTests {
    private func echo(_ peer: AsyncSocket) async throws {
        while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
    }

    /// Runs a server beside the body, and stops it.
    private func with<R: Sendable>(
        _ server: AsyncSocketServer, _ handler: @escaping AsyncSocketServer.Handler,
        _ body: (Task<SocketError.Code?, Never>) async throws -> R
    ) async throws -> R {
        let running = Task { await code { try await server.run(handler) } }
        do {
            let result = try await body(running)
            server.stop()
            _ = await running.value
            return result
        } catch {
            running.cancel()
            _ = await running.value
            throw error
        }
    }

    @Test(arguments: [false, true]) func `many clients of python are served at the same time`(
        isSharded: Bool
    ) async throws {
        let loops = EventLoops(count: 3)
        defer { loops.stop() }
        let server = try AsyncSocketServer(on: .loopback(port: 0), isSharded: isSharded, loops: loops)
        let port = try #require(try server.localAddress.port)
        #expect(server.listeners.count == (isSharded ? 3 : 1))
        try await with(server, echo) { _ in
            let python = try Program.python(
                """
                import socket, sys
                cs = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(100)]
                for t in range(5):
                    for i, c in enumerate(cs): c.sendall(b"%d %d" % (i, t))
                    for i, c in enumerate(cs): assert c.recv(100) == b"%d %d" % (i, t)
                print("all"); sys.stdin.readline()
                for c in cs: c.close()
                """, "\(port.rawValue)")
            #expect(try await python.nextLine() == "all")
            #expect(server.activeClients == 100)
            try python.write("\n")
            #expect(try await python.rest() == [])
            while server.activeClients > 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test func `no more than the limit are served, and the others wait`() async throws {
        let most = Lock((now: 0, most: 0))
        let server = try AsyncSocketServer(on: .loopback(port: 0), limit: 3)
        let address = try server.localAddress
        let handler: AsyncSocketServer.Handler = { [self] peer in
            most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { most.withLock { $0.now -= 1 } }
            try await echo(peer)
        }
        try await with(server, handler) { _ in
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<40 {
                    group.addTask {
                        let client = try await AsyncSocket.connected(to: address)
                        try await client.sendAll("client \(number)")
                        let reply = try await client.receive(exactly: "client \(number)".utf8.count)
                        #expect(reply == Array("client \(number)".utf8))
                        await Task.yield()
                    }
                }
            }
            #expect(most.withLock { $0.most } == 3)
        }
        #expect(server.activeClients == 0)
    }

    private struct Broken: Error {}

    @Test func `the error of one client touches no other`() async throws {
        let errors = Lock<[String]>([])
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let server = AsyncSocketServer(listener: listener) { error, peer in
            errors.withLock { $0.append("\(type(of: error)) \(peer != nil)") }
        }
        let address = try listener.localAddress
        let handler: AsyncSocketServer.Handler = { [self] peer in
            guard try await peer.receive(exactly: 1) != [33] else { throw Broken() }
            try await echo(peer)
        }
        try await with(server, handler) { _ in
            let good = try await AsyncSocket.connected(to: address)
            try await good.sendAll("-")
            for _ in 0..<5 {
                let bad = try await AsyncSocket.connected(to: address)
                try await bad.sendAll("!")
                #expect(try await bad.receive(upTo: 1) == nil)
            }
            try await good.sendAll("fine")
            #expect(try await good.receive(exactly: 4) == Array("fine".utf8))
        }
        #expect(errors.withLock { $0 } == [String](repeating: "Broken true", count: 5))
        #expect(!listener.isClosed)
    }

    @Test func `a stop lets clients finish, and turns new ones away`() async throws {
        let server = try AsyncSocketServer(on: .loopback(port: 0))
        let address = try server.localAddress
        let running = Task { await code { try await server.run(echo) } }
        let client = try await AsyncSocket.connected(to: address)
        try await client.sendAll("x")
        #expect(try await client.receive(upTo: 1) == [120])
        server.stop()
        server.stop()
        try await client.sendAll("y")
        #expect(try await client.receive(upTo: 1) == [121])
        #expect(await code { _ = try await AsyncSocket.connected(to: address) } == .connectionRefused)
        client.close()
        #expect(await running.value == nil)
        #expect(await code { try await server.run(echo) } == .busy)
    }

    @Test func `a stop within a time closes who is still there`() async throws {
        let server = try AsyncSocketServer(on: .loopback(port: 0)) { error, _ in Issue.record(error) }
        let address = try server.localAddress
        let running = Task { await code { try await server.run(echo) } }
        let client = try await AsyncSocket.connected(to: address)
        try await client.sendAll("x")
        #expect(try await client.receive(upTo: 1) == [120])
        #expect(await server.stop(within: .milliseconds(20)) == false)
        #expect(await running.value == nil)
        #expect(try await client.receive(upTo: 1) == nil)
        #expect(server.activeClients == 0)
        let idle = try AsyncSocketServer(on: .loopback(port: 0))
        let task = Task { await code { try await idle.run(echo) } }
        let served = try await AsyncSocket.connected(to: idle.localAddress)
        try await served.sendAll("x")
        _ = try await served.receive(upTo: 1)
        async let isInTime = idle.stop(within: .seconds(30))
        served.close()
        #expect(await isInTime)
        #expect(await task.value == nil)
    }

    @Test func `a cancelled server ends its clients and throws`() async throws {
        for isFull in [false, true] {
            let server = try AsyncSocketServer(on: .loopback(port: 0), limit: isFull ? 1 : 10) { error, _ in
                Issue.record(error)
            }
            let address = try server.localAddress
            let running = Task { await code { try await server.run(echo) } }
            let client = try await AsyncSocket.connected(to: address)
            try await client.sendAll("x")
            #expect(try await client.receive(upTo: 1) == [120])
            running.cancel()
            #expect(await running.value == .cancelled)
            #expect(try await client.receive(upTo: 1) == nil)
            #expect(await code { _ = try await AsyncSocket.connected(to: address) } == .connectionRefused)
        }
    }

    @Test func `a server that is cancelled or stopped before it runs ends at once`() async throws {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let stopped = AsyncSocketServer(listener: listener)
        stopped.stop()
        #expect(await stopped.stop(within: .seconds(10)))
        try await stopped.run(echo)
        let cancelled = AsyncSocketServer(listener: listener)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await code { try await cancelled.run(echo) }
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        // The listener is as good as new.
        let client = try await AsyncSocket.connected(to: listener.localAddress)
        let peer = try await listener.accept().socket
        try await peer.sendAll("x")
        #expect(try await client.receive(upTo: 1) == [120])
    }

    @Test(arguments: [false, true]) func `a listener that is closed ends the serving, not the clients`(
        isSharded: Bool
    ) async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        let server = try AsyncSocketServer(on: .loopback(port: 0), isSharded: isSharded, loops: loops)
        let address = try server.localAddress
        let running = Task { await code { try await server.run(echo) } }
        let client = try await AsyncSocket.connected(to: address)
        try await client.sendAll("x")
        #expect(try await client.receive(upTo: 1) == [120])
        for listener in server.listeners { listener.close() }
        try await client.sendAll("y")
        #expect(try await client.receive(upTo: 1) == [121])
        client.close()
        #expect(await running.value == nil)
    }

    @Test func `what does not listen cannot serve`() async throws {
        let socket = try AsyncSocket(.ipv4, .stream)
        #expect(await code { try await socket.serve { _ in } } == .invalidArgument)
        let closed = try AsyncSocket.listening(on: .loopback(port: 0))
        closed.close()
        #expect(await code { try await closed.serve { _ in } } == nil)
    }

    @Test func `clients that went away while they waited are passed over`() async throws {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let address = try listener.localAddress
        for _ in 0..<10 {
            let gone = try await AsyncSocket.connected(to: address)
            try gone.set(.linger, .zero)
            gone.close()
        }
        let client = try await AsyncSocket.connected(to: address)
        try await client.sendAll("here")
        var found = false
        for try await peer in listener.connections {
            guard let bytes = try? await peer.receive(upTo: 10) else { continue }
            #expect(bytes == Array("here".utf8))
            found = true
            break
        }
        #expect(found)
    }

    @Test func `connections end with the listener and with the task`() async throws {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let counting = Task {
            var count = 0
            for try await _ in listener.connections { count += 1 }
            return count
        }
        for _ in 0..<3 { _ = try await AsyncSocket.connected(to: listener.localAddress) }
        // The last one has been taken when the acceptor waits again with an empty queue.
        while listener.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        counting.cancel()
        #expect(try await counting.value == 3)
        let second = Task { for try await _ in listener.connections {} }
        while listener.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        listener.close()
        try await cancellable(second)
    }

    @Test func `handlers run on loops, and their tasks end with them`() async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        let names = Lock<Set<String>>([])
        let server = try AsyncSocketServer(on: .loopback(port: 0), loops: loops)
        let address = try server.localAddress
        let handler: AsyncSocketServer.Handler = { peer in
            names.withLock { _ = $0.insert(EventLoop.current?.name ?? "none") }
            // A child that never ends by itself.
            try await withThrowingTaskGroup { group in
                group.addTask { try await Task.sleep(for: .seconds(1000)) }
                _ = try await peer.receive(upTo: 1)
                group.cancelAll()
            }
        }
        try await with(server, handler) { _ in
            for _ in 0..<4 {
                let client = try await AsyncSocket.connected(to: address)
                try await client.sendAll("x")
                #expect(try await client.receive(upTo: 1) == nil)
            }
        }
        #expect(names.withLock { $0 } == Set(loops.loops.map(\.name)))
    }
}
