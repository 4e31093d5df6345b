import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// The picture of the introduction: process i on machine 1 is linked with j on machine 1 and with k on machine 2.
///
/// The machines are two networks of the kernel, joined by a pair of virtual Ethernet interfaces; i is this process, j and
/// k are Python. All of it goes with the test.
@Suite(
    "Two machines", .serialized, Requirement.root, Requirement.programs("python3", "ip", "unshare", "nsenter", "nft"))
struct TwoMachinesTests {
    /// Machine 2: a process that keeps its network.
    private final class Machine: Sendable {
        private let keeper: Program

        /// Made on the thread that is machine 1; `west` is its interface, `east` that of machine 2.
        init() throws {
            keeper = try Program("unshare", ["-n", "sh", "-c", "echo $$; read line || true"])
            let process = try keeper.line()
            try Namespace.shell(
                """
                ip link set lo up
                ip link add west type veth peer name east netns \(process)
                ip address add 10.9.0.1/24 dev west
                ip address add fd09::1/64 dev west nodad
                ip link set west addrgenmode none
                ip address add fe80::1/64 dev west nodad
                ip link set west up
                """)
            try run(
                """
                ip link set lo up
                ip address add 10.9.0.2/24 dev east
                ip address add fd09::2/64 dev east nodad
                ip link set east addrgenmode none
                ip address add fe80::2/64 dev east nodad
                ip link set east up
                until ip -br link show east | grep -q ' UP '; do sleep 0.01; done
                """)
            try Namespace.shell("until ip -br link show west | grep -q ' UP '; do sleep 0.01; done")
        }

        var process: Int32 { keeper.identifier }

        @discardableResult
        func run(_ commands: String) throws -> [String] {
            try Program("nsenter", ["-t", "\(process)", "-n", "sh", "-ec", commands]).finish()
        }

        func python(_ script: String, _ arguments: String...) throws -> Program {
            try Program("nsenter", ["-t", "\(process)", "-n", "python3", "-u", "-c", script] + arguments)
        }

        func end() throws {
            try keeper.endInput()
            try keeper.wait()
        }
    }

    private static func onTwoMachines(_ work: @escaping @Sendable (Machine) throws -> Void) throws {
        try Namespace.run([.network]) {
            let machine = try Machine()
            defer { try? machine.end() }
            try work(machine)
        }
    }

    private static let server = """
        import socket, sys
        family, type, host = (int(a) if a.lstrip("-").isdigit() else a for a in sys.argv[1:4])
        s = socket.socket(family, type)
        s.settimeout(30)
        if family == socket.AF_INET6: s.bind(socket.getaddrinfo(host, 0, family, type)[0][4])
        else: s.bind((host, 0))
        if type == socket.SOCK_STREAM: s.listen()
        print(s.getsockname()[1])
        if type == socket.SOCK_STREAM:
            c, a = s.accept()
            while True:
                d = c.recv(65536)
                if not d: break
                c.sendall(d.upper())
            c.close()
        else:
            while True:
                d, a = s.recvfrom(65536)
                if d == b"end": break
                s.sendto(d.upper(), a)
        """

    private func exchange(_ address: SocketAddress, _ type: SocketType, _ text: String) throws {
        let socket = try Socket.connected(to: address, type, timeout: .seconds(20))
        socket.timeout = .seconds(20)
        _ = try socket.send(text)
        #expect(try socket.receive(upTo: 1_000) == Array(text.uppercased().utf8))
        if type == .datagram { _ = try socket.send("end") }
    }

    @Test("Streams and datagrams link i with j on machine 1, and with k on machine 2")
    func picture() throws {
        try Self.onTwoMachines { machine in
            for (type, number) in [(SocketType.stream, "1"), (.datagram, "2")] {
                for (family, here, there) in [("2", "127.0.0.1", "10.9.0.2"), ("10", "::1", "fd09::2")] {
                    let j = try Program.python(Self.server, family, number, here)
                    let k = try machine.python(Self.server, family, number, there)
                    let near = Sockets.Port(rawValue: try #require(UInt16(try j.line())))
                    let far = Sockets.Port(rawValue: try #require(UInt16(try k.line())))
                    try exchange(.ip(try #require(IPAddress(here)), port: near), type, "i to j")
                    try exchange(.ip(try #require(IPAddress(there)), port: far), type, "i to k")
                    #expect(try j.wait() == 0)
                    #expect(try k.wait() == 0)
                }
            }
        }
    }

    @Test("Sequenced packets link i with j on machine 1") func sequencedPackets() throws {
        let folder = try TemporaryFolder()
        let listener = try Socket.listening(on: .unix(path: folder.file("s")), .sequencedPacket)
        listener.timeout = .seconds(20)
        let j = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.connect(sys.argv[1])
            s.send(b"one"); s.send(b"two"); print(s.recv(100).decode())
            """, folder.file("s"))
        let i = try listener.accept().socket
        i.timeout = .seconds(20)
        #expect(try i.receive(upTo: 100) == Array("one".utf8))
        #expect(try i.receive(upTo: 100) == Array("two".utf8))
        try i.sendAll("three")
        #expect(try j.line() == "three")
        #expect(try j.wait() == 0)
    }

    @Test("Sequenced packets link i with k where the kernel has SCTP; else it says what it has not")
    func sequencedPacketsBetweenMachines() throws {
        try Self.onTwoMachines { machine in
            do throws(SocketError) {
                _ = try Socket(.ipv4, .sequencedPacket, .sctp)
            } catch {
                #expect(error.code == .unsupported, "\(error)")
                return
            }
            let k = try machine.python(
                """
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_SEQPACKET, 132); s.settimeout(30)
                s.bind(("10.9.0.2", 0)); s.listen(); print(s.getsockname()[1])
                for i in range(2):
                    d, a = s.recvfrom(1000); s.sendto(d.upper(), a)
                """)
            let socket = try Socket(.ipv4, .sequencedPacket, .sctp)
            socket.timeout = .seconds(20)
            let port = Sockets.Port(rawValue: try #require(UInt16(try k.line())))
            try socket.connect(to: .ipv4(IPv4Address(10, 9, 0, 2), port: port))
            for text in ["one", "two"] { try socket.sendAll(text) }
            for text in ["ONE", "TWO"] { #expect(try socket.receive(upTo: 1_000) == Array(text.utf8)) }
            #expect(try k.wait() == 0)
        }
    }

    @Test("What else makes sequenced packets between machines: each family runs, or says that it does not")
    func familiesOfSequencedPackets() {
        // TIPC, RDS and vsock between a machine and its host; the last needs both of them.
        for family: AddressFamily in [.tipc, .rds] {
            do throws(SocketError) { _ = try Socket(family, .sequencedPacket) } catch {
                #expect(error.code == .addressFamilyNotSupported && error.description.contains("\(family)"), "\(error)")
            }
        }
        // Those two have reliable datagrams, too; no other family has.
        for family: AddressFamily in [.ipv4, .unix] {
            do throws(SocketError) {
                _ = try Socket(family, .reliableDatagram)
                Issue.record("\(family) has reliable datagrams")
            } catch { #expect(error.code == .unsupported, "\(error)") }
        }
    }

    @Test("Sequenced packets reach a process in the other network by a path that both see, and not by an abstract name")
    func sequencedPacketsByPath() throws {
        try Self.onTwoMachines { machine in
            let folder = try TemporaryFolder()
            let name = "swift-sockets-\(UInt64.random(in: .min ... .max))"
            let listener = try Socket.listening(on: .unix(path: folder.file("s")), .sequencedPacket)
            let abstract = try Socket.listening(on: .unix(abstract: name), .sequencedPacket)
            defer { abstract.close() }
            listener.timeout = .seconds(20)
            let k = try machine.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.settimeout(20)
                try: s.connect("\\0" + sys.argv[2])
                except ConnectionRefusedError: print("refused")
                s.connect(sys.argv[1]); s.send(b"one"); s.send(b"two"); print(s.recv(100).decode())
                """, folder.file("s"), name)
            let i = try listener.accept().socket
            i.timeout = .seconds(20)
            #expect(try k.line() == "refused")
            #expect(try i.receive(upTo: 100) == Array("one".utf8))
            #expect(try i.receive(upTo: 100) == Array("two".utf8))
            try i.sendAll("three")
            #expect(try k.finish() == ["three"])
        }
    }

    @Test("Link-local addresses of IPv6 work with their zone, and not without") func linkLocal() throws {
        try Self.onTwoMachines { machine in
            let k = try machine.python(Self.server, "10", "1", "fe80::2%east")
            let port = Sockets.Port(rawValue: try #require(UInt16(try k.line())))
            try exchange(try #require(SocketAddress("[fe80::2%west]:\(port)")), .stream, "by the link")
            #expect(try k.wait() == 0)
            #expect(throws: SocketError.self) {
                _ = try Socket.connected(to: #require(SocketAddress("[fe80::2]:\(port)")), timeout: .seconds(5))
            }
            // The sender of a datagram is known with its zone.
            let receiver = try Socket.bound(to: .anyIPv6(port: 0))
            receiver.timeout = .seconds(20)
            let here = try #require(try receiver.localAddress.port)
            let sender = try machine.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                s.sendto(b"hello", socket.getaddrinfo("fe80::1%east", int(sys.argv[1]), type=socket.SOCK_DGRAM)[0][4])
                """, "\(here)")
            #expect(try receiver.receiveFrom(upTo: 10).1.ipAddress?.description == "fe80::2%west")
            #expect(try sender.wait() == 0)
        }
    }

    @Test("A stream brings every byte through a network that loses packets") func loss() throws {
        try Self.onTwoMachines { machine in
            try machine.run(
                """
                nft add table inet loss
                nft 'add chain inet loss input { type filter hook input priority 0; }'
                nft add rule inet loss input numgen random mod 20 == 0 drop
                """)
            let k = try machine.python(
                """
                import hashlib, socket
                s = socket.socket(); s.settimeout(60); s.bind(("10.9.0.2", 0)); s.listen(); print(s.getsockname()[1])
                c, a = s.accept(); h, n = hashlib.sha256(), 0
                while True:
                    d = c.recv(65536)
                    if not d: break
                    h.update(d); n += len(d)
                print(n, h.hexdigest())
                """)
            let port = Sockets.Port(rawValue: try #require(UInt16(try k.line())))
            let socket = try Socket.connected(to: .ipv4(IPv4Address(10, 9, 0, 2), port: port), timeout: .seconds(30))
            socket.timeout = .seconds(50)
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<500_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try socket.sendAll(bytes)
            try socket.shutdown(.write)
            let folder = try TemporaryFolder()
            try Data(bytes).write(to: URL(filePath: folder.file("sent")))
            let sum = try Namespace.shell("sha256sum < \(folder.file("sent"))")[0].prefix(64)
            #expect(try k.line(within: 60) == "500000 \(sum)")
            #expect(try k.wait() == 0)
        }
    }

    @Test("Datagrams are lost and come twice, and the rest comes as it was sent") func lossAndDuplicates() throws {
        try Self.onTwoMachines { machine in
            // Each third is lost on machine 2; of each packet that leaves machine 1 there are two.
            try machine.run(
                """
                nft add table inet loss
                nft 'add chain inet loss input { type filter hook input priority 0; }'
                nft add rule inet loss input ip protocol udp numgen inc mod 3 == 0 drop
                """)
            try Namespace.shell(
                """
                nft add table netdev twice
                nft 'add chain netdev twice egress { type filter hook egress device west priority 0; }'
                nft add rule netdev twice egress ip protocol udp dup to west
                """)
            let k = try Socket(.ipv4, .datagram, in: NetworkNamespace(process: machine.process))
            try k.bind(to: .ipv4(IPv4Address(10, 9, 0, 2), port: 0))
            k.timeout = .seconds(10)
            let python = try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("10.9.0.2", int(sys.argv[1])))
                for i in range(30): s.send(b"%d" % i)
                """, "\(try #require(try k.localAddress.port))")
            #expect(try python.wait() == 0)
            var counts: [Int: Int] = [:]
            k.timeout = .milliseconds(500)
            while let datagram = try? k.receiveFrom(upTo: 100).0 {
                counts[try #require(Int(String(decoding: datagram, as: UTF8.self))), default: 0] += 1
            }
            // How often the kernel doubles what is doubled is its affair: two or four times.
            let copies = counts.values.reduce(0, +)
            #expect(copies == 40 || copies == 80)
            #expect(counts.values.allSatisfy { $0 <= copies / 20 } && counts.values.contains { $0 >= 2 })
            #expect(counts.keys.allSatisfy { (0..<30).contains($0) })
        }
    }

    @Test("A socket is opened in the other network, and the calling thread stays") func openedInside() throws {
        try Self.onTwoMachines { machine in
            let other = try NetworkNamespace(process: machine.process)
            let here = try NetworkNamespace.current()
            let listener = try Socket(.ipv4, .stream, in: other)
            try listener.bind(to: .ipv4(IPv4Address(10, 9, 0, 2), port: 0))
            try listener.listen()
            listener.timeout = .seconds(20)
            let j = try Program.python(
                "import socket, sys; s = socket.create_connection(('10.9.0.2', int(sys.argv[1])), 20); s.sendall(b'over')",
                "\(try #require(try listener.localAddress.port))")
            let (peer, address) = try listener.accept()
            peer.timeout = .seconds(20)
            #expect(address.ipAddress == .v4(IPv4Address(10, 9, 0, 1)))
            #expect(try peer.receive(exactly: 4) == Array("over".utf8))
            #expect(try j.wait() == 0)
            #expect(
                try other.run { () throws(SocketError) in try NetworkInterface.names().map(\.name) } == ["lo", "east"])
            #expect(
                try here.run { () throws(SocketError) in try NetworkInterface.names().map(\.name) } == ["lo", "west"])
            #expect(try NetworkInterface.names().map(\.name) == ["lo", "west"])
            // An address of the other network is none here.
            #expect(throws: SocketError.self) { _ = try Socket.bound(to: .ipv4(IPv4Address(10, 9, 0, 2), port: 0)) }
            // The network stays when its process has gone, because it is held here.
            try machine.end()
            #expect(try other.run { () throws(SocketError) in try NetworkInterface.names().count } >= 1)
            do throws(SocketError) {
                _ = try NetworkNamespace(process: 999_999_999)
                Issue.record("a network of nobody")
            } catch { #expect(error.code == .noSuchFile) }
            let file = try NetworkNamespace(path: "/dev/null")
            do throws(SocketError) {
                _ = try Socket(.ipv4, .stream, in: file)
                Issue.record("a file was entered")
            } catch { #expect(error.errno == .invalidArgument) }
        }
    }

    @Test("A machine that vanishes is an error for whoever waits, sends or enters")
    func vanishing() throws {
        try Self.onTwoMachines { machine in
            let process = machine.process
            let sender = try Socket(.ipv4, .datagram)
            try sender.connect(to: .ipv4(IPv4Address(10, 9, 0, 2), port: 9))
            let bound = try Socket(.ipv6, .datagram)
            try bound.set(.bindToDevice, "west")
            let index = try NetworkInterface.index(of: "west")
            func packets() throws -> Socket {
                let socket = try Socket(.packet, .raw)
                socket.timeout = .seconds(20)
                try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .experimental)))
                return socket
            }
            let (receiver, captured) = (try packets(), try packets())
            let (receiving, capturing) = (ThreadState(), ThreadState())
            let received = Background { () -> SocketError? in
                receiving.enter()
                do throws(SocketError) { _ = try receiver.receive(upTo: 100) } catch { return error }
                return nil
            }
            let ended = Background { () -> SocketError? in
                do throws(SocketError) {
                    let ring = try PacketRing(captured, blockSize: 8_192, blockCount: 4)
                    capturing.enter()
                    try ring.wait()
                } catch { return error }
                return nil
            }
            #expect(receiving.waitUntilAsleep())
            #expect(capturing.waitUntilAsleep())
            try machine.end()
            #expect(try received.join()?.code == .networkDown)
            #expect(try ended.join()?.code == .networkDown)
            // The interface goes with the other one, a moment later.
            let limit = ContinuousClock.now + .seconds(20)
            while try NetworkInterface.names().map(\.name) != ["lo"], .now < limit { usleep(1_000) }
            do throws(SocketError) {
                _ = try sender.send("nobody")
                Issue.record("sent to a network that has gone")
            } catch { #expect(error.code == .networkUnreachable, "\(error)") }
            do throws(SocketError) {
                try bound.send("nobody", to: .ipv6(.loopback, port: 9))
                Issue.record("sent by an interface that has gone")
            } catch { #expect([.networkUnreachable, .noSuchInterface].contains(error.code), "\(error)") }
            do throws(SocketError) {
                _ = try NetworkNamespace(process: process)
                Issue.record("a network of nobody")
            } catch { #expect(error.code == .noSuchFile, "\(error)") }
            #expect(throws: SocketError.self) { _ = try NetworkInterface.index(of: "west") }
        }
    }

    @Test("Multicast from the other machine: to any source, and of one source alone", arguments: [false, true])
    func multicast(ipv6: Bool) throws {
        try Self.onTwoMachines { machine in
            try machine.run("ip address add 10.9.0.3/24 dev east; ip address add fd09::3/64 dev east nodad")
            func receiver() throws -> Socket {
                let socket = try Socket(ipv6 ? .ipv6 : .ipv4, .datagram)
                try socket.set(.reuseAddress, true)
                try socket.set(ipv6 ? .ipv6MulticastAll : .ipv4MulticastAll, false)
                try socket.bind(to: ipv6 ? .anyIPv6(port: 0) : .any(port: 0))
                socket.timeout = .seconds(20)
                return socket
            }
            let group = try #require(IPAddress(ipv6 ? "ff15::abcd" : "239.9.9.9"))
            let sources = try (ipv6 ? ["fd09::2", "fd09::3"] : ["10.9.0.2", "10.9.0.3"]).map {
                try #require(IPAddress($0))
            }
            let any = try receiver()
            try any.join(MulticastGroup(group, interface: "west"))
            let one = try receiver()
            try one.join(MulticastGroup(group, interface: "west"), from: sources[1])
            let python = try machine.python(
                """
                import socket, sys
                six, group = ":" in sys.argv[1], sys.argv[1]
                for source in sys.argv[4:]:
                    s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
                    east = socket.if_nametoindex("east")
                    if six: s.setsockopt(41, socket.IPV6_MULTICAST_IF, east)
                    else: s.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton(source))
                    s.bind((source, 0))
                    for port in sys.argv[2:4]: s.sendto(source.encode(), (group, int(port)))
                """, "\(group)", "\(try #require(try any.localAddress.port))",
                "\(try #require(try one.localAddress.port))", "\(sources[0])", "\(sources[1])")
            #expect(try python.wait() == 0)
            for source in sources { #expect(try any.receive(upTo: 100) == Array(source.description.utf8)) }
            #expect(try one.receive(upTo: 100) == Array(sources[1].description.utf8))
            one.timeout = .milliseconds(50)
            #expect(throws: SocketError.self) { _ = try one.receive(upTo: 100) }
        }
    }
}
