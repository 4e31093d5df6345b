import TestSupport
import Testing

@Suite struct DatagramCommandTests {
    @Test(.timeLimit(.minutes(4)), Requirement.programs("python3"))
    func `receive prints python's datagrams and their facts`() throws {
        let receiver = try Program.shell("\"$sock\" receive --verbose --count 2 127.0.0.1:0 2>&1")
        let address = try receiver.rest(after: "Listening on ")
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
            s.setsockopt(0, socket.IP_TTL, 9); s.setsockopt(0, socket.IP_TOS, 1); print(s.getsockname()[1])
            for d in b"one", b"two": s.sendto(d, ("127.0.0.1", int(sys.argv[1])))
            """, String(address.split(separator: ":")[1]))
        let port = try python.line()
        for text in ["one", "two"] {
            let facts = try receiver.line()
            #expect(
                facts.hasPrefix("3 bytes, from 127.0.0.1:\(port), to 127.0.0.1, interface lo, ttl 9, ecn ECT(1), time ")
            )
            #expect(try receiver.line() == text)
        }
        #expect(try receiver.wait() == 0)
        #expect(try python.wait() == 0)
    }

    @Test(.timeLimit(.minutes(4)), Requirement.programs("python3"))
    func `send sends each text as a datagram, with its facts`() throws {
        let python = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20); s.bind(("127.0.0.1", 0))
            s.setsockopt(0, socket.IP_RECVTOS, 1); s.setsockopt(0, 12, 1); print(s.getsockname()[1])
            for i in range(2):
                d, anc, f, a = s.recvmsg(100, 200)
                print(d.decode(), *sorted(int.from_bytes(v, "little") for _, _, v in anc))
            """)
        let port = try python.line()
        let sender = try Program.built(
            "sock", "send", "--ttl", "5", "--ecn", "2", "127.0.0.1:\(port)", "hello", "again")
        #expect(try sender.wait() == 0)
        #expect(try python.finish() == ["hello 2 5", "again 2 5"])
    }

    @Test(.timeLimit(.minutes(4)), Requirement.root, Requirement.programs("python3", "ip"))
    func `send reaches groups by the interface that is named, and broadcast addresses when it is told to`() throws {
        try Namespace.run([.network]) {
            // Two networks; what is sent comes back by the interface that it left by, and no route says which.
            try Namespace.shell(
                """
                sysctl -qw net.ipv6.conf.default.accept_dad=0
                for i in 1 2; do
                    ip link add net$i type veth peer name far$i
                    ip addr add 192.0.$i.1/24 dev net$i; ip link set net$i up; ip link set far$i up
                done
                ip route add 224.0.0.0/4 dev net1
                """)
            let python = try Program.python(
                """
                import socket, struct
                a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.settimeout(20); a.bind(("239.1.2.3", 0))
                a.setsockopt(0, 8, 1)
                b = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); b.settimeout(20); b.bind(("ff15::1", 0))
                b.setsockopt(41, socket.IPV6_RECVPKTINFO, 1)
                for name in "net1", "net2":
                    i = socket.if_nametoindex(name)
                    a.setsockopt(0, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4si", socket.inet_aton("239.1.2.3"), b"", i))
                    b.setsockopt(41, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, "ff15::1") + struct.pack("i", i))
                print(a.getsockname()[1], b.getsockname()[1])
                for s, place in (a, 0), (a, 0), (b, 16), (b, 16):
                    data, control, _, _ = s.recvmsg(100, 200)
                    print(data.decode(), socket.if_indextoname(struct.unpack("i", control[0][2][place:place + 4])[0]))
                """)
            let ports = try python.line().split(separator: " ")
            for (group, port, text) in [("239.1.2.3", ports[0], "four"), ("ff15::1", ports[1], "six")] {
                for interface in ["net1", "net2"] {
                    let host = group.contains(":") ? "[\(group)%\(interface)]" : "\(group)%\(interface)"
                    #expect(try Program.built("sock", "send", "\(host):\(port)", text).wait() == 0)
                }
            }
            #expect(try python.finish() == ["four net1", "four net2", "six net1", "six net2"])
            #expect(try Program.built("sock", "send", "192.0.1.255:9", "x").wait() == 1)
            #expect(try Program.built("sock", "send", "--broadcast", "192.0.1.255:9", "x").wait() == 0)
        }
    }

    @Test(.timeLimit(.minutes(4)), Requirement.root, Requirement.programs("python3", "ip"))
    func `capture prints a line for each packet`() throws {
        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo up")
            let capture = try Program.shell("\"$sock\" capture --count 2 lo 2>&1")
            #expect(try capture.line() == "Capturing on lo")
            _ = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 5001))
                s.sendto(b"x" * 10, ("127.0.0.1", 5002))
                """
            ).wait()
            for direction in ["out", "in"] {
                let line = try capture.line()
                #expect(line.hasSuffix(" lo \(direction) UDP 127.0.0.1:5001 → 127.0.0.1:5002, 38 bytes"), "\(line)")
            }
            #expect(try capture.wait() == 0)
        }
    }

    @Test(.timeLimit(.minutes(4))) func `mistakes are told`() throws {
        #expect(try Program.built("sock", "send", "--ttl", "0", "localhost:9", "x").wait() == 64)
        #expect(try Program.built("sock", "send", "--ecn", "4", "localhost:9", "x").wait() == 64)
        #expect(try Program.built("sock", "receive", "--count", "0", ":0").wait() == 64)
        #expect(try Program.built("sock", "capture", "--count", "0").wait() == 64)
        #expect(try Program.built("sock", "capture", "no-such-link").wait() == 1)
    }
}
