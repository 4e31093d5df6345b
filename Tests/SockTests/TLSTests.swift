import Foundation
import TestSupport
import Testing

/// `sock connect --tls`, `sock echo --tls` and `sock certificate` against the openssl program and curl.
@Suite(Requirement.programs("openssl", "python3")) struct TLSTests {
    /// A folder with a certificate `server.pem` that trusts itself, and its key.
    static func certificate() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try Program.run(
            """
            cd "$1"; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost -keyout server.key -out server.pem 2>log
            """, folder.path)
        return folder
    }

    @Test(.timeLimit(.minutes(4))) func `echo serves the openssl program`() throws {
        let folder = try Self.certificate()
        let server = try Program.shell(
            "cd \"$1\"; exec \"$sock\" echo --tls --certificate server.pem --key server.key 127.0.0.1:0", folder.path)
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let client = try Program(
            "openssl",
            [
                "s_client", "-connect", address, "-CAfile", folder.file("server.pem"), "-verify_return_error",
                "-verify_hostname", "localhost", "-quiet", "-no_ign_eof",
            ])
        try client.write("hello\n")
        #expect(try client.line() == "hello")
        try client.endInput()
        #expect(try server.line().hasSuffix(" over TLS 1.3"))
    }

    @Test(.timeLimit(.minutes(4))) func `connect verifies and speaks with the openssl program`() throws {
        let folder = try Self.certificate()
        let server = try Program.shell(
            "cd \"$1\"; exec stdbuf -oL openssl s_server -accept 127.0.0.1:0 -rev -cert server.pem -key server.key",
            folder.path)
        defer { server.terminate() }
        let address = try server.rest(after: "ACCEPT ")
        let port = String(address.split(separator: ":").last ?? "")
        let lines = try Program.run(
            "cd \"$1\"; echo hello | timeout 20 \"$sock\" connect --tls --trust server.pem --wait 5s localhost:$2",
            folder.path, port)
        #expect(lines == ["olleh"])
        // Nobody trusts it without being told so.
        let refused = try Program.shell("\"$sock\" connect --tls localhost:$1 </dev/null", port)
        #expect(try refused.wait() == 1)
        #expect(refused.errorText.hasPrefix("sock: TLS"))
        #expect(refused.errorText.contains("`sock certificate --pem localhost:\(port) > FILE`"), "\(refused.errorText)")
        #expect(refused.errorText.contains("--trust FILE") && !refused.errorText.contains("Trust."))
    }

    @Test(.timeLimit(.minutes(4))) func `certificate prints the chain, and says who can be trusted`() throws {
        let folder = try Self.certificate()
        let server = try Program.shell(
            "cd \"$1\"; exec \"$sock\" echo --tls --certificate server.pem --key server.key 127.0.0.1:0", folder.path)
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        let port = String(address.split(separator: ":").last ?? "")
        let lines = try Program.run(
            "cd \"$1\"; timeout 20 \"$sock\" certificate --trust server.pem localhost:$2", folder.path, port)
        #expect(lines.first?.hasPrefix("TLS 1.3, TLS_") == true)
        #expect(lines.contains("0 CN=localhost") && lines.contains("  names        localhost"))
        #expect(lines.last == "Trusted, for localhost")
        let print = try Program.run(
            "cd \"$1\"; openssl x509 -in server.pem -noout -fingerprint -sha256 | cut -d= -f2 | tr A-F a-f", folder.path
        )
        #expect(lines.contains("  fingerprint  \(print.first ?? "")"))
        let pem = try Program.shell("cd \"$1\"; timeout 20 \"$sock\" certificate --pem localhost:$2", folder.path, port)
        #expect(try pem.wait() == 1)
        #expect(pem.errorText.contains("the server cannot be trusted"))
        let advised = try Program.shell("timeout 20 \"$sock\" certificate localhost:$1", port)
        #expect(try advised.wait() == 1)
        #expect(advised.errorText.contains("--trust FILE"), "\(advised.errorText)")
        let key = try Program.run(
            """
            cd "$1"; openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum \
                | cut -c1-64 | sed 's/../&:/g; s/:$//'
            """, folder.path)
        #expect(lines.contains("  key SHA-256  \(key.first ?? "")"))
        let help = try Program.run("\"$sock\" certificate --help")
        #expect(help.contains { $0.contains("--trust") } && !help.contains { $0.contains("--udp") })
        #expect(try pem.line() == "-----BEGIN CERTIFICATE-----")
    }

    @Test(.timeLimit(.minutes(4))) func `a person whose server speaks TLS is told`() throws {
        let server = try Program.built("sock", "echo", "--tls", "127.0.0.1:0")
        defer { server.terminate() }
        let address = try server.rest(after: "Listening on ")
        // At a terminal, which python makes; and without one, quietly.
        let lines = try Program.python(
            """
            import os, pty, subprocess, sys
            sock, address = sys.argv[1:]
            child, terminal = pty.fork()
            if child == 0: os.execv(sock, [sock, "connect", address])
            os.write(terminal, b"hello\\n")
            text = b""
            while True:
                try: piece = os.read(terminal, 4096)
                except OSError: break
                if not piece: break
                text += piece
            print("say --tls" in text.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            quiet = subprocess.run([sock, "connect", address], input=b"hello\\n", capture_output=True, timeout=20)
            print(quiet.stderr.decode())
            """, Program.builtPath("sock"), address
        ).finish()
        #expect(lines.first == "True 0")
        #expect(lines.dropFirst().allSatisfy { $0.isEmpty })
    }

    @Test(.timeLimit(.minutes(4))) func `an alert of TLS is no answer`() throws {
        let server = try Program.python(
            """
            import socket
            s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])
            c, _ = s.accept(); c.recv(100); c.sendall(b"\\x15\\x03\\x01\\x00\\x02\\x02\\x46"); c.close()
            """)
        let client = try Program.shell("echo hello | \"$sock\" connect 127.0.0.1:$1", server.line())
        #expect(try client.wait() == 1)
        #expect(client.errorText.contains("say --tls"), "\(client.errorText)")
    }

    @Test(
        .timeLimit(.minutes(4)),
        arguments: [
            "connect --tls --udp :1", "connect --trust x :1", "echo --certificate x :1", "certificate --udp :1",
        ])
    func `options that do not go together`(arguments: String) throws {
        #expect(try Program.shell("\"$sock\" \(arguments)").wait() == 64)
    }
}
