import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Why the body failed.
private func failure(_ body: () throws -> Void) -> SocketError.Code? {
    do { try body() } catch { return (error as? SocketError)?.code }
    return nil
}

@Suite(.timeLimit(.minutes(2))) struct ThreadedServerTests {
    /// How many are inside, and how many were at most.
    private final class Gauge: Sendable {
        private let counts = Lock((now: 0, most: 0, all: 0))
        func enter() {
            counts.withLock {
                $0.now += 1
                $0.all += 1
                $0.most = max($0.most, $0.now)
            }
        }
        func leave() { counts.withLock { $0.now -= 1 } }
        var most: Int { counts.withLock { $0.most } }
        var all: Int { counts.withLock { $0.all } }
    }

    private static func echo(_ peer: Socket) throws {
        peer.timeout = .seconds(20)
        while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
    }

    @Test func `two hundred clients are served within the limit`() throws {
        let server = try ThreadedServer(on: .loopback(port: 0), limit: 8)
        let gauge = Gauge()
        let running = Background {
            try server.run { peer, address in
                gauge.enter()
                defer { gauge.leave() }
                try Self.echo(peer)
            }
        }
        let client = try Program.python(
            """
            import socket, sys
            clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) for _ in range(200)]
            print("connected")
            sys.stdin.readline()
            for number, client in enumerate(clients):
                text = b"client %d" % number
                client.sendall(text); client.shutdown(socket.SHUT_WR)
                answer = b""
                while piece := client.recv(100): answer += piece
                assert answer == text
            print("all")
            """, "\(try #require(server.localAddress.port))")
        #expect(try client.line() == "connected")
        // None of them has said anything yet, so the limit is reached.
        let end = ContinuousClock.now + .seconds(20)
        while gauge.most < 8 {
            try #require(.now < end)
            usleep(1_000)
        }
        try client.write("go\n")
        #expect(try client.finish() == ["all"])
        #expect(server.stop(within: .seconds(20)))
        try running.join()
        #expect(gauge.all == 200)
        #expect(gauge.most == 8)
        #expect(server.activeClients == 0)
        #expect(server.listener.isClosed)
    }

    @Test(Requirement.programs("curl", "socat", "nc")) func `curl, socat and nc are served`() throws {
        let server = try ThreadedServer(on: .loopback(port: 0))
        let running = Background {
            try server.run { peer, _ in
                peer.timeout = .seconds(20)
                let reader = peer.reader()
                guard let request = try reader.line() else { return }
                guard request.hasPrefix("GET ") else { return try peer.sendAll("you said \(request)\n") }
                while let line = try reader.line(), !line.isEmpty {}
                try peer.sendAll("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nhi\n")
            }
        }
        let port = try #require(server.localAddress.port)
        #expect(try Program("curl", ["-s", "http://127.0.0.1:\(port)/"]).finish() == ["hi"])
        for command in ["socat -t10 - TCP:127.0.0.1:\(port)", "nc -w 10 127.0.0.1 \(port)"] {
            #expect(try Program("sh", ["-c", "echo word | \(command)"]).finish() == ["you said word"])
        }
        server.stop()
        try running.join()
    }

    @Test func `stopping while idle, before, and twice`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let server = try ThreadedServer(listener)
        let running = Background { try server.run { _, _ in } }
        server.stop()
        try running.join()
        server.stop()
        #expect(server.stop(within: .zero))
        // The listener was ours, and blocks as before.
        #expect(!listener.isClosed && listener.isBlocking)
        let early = try ThreadedServer(listener)
        #expect(early.stop(within: .zero))
        try early.run { _, _ in Issue.record("it was stopped") }
        let own = try ThreadedServer(on: .loopback(port: 0))
        own.stop()
        #expect(own.listener.isClosed)
    }

    @Test func `handlers that do not end are ended after the deadline`() throws {
        let server = try ThreadedServer(on: .loopback(port: 0), onError: { error, _ in Issue.record("\(error)") })
        let running = Background {
            try server.run { peer, _ in
                try peer.sendAll("+")
                _ = try peer.receive(upTo: 1)
            }
        }
        let client = try Socket.connected(to: server.localAddress, timeout: .seconds(20))
        client.timeout = .seconds(20)
        #expect(try client.receive(upTo: 1) == Array("+".utf8))
        #expect(!server.stop(within: .milliseconds(50)))
        try running.join()
        #expect(try client.receive(upTo: 1) == nil)
        // Nobody listens any more.
        #expect(throws: SocketError.self) { try Socket.connected(to: server.localAddress, timeout: .seconds(20)) }
    }

    @Test func `handlers that end in time are let end`() throws {
        let server = try ThreadedServer(on: .loopback(port: 0))
        let running = Background {
            try server.run { peer, _ in
                try peer.sendAll("+")
                while let bytes = try peer.receive(upTo: 10) { try peer.sendAll(bytes) }
            }
        }
        let client = try Socket.connected(to: server.localAddress, timeout: .seconds(20))
        client.timeout = .seconds(20)
        #expect(try client.receive(upTo: 1) == Array("+".utf8))
        let stopping = Background { server.stop(within: .seconds(20)) }
        try client.sendAll("more")
        #expect(try client.receive(exactly: 4) == Array("more".utf8))
        #expect(!running.isDone)
        try client.shutdown(.write)
        #expect(try stopping.join())
        try running.join()
    }

    private struct Broken: Error {}

    @Test func `one handler's error harms nobody else`() throws {
        let errors = Lock<[String]>([])
        let server = try ThreadedServer(
            on: .loopback(port: 0), accepts: { peer, address in (try? peer.peerAddress) == address },
            onError: { error, client in errors.withLock { $0.append("\(type(of: error)) \(client != nil)") } })
        let running = Background {
            try server.run { peer, _ in
                peer.timeout = .seconds(20)
                if try peer.receive(exactly: 1) == Array("!".utf8) { throw Broken() }
                try peer.sendAll("fine")
            }
        }
        let client = try Program.python(
            """
            import socket, sys
            for text in b"!.!.":
                with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) as s:
                    s.sendall(bytes([text]))
                    print(s.recv(100))
            """, "\(try #require(server.localAddress.port))")
        #expect(try client.finish() == ["b''", "b'fine'", "b''", "b'fine'"])
        server.stop(within: .seconds(20))
        try running.join()
        #expect(errors.withLock { $0 } == ["Broken true", "Broken true"])
    }

    @Test func `clients that are refused see the end`() throws {
        let server = try ThreadedServer(on: .loopback(port: 0), accepts: { _, _ in false })
        let running = Background { try server.run { _, _ in Issue.record("it was refused") } }
        let client = try Socket.connected(to: server.localAddress, timeout: .seconds(20))
        client.timeout = .seconds(20)
        #expect(try client.receive(upTo: 1) == nil)
        server.stop()
        try running.join()
    }

    @Test func `a handler can stop its server`() throws {
        let folder = try TemporaryFolder()
        let server = try ThreadedServer(on: .unix(path: .init(folder.file("s"))))
        let running = Background { try server.run { _, _ in server.stop() } }
        let client = try Program.python(
            "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(1))",
            folder.file("s"))
        try running.join()
        #expect(try client.finish() == ["b''"])
    }

    @Test func `the short form ends when the listener is closed`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let running = Background { try listener.serve { peer, _ in try Self.echo(peer) } }
        let client = try Socket.connected(to: try listener.localAddress, timeout: .seconds(20))
        client.timeout = .seconds(20)
        try client.sendAll("x")
        #expect(try client.receive(upTo: 1) == Array("x".utf8))
        listener.close()
        client.close()
        try running.join()
    }

    @Test func `what cannot be served is told`() throws {
        let plain = try Socket(.ipv4, .stream)
        #expect(failure { _ = try plain.serve { _, _ in } } == .invalidArgument)
    }
}
