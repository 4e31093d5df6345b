import Foundation
import TestSupport
import Testing

@Suite struct ListenTests {
    /// Starts `sock listen -v` with arguments; its standard error comes as lines, its output goes to a file.
    private static func listen(
        _ arguments: String, input: String = "/dev/null", output: String = "/dev/null"
    ) throws -> Program {
        try Program.shell("exec \"$sock\" listen -v \(arguments) 2>&1 > \"$1\" < \"$2\"", output, input)
    }

    @Test(.timeLimit(.minutes(4))) func `a conversation with nc`() throws {
        let folder = try TemporaryFolder()
        try Data("from the server\n".utf8).write(to: URL(fileURLWithPath: folder.file("in")))
        let server = try Self.listen("127.0.0.1:0", input: folder.file("in"), output: folder.file("out"))
        let address = try server.rest(after: "Listening on ")
        let port = try #require(address.split(separator: ":").last.map(String.init))
        #expect(try Program.run("echo from the client | nc -N 127.0.0.1 $1", port) == ["from the server"])
        #expect(try server.rest(after: "Connected by ").hasPrefix("127.0.0.1:"))
        #expect(try server.wait() == 0)
        #expect(try String(contentsOfFile: folder.file("out"), encoding: .utf8) == "from the client\n")
    }

    @Test(.timeLimit(.minutes(4))) func `receives a large file from socat`() throws {
        let folder = try TemporaryFolder()
        let server = try Self.listen("127.0.0.1:0", output: folder.file("out"))
        let address = try server.rest(after: "Listening on ")
        _ = try Program.run(
            "head -c 30000000 /dev/urandom > \"$2\"; socat -u FILE:\"$2\" TCP:$1", address, folder.file("in"))
        #expect(try server.wait() == 0)
        #expect(try Program.run("cmp \"$1\" \"$2\" && echo same", folder.file("in"), folder.file("out")) == ["same"])
    }

    @Test(.timeLimit(.minutes(4))) func `serves a page to curl`() throws {
        let folder = try TemporaryFolder()
        try Data("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n".utf8).write(
            to: URL(fileURLWithPath: folder.file("in")))
        let server = try Self.listen("localhost:0 -4", input: folder.file("in"), output: folder.file("out"))
        let address = try server.rest(after: "Listening on ")
        #expect(try Program.run("curl -s http://$1/", address) == ["hello"])
        #expect(try server.wait() == 0)
        #expect(try String(contentsOfFile: folder.file("out"), encoding: .utf8).hasPrefix("GET / HTTP/1.1\r\n"))
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["0", ":0", "*:0"])
    func `a port alone takes IPv4 and IPv6`(endpoint: String) throws {
        let server = try Self.listen("--keep '\(endpoint)'")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        #expect(address.hasPrefix("[::]:"))
        let port = try #require(address.split(separator: ":").last.map(String.init))
        _ = try Program.run("nc -N 127.0.0.1 $1 < /dev/null", port)
        #expect(try server.rest(after: "Connected by ").hasPrefix("127.0.0.1:"))
        _ = try Program.run("nc -N ::1 $1 < /dev/null", port)
        #expect(try server.rest(after: "Connected by ").hasPrefix("[::1]:"))
    }

    @Test(.timeLimit(.minutes(4))) func `--keep serves one client after the other`() throws {
        let folder = try TemporaryFolder()
        let server = try Self.listen("--keep 127.0.0.1:0", output: folder.file("out"))
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        for word in ["one", "two", "three"] {
            _ = try Program.run("echo $2 | socat - TCP:$1", address, word)
            _ = try server.rest(after: "Connected by ")
        }
        // A fourth conversation begins only when the third has been written.
        _ = try Program.run("socat -u /dev/null TCP:$1", address)
        _ = try server.rest(after: "Connected by ")
        #expect(try String(contentsOfFile: folder.file("out"), encoding: .utf8) == "one\ntwo\nthree\n")
    }

    @Test(.timeLimit(.minutes(4))) func `what is typed after one client is for the next`() throws {
        let server = try Program.shell("exec \"$sock\" listen -v --keep --wait 100ms 127.0.0.1:0 2>&1 > /dev/null")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let script = """
            import socket, sys
            host, port = sys.argv[1].rsplit(":", 1)
            s = socket.create_connection((host, int(port)))
            print("connected"); print(s.recv(100).decode().strip())
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0")
            """
        for word in ["first", "second"] {
            // The client resets the connection, so that the conversation ends while standard input is open.
            let client = try Program.python(script, address)
            _ = try server.rest(after: "Connected by ")
            try server.write("\(word)\n")
            #expect(try client.line() == "connected")
            #expect(try client.line() == word)
            #expect(try client.wait() == 0)
        }
    }

    @Test(.timeLimit(.minutes(4))) func `--exec starts a program for every client`() throws {
        let server = try Self.listen("127.0.0.1:0 --exec tr a-z A-Z")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let slow = try Program("socat", ["-", "TCP:\(address)"])
        _ = try server.rest(after: "Connected by ")
        // The second client is served while the first one still talks.
        #expect(try Program.run("echo hello | socat -t5 - TCP:$1", address) == ["HELLO"])
        try slow.write("slow\n")
        try slow.endInput()
        #expect(try slow.line() == "SLOW")
    }

    @Test(.timeLimit(.minutes(4))) func `datagrams from socat, answered from standard input`() throws {
        let folder = try TemporaryFolder()
        try Data("answer\n".utf8).write(to: URL(fileURLWithPath: folder.file("in")))
        let server = try Self.listen(
            "--udp --wait 300ms 127.0.0.1:0", input: folder.file("in"), output: folder.file("out"))
        let address = try server.rest(after: "Listening on ")
        #expect(try Program.run("echo question | socat -t 3 - UDP:$1", address) == ["answer"])
        #expect(try server.wait() == 0)
        #expect(try String(contentsOfFile: folder.file("out"), encoding: .utf8) == "question\n")
    }

    @Test(.timeLimit(.minutes(4))) func `the path of a Unix socket goes with it`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let server = try Self.listen("unix:\(path)")
        #expect(try server.rest(after: "Listening on ") == "unix:\(path)")
        #expect(FileManager.default.fileExists(atPath: path))
        _ = try Program.run("socat -u /dev/null UNIX:$1", path)
        #expect(try server.wait() == 0)
        #expect(!FileManager.default.fileExists(atPath: path))

        let ended = try Self.listen("unix:\(path)")
        _ = try ended.rest(after: "Listening on ")
        ended.terminate()
        // By SIGTERM, number 15, or where whoever runs the tests has blocked that, with the status that shells give it.
        #expect(try [15, 128 + 15].contains(ended.wait()))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(.timeLimit(.minutes(4))) func `tells that the address is taken`() throws {
        let holder = try Program.python(
            "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1]); input()")
        let port = try holder.line()
        let lines = try Program.run("\"$sock\" listen 127.0.0.1:$1 2>&1; echo $?", port)
        #expect(lines.first?.hasPrefix("sock: bind 127.0.0.1:\(port): address already in use (EADDRINUSE)") == true)
        #expect(lines.last == "1")
        try holder.endInput()
    }
}
