import AsyncSockets
import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// What errors and descriptions tell a person: the fact that is needed, and no secret.
@Suite(Requirement.programs("openssl", "python3")) struct ExplanationTests {
    @Test func secretsAreNotPrinted() throws {
        let secret: [UInt8] = Array("0123456789abcdef".utf8)
        let identity = try TLSIdentity.selfSigned()
        let context = try TLSContext.server(identity) { settings in
            settings.sharedKeyForIdentity = { _ in secret }
            settings.sharedKey = .init(identity: "machine", key: secret)
            settings.ticketKeys = [UInt8](repeating: 0xA7, count: 80)
        }
        let settings = context.settings
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped, "\(context)", "\(settings.sharedKey as Any)"]
        {
            #expect(!text.contains("48, 49") && !text.contains("167, 167") && !text.contains("0123456789"), "\(text)")
        }
        #expect("\(settings.sharedKey as Any)".contains("machine"))
        let loud = try TLSContext.client { $0.verification = .dangerouslyNothing }
        #expect("\(loud)".contains("verifies NOTHING"))
    }

    @Test func namesOfAnEnemyDoNotReachTheTerminal() {
        let name = Certificate.AlternativeName.host("\u{1B}]0;x\u{7}\u{202E}.example")
        #expect("\(name)".utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect("\(Certificate.AlternativeName.host("*.example.org"))" == "*.example.org")
    }

    @Test func aRefusalSaysWhatThereIs() throws {
        let pki = try PKI()
        try pki.certificate("other", "DNS:other.example,IP:10.0.0.1")
        try pki.certificate("nameless", nil)
        try pki.certificate("old", days: -1)
        func reason(
            _ name: String, _ configure: (inout TLSSettings) throws(TLSError) -> Void = { _ in }
        ) throws -> TLSError {
            try #require(VerificationTests.failure(pki.client(configure), pki.server(name)).client)
        }
        #expect(try reason("other").verification?.reason.hasSuffix(": it is for other.example, 10.0.0.1") == true)
        #expect(try reason("nameless").verification?.reason.contains("its common name does not count") == true)
        #expect(try reason("old").verification?.reason.hasPrefix("certificate has expired on 20") == true)
        let pin = try Certificate.load(from: .init(pki.file("other.pem")))[0]
        let pinned = try reason("old") { $0.trust = .publicKeys([pin.publicKeyFingerprint]) }
        let told = try Program.run(
            "cd \(pki.folder.path); openssl x509 -in old.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum"
        )
        let digits = String(try #require(told.first?.split(separator: " ").first))
        #expect(pinned.verification?.reason.contains(digits) == true)
        // In that form it can be trusted.
        let trusting = try pki.client { settings throws(TLSError) in settings.trust = try .publicKeys([digits]) }
        #expect(try VerificationTests.failure(trusting, pki.server("old")).client == nil)
        for text in ["", "12", String(repeating: "g", count: 64)] {
            #expect("\(text)") { try Trust.publicKeys([text]) } throws: { ($0 as? TLSError)?.code == .badSetting }
        }
    }

    @Test func authoritiesMadeByHand() throws {
        // What `openssl req -x509` alone makes lacks the usage of the key.
        let pki = try PKI()
        try pki.openssl("req -x509 -newkey rsa:2048 -nodes -keyout hand.key -out hand.pem -days 30 -subj '/CN=By hand'")
        try pki.certificate("server", issuer: "hand")
        let file = pki.file("hand.pem")
        let strict = try VerificationTests.failure(.client { $0.trust = .file(.init(file)) }, pki.server()).client
        #expect(strict?.code == .certificateRefused)
        #expect(strict?.hint?.contains("keyUsage=critical") == true && strict?.hint?.contains("requiresStrict") == true)
        let lenient = try TLSContext.client {
            $0.trust = .file(.init(file))
            $0.requiresStrictChains = false
        }
        #expect(try VerificationTests.failure(lenient, pki.server()).client == nil)
        #expect(try VerificationTests.failure(lenient, pki.server(), host: "other.example").client != nil)
    }

    @Test func settingsThatNobodyCanMean() throws {
        let identity = try TLSIdentity.selfSigned()
        let server = try TLSContext.server(identity)
        for change: @Sendable (inout TLSSettings) -> Void in [
            // Whose certificates?
            { $0.clientCertificates = .required }, { $0.clientCertificates = .requested },
            {
                $0.clientCertificates = .required
                $0.trust = .nobody
            },
            // No SHA-256; two of a kind.
            { $0.trust = .publicKeys([[1, 2]]) }, { $0.identities.append($0.identities[0]) },
        ] {
            #expect { try TLSContext.server(identity) { settings in change(&settings) } } throws: { error in
                (error as? TLSError)?.code == .badSetting && (error as? TLSError)?.hint != nil
            }
        }
        _ = try TLSContext.server(identity) {
            $0.clientCertificates = .required
            $0.trust = .system
        }
        // The context of the other side.
        let peer = try Socket.listening(on: .loopback(port: 0))
        let address = try peer.localAddress
        let isRefused = { (error: any Error) in (error as? TLSError)?.code == .badSetting }
        #expect { try TLSSocket.connected(to: address, using: server) } throws: { isRefused($0) }
        #expect { try TLSSocket.connected(to: "localhost", port: 1, using: server) } throws: { isRefused($0) }
        #expect { try TLSEngine(server, serverName: "localhost") } throws: { isRefused($0) }
    }

    @Test func aHandshakeThatTimesOutSaysSo() async throws {
        let silent = try Socket.listening(on: .loopback(port: 0))
        let address = try silent.localAddress
        let client = try TLSContext.client()
        let isTold = { (error: any Error) in
            let error = error as? TLSError
            return error?.code == .timedOut && error?.operation?.rawValue == "handshake"
                && error?.subject == "127.0.0.1" && error?.hint?.contains("STARTTLS") == true
                && "\(error as Any)".contains("TLS handshake 127.0.0.1: timed out")
        }
        #expect { try Self.connect(address, client) } throws: { isTold($0) }
        await #expect {
            try await withDeadline(.milliseconds(50)) { () async throws(TLSError) in
                _ = try await AsyncTLSSocket.connected(to: address, using: client)
            }
        } throws: { isTold($0) }
    }

    private static func connect(_ address: SocketAddress, _ context: TLSContext) throws {
        _ = try TLSSocket.connected(to: address, using: context, timeout: .milliseconds(50))
    }

    @Test func aPlainServerIsRecognized() throws {
        let program = try Program.python(
            """
            import socket
            l = socket.create_server(('127.0.0.1', 0)); print(l.getsockname()[1], flush=True)
            c, _ = l.accept(); c.sendall(c.recv(1000)); c.recv(1000)
            """)
        let port = try TLSSocketTests.port(program)
        #expect {
            try TLSSocket.connected(to: .loopback(port: port), using: .client(), timeout: .seconds(20))
        } throws: {
            ($0 as? TLSError)?.hint?.contains("is it the right port?") == true
        }
        _ = try program.finish()
    }

    @Test func aSessionIsThereWhenItCanBeResumed() throws {
        let identity = try TLSIdentity.selfSigned()
        let context = try TLSContext.client { $0.trust = .certificates(identity.certificateChain) }
        let server = try TLSContext.server(identity)
        let pair = try EnginePair(context, server)
        _ = try pair.client.handshake()
        pair.exchange()
        _ = try pair.server.handshake()
        pair.exchange()
        #expect(try pair.client.handshake())
        // The tickets have not come yet.
        #expect(pair.client.session == nil)
        pair.exchange()
        _ = try pair.server.handshake()
        pair.exchange()
        #expect(try pair.client.read() == .needsInput)
        let session = try #require(pair.client.session)
        // It can be used more than once, and whatever becomes of its connection.
        for _ in 0..<3 {
            let client = try TLSEngine(context, serverName: "localhost", session: session)
            let other = try TLSEngine(server)
            for _ in 0..<4 {
                _ = try client.handshake()
                other.feed(client.takeOutput())
                _ = try other.handshake()
                client.feed(other.takeOutput())
            }
            _ = try client.read()
            #expect(client.isResumed)
        }
    }
}
