import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// The table of peers: both ways, versions, kinds of keys, ALPN, client certificates and resumption.
@Suite(.serialized, Requirement.programs("python3", "openssl", "curl", "go")) struct InteroperationTests {
    /// A line of the table.
    struct Row: Sendable, CustomStringConvertible {
        let version: TLSVersion
        let key: String

        var description: String { "\(version == .v1_2 ? "1.2" : "1.3"):\(key)" }
        var option: String { version == .v1_2 ? "-tls1_2" : "-tls1_3" }
    }

    static let keys: [(String, PKI.Key)] = [("rsa", .rsa), ("p256", .p256), ("ed25519", .ed25519)]
    static let rows = [TLSVersion.v1_2, .v1_3].flatMap { version in keys.map { Row(version: version, key: $0.0) } }

    static let pki = Result {
        let pki = try PKI()
        for (name, key) in keys {
            try pki.certificate(name, key: key)
            try pki.certificate("client-\(name)", "email:\(name)@example.org", key: key)
        }
        return pki
    }

    /// What a server of ours has seen of a client.
    struct Seen: Hashable, Sendable {
        var version: TLSVersion?
        var name: String?
        var applicationProtocol: String?
        var isResumed: Bool
    }

    /// A server for a line, which answers a line with itself and HTTP with a greeting, and what it has seen.
    final class Server: Sendable {
        let row: Row
        let listener: TLSSocket
        let port: Sockets.Port
        let seen = Lock<[Seen]>([])
        let errors = Lock<[String]>([])
        let thread: Background<Void>

        init(_ row: Row, _ pki: PKI) throws {
            self.row = row
            let root = pki.rootFile
            let context = try pki.server(row.key) {
                $0.minimumVersion = row.version
                $0.maximumVersion = row.version
                $0.applicationProtocols = ["echo", "http/1.1"]
                $0.clientCertificates = .required
                $0.trust = .file(.init(root))
            }
            (listener, port) = try TLSSocketTests.listener(context)
            let (listener, seen, errors) = (listener, seen, errors)
            thread = Background {
                try listener.serve(onError: { error, _ in errors.withLock { $0.append("\(error)") } }) { peer, _ in
                    peer.timeout = .seconds(20)
                    let new = Seen(
                        version: peer.version, name: peer.peerCertificate?.commonName,
                        applicationProtocol: peer.applicationProtocol, isResumed: peer.isResumed)
                    seen.withLock { $0.append(new) }
                    var text: [UInt8] = []
                    while text.last != 10 {
                        guard let more = try peer.receive(upTo: 4096) else { return }
                        text += more
                    }
                    let isHTTP = text.starts(with: Array("GET ".utf8))
                    try peer.sendAll(isHTTP ? Array("HTTP/1.0 200 OK\r\n\r\nhello\n".utf8) : text)
                    try peer.finishWriting()
                    // Some clients go without a word.
                    while let _ = try? peer.receive(upTo: 4096) {}
                }
            }
        }

        /// What it has seen since the last time.
        func take() -> [Seen] {
            seen.withLock { seen in
                defer { seen = [] }
                return seen
            }
        }

        func expect(_ applicationProtocol: String = "echo", resumed: [Bool], _ peer: String) {
            let wanted = resumed.map {
                Seen(
                    version: row.version, name: "client-\(row.key)", applicationProtocol: applicationProtocol,
                    isResumed: $0)
            }
            #expect(take() == wanted, "\(peer) \(row)")
            #expect(errors.withLock { $0 } == [], "\(peer) \(row)")
        }
    }

    /// The Go program, built once.
    static let go = Result {
        let pki = try InteroperationTests.pki.get()
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Fixtures/peer.go")
        let program = try Program(
            "go", ["build", "-o", pki.file("peer"), source.path],
            environment: ["GO111MODULE": "off", "GOFLAGS": "-mod=mod", "GOCACHE": pki.file("cache")])
        _ = try program.finish(within: 240)
        return pki.file("peer")
    }

    @Test(.timeLimit(.minutes(5))) func theirClientsWithOurServers() throws {
        let pki = try Self.pki.get()
        let servers = try Self.rows.map { try Server($0, pki) }
        defer { for server in servers { server.listener.close() } }
        // Python
        let list = servers.map { "('\($0.row.version == .v1_2 ? "1_2" : "1_3")', '\($0.row.key)', \($0.port))" }
        let python = try Program.python(
            """
            import ssl, socket
            for version, key, port in [\(list.joined(separator: ", "))]:
                x = ssl.create_default_context(cafile='\(pki.rootFile)'); x.set_alpn_protocols(['echo'])
                x.minimum_version = x.maximum_version = getattr(ssl.TLSVersion, 'TLSv' + version)
                x.load_cert_chain(f'\(pki.folder.path)/client-{key}.pem', f'\(pki.folder.path)/client-{key}.key')
                session = None
                for turn in range(2):
                    c = x.wrap_socket(socket.create_connection(('127.0.0.1', port), 20), server_hostname='localhost',
                        session=session)
                    c.sendall(b'hello\\n'); got = b''
                    while not got.endswith(b'\\n'): got += c.recv(100)
                    session = c.session
                    print(version, key, c.selected_alpn_protocol(), c.session_reused, got.decode().strip())
                    c.unwrap().close()
            """)
        let pythonLines = try python.finish(within: 60)
        let wanted = { (row: Row, mark: String) in
            ["False", "True"].map {
                "\("\(row)".prefix(1))\(mark)\("\(row)".dropFirst(2).prefix(1)) \(row.key) echo \($0) hello"
            }
        }
        #expect(pythonLines == Self.rows.flatMap { wanted($0, "_") })
        for server in servers { server.expect(resumed: [false, true], "python") }
        // Go
        let go = try Program(Self.go.get(), ["client", pki.folder.path] + servers.map { "\($0.row):\($0.port)" })
        let goLines = try go.finish(within: 60)
        #expect(
            goLines
                == Self.rows.flatMap { wanted($0, ".") }.map {
                    $0.replacing("True", with: "true").replacing("False", with: "false")
                })
        for server in servers { server.expect(resumed: [false, true], "go") }
        // The openssl program, and curl
        for server in servers {
            let (key, folder) = (server.row.key, pki.folder.path)
            let call =
                "openssl s_client -connect 127.0.0.1:\(server.port) -servername localhost -verify_hostname localhost "
                + "-CAfile root.pem -verify_return_error -cert client-\(key).pem -key client-\(key).key -alpn echo "
                + "\(server.row.option) -ign_eof"
            let lines = try Program.run(
                "cd \(folder); for o in -sess_out -sess_in; do echo hello | \(call) $o session-\(key) 2>&1; done")
            #expect(lines.filter { $0.contains("hello") }.count == 2, "openssl \(server.row)")
            #expect(lines.contains { $0.hasPrefix("Reused, ") }, "openssl \(server.row)")
            server.expect(resumed: [false, true], "openssl")
            let version = server.row.version == .v1_2 ? "--tlsv1.2 --tls-max 1.2" : "--tlsv1.3"
            let text = try Program.run(
                "cd \(folder); curl -sS --http1.1 \(version) --cacert root.pem --cert client-\(key).pem "
                    + "--key client-\(key).key --connect-to localhost:443:127.0.0.1:\(server.port) https://localhost/")
            #expect(text == ["hello"], "curl \(server.row)")
            server.expect("http/1.1", resumed: [false], "curl")
        }
    }

    /// Connects twice to a server of a line, and says what is wrong.
    static func visit(_ row: Row, _ pki: PKI, _ port: Sockets.Port, answer: String, _ peer: String) throws {
        let identity = try pki.identity("client-\(row.key)")
        let context = try pki.client {
            $0.minimumVersion = row.version
            $0.maximumVersion = row.version
            $0.applicationProtocols = ["other", "echo"]
            $0.identities = [identity]
        }
        var session: TLSSession?
        for turn in 0..<2 {
            let socket = try TLSSocket.connected(
                to: "127.0.0.1", port: port, using: context, serverName: "localhost", session: session,
                timeout: .seconds(20))
            socket.timeout = .seconds(20)
            try socket.sendAll("hello\n")
            var text: [UInt8] = []
            while text.last != 10, let more = try socket.receive(upTo: 100) { text += more }
            #expect(String(decoding: text, as: UTF8.self) == answer + "\n", "\(peer) \(row)")
            #expect(socket.version == row.version && socket.applicationProtocol == "echo", "\(peer) \(row)")
            #expect(socket.isResumed == (turn == 1), "\(peer) \(row) turn \(turn)")
            // Another curve or kind would show in the subject's key.
            if turn == 0 { #expect(socket.peerCertificate?.commonName == row.key, "\(peer) \(row)") }
            session = socket.session
            socket.close()
        }
    }

    @Test(.timeLimit(.minutes(5))) func ourClientsWithTheirServers() throws {
        let pki = try Self.pki.get()
        // Python
        let list = Self.rows.map { "('\($0.version == .v1_2 ? "1_2" : "1_3")', '\($0.key)')" }
        let python = try Program.python(
            """
            import ssl, socket, threading
            def serve(l, x):
                for turn in range(2):
                    c = x.wrap_socket(l.accept()[0], server_side=True); c.settimeout(20)
                    c.sendall(c.recv(100)); c.recv(1); c.close()
            for version, key in [\(list.joined(separator: ", "))]:
                x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); x.set_alpn_protocols(['echo'])
                x.minimum_version = x.maximum_version = getattr(ssl.TLSVersion, 'TLSv' + version)
                x.load_cert_chain(f'\(pki.folder.path)/{key}.pem', f'\(pki.folder.path)/{key}.key')
                x.load_verify_locations('\(pki.rootFile)'); x.verify_mode = ssl.CERT_REQUIRED
                l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20); print(l.getsockname()[1])
                threading.Thread(target=serve, args=(l, x)).start()
            """)
        for row in Self.rows { try Self.visit(row, pki, TLSSocketTests.port(python), answer: "hello", "python") }
        _ = try python.finish(within: 60)
        // Go
        let go = try Program(Self.go.get(), ["server", pki.folder.path] + Self.rows.map { "\($0)" })
        for row in Self.rows { try Self.visit(row, pki, TLSSocketTests.port(go), answer: "hello", "go") }
        _ = try go.finish(within: 60)
        // The openssl program, which sends lines back reversed
        for row in Self.rows {
            let server = try Program(
                "stdbuf",
                [
                    "-oL", "openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", row.option, "-alpn", "echo",
                    "-Verify", "2",
                    "-verify_return_error", "-CAfile", pki.rootFile, "-cert", pki.file("\(row.key).pem"), "-key",
                    pki.file("\(row.key).key"),
                ])
            defer { server.terminate() }
            let address = try server.rest(after: "ACCEPT ")
            let port: Sockets.Port = try #require(.init(String(address.split(separator: ":").last ?? "")))
            try Self.visit(row, pki, port, answer: "olleh", "openssl")
        }
    }
}
