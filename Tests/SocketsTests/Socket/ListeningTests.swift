import Foundation
import Sockets
import TestSupport
import Testing

/// A server by one call, with Python's clients.
@Suite(.timeLimit(.minutes(2)), Requirement.programs("python3", "ip")) struct ListeningTests {
    /// What Python gets from a server that says who is there: by whom, or the name of the error.
    private func ask(_ host: String, _ port: Sockets.Port?, in family: String = "AF_INET") throws -> Program {
        try Program.python(
            """
            import errno, socket, sys
            s = socket.socket(getattr(socket, sys.argv[3])); s.settimeout(20)
            try: s.connect((sys.argv[1], int(sys.argv[2]))); print(s.recv(100).decode())
            except OSError as e: print(errno.errorcode[e.errno])
            """, host, "\(try #require(port))", family)
    }

    private func greet(_ listener: Socket) throws {
        listener.timeout = .seconds(20)
        let (peer, address) = try listener.accept()
        try peer.sendAll("\(address.ipAddress?.description ?? "nobody")")
        peer.close()
    }

    @Test func `one call listens, the port is told, and a second server hears that it is taken`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let port = try #require(try listener.localAddress.port)
        let client = try ask("127.0.0.1", port)
        try greet(listener)
        #expect(try client.finish() == ["127.0.0.1"])
        do throws(SocketError) {
            _ = try Socket.listening(on: .loopback(port: port))
            Issue.record("two servers at one port")
        } catch { #expect(error.code == .addressInUse) }
        // The connection that this side has ended keeps the port for a while; a new server gets it at once.
        listener.close()
        let again = try Socket.listening(on: .loopback(port: port))
        let late = try ask("127.0.0.1", port)
        try greet(again)
        #expect(try late.finish() == ["127.0.0.1"])
    }

    @Test func `several servers share a port when each of them says so`() throws {
        let first = try Socket.listening(on: .loopback(port: 0), reusePort: true)
        let port = try #require(try first.localAddress.port)
        let second = try Socket.listening(on: .loopback(port: port), reusePort: true)
        #expect(try second.localAddress == first.localAddress)
        #expect(throws: SocketError.self) { _ = try Socket.listening(on: .loopback(port: port)) }
    }

    @Test(Requirement.root, arguments: ["0", "1"])
    func `a listener takes both versions or one, whatever the system's default is`(bindsVersion6Only: String) throws {
        try Namespace.run([.network]) {
            try Namespace.shell(
                "ip link set lo up; echo \(bindsVersion6Only) > /proc/sys/net/ipv6/bindv6only")
            let both = try Socket.listening(on: .anyIPv6(port: 0), dualStack: true)
            #expect(try both.get(.ipv6Only) == false)
            let port = try both.localAddress.port
            let old = try ask("127.0.0.1", port)
            try greet(both)
            #expect(try old.finish() == ["::ffff:127.0.0.1"])
            let new = try ask("::1", port, in: "AF_INET6")
            try greet(both)
            #expect(try new.finish() == ["::1"])

            let one = try Socket.listening(on: .anyIPv6(port: 0))
            #expect(try one.get(.ipv6Only) == true)
            #expect(try ask("127.0.0.1", one.localAddress.port).finish() == ["ECONNREFUSED"])
            let other = try ask("::1", one.localAddress.port, in: "AF_INET6")
            try greet(one)
            #expect(try other.finish() == ["::1"])
        }
    }
}
