import Foundation
import Sockets
import TestSupport
import Testing

/// Protocols besides TCP and UDP, and interfaces whose other end is a program: against Python and the kernel.
@Suite("Protocols", Requirement.root, Requirement.programs("python3", "ip")) struct ProtocolTests {
    @Test(
        "MPTCP with Python is no fall-back, and with one who has plain TCP it is",
        Requirement.kernel(.ipv4, .stream, .mptcp))
    func mptcp() throws {
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, int(sys.argv[2])); s.settimeout(20)
            s.connect(("127.0.0.1", int(sys.argv[1]))); s.sendall(b"paths"); print(s.recv(100).decode())
            """
        let listener = try Socket.listening(on: .loopback(port: 0), .stream, .mptcp)
        listener.timeout = .seconds(20)
        for (transport, isMultipath) in [("262", true), ("6", false)] {
            let python = try Program.python(script, "\(try #require(try listener.localAddress.port))", transport)
            let peer = try listener.accept().socket
            peer.timeout = .seconds(20)
            #expect(try peer.receive(exactly: 5) == Array("paths".utf8))
            #expect(try peer.get(.isMultipath) == isMultipath)
            try peer.sendAll("came")
            #expect(try python.finish() == ["came"])
        }
        let python = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262); s.settimeout(20)
            s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
            c, a = s.accept(); print(c.recv(100).decode(), c.getsockopt(6, 43)); c.sendall(b"back")
            """)
        let address = SocketAddress.loopback(port: Sockets.Port(rawValue: try #require(UInt16(try python.line()))))
        let client = try Socket.connected(to: address, .stream, .mptcp, timeout: .seconds(20))
        client.timeout = .seconds(20)
        try client.sendAll("there")
        #expect(try client.receive(exactly: 4) == Array("back".utf8))
        #expect(try client.get(.isMultipath))
        #expect(try python.finish() == ["there 1"])
    }

    @Test(
        "UDP-Lite: how much the checksum covers is sent, and too little is dropped",
        Requirement.kernel(.ipv4, .datagram, .udpLite))
    func udpLite() throws {
        let receiver = try Socket(.ipv4, .datagram, .udpLite)
        try receiver.bind(to: .loopback(port: 0))
        receiver.timeout = .seconds(20)
        try receiver.set(.receiveChecksumCoverage, 20)
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136); s.settimeout(20); s.bind(("127.0.0.1", 0))
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 136); raw.settimeout(20)
            to = ("127.0.0.1", int(sys.argv[1]))
            for coverage in 8, 20:
                s.setsockopt(136, 10, coverage); s.sendto(b"covered to %d of many bytes" % coverage, to)
            print(s.getsockname()[1])
            for i in range(2):
                d, a = s.recvfrom(100)
                # What came before on the loopback is ours, too.
                while True:
                    packet = raw.recv(200)
                    if packet.endswith(d): break
                print(d.decode(), int.from_bytes(packet[24:26], "big"))
            """, "\(try #require(try receiver.localAddress.port))")
        let port = Sockets.Port(rawValue: try #require(UInt16(try python.line())))
        let (bytes, from) = try receiver.receiveFrom(upTo: 100)
        #expect(String(decoding: bytes, as: UTF8.self) == "covered to 20 of many bytes" && from.port == port)
        let sender = try Socket(.ipv4, .datagram, .udpLite)
        try sender.send("all of it", to: .loopback(port: port))
        try sender.set(.sendChecksumCoverage, 10)
        try sender.send("the beginning", to: .loopback(port: port))
        // 0 stands for everything, as does the length; 8 bytes are the header.
        let first = try python.line()
        #expect(first == "all of it 17" || first == "all of it 0")
        #expect(try python.line() == "the beginning 10")
        #expect(try python.wait() == 0)
        receiver.timeout = .milliseconds(30)
        #expect(throws: SocketError.self) { _ = try receiver.receiveFrom(upTo: 100) }
    }

    @Test("A raw socket sends an echo request, and the kernel answers") func raw() throws {
        let echo = try Socket(.ipv4, .raw, .icmp)
        echo.timeout = .seconds(10)
        // With its checksum.
        try echo.send([8, 0, 0x63, 0x61, 0x12, 0x34, 0x82, 0x6A], to: .loopback(port: 0))
        var answer: [UInt8] = []
        repeat {
            answer = try echo.receiveFrom(upTo: 100).0
        } while answer.count < 28 || answer[20] != 0 || answer[24] != 0x12
        #expect(Array(answer.suffix(2)) == [0x82, 0x6A])
    }

    @Test(
        "ICMP without privilege: a datagram socket asks, where the range of groups allows it", arguments: [false, true])
    func icmpDatagrams(ipv6: Bool) throws {
        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo up; echo '1 0' > /proc/sys/net/ipv4/ping_group_range")
            let family: AddressFamily = ipv6 ? .ipv6 : .ipv4
            let transport: TransportProtocol = ipv6 ? .icmpv6 : .icmp
            do throws(SocketError) {
                _ = try Socket(family, .datagram, transport)
                Issue.record("nobody is in the range")
            } catch { #expect(error.code == .permissionDenied) }
            try Namespace.shell("echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range")
            // With no privilege left.
            try Namespace.dropPrivilege()
            let socket = try Socket(family, .datagram, transport)
            socket.timeout = .seconds(10)
            try socket.bind(to: ipv6 ? .loopbackIPv6(port: 0) : .loopback(port: 0))
            // The kernel writes the identifier, which is the port, and the checksum.
            let identifier = try #require(try socket.localAddress.port).rawValue
            #expect(identifier != 0)
            let request: [UInt8] = [ipv6 ? 128 : 8, 0, 0, 0, 0, 0, 0, 7] + Array("ping".utf8)
            try socket.send(request, to: ipv6 ? .loopbackIPv6(port: 0) : .loopback(port: 0))
            let (answer, from) = try socket.receiveFrom(upTo: 100)
            #expect(answer.count == 12 && answer[0] == (ipv6 ? 129 : 0) && answer[1] == 0)
            #expect(UInt16(answer[4]) << 8 | UInt16(answer[5]) == identifier)
            #expect(answer.suffix(6) == request.suffix(6))
            #expect(from.ipAddress == (ipv6 ? .v6(.loopback) : .v4(.loopback)))
            // Other messages than requests are refused.
            do throws(SocketError) {
                try socket.send([3, 0, 0, 0, 0, 0, 0, 0], to: ipv6 ? .loopbackIPv6(port: 0) : .loopback(port: 0))
                Issue.record("an error was sent")
            } catch { #expect(error.code == .invalidArgument) }
        }
    }

    @Test("What a socket sends by a tunnel comes out of its descriptor, and back", arguments: ["tun", "tap"])
    func tunnel(kind: String) throws {
        try Namespace.run([.network]) {
            let python = try Program.python(
                """
                import fcntl, os, struct, sys
                fd, tap = os.open("/dev/net/tun", os.O_RDWR), sys.argv[1] == "tap"
                # TUNSETIFF, without a header before each packet
                fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", b"tunnel", (2 if tap else 1) | 0x1000))
                print("made")
                def sum(b):
                    s = 0
                    for i in range(0, len(b), 2): s += b[i] << 8 | b[i + 1]
                    while s >> 16: s = (s & 0xffff) + (s >> 16)
                    return 0xffff - s
                while True:
                    frame = os.read(fd, 2000)
                    link, packet = (frame[:14], frame[14:]) if tap else (b"", frame)
                    if link and link[12:] != b"\\x08\\0" or packet[0] != 0x45 or packet[9] != 17: continue
                    src, dst, (sport, dport) = packet[12:16], packet[16:20], struct.unpack("!HH", packet[20:24])
                    data = packet[28:]
                    print(data.decode(), packet[8], ".".join(map(str, dst)), dport, sum(packet[:20]))
                    head = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(data), 0, 0, 64, 17, 0, dst, src))
                    head[10:12] = sum(head).to_bytes(2, "big")
                    if link: link = link[6:12] + link[:6] + link[12:]
                    os.write(fd, link + head + struct.pack("!HHHH", dport, sport, 8 + len(data), 0) + data.upper())
                    break
                """, kind)
            #expect(try python.line() == "made")
            try Namespace.shell(
                """
                ip address add 10.8.0.1/24 dev tunnel; ip link set tunnel up
                [ \(kind) = tun ] || ip neighbour add 10.8.0.2 lladdr 02:00:00:00:00:09 dev tunnel nud permanent
                """)
            let socket = try Socket(.ipv4, .datagram)
            socket.timeout = .seconds(20)
            try socket.set(.timeToLive, 33)
            let far = SocketAddress.ipv4(IPv4Address(10, 8, 0, 2), port: 7_777)
            try socket.send("through the tunnel", to: far)
            #expect(try python.line() == "through the tunnel 33 10.8.0.2 7777 0")
            let (bytes, from) = try socket.receiveFrom(upTo: 100)
            #expect(String(decoding: bytes, as: UTF8.self) == "THROUGH THE TUNNEL" && from == far)
            #expect(try python.wait() == 0)
        }
    }
}
