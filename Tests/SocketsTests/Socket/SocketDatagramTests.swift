import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketDatagramTests {
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `python echoes datagrams, empty ones too`(ipv6: Bool) throws {
        let python = try Program.python(
            """
            import socket, sys
            six = sys.argv[1] == "6"
            s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("::1" if six else "127.0.0.1", 0)); print(s.getsockname()[1])
            for _ in range(4):
                data, a = s.recvfrom(65536)
                s.sendto(data[::-1], a)
            """, ipv6 ? "6" : "4")
        let port = Port(rawValue: try #require(UInt16(try python.line())))
        let server: SocketAddress = ipv6 ? .loopbackIPv6(port: port) : .loopback(port: port)
        let socket = try Socket.bound(to: ipv6 ? .loopbackIPv6(port: 0) : .loopback(port: 0))
        socket.timeout = .seconds(20)
        #expect(try socket.send("abc", to: server) == 3)
        var (bytes, sender) = try socket.receiveFrom(upTo: 100)
        #expect(bytes == Array("cba".utf8) && sender == server)
        #expect(try socket.send([UInt8](), to: server) == 0)
        (bytes, sender) = try socket.receiveFrom(upTo: 100)
        #expect(bytes == [] && sender == server)
        // With a peer, an empty datagram is no end either.
        try socket.connect(to: server)
        try socket.sendAll([UInt8]())
        #expect(try socket.receive(upTo: 100) == [])
        let large = (0..<65_507).map { UInt8(truncatingIfNeeded: $0 >> 3) }
        try socket.sendAll(large)
        #expect(try socket.receive(upTo: 65_536) == large.reversed())
        #expect(try python.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("socat")) func `socat sends a datagram`() throws {
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .seconds(20)
        let peer = try Program("socat", ["-u", "-", "UDP4-SENDTO:\(try socket.localAddress)"])
        try peer.write("by socat")
        try peer.endInput()
        let (bytes, sender) = try socket.receiveFrom(upTo: 100)
        #expect(bytes == Array("by socat".utf8) && sender.ipAddress == .v4(.loopback))
        #expect(try peer.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `what does not fit is cut, and the length can be asked for`() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try Socket.connected(to: receiver.localAddress, .datagram)
        try sender.sendAll("first one")
        try sender.sendAll("second")
        #expect(try receiver.receive(upTo: 5) == Array("first".utf8))
        var buffer = [UInt8](repeating: 0, count: 3)
        #expect(try receiver.receive(into: &buffer, flags: [.peek, .truncate]) == 6)
        #expect(buffer == Array("sec".utf8))
        let bytes = try [UInt8](capacity: 2) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            #expect(try receiver.receiveFrom(into: &buffer, flags: [.peek, .truncate]).count == 6)
        }
        #expect(bytes == Array("se".utf8))
        let message = try #require(try receiver.receiveMessage(upTo: 3))
        #expect(message.isTruncated && message.bytes == Array("sec".utf8) && message.details.count == 3)
        let (count, address): (Int, SocketAddress)
        try sender.sendAll("third")
        var span = buffer.mutableSpan
        (count, address) = try receiver.receiveFrom(into: &span)
        #expect(try count == 3 && address == sender.localAddress)
    }

    @Test(.timeLimit(.minutes(5))) func `a closed port shows at the next call`() throws {
        let deaf = try Socket.refusing(.datagram)
        let address = try deaf.localAddress
        let socket = try Socket.connected(to: address, .datagram)
        socket.timeout = .seconds(10)
        try socket.sendAll("lost")
        do {
            _ = try socket.receive(upTo: 1)
            Issue.record("an answer from nobody")
        } catch { #expect(error.code == .connectionRefused && error.address == address) }
    }

    @Test(.timeLimit(.minutes(5))) func `a dual-stack socket hears both versions`() throws {
        let socket = try Socket.bound(to: .anyIPv6(port: 0), dualStack: true)
        socket.timeout = .seconds(10)
        let port = try #require(try socket.localAddress.port)
        let four = try Socket.bound(to: .loopback(port: 0))
        try four.send("4", to: .loopback(port: port))
        let sender = try socket.receiveFrom(upTo: 1).address
        #expect(try sender.unmapped == four.localAddress && sender.family == .ipv6)
        // The answer goes by IPv4, with IPv4's control messages.
        #expect(try socket.sendMessage("back", control: [.timeToLive(3)], to: sender) == 4)
        four.timeout = .seconds(10)
        #expect(try four.receive(upTo: 10) == Array("back".utf8))
        let only = try Socket.bound(to: .anyIPv6(port: 0))
        let refused = try Socket.connected(to: .loopback(port: try #require(try only.localAddress.port)), .datagram)
        refused.timeout = .seconds(10)
        try refused.sendAll("4")
        #expect(throws: SocketError.self) { try refused.receive(upTo: 1) }
    }
}
