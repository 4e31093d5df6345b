import AsyncSockets
import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// What both sides of a connection know of it: the openssl program and Python's ssl say the same.
@Suite(.serialized, Requirement.programs("python3", "openssl")) struct FactsTests {
    static let pki = Result { try TLSSocketTests.makePKI() }

    @Test(arguments: [TLSVersion.v1_2, .v1_3]) func exportedSecretsAndGroups(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let (server, port) = try FeatureTests.echo(
            pki.server {
                $0.maximumVersion = version
                $0.groups = ["P-384"]
                $0.signatureAlgorithms = ["ecdsa_secp256r1_sha256"]
            }
        ) { peer in
            (
                secret: peer.exportedSecret(label: "a label", count: 20), group: peer.group,
                none: peer.exportedSecret(label: "x", count: 0)
            )
        }
        let lines = try Program.run(
            "(echo hello; sleep 0.4) | openssl s_client -connect 127.0.0.1:\(port) -CAfile \(pki.rootFile) "
                + "-keymatexport 'a label' -keymatexportlen 20 2>/dev/null || true")
        let mark = "    Keying material: "
        let told = try #require(lines.first { $0.hasPrefix(mark) }?.dropFirst(mark.count))
        let seen = try server.join()
        let digits = try #require(seen.secret).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
        #expect(digits.joined() == told)
        #expect(seen.group == "secp384r1" && seen.none == nil)
        #expect(lines.contains { $0.contains("P-384") || $0.contains("secp384r1") })
        #expect(lines.contains("Peer signing digest: SHA256"))
    }

    @Test func bindingsOfChannels() throws {
        // Both messages that can be the first: the client's in a full handshake, the server's in a resumed one.
        let pki = try Self.pki.get()
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); x.maximum_version = ssl.TLSVersion.TLSv1_2
            x.load_cert_chain('\(pki.file("server.pem"))', '\(pki.file("server.key"))')
            l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20); print(l.getsockname()[1], flush=True)
            for _ in range(2):
                c = x.wrap_socket(l.accept()[0], server_side=True)
                print(c.session_reused, c.get_channel_binding('tls-unique').hex(), flush=True)
                c.sendall(b'x'); c.recv(1); c.close()
            """)
        let port = try TLSSocketTests.port(program)
        let client = try pki.client()
        var session: TLSSession?
        for isResumed in [false, true] {
            let socket = try TLSSocket.connected(
                to: "localhost", port: port, using: client, session: session, timeout: .seconds(20))
            socket.timeout = .seconds(20)
            _ = try socket.receive(upTo: 1)
            let bytes = try #require(socket.channelBinding(.unique))
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(try program.line() == "\(isResumed ? "True" : "False") \(digits)")
            session = socket.session
            socket.close()
        }
        _ = try program.wait()
    }

    @Test func overAUnixName() async throws {
        let pki = try Self.pki.get()
        let folder = try TemporaryFolder()
        let path = folder.file("secure")
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            x.load_cert_chain('\(pki.file("server.pem"))', '\(pki.file("server.key"))')
            l = socket.socket(socket.AF_UNIX); l.bind('\(path)'); l.listen(); l.settimeout(20); print('ready', flush=True)
            for _ in range(2):
                c = x.wrap_socket(l.accept()[0], server_side=True); c.sendall(c.recv(10).upper()); c.unwrap().close()
            """)
        _ = try program.line()
        let address = try #require(SocketAddress("unix:\(path)"))
        let client = try pki.client()
        try Self.talk(address, client)
        try await withDeadline(.seconds(20)) {
            let socket = try await AsyncTLSSocket.connected(to: address, using: client, serverName: "localhost")
            try await socket.sendAll("abc")
            #expect(try await socket.receive(upTo: 10) == Array("ABC".utf8))
            #expect(try await socket.receive(upTo: 10) == nil)
            try await socket.closeGracefully()
        }
        _ = try program.finish()
    }

    private static func talk(_ address: SocketAddress, _ client: TLSContext) throws {
        let socket = try TLSSocket.connected(
            to: address, using: client, serverName: "localhost", timeout: .seconds(20))
        socket.timeout = .seconds(20)
        try socket.sendAll("abc")
        #expect(try socket.receive(upTo: 10) == Array("ABC".utf8))
        #expect(try socket.receive(upTo: 10) == nil)
        try socket.closeGracefully(within: .seconds(10))
    }

    @Test func aResetInTheMiddle() throws {
        let pki = try Self.pki.get()
        let (program, port) = try TLSSocketTests.python(
            pki,
            """
            import struct
            c.sendall(b'half'); sys.stdin.readline()
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
            """)
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(20)
        #expect(try socket.receive(upTo: 100) == Array("half".utf8))
        try program.write("go\n")
        for _ in 0..<2 {
            #expect { try socket.receive(upTo: 100) } throws: { error in
                (error as? TLSError)?.code == .connection
                    && (error as? TLSError)?.socketError?.code == .connectionReset
            }
        }
        _ = try program.wait()
    }

    @Test func recordsThatAreTooLong() throws {
        // After the handshake, the length of a record that is encrypted: 16,384 bytes and 256 more are allowed.
        for (version, most) in [(TLSVersion.v1_3, 16_384 + 256), (.v1_2, 16_384 + 2048)] {
            let identity = try TLSIdentity.selfSigned()
            let client = try TLSContext.client {
                $0.trust = .certificates(identity.certificateChain)
                $0.maximumVersion = version
            }
            let pair = try EnginePair(client, .server(identity))
            try pair.shakeHands()
            let count = most + 1
            pair.server.feed([23, 3, 3, UInt8(count >> 8), UInt8(count & 0xFF)] + [UInt8](repeating: 0, count: count))
            #expect { try pair.server.read() } throws: { error in
                (error as? TLSError)?.code == .protocolViolation
                    && (error as? TLSError)?.alert == .recordOverflow
            }
        }
    }
}
