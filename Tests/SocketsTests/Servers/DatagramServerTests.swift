import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct DatagramServerTests {
    @Test(arguments: [1, 4]) func `datagrams are answered`(workers: Int) throws {
        let errors = Lock(0)
        let server = try DatagramServer(
            on: .loopback(port: 0), workers: workers, maximumSize: 50, accepts: { $0.bytes != Array("no".utf8) },
            onError: { _, client in errors.withLock { $0 += client == nil ? 100 : 1 } })
        let running = Background {
            try server.run { request in
                if request.bytes.isEmpty { throw SocketError(.unsupported, .serve) }
                try request.reply("\(request.isTruncated) \(String(decoding: request.bytes, as: UTF8.self))")
            }
        }
        let client = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(20)
            server = ("127.0.0.1", int(sys.argv[1]))
            for number in range(100):
                s.sendto(b"", server)
                s.sendto(b"no", server)
                s.sendto(b"datagram %d" % number, server)
                answer, sender = s.recvfrom(1000)
                assert answer == b"false datagram %d" % number and sender == server, answer
            s.sendto(b"x" * 51, server)
            print(s.recv(1000) == b"true " + b"x" * 50)
            """, "\(try #require(server.localAddress.port))")
        #expect(try client.finish() == ["True"])
        #expect(server.stop(within: .seconds(20)))
        try running.join()
        #expect(errors.withLock { $0 } == 100)
        #expect(server.socket.isClosed)
    }

    @Test func `Unix datagrams, and a socket that is kept`() throws {
        let folder = try TemporaryFolder()
        let socket = try Socket.bound(to: .unix(path: .init(folder.file("s"))), .datagram)
        let server = try DatagramServer(socket)
        let running = Background { try server.run { try $0.reply($0.bytes) } }
        let client = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.settimeout(20)
            s.bind(sys.argv[1] + ".client")
            s.sendto(b"hello", sys.argv[1])
            print(s.recv(100).decode())
            """, folder.file("s"))
        #expect(try client.finish() == ["hello"])
        server.stop()
        try running.join()
        #expect(!socket.isClosed)
    }

    @Test func `closing the socket ends the server`() throws {
        let server = try DatagramServer(on: .loopback(port: 0), workers: 3)
        let running = Background { try server.run { _ in } }
        server.socket.close()
        try running.join()
        let (stream, _) = try Socket.pair()
        #expect(throws: SocketError.self) { try DatagramServer(stream) }
    }
}
