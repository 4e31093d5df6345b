import Foundation
import TestSupport
import Testing

@Suite struct ServiceExamplesTests {
    /// A client of python's that speaks the application protocol by itself.
    private static let client = """
        import socket, struct, sys
        host, port = sys.argv[1].rsplit(":", 1)
        s = socket.create_connection((host, int(port))); s.settimeout(20)
        f = s.makefile("rb")
        def message(content, header=None):
            header = f"content-length: {len(content)}\\n" if header is None else header
            return struct.pack(">H", len(header)) + header.encode() + content
        def answer():
            length, = struct.unpack(">H", f.read(2))
            header = dict(line.split(": ") for line in f.read(length).decode().splitlines())
            return f.read(int(header["content-length"])).decode().strip()

        """

    @Test(.timeLimit(.minutes(4))) func `the application protocol with python's client`() throws {
        let (server, address) = try start("application-protocol-server", "127.0.0.1:0")
        defer { server.terminate() }
        let client = try Program.python(
            Self.client + """
                # Two requests in one piece, then one byte by byte.
                s.sendall(message(b"action=search\\nvalue=ring\\n") + message(b"action=echo\\nvalue=a=b\\n"))
                print(answer()); print(answer())
                for byte in message("action=search\\nvalue=🐶\\n".encode()): s.sendall(bytes([byte]))
                print(answer())
                s.sendall(message(b"action=fly\\nvalue=1")); print(answer())
                s.sendall(message(b"action=echo")); print(answer())
                s.sendall(message(b"")); print(answer())
                s.sendall(message(b"", "content-length: -1\\n")); print(answer())
                print(f.read())
                """, address)
        #expect(
            try client.finish() == [
                "result=In the caves beneath the Misty Mountains. 💍", "result=a=b", "result=🐾 Playing ball! 🏐",
                "error=there is no action 'fly', but search and echo", "error=the request has no value",
                "error=the request has no action", "error=this is no message: malformed contentLength", "b''",
            ])
    }

    @Test(
        .timeLimit(.minutes(4)),
        arguments: [
            (["search", "morpheus"], "Follow the white rabbit. 🐰", "0"), (["echo", "hello"], "hello", "0"),
            (["search", "nothing"], "No match for 'nothing'.", "0"),
            (["fly", "home"], "error: there is no action 'fly', but search and echo", "1"),
        ])
    func `the application protocol's two sides`(request: [String], answer: String, status: String) throws {
        let (server, address) = try start("application-protocol-server", "127.0.0.1:0")
        defer { server.terminate() }
        let lines = try Program.run(
            "\"$1\" \"$2\" \"$3\" \"$4\"; echo $?", Program.builtPath("application-protocol-client"), address,
            request[0],
            request[1])
        #expect(lines == [answer, status])
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["async-chat-server", "chat-server"])
    func `a chat of three`(name: String) throws {
        let (server, address) = try start(name, "127.0.0.1:0")
        defer { server.terminate() }
        func join(_ name: String) throws -> Program {
            let guest = try Program("socat", ["-", "TCP:\(address)"])
            #expect(try guest.line() == "What is your name?")
            try guest.write("\(name)\n")
            #expect(try guest.line() == "Welcome, \(name).")
            return guest
        }
        let ada = try join("Ada")
        let bob = try join("Bob")
        #expect(try ada.line() == "* Bob has come")
        let third = try Program("socat", ["-", "TCP:\(address)"])
        _ = try third.line()
        try third.write("Bob\nno name\nCy\n/who\n")
        #expect(try third.line() == "Bob is here already. What is your name?")
        #expect(try third.line() == "A name is one word of at most 20 letters. What is your name?")
        #expect(try third.line() == "Welcome, Cy.")
        #expect(try third.line() == "Here are: Ada, Bob, Cy")
        #expect(try ada.line() == "* Cy has come")
        // A line in two pieces is one line, and a terminal's commands do not pass.
        try ada.write("hel")
        try ada.write("lo \u{1B}[2Jall\n")
        #expect(try bob.rest(after: "Ada: ") == "hello [2Jall")
        #expect(try third.line() == "Ada: hello [2Jall")
        try bob.write("/quit\n")
        #expect(try ada.line() == "* Bob has gone")
        #expect(try third.line() == "* Bob has gone")
        try third.endInput()
        #expect(try ada.line() == "* Cy has gone")
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["daytime", "time"]) func `the time over TCP and UDP`(form: String) throws
    {
        let (server, address) = try start("time-service", "127.0.0.1:0", form)
        defer { server.terminate() }
        let lines = try Program.run(
            """
            python3 -c '
            import datetime, socket, struct, sys, time
            host, port = sys.argv[1].rsplit(":", 1)
            def seconds(answer):
                if sys.argv[2] == "time": return struct.unpack(">I", answer)[0] - 2208988800
                assert answer.endswith(b"\\r\\n"), answer
                return datetime.datetime.fromisoformat(answer.decode().strip().replace("Z", "+00:00")).timestamp()
            s = socket.create_connection((host, int(port))); s.settimeout(20)
            answer = b""
            while data := s.recv(100): answer += data
            print(abs(seconds(answer) - time.time()) < 5)
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
            s.sendto(b"", (host, int(port)))
            print(abs(seconds(s.recv(100)) - time.time()) < 5)
            ' "$1" "$2"
            """, address, form)
        #expect(lines == ["True", "True"])
    }

    @Test(.timeLimit(.minutes(4))) func `the discard service counts what it throws away`() throws {
        let (server, address) = try start("discard-service", "127.0.0.1:0")
        defer { server.terminate() }
        let port = try #require(address.split(separator: ":").last.map(String.init))
        #expect(try Program.run("head -c 5000000 /dev/zero | nc -N 127.0.0.1 $1", port) == [])
        #expect(try server.line().hasPrefix("Discarded 5000000 bytes from 127.0.0.1:"))
        _ = try Program.run("printf hello | socat -u - UDP:127.0.0.1:$1", port)
        let line = try server.line()
        #expect(line.hasPrefix("Discarded a datagram of 5 bytes from 127.0.0.1:"))
    }

    @Test(.timeLimit(.minutes(4))) func `a domain from outside the library lists the links`() throws {
        let expected = try Program.run(
            "for i in /sys/class/net/*/ifindex; do i=${i%/*}; echo \"$(< $i/ifindex) ${i##*/} $(< $i/mtu)\"; done")
        let lines = try Program.run("\"$1\"", Program.builtPath("third-party-domain"))
        let first = try #require(lines.first)
        let words = first.split(separator: " ")
        #expect(first.hasPrefix("Bound to port "))
        // The kernel has chosen a number, so the typed address came back through it.
        #expect(words.count > 3 && Int(words[3]).map { $0 > 0 } == true)
        for line in expected {
            let parts = line.split(separator: " ")
            #expect(lines.contains { $0.hasPrefix("\(parts[0]): \(parts[1]) ") && $0.contains(" mtu \(parts[2])") })
        }
        #expect(lines.count == expected.count + 1)
    }
}
