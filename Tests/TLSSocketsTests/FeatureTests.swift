import CTestSupport
import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// What few connections need: shared keys, stapled responses, contexts by name, key logs, certificates after the handshake.
@Suite(.serialized, Requirement.programs("python3", "openssl")) struct FeatureTests {
    static let pki = Result { try TLSSocketTests.makePKI() }

    static func opensslServer(_ pki: PKI, _ arguments: String) throws -> (Program, Sockets.Port) {
        let program = try Program(
            "sh", ["-c", "cd \(pki.folder.path); exec stdbuf -oL openssl s_server -accept 127.0.0.1:0 \(arguments)"])
        let address = try program.rest(after: "ACCEPT ")
        let port: Sockets.Port = try #require(.init(String(address.split(separator: ":").last ?? "")))
        return (program, port)
    }

    /// A server of ours for one client, which gets its lines back.
    static func echo<Value: Sendable>(
        _ context: TLSContext, _ facts: @escaping @Sendable (TLSSocket) throws -> Value
    ) throws -> (Background<Value>, Sockets.Port) {
        let (listener, port) = try TLSSocketTests.listener(context)
        let server = Background {
            let (peer, _) = try listener.accept()
            peer.timeout = .seconds(20)
            try peer.handshake()
            let value = try facts(peer)
            while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
            return value
        }
        return (server, port)
    }

    static let secret: [UInt8] = (1...32).map { $0 }
    static let secretText = secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()

    @Test(arguments: [TLSVersion.v1_2, .v1_3]) func sharedKeys(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let option = version == .v1_2 ? "-tls1_2" : "-tls1_3"
        let configure: @Sendable (inout TLSSettings) throws(TLSError) -> Void = { settings in
            settings.maximumVersion = version
            settings.trust = .nobody
            settings.ciphers = ["PSK"]
            settings.cipherSuites = ["TLS_AES_128_GCM_SHA256"]
        }
        // Their server
        let (program, theirs) = try Self.opensslServer(
            pki, "-nocert -rev \(option) -psk \(Self.secretText) -psk_identity machine -cipher PSK")
        defer { program.terminate() }
        let client = try TLSContext.client { settings throws(TLSError) in
            try configure(&settings)
            settings.sharedKey = .init(identity: "machine", key: Self.secret)
        }
        let socket = try TLSSocket.connected(to: .loopback(port: theirs), using: client, timeout: .seconds(20))
        socket.timeout = .seconds(20)
        try socket.sendAll("abc\n")
        #expect(try socket.receive(upTo: 10) == Array("cba\n".utf8))
        #expect(socket.version == version && socket.peerCertificate == nil)
        socket.close()
        // Our server, which knows one name
        let context = try TLSContext.server { settings throws(TLSError) in
            try configure(&settings)
            settings.sharedKeyForIdentity = { $0 == "machine" ? Self.secret : nil }
        }
        let (server, ours) = try Self.echo(context) { $0.version }
        let lines = try Program.run(
            "(echo hello; sleep 0.5) | openssl s_client -connect 127.0.0.1:\(ours) \(option) -psk \(Self.secretText) "
                + "-psk_identity machine -cipher PSK -ciphersuites TLS_AES_128_GCM_SHA256 -quiet -no_ign_eof 2>/dev/null || true"
        )
        #expect(lines == ["hello"])
        #expect(try server.join() == version)
        let (stranger, port) = try Self.echo(context) { $0.version }
        _ = try Program.run(
            "echo hello | openssl s_client -connect 127.0.0.1:\(port) \(option) -psk \(Self.secretText) "
                + "-psk_identity stranger -cipher PSK -ciphersuites TLS_AES_128_GCM_SHA256 -quiet -no_ign_eof 2>/dev/null || true"
        )
        #expect(throws: TLSError.self) { try stranger.join() }
    }

    @Test func stapledResponses() throws {
        let pki = try Self.pki.get()
        try pki.shell(
            """
            touch index.txt
            serial=$(openssl x509 -in server.pem -noout -serial | cut -d= -f2)
            printf 'V\\t350101000000Z\\t\\t%s\\tunknown\\t/CN=server\\n' $serial > index.txt
            openssl ocsp -index index.txt -CA root.pem -rsigner root.pem -rkey root.key -issuer root.pem -cert server.pem \
                -respout response.der -ndays 1
            """)
        let response = Array(try Data(contentsOf: URL(fileURLWithPath: pki.file("response.der"))))
        // Our server
        var identity = try pki.identity("server")
        identity.ocspResponse = response
        let (server, port) = try Self.echo(TLSContext.server(identity)) { $0.version }
        let lines = try Program.run(
            "(echo hello; sleep 0.3) | openssl s_client -connect 127.0.0.1:\(port) -status -CAfile \(pki.rootFile) 2>/dev/null"
        )
        #expect(lines.contains { $0.contains("OCSP Response Status: successful") })
        #expect(lines.contains { $0.contains("Cert Status: good") })
        _ = try? server.join()
        // Their server
        let (program, theirs) = try Self.opensslServer(
            pki, "-rev -cert server.pem -key server.key -status_file response.der")
        defer { program.terminate() }
        for asks in [true, false] {
            let socket = try TLSSocket.connected(
                to: "localhost", port: theirs, using: pki.client { $0.asksForOCSPResponse = asks },
                timeout: .seconds(20))
            #expect(socket.ocspResponse == (asks ? response : nil))
            socket.close()
        }
    }

    @Test func contextsByName() throws {
        let pki = try Self.pki.get()
        try pki.certificate("other", "DNS:other.example")
        let other = try pki.server("other") { $0.applicationProtocols = ["of-other"] }
        let context = try pki.server {
            $0.chooseByName = { name in
                switch name {
                case "other.example": .use(other)
                case "refused.example": .refuse
                default: .this
                }
            }
        }
        let (listener, port) = try TLSSocketTests.listener(context)
        let server = Background {
            try listener.serve(onError: { _, _ in }) { peer, _ in
                peer.timeout = .seconds(20)
                try peer.sendAll(peer.serverName ?? "none")
                try peer.closeGracefully(within: .seconds(10))
            }
        }
        let program = try Program.python(
            """
            import ssl, socket
            for name in ['other.example', 'localhost', 'refused.example', None]:
                x = ssl.create_default_context(cafile='\(pki.rootFile)'); x.set_alpn_protocols(['of-other'])
                if name is None: x.check_hostname = False
                try:
                    c = x.wrap_socket(socket.create_connection(('127.0.0.1', \(port)), 20), server_hostname=name)
                    said = c.recv(100).decode()
                    print(said, c.getpeercert()['subject'][0][0][1], c.selected_alpn_protocol()); c.unwrap().close()
                except ssl.SSLError as e: print(e.reason)
            """)
        #expect(
            try program.finish() == [
                "other.example other of-other", "localhost server None", "TLSV1_UNRECOGNIZED_NAME", "none server None",
            ])
        listener.close()
        try server.join()
    }

    @Test func keyLogsOfBothSidesAgree() throws {
        let pki = try Self.pki.get()
        let (mine, theirs) = (pki.file("mine.log"), pki.file("theirs.log"))
        let (server, port) = try Self.echo(pki.server { $0.keyLogFile = .init(mine) }) { $0.version }
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.create_default_context(cafile='\(pki.rootFile)'); x.keylog_filename = '\(theirs)'
            c = x.wrap_socket(socket.create_connection(('127.0.0.1', \(port)), 20), server_hostname='localhost')
            c.sendall(b'x'); c.recv(1); c.unwrap().close()
            """)
        _ = try program.finish()
        _ = try server.join()
        func lines(_ file: String) throws -> Set<String> {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
        }
        #expect(try lines(mine) == lines(theirs))
        #expect(try lines(mine).contains { $0.hasPrefix("CLIENT_TRAFFIC_SECRET_0 ") })
        // Who has it reads everything: it is its owner's alone.
        let mode = try FileManager.default.attributesOfItem(atPath: mine)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func certificatesAfterTheHandshake() throws {
        let pki = try Self.pki.get()
        let root = pki.rootFile
        let context = try pki.server { $0.trust = .file(.init(root)) }
        let (listener, port) = try TLSSocketTests.listener(context)
        let server = Background {
            let (peer, _) = try listener.accept()
            peer.timeout = .seconds(20)
            let first = try peer.receive(upTo: 10)
            let before = peer.peerCertificate
            try peer.askForCertificate()
            try peer.sendAll("who?")
            let second = try peer.receive(upTo: 10)
            return (first, before == nil, second, peer.peerCertificate?.commonName)
        }
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.create_default_context(cafile='\(root)'); x.post_handshake_auth = True
            x.load_cert_chain('\(pki.file("client.pem"))', '\(pki.file("client.key"))')
            c = x.wrap_socket(socket.create_connection(('127.0.0.1', \(port)), 20), server_hostname='localhost')
            c.sendall(b'one'); c.recv(10); c.sendall(b'two'); c.close()
            """)
        _ = try program.finish()
        let (first, wasNil, second, name) = try server.join()
        #expect(first == Array("one".utf8) && second == Array("two".utf8) && wasNil && name == "client")
    }

    @Test func oldCiphersAreAChoice() throws {
        let pki = try Self.pki.get()
        // CBC, which encrypts without telling whether it was changed; and the exchange of keys without forward secrecy.
        for (ciphers, isTaken) in [(nil, false), (["DEFAULT"], true)] as [([String]?, Bool)] {
            let (server, port) = try Self.echo(pki.server { $0.ciphers = ciphers }) { $0.cipherSuite?.openSSLName }
            let lines = try Program.run(
                "(echo hello; sleep 0.3) | openssl s_client -connect 127.0.0.1:\(port) -tls1_2 "
                    + "-cipher ECDHE-ECDSA-AES128-SHA256 -CAfile \(pki.rootFile) -quiet -no_ign_eof 2>/dev/null || true"
            )
            #expect(lines == (isTaken ? ["hello"] : []))
            if isTaken {
                #expect(try server.join() == "ECDHE-ECDSA-AES128-SHA256")
            } else {
                #expect { try server.join() } throws: { ($0 as? TLSError)?.code == .nothingInCommon }
            }
        }
    }

    @Test func whetherTheKernelEncrypts() throws {
        // A connection shows more than a socket without one, which is what the library asks.
        let program = try Program.python(
            """
            import socket
            l = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(l.getsockname())
            try: c.setsockopt(socket.IPPROTO_TCP, 31, b'tls'); print(True)
            except FileNotFoundError: print(False)
            """)
        #expect(try program.finish() == [KernelTLS.isInKernel ? "True" : "False"])
        let built = try Program.run("openssl version -a; openssl list -disabled | grep -ix ktls || echo enabled")
        #expect(KernelTLS.isInLibrary == built.contains("enabled"))
        // Whatever both have: OpenSSL encrypts here, and the connection says so.
        let pair = try EnginePair.established(TLSIdentity.selfSigned())
        #expect(pair.client.kernelTLS == [] && pair.server.kernelTLS == [])
    }

    @Test func connectionsLeaveNothingBehind() throws {
        let pki = try Self.pki.get()
        let (server, client) = try (pki.server(), pki.client())
        func meet() throws {
            let pair = try EnginePair(client, server)
            try pair.shakeHands()
            try pair.client.write("x")
            pair.exchange()
            #expect(try pair.server.read() == .bytes([120]))
        }
        for _ in 0..<100 { try meet() }
        let before = Int(allocated_bytes())
        for _ in 0..<400 { try meet() }
        // Both sides of a connection take 25 KiB: nothing of the 400 can have stayed.
        #expect(Int(allocated_bytes()) - before < 100_000)
    }
}
