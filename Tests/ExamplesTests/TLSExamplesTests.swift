import Foundation
import TestSupport
import Testing

/// The examples of secure sockets against the openssl program and Python.
@Suite(Requirement.programs("openssl", "python3")) struct TLSExamplesTests {
    /// A folder with an authority `root.pem` and certificates `server` and `client` of it.
    static func certificates() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try Program.run(
            """
            cd "$1"
            exec 2>log
            key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
            openssl req -x509 $key -keyout root.key -out root.pem -days 30 -subj '/CN=Root' \
                -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
            for name in server client; do
                openssl req -new $key -keyout $name.key -out $name.csr -subj /CN=$name \
                    -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE
                openssl x509 -req -in $name.csr -CA root.pem -CAkey root.key -days 30 -copy_extensions copy -out $name.pem
            done
            """, folder.path)
        return folder
    }

    /// Sends a text with the openssl program, and gives what came back.
    static func ask(
        _ address: String, _ folder: TemporaryFolder, _ text: String, _ options: String = ""
    ) throws -> [String] {
        try Program.run(
            "cd \"$1\"; printf \"$3\" | openssl s_client -connect \"$2\" -CAfile root.pem -verify_return_error "
                + "-verify_hostname localhost -quiet -no_ign_eof \(options) 2>/dev/null || true", folder.path, address,
            text)
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["async-tls-echo", "tls-echo"])
    func `secure echo with Python`(name: String) throws {
        let folder = try Self.certificates()
        let (server, address) = try start(name, "127.0.0.1:0", folder.file("server.pem"), folder.file("server.key"))
        defer { server.terminate() }
        let client = try Program.python(
            """
            import ssl, socket, sys
            x = ssl.create_default_context(cafile=sys.argv[2])
            c = x.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1].rsplit(':')[-1])), 20),
                server_hostname='localhost')
            c.sendall(b'Hello, world'); print(c.recv(100).decode(), c.version()); c.unwrap().close()
            """, address, folder.file("root.pem"))
        #expect(try client.finish() == ["Hello, world TLSv1.3"])
        #expect(try server.line().hasPrefix("Connected by 127.0.0.1:"))
    }

    @Test(.timeLimit(.minutes(4))) func `a server that makes its certificate shows it`() throws {
        let (server, address) = try start("tls-echo", "127.0.0.1:0")
        defer { server.terminate() }
        var pem: [String] = []
        while pem.last != "-----END CERTIFICATE-----" { pem.append(try server.line()) }
        let folder = try TemporaryFolder()
        try pem.joined(separator: "\n").write(toFile: folder.file("root.pem"), atomically: true, encoding: .utf8)
        let client = try Program.python(
            """
            import ssl, socket, sys
            x = ssl.create_default_context(cafile=sys.argv[2])
            c = x.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1].rsplit(':')[-1])), 20),
                server_hostname='localhost')
            c.sendall(b'mine'); print(c.recv(100).decode()); c.unwrap().close()
            """, address, folder.file("root.pem"))
        #expect(try client.finish() == ["mine"])
    }

    @Test(.timeLimit(.minutes(4))) func `an engine needs no network`() throws {
        let lines = try Program.built("tls-engine").finish()
        #expect(lines.suffix(2) == ["Both speak TLS 1.3", "Received 'Hello, world'"])
        #expect(lines.count == 6)
    }

    @Test(.timeLimit(.minutes(4))) func `a plain conversation becomes secure`() throws {
        let folder = try Self.certificates()
        let server = try Program.python(
            """
            import ssl, socket, sys
            x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); x.load_cert_chain(sys.argv[1], sys.argv[2])
            l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20); print(l.getsockname()[1])
            p, _ = l.accept(); p.settimeout(20)
            p.sendall(b'220 ready\\r\\n'); print(p.recv(100)); p.sendall(b'250 STARTTLS\\r\\n')
            print(p.recv(100)); p.sendall(b'220 go on\\r\\n')
            c = x.wrap_socket(p, server_side=True); print(c.recv(100)); c.sendall(b'221 bye\\r\\n'); c.recv(1); c.close()
            """, folder.file("server.pem"), folder.file("server.key"))
        let port = try server.line()
        let lines = try Program.built("starttls", "127.0.0.1", port, "localhost", folder.file("root.pem")).finish()
        #expect(
            lines.map { $0.replacing("\r", with: "") }.suffix(2) == ["Secure: TLS 1.3 with CN=server", "< 221 bye"])
        #expect(try server.finish() == ["b'EHLO example.org\\r\\n'", "b'STARTTLS\\r\\n'", "b'QUIT\\r\\n'"])
    }

    @Test(.timeLimit(.minutes(4))) func `clients have to show a certificate`() throws {
        let folder = try Self.certificates()
        let (server, address) = try start(
            "mutual-tls", "127.0.0.1:0", folder.file("server.pem"), folder.file("server.key"), folder.file("root.pem"))
        defer { server.terminate() }
        let known = try Self.ask(address, folder, "", "-cert client.pem -key client.key -ign_eof")
        #expect(known == ["You are CN=client"])
        #expect(try server.line() == "Connected by CN=client")
        #expect(try Self.ask(address, folder, "", "-ign_eof") == [])
        #expect(try server.line().contains("the client sent no certificate"))
    }
}
