import Foundation
import TestSupport
import Testing

@Suite struct ConnectTests {
    /// A server of python's for one client, which first prints its port.
    private static let server = """
        import hashlib, socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        s = socket.create_server((sys.argv[1], 0), family=family)
        print(s.getsockname()[1])
        c, peer = s.accept()
        print(peer[0])

        """

    @Test(.timeLimit(.minutes(2))) func `sends a large file, and gets the answer after its end`() throws {
        // The server answers only when it has seen the end, so both halves of the connection must end by themselves.
        let server = try Program.python(
            Self.server + """
                h = hashlib.sha256(); n = 0
                while data := c.recv(65536): h.update(data); n += len(data)
                c.sendall(f"{n} {h.hexdigest()}\\n".encode()); c.close()
                """, "127.0.0.1")
        let folder = try TemporaryFolder()
        _ = try Program.run("head -c 30000000 /dev/urandom > $1", folder.file("in"))
        let lines = try Program.run(
            """
            "$sock" connect 127.0.0.1:$1 < "$2"
            echo "30000000 $(sha256sum < "$2" | cut -d' ' -f1)"
            """, server.line(), folder.file("in"))
        #expect(lines.count == 2)
        #expect(lines.first == lines.last)
        #expect(try server.wait() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func `receives a large file`() throws {
        let server = try Program.python(
            Self.server + """
                import os
                data = os.urandom(30_000_000)
                print(hashlib.sha256(data).hexdigest())
                c.sendall(data); c.close()
                """, "127.0.0.1")
        let sum = try Program.run("\"$sock\" connect 127.0.0.1:$1 < /dev/null | sha256sum", server.line())
        _ = try server.line()
        #expect(try sum == ["\(server.line())  -"])
    }

    @Test(.timeLimit(.minutes(2))) func `sends and receives much at the same time`() throws {
        // The echo stops reading while nobody reads from it: a copier with one thread would stop here for ever.
        let server = try Program.python(
            Self.server + """
                while data := c.recv(65536): c.sendall(data)
                c.close()
                """, "127.0.0.1")
        let folder = try TemporaryFolder()
        let lines = try Program.run(
            """
            head -c 20000000 /dev/urandom > "$2"
            "$sock" connect 127.0.0.1:$1 < "$2" > "$2.back" && cmp "$2" "$2.back" && echo same
            """, server.line(), folder.file("in"))
        #expect(lines == ["same"])
    }

    @Test(.timeLimit(.minutes(4))) func `gets from a web server what curl gets`() throws {
        let folder = try TemporaryFolder()
        try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }).write(
            to: URL(fileURLWithPath: folder.file("data")))
        let server = try Program.python(
            """
            import functools, http.server, sys
            class Quiet(http.server.SimpleHTTPRequestHandler):
                def log_message(self, *arguments): pass
            s = http.server.HTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=sys.argv[1]))
            print(s.server_port); s.serve_forever()
            """, folder.path)
        defer { server.terminate() }
        let lines = try Program.run(
            """
            printf 'GET /data HTTP/1.0\\r\\n\\r\\n' | "$sock" connect 127.0.0.1:$1 | sed '1,/^\\r$/d' | sha256sum
            curl -s http://127.0.0.1:$1/data | sha256sum
            """, server.line())
        #expect(lines.count == 2)
        #expect(lines.first == lines.last)
    }

    @Test(
        .timeLimit(.minutes(4)),
        arguments: [
            ("127.0.0.1", "127.0.0.1:PORT", "127.0.0.1"), ("::1", "[::1]:PORT", "::1"),
            ("127.0.0.1", "localhost:PORT", "127.0.0.1"), ("127.0.0.1", "PORT", "127.0.0.1"),
            ("127.0.0.1", ":PORT", "127.0.0.1"), ("127.0.0.1", "-4 localhost:PORT", "127.0.0.1"),
            ("::1", "-6 [::1]:PORT", "::1"),
            ("127.0.0.1", "--source 127.0.0.2 127.0.0.1:PORT", "127.0.0.2"),
            ("127.0.0.1", "--timeout 5s --source 127.0.0.3:0 127.0.0.1:PORT", "127.0.0.3"),
        ])
    func `finds the server by every form of endpoint`(bound: String, endpoint: String, client: String) throws {
        let server = try Program.python(Self.server + "c.sendall(b'hello\\n'); c.close()", bound)
        let arguments = try endpoint.replacing("PORT", with: server.line())
        #expect(try Program.run("\"$sock\" connect \(arguments) < /dev/null") == ["hello"])
        #expect(try server.line() == client)
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["unix:PATH", "PATH", "unix:@NAME"])
    func `connects to Unix names`(endpoint: String) throws {
        let folder = try TemporaryFolder()
        let name = "sock-test-\(UInt32.random(in: .min ... .max))"
        let endpoint = endpoint.replacing("PATH", with: folder.file("s")).replacing("NAME", with: name)
        let server = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind("\\0" + sys.argv[2] if "@" in sys.argv[1] else sys.argv[3])
            s.listen(); print("ready"); c, _ = s.accept(); c.sendall(c.recv(100).upper()); c.close()
            """, endpoint, name, folder.file("s"))
        _ = try server.line()
        #expect(try Program.run("echo hello | \"$sock\" connect $1", endpoint) == ["HELLO"])
    }

    @Test(.timeLimit(.minutes(4))) func `sends datagrams and prints the answers`() throws {
        let server = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
            print(s.getsockname()[1])
            data, peer = s.recvfrom(100); print(data)
            s.sendto(data.upper(), peer)
            """)
        let lines = try Program.run("printf hello | \"$sock\" connect --udp --wait 300ms 127.0.0.1:$1", server.line())
        #expect(lines == ["HELLO"])
        #expect(try server.line() == "b'hello'")
    }

    @Test(.timeLimit(.minutes(4))) func `ends at a terminal when the server has ended`() throws {
        let lines = try Program.run(
            """
            python3 - <<'END'
            import os, pty, socket, sys
            s = socket.create_server(("127.0.0.1", 0))
            child, terminal = pty.fork()
            if child == 0:
                os.execv(os.environ["sock"], ["sock", "connect", f"127.0.0.1:{s.getsockname()[1]}"])
            c, _ = s.accept()
            os.write(terminal, b"typed\\n")
            assert c.recv(100) == b"typed\\n"
            c.sendall(b"answered\\n"); c.close()
            seen = b""
            try:
                while data := os.read(terminal, 1000): seen += data
            except OSError: pass    # what Linux says at the end of a terminal
            assert b"answered" in seen, seen
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            END
            """)
        #expect(lines == ["0"])
    }

    @Test(.timeLimit(.minutes(4))) func `a reader of the output that has enough ends it without noise`() throws {
        let server = try Program.python(
            Self.server + """
                try:
                    while True: c.sendall(b"line\\n" * 1000)
                except OSError: pass
                """, "127.0.0.1")
        let lines = try Program.run(
            "\"$sock\" connect 127.0.0.1:$1 2>&1 < /dev/null | head -n 1; echo ${PIPESTATUS[0]}", server.line())
        #expect(lines.first == "line")
        // 141 is the shell's name for an end by SIGPIPE.
        #expect(["1", "141"].contains(lines.last))
        #expect(lines.count == 2)
    }

    @Test(.timeLimit(.minutes(4))) func `tells that nobody listens`() throws {
        // A port that was free a moment ago, and is bound without listening, so that nobody can take it.
        let holder = try Program.python(
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1]); input()")
        let port = try holder.line()
        let lines = try Program.run("\"$sock\" connect 127.0.0.1:$1 2>&1 < /dev/null; echo $?", port)
        #expect(lines.first?.hasPrefix("sock: connect 127.0.0.1:\(port): connection refused (ECONNREFUSED)") == true)
        #expect(lines.last == "1")
        try holder.endInput()
    }

    @Test(.timeLimit(.minutes(4))) func `gives up after the timeout`() throws {
        // The queue of a Unix listener is full with one client, and the next one waits.
        let folder = try TemporaryFolder()
        let server = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(0)
            c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); print("full"); input()
            """, folder.file("s"))
        _ = try server.line()
        let lines = try Program.run("\"$sock\" connect --timeout 200ms $1 2>&1 < /dev/null; echo $?", folder.file("s"))
        #expect(lines.first?.contains("timed out") == true, "\(lines)")
        #expect(lines.last == "1")
        try server.endInput()
    }

    @Test(.timeLimit(.minutes(4))) func `tells who is connected with --verbose`() throws {
        let server = try Program.python(Self.server + "c.close()", "127.0.0.1")
        let port = try server.line()
        let lines = try Program.run("\"$sock\" connect -v 127.0.0.1:$1 2>&1 < /dev/null", port)
        #expect(lines.first?.hasPrefix("Connected to 127.0.0.1:\(port) from 127.0.0.1:") == true)
    }
}
