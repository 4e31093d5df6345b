import TestSupport
import Testing

@Suite struct DatagramCommandTests {
    @Test(.timeLimit(.minutes(1)), Requirement.programs("python3"))
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

    @Test(.timeLimit(.minutes(1)), Requirement.programs("python3"))
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

    @Test(.timeLimit(.minutes(1)), Requirement.root, Requirement.programs("python3", "ip"))
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

    @Test(.timeLimit(.minutes(1))) func `mistakes are told`() throws {
        #expect(try Program.built("sock", "send", "--ttl", "0", "localhost:9", "x").wait() == 64)
        #expect(try Program.built("sock", "send", "--ecn", "4", "localhost:9", "x").wait() == 64)
        #expect(try Program.built("sock", "receive", "--count", "0", ":0").wait() == 64)
        #expect(try Program.built("sock", "capture", "--count", "0").wait() == 64)
        #expect(try Program.built("sock", "capture", "no-such-link").wait() == 1)
    }
}
