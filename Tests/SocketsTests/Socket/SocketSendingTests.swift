import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketSendingTests {
    @Test(
        .timeLimit(.minutes(5)), Requirement.programs("socat"),
        arguments: [SocketAddress.loopback(port: 0), .loopbackIPv6(port: 0)])
    func `socat gives back what was sent`(address: SocketAddress) throws {
        let listener = try Socket.listening(on: address)
        listener.timeout = .seconds(20)
        let name = try listener.localAddress
        // socat calls, and echoes through cat.
        let kind = address.family == .ipv4 ? "TCP4" : "TCP6"
        let peer = try Program("socat", ["\(kind):\(name)", "EXEC:cat"])
        let socket = try listener.accept().socket
        socket.timeout = .seconds(20)
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        let sender = Background {
            try socket.sendAll(bytes[..<100_000].map { $0 })
            let rest = bytes[100_000...]
            try socket.sendAll(rest.span)
            try socket.shutdown(.write)
        }
        #expect(try socket.receive(exactly: bytes.count) == bytes)
        #expect(try socket.receive(upTo: 1) == nil)
        try sender.join()
        #expect(try peer.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `a client of python's server`(ipv6: Bool) throws {
        let server = try Program.python(
            """
            import socket, sys
            six = sys.argv[1] == "6"
            l = socket.create_server(("::1" if six else "127.0.0.1", 0), family=socket.AF_INET6 if six else socket.AF_INET)
            print(l.getsockname()[1])
            c, a = l.accept()
            print(a[1])
            while data := c.recv(1000): c.sendall(data.upper())
            """, ipv6 ? "6" : "4")
        let port = Port(rawValue: try #require(UInt16(try server.line())))
        let address: SocketAddress = ipv6 ? .loopbackIPv6(port: port) : .loopback(port: port)
        let socket = try Socket.connected(to: address, timeout: .seconds(20))
        socket.timeout = .seconds(20)
        #expect(try socket.peerAddress == address)
        #expect(try server.line() == "\(try #require(try socket.localAddress.port))")
        #expect(try socket.send("hello") == 5)
        #expect(try socket.receive(exactly: 5) == Array("HELLO".utf8))
        #expect(try socket.send("") == 0)
        try socket.sendAll("")
        try socket.shutdown(.write)
        #expect(try socket.receive(upTo: 1) == nil)
        #expect(try server.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `one send can take a part, and says how much`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .milliseconds(50)
        let bytes = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
        let sent = try first.send(bytes)
        #expect(sent > 0 && sent < bytes.count)
        second.timeout = .seconds(10)
        first.close()
        #expect(try second.receive(exactly: sent) == Array(bytes[..<sent]))
        #expect(try second.receive(upTo: 1) == nil)
    }

    @Test(.timeLimit(.minutes(5))) func `the out-of-band byte overtakes`() throws {
        let (first, second) = try tcpPair()
        second.timeout = .seconds(10)
        #expect(try first.send("ab!", flags: .outOfBand) == 3)
        #expect(try second.receive(upTo: 10, flags: .outOfBand) == [UInt8(ascii: "!")])
        #expect(try second.receive(upTo: 10) == Array("ab".utf8))
        second.timeout = .milliseconds(30)
        do {
            // Nothing urgent is there any more: the kernel refuses to wait for it.
            _ = try second.receive(upTo: 10, flags: .outOfBand)
            Issue.record("a second urgent byte")
        } catch { #expect(error.code == .invalidArgument) }
    }

    @Test(.timeLimit(.minutes(5))) func `a peer that has gone is an error, not a signal`() throws {
        let (first, second) = try Socket.pair()
        second.close()
        do {
            try first.sendAll("x")
            Issue.record("sent to nobody")
        } catch {
            #expect(error.code == .connectionReset && error.errno == .brokenPipe && error.bytesTransferred == nil)
        }
        let (third, fourth) = try tcpPair()
        try fourth.sendAll("unread")
        third.timeout = .seconds(10)
        #expect(try third.receive(upTo: 1, flags: .peek)?.count == 1)
        third.close()
        fourth.timeout = .seconds(10)
        do {
            _ = try fourth.receive(upTo: 1)
            Issue.record("the connection was not reset")
        } catch {
            #expect(error.code == .connectionReset && error.errno == .connectionReset)
        }
    }

    @Test func `errors read as promised`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let address = try listener.localAddress
        func text(_ body: () throws -> Void) -> String? {
            do { try body() } catch { return "\(error)" }
            return nil
        }
        #expect(
            text { _ = try Socket.listening(on: address) }
                == "bind \(address): address already in use (EADDRINUSE); another socket is bound there; `ss -lptn` tells whose"
        )
        let bound = try Socket.refusing(.stream)
        let nobody = try bound.localAddress
        #expect(
            text { _ = try Socket.connected(to: nobody) }
                == "connect \(nobody): connection refused (ECONNREFUSED); nobody listens there")
        #expect(
            text { try Socket(.ipv4, .stream).send("x") }
                == "send: the other side no longer reads (EPIPE); the peer has closed, or the socket was never connected"
        )
        #expect(
            text { _ = try Socket(.ipv4, .stream).receive(upTo: 1) }
                == "receive: not connected (ENOTCONN); connect the socket first; a listener's clients come by accept()")
        #expect(
            text { _ = try Socket(.ipv4, .stream).accept() }
                == "accept 0.0.0.0:0: invalid argument (EINVAL); the socket does not listen; call listen() first")
        #expect(
            text { try Socket(.ipv4, .datagram).send("x") }
                == "send: destination address required (EDESTADDRREQ); connect the socket first, or say `to:`")
        #expect(
            text { try Socket(.ipv4, .datagram).bind(to: .ipv4(IPv4Address(192, 0, 2, 1), port: 0)) }
                == "bind 192.0.2.1:0: address not available (EADDRNOTAVAIL); no interface of this machine has that address"
        )
        #expect(
            text { _ = try Socket.connected(to: .unix(path: "/no/such/path")) }
                == "connect unix:/no/such/path: no such file or directory (ENOENT); the server has not made the path")
        #expect(
            text { try Socket(.ipv4, .datagram).connect(to: .loopbackIPv6(port: 9)) }
                == "connect [::1]:9: address family not supported (EAFNOSUPPORT); the address is of another family than the socket"
        )
        #expect(
            text { try Socket(.ipv4, .datagram).send([UInt8](repeating: 0, count: 70_000), to: .loopback(port: 9)) }
                == "send 127.0.0.1:9: message too long (EMSGSIZE); a datagram must fit into one packet of the protocol; UDP takes at most 65,507 bytes over IPv4, 65,527 over IPv6"
        )
    }
}

extension Socket {
    /// For calls whose result does not matter because they must fail.
    @discardableResult
    fileprivate func send(_ text: String) throws -> Int { try send(text, flags: []) }
}
