import TestSupport
import Testing

@Suite struct EchoTests {
    @Test(.timeLimit(.minutes(4)), arguments: ["127.0.0.1:0", "[::1]:0", "unix:PATH", "unix:@NAME"])
    func `says where it listens and who came, and sends back`(endpoint: String) throws {
        let folder = try TemporaryFolder()
        let name = "sock-test-\(UInt32.random(in: .min ... .max))"
        let server = try Program.built(
            "sock", "echo", endpoint.replacing("PATH", with: folder.file("s")).replacing("NAME", with: name))
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let target =
            if endpoint.contains("@") {
                "ABSTRACT-CONNECT:\(name)"
            } else if endpoint.hasPrefix("unix:") {
                "UNIX-CONNECT:\(folder.file("s"))"
            } else {
                "TCP:\(address)"
            }
        let lines = try Program.run(
            """
            head -c 5000000 /dev/urandom > "$2"
            socat -t 10 - "$1" < "$2" | cmp - "$2" && echo same
            """, target, folder.file("in"))
        #expect(lines == ["same"])
        #expect(try server.line().hasPrefix("Connected by "))
    }

    @Test(.timeLimit(.minutes(4))) func `an error says whose conversation it was`() throws {
        let server = try Program.shell("exec \"$sock\" echo 127.0.0.1:0 2>&1")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let port = try Program.python(
            """
            import socket, struct, sys
            host, port = sys.argv[1].rsplit(":", 1)
            s = socket.create_connection((host, int(port)), timeout=20)
            s.sendall(b"x"); s.recv(1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            print(s.getsockname()[1]); s.close()
            """, address
        ).finish().first
        let client = "127.0.0.1:\(port ?? "")"
        #expect(try server.line() == "Connected by \(client)")
        #expect(try server.line().hasPrefix("sock: \(client): receive"))
    }

    @Test(.timeLimit(.minutes(4))) func `serves several clients at one time`() throws {
        let server = try Program.built("sock", "echo", "127.0.0.1:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let clients = try (0..<5).map { _ in try Program("socat", ["-", "TCP:\(address)"]) }
        for (number, client) in clients.enumerated().reversed() {
            try client.write("\(number)\n")
            #expect(try client.line() == "\(number)")
        }
        for client in clients { try client.endInput() }
        for client in clients { #expect(try client.wait() == 0) }
    }

    @Test(.timeLimit(.minutes(4))) func `a client costs no thread, and an idle one no time`() throws {
        let server = try Program.built("sock", "echo", "127.0.0.1:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let lines = try Program.python(
            """
            import socket, sys, time
            host, port = sys.argv[1].rsplit(":", 1)
            sockets = [socket.create_connection((host, int(port)), timeout=20) for _ in range(300)]
            for n, s in enumerate(sockets): s.sendall(b"%d" % n)
            for n, s in enumerate(sockets): assert s.recv(100) == b"%d" % n
            status = dict(line.split(":", 1) for line in open(f"/proc/{sys.argv[2]}/status") if ":" in line)
            print(int(status["Threads"]) < 100)
            def ticks():
                fields = open(f"/proc/{sys.argv[2]}/stat").read().rsplit(")", 1)[1].split()
                return int(fields[11]) + int(fields[12])
            before = ticks(); time.sleep(0.5)
            # Half a second has fifty ticks for each processor; a loop that asks in a circle takes them all.
            print(ticks() - before < 10)
            """, address, "\(server.identifier)"
        ).finish()
        #expect(lines == ["True", "True"])
    }

    @Test(.timeLimit(.minutes(4))) func `--limit lets further clients wait, and loses none`() throws {
        let server = try Program.built("sock", "echo", "--limit", "1", "127.0.0.1:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let first = try Program("socat", ["-", "TCP:\(address)"])
        try first.write("first\n")
        #expect(try first.line() == "first")
        let second = try Program("socat", ["-t5", "-", "TCP:\(address)"])
        try second.write("second\n")
        try first.write("first again\n")
        #expect(try first.line() == "first again")
        try first.endInput()
        #expect(try second.line() == "second")
        try second.endInput()
        #expect(try second.wait() == 0)
    }

    @Test(.timeLimit(.minutes(4))) func `datagrams, also empty ones`() throws {
        let server = try Program.built("sock", "echo", "--udp", "127.0.0.1:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let lines = try Program.run(
            """
            python3 -c '
            import socket, sys
            host, port = sys.argv[1].rsplit(":", 1)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20); s.connect((host, int(port)))
            for data in (b"hello", b"", b"x" * 65507):
                s.send(data); print(s.recv(70000) == data)
            ' "$1"
            """, address)
        #expect(lines == ["True", "True", "True"])
        #expect(try server.line().hasPrefix("Connected by 127.0.0.1:"))
    }

    @Test(.timeLimit(.minutes(4))) func `the tool's own client talks to it`() throws {
        let server = try Program.built("sock", "echo", "localhost:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        #expect(try Program.run("echo hello | \"$sock\" connect \"$1\"", address) == ["hello"])
    }

    @Test(.timeLimit(.minutes(4))) func `Ctrl-C ends it without a word`() throws {
        // Whoever runs the tests may have SIGINT ignored, and the tool would inherit that.
        let server = try Program.shell("exec env --default-signal=INT \"$sock\" echo 127.0.0.1:0")
        _ = try server.rest(after: "Listening on ")
        _ = try Program.run("kill -INT $1", "\(server.identifier)")
        // The number of SIGINT, by which it ended.
        #expect(try server.wait() == 2)
        #expect(server.errorText == "")
    }
}
