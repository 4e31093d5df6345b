import Foundation
import TestSupport
import Testing

/// Starts an example that listens, with its lines as they come, and returns it with its address.
func start(_ name: String, _ arguments: String...) throws -> (program: Program, address: String) {
    // Through a pipe the C library would hold the lines back.
    let program = try Program("stdbuf", ["-oL", Program.builtPath(name)] + arguments)
    return (program, try program.rest(after: "Listening on "))
}

@Suite struct EchoExamplesTests {
    @Test(.timeLimit(.minutes(4)), arguments: ["127.0.0.1:0", "[::1]:0", "unix:PATH", "unix:@NAME"])
    func `the conversation of the echo server`(endpoint: String) throws {
        let folder = try TemporaryFolder()
        let name = "example-\(UInt32.random(in: .min ... .max))"
        let (server, address) = try start(
            "echo-server", endpoint.replacing("PATH", with: folder.file("s")).replacing("NAME", with: name))
        let client = try Program.python(
            """
            import socket, sys
            text = sys.argv[1]
            if text.startswith("unix:"):
                s = socket.socket(socket.AF_UNIX); s.connect(text[5:].replace("@", "\\0", 1))
            else:
                host, port = text.rsplit(":", 1)
                s = socket.create_connection((host.strip("[]"), int(port)))
            print(s.getsockname()[1] if not text.startswith("unix:") else "")
            s.sendall(b"Hello, world"); print(repr(s.recv(1024))); s.close()
            """, address)
        let port = try client.line()
        #expect(try client.finish() == ["b'Hello, world'"])
        let connected = try server.line()
        #expect(connected.hasPrefix("Connected by "))
        #expect(connected.hasSuffix(port.isEmpty ? "" : ":\(port)"))
        let rest = try server.finish()
        #expect(rest == ["Received 12 bytes, sending them back", "The client has closed the connection"])
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["async-echo-client", "echo-client"])
    func `the echo client with socat`(name: String) throws {
        let folder = try TemporaryFolder()
        let server = try Program.shell(
            "exec socat UNIX-LISTEN:\"$1\" SYSTEM:\"tr a-z A-Z\" & until [ -S \"$1\" ]; do sleep 0.01; done; echo; wait",
            folder.file("s"))
        _ = try server.line()
        let lines = try Program.run(
            "\"$1\" \"unix:$2\" 'from the client'", Program.builtPath(name), folder.file("s"))
        #expect(lines == ["Received 'FROM THE CLIENT'"])
    }

    @Test(.timeLimit(.minutes(4))) func `echo server and client talk to each other`() throws {
        let (server, address) = try start("echo-server", "127.0.0.1:0")
        let lines = try Program.run("\"$1\" \"$2\"", Program.builtPath("echo-client"), address)
        #expect(lines == ["Received 'Hello, world'"])
        #expect(try server.wait() == 0)
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["async-echo-server", "echo-threads", "multi-connection-server"])
    func `serves many clients at one time`(name: String) throws {
        let (server, address) = try start(name, "127.0.0.1:0")
        defer { server.terminate() }
        let port = try #require(address.split(separator: ":").last.map(String.init))
        let quiet = try Program("nc", ["127.0.0.1", port])
        defer { quiet.terminate() }
        #expect(try server.line().hasPrefix("Connected by 127.0.0.1:"))
        let folder = try TemporaryFolder()
        let lines = try Program.run(
            """
            head -c 3000000 /dev/urandom > "$2"
            for i in 1 2 3 4; do
                (nc -N 127.0.0.1 $1 < "$2" | cmp - "$2" && echo same) &
            done
            wait
            """, port, folder.file("in"))
        #expect(lines == ["same", "same", "same", "same"])
        try quiet.write("still here\n")
        #expect(try quiet.line() == "still here")
        // The last client is the last to be told of, and none was lost.
        for _ in 1...8 { #expect(try !server.line().contains("Lost")) }
    }

    @Test(.timeLimit(.minutes(4))) func `a process for each client`() throws {
        let (server, address) = try start("echo-forking", "127.0.0.1:0", "tr", "a-z", "A-Z")
        defer { server.terminate() }
        let port = try #require(address.split(separator: ":").last.map(String.init))
        let quiet = try Program("nc", ["-N", "127.0.0.1", port])
        #expect(try Program.run("echo second | nc -N 127.0.0.1 $1", port) == ["SECOND"])
        try quiet.write("first\n")
        try quiet.endInput()
        #expect(try quiet.line() == "FIRST")
    }

    @Test(.timeLimit(.minutes(4))) func `the client of several connections with python's server`() throws {
        let server = try Program.python(
            """
            import socketserver, sys
            class Echo(socketserver.StreamRequestHandler):
                def handle(self):
                    data = self.rfile.read(); sys.stdout.write(data.decode() + "\\n"); self.wfile.write(data)
            with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as s:
                print(s.server_address[1], flush=True); s.serve_forever()
            """)
        defer { server.terminate() }
        let lines = try Program.run(
            "\"$1\" 127.0.0.1:$2 3", Program.builtPath("multi-connection-client"), server.line())
        let text = "Message 1 from client. Message 2 from client."
        #expect(lines.count == 6)
        #expect(lines.filter { $0.hasPrefix("Starting connection") }.count == 3)
        #expect(
            Set(lines.filter { $0.hasPrefix("Received") })
                == Set((1...3).map { "Received '\(text)' from connection \($0)" }))
        for _ in 1...3 { #expect(try server.line() == text) }
    }

    @Test(.timeLimit(.minutes(4))) func `the client of several connections tells which failed`() throws {
        let holder = try Program.python(
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1]); input()")
        let lines = try Program.run(
            "\"$1\" 127.0.0.1:$2 2", Program.builtPath("multi-connection-client"), holder.line())
        #expect(lines.filter { $0.contains("failed: connect 127.0.0.1") && $0.contains("ECONNREFUSED") }.count == 2)
        try holder.endInput()
    }
}
