import Foundation
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// Settings that could be thought to verify, and have to.
@Suite(Requirement.programs("openssl")) struct BeliefTests {
    static let pki = VerificationTests.pki

    @Test func aJudgesNoHoldsUnderEveryVerification() throws {
        let pki = try Self.pki.get()
        try pki.certificate("judged")
        let server = try pki.server("judged")
        for verification in [TLSSettings.Verification.full, .dangerouslyAnyHostName, .dangerouslyNothing] {
            let client = try pki.client {
                $0.verification = verification
                $0.judge = { _, _ in false }
            }
            let error = try #require(try VerificationTests.failure(client, server).client)
            #expect(error.code == .certificateRefused, "\(verification)")
            let pair = try EnginePair(client, server)
            #expect(throws: TLSError.self) { try pair.shakeHands() }
            #expect(!pair.client.isEstablished)
        }
        // Its yes leaves nothing behind that would explain a later error.
        let client = try TLSContext.client { $0.judge = { _, _ in true } }
        let pair = try EnginePair(client, server)
        try pair.shakeHands()
        pair.client.endInput()
        #expect { while try pair.client.read() != .needsInput {} } throws: { ($0 as? TLSError)?.code == .truncated }
    }

    @Test func withoutANameACertificateProvesNothing() throws {
        let pki = try Self.pki.get()
        try pki.certificate("attacker", "DNS:attacker.example")
        let server = try pki.server("attacker")
        let clients = [
            try pki.client { $0.sharedKey = .init(identity: "me", key: [UInt8](repeating: 7, count: 32)) },
            try pki.client { $0.trust = $0.trust + .publicKeys([[UInt8](repeating: 1, count: 32)]) },
        ]
        for context in clients {
            let client = try TLSEngine(context)
            let peer = try TLSEngine(server)
            #expect {
                for _ in 0..<4 {
                    _ = try client.handshake()
                    peer.feed(client.takeOutput())
                    _ = try peer.handshake()
                    client.feed(peer.takeOutput())
                }
            } throws: { error in
                (error as? TLSError)?.code == .certificateRefused && (error as? TLSError)?.verification?.code == 62
            }
            #expect(!client.isEstablished)
        }
    }

    @Test func aListOfRevocationsIsNoTrust() throws {
        let pki = try Self.pki.get()
        try pki.certificate("listed")
        let server = try pki.server("listed")
        try pki.shell(
            """
            openssl ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -out alone.pem
            cat root.pem alone.pem > bundle.pem
            (cat alone.pem; sed '3s/^..../????/' alone.pem) > broken.pem
            """)
        let bundle = pki.file("bundle.pem")
        let client = try TLSContext.client {
            $0.trust = .nobody
            $0.revocation = .ownCertificate
            $0.revocationLists = [.init(bundle)]
        }
        #expect(try VerificationTests.failure(client, server).client?.code == .certificateRefused)
        let good = try pki.client {
            $0.revocation = .ownCertificate
            $0.revocationLists = [.init(bundle)]
        }
        #expect(try VerificationTests.failure(good, server).client == nil)
        for (file, hint) in [("root.pem", "there is none in it"), ("broken.pem", "it is no list in PEM")] {
            let list = pki.file(file)
            #expect {
                try pki.client { $0.revocationLists = [.init(list)] }
            } throws: { error in
                let error = error as? TLSError
                return error?.code == .badSetting && error?.hint == hint && error?.subject?.contains(file) == true
            }
        }
    }

    @Test(.serialized, arguments: [TLSVersion.v1_2, .v1_3]) func aContextChosenByNameCountsWhole(
        version: TLSVersion
    ) throws {
        let pki = try Self.pki.get()
        let suffix = version == .v1_2 ? 2 : 3
        let name = "chosen-\(version.rawValue)"
        try pki.certificate(name)
        try pki.certificate("gone\(suffix)", "email:gone@example.org")
        try pki.openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -revoke gone\(suffix).pem")
        try pki.openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -out gone\(suffix).crl")
        let (root, list) = (pki.rootFile, pki.file("gone\(suffix).crl"))
        let strict = try pki.server(name) {
            $0.trust = .file(.init(root))
            $0.clientCertificates = .required
            $0.revocation = .ownCertificate
            $0.revocationLists = [.init(list)]
            $0.groups = ["P-384"]
            $0.maximumVersion = version
        }
        let front = try TLSContext.server { $0.chooseByName = { $0 == "localhost" ? .use(strict) : .refuse } }
        let own = try pki.identity("gone\(suffix)")
        let client = try pki.client { $0.identities = [own] }
        let errors = try VerificationTests.failure(client, front)
        #expect(errors.server?.verification?.code == 23)
        // The rest of it.
        try strict.update {
            $0.clientCertificates = .ignored
            $0.revocation = .unchecked
        }
        let pair = try EnginePair(client, front)
        try pair.shakeHands()
        #expect(pair.client.version == version && pair.client.group == "secp384r1")
        #expect(pair.server.serverName == "localhost")
        // Names have no case.
        let capital = try EnginePair(client, front, serverName: "LOCALHOST")
        try capital.shakeHands()
        #expect(capital.server.isEstablished)
    }

    @Test func aChangedContextIsNobodyElses() throws {
        try TLSContext.client().update { $0.verification = .dangerouslyNothing }
        let server = try TLSContext.server(TLSIdentity.selfSigned(for: ["localhost"]))
        #expect(try VerificationTests.failure(.client(), server).client?.code == .certificateRefused)
    }

    @Test func changesAtTheSameTimeAreAllMade() throws {
        let context = try TLSContext.client { $0.trust = .nobody }
        let changes = (0..<4).map { _ in
            Background { for _ in 0..<25 { try context.update { $0.ticketCount += 1 } } }
        }
        for change in changes { try change.join() }
        #expect(context.settings.ticketCount == TLSSettings().ticketCount + 100)
    }

    @Test func nothingIsKnownBeforeTheHandshake() throws {
        let identity = try TLSIdentity.selfSigned(for: ["localhost"])
        let client = try TLSEngine(
            .client { $0.trust = .certificates(identity.certificateChain) }, serverName: "localhost")
        let server = try TLSEngine(.server(identity))
        func look(at engine: TLSEngine) {
            #expect(!engine.isEstablished && engine.version == nil && engine.group == nil && engine.verifiedName == nil)
            #expect(engine.verifiedChain.isEmpty && engine.exportedSecret(label: "x", count: 8) == nil)
            _ = (engine.cipherSuite, engine.peerSignatureAlgorithm, engine.applicationProtocol, engine.session)
            #expect { try engine.read() } throws: { ($0 as? TLSError)?.code == .notConnected }
            #expect { try engine.finishWriting() } throws: { ($0 as? TLSError)?.code == .notConnected }
        }
        look(at: client)
        look(at: server)
        _ = try client.handshake()
        look(at: client)
        server.feed(client.takeOutput())
        _ = try server.handshake()
        look(at: server)
        let failed = try TLSEngine(.server(identity))
        failed.feed(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(throws: TLSError.self) { try failed.handshake() }
        #expect(failed.group == nil && failed.version == nil)
    }

    /// X.509 sets no limit to the number of its version.
    @Test func aCertificateMaySayAnyVersion() throws {
        var der = try TLSIdentity.selfSigned().certificateChain[0].der
        let version: [UInt8] = [0xA0, 3, 2, 1, 2]
        let place = try #require(der.indices.first { der[$0...].starts(with: version) })
        let huge: [UInt8] = [0xA0, 10, 2, 8, 0x7F] + [UInt8](repeating: 0xFF, count: 7)
        der.replaceSubrange(place..<place + version.count, with: huge)
        // Both sequences around it have their lengths in two bytes.
        for start in [0, 4] {
            try #require(der[start] == 0x30 && der[start + 1] == 0x82)
            let length = Int(der[start + 2]) << 8 + Int(der[start + 3]) + huge.count - version.count
            (der[start + 2], der[start + 3]) = (UInt8(length >> 8), UInt8(length & 0xFF))
        }
        #expect(try Certificate(der: der).version == Int.max)
    }
}
