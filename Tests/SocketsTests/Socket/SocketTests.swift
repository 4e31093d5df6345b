import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketTests {
    @Test func `a conversation with python's client`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let port = try #require(try listener.localAddress.port)
        let client = try Program.python(
            """
            import socket, sys
            with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
                s.sendall(b"hello")
                print(s.recv(100).decode())
                s.shutdown(socket.SHUT_WR)
            """, "\(port)")
        let (peer, address) = try listener.accept()
        peer.timeout = .seconds(20)
        #expect(address.ipAddress == .v4(.loopback))
        #expect(try peer.receive(upTo: 100) == Array("hello".utf8))
        try peer.sendAll("and hello to you")
        #expect(try peer.receive(upTo: 100) == nil)
        #expect(try client.finish() == ["and hello to you"])
    }
}
