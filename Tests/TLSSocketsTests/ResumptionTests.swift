import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// A session spares the question who the peer is: so it must not be taken where the question has changed.
@Suite(Requirement.programs("openssl")) struct ResumptionTests {
    static let pki = Result {
        let pki = try PKI()
        try pki.certificate("server")
        try pki.certificate("renewed")
        try pki.certificate("client", "email:client@example.org")
        return pki
    }

    /// A client's session with a server, after both have said goodbye.
    static func session(
        _ client: TLSContext, _ server: TLSContext, serverName: String = "localhost"
    ) throws -> TLSSession {
        let pair = try EnginePair(client, server, serverName: serverName)
        try pair.shakeHands()
        #expect(try pair.client.read() == .needsInput)
        let session = try #require(pair.client.session)
        #expect(session.hasTicket)
        return session
    }

    /// What comes of a connection that offers a session.
    struct Outcome: Equatable {
        var isResumed = false
        var clientError: TLSError.Code?
        var serverError: TLSError.Code?
        /// Whom the server sees.
        var client: String?
    }

    static func outcome(
        _ client: TLSContext, _ server: TLSContext, _ session: TLSSession, serverName: String = "localhost"
    ) throws -> Outcome {
        let first = try TLSEngine(client, serverName: serverName, session: session)
        let second = try TLSEngine(server)
        var outcome = Outcome()
        for _ in 0..<4 {
            do { _ = try first.handshake() } catch { outcome.clientError = error.code }
            second.feed(first.takeOutput())
            do { _ = try second.handshake() } catch { outcome.serverError = error.code }
            first.feed(second.takeOutput())
        }
        outcome.isResumed = second.isEstablished && second.isResumed
        outcome.client = second.peerCertificate?.commonName
        return outcome
    }

    static let versions = [TLSVersion.v1_2, .v1_3]

    @Test(arguments: versions) func aTicketIsNoClientCertificate(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let root = pki.rootFile
        let anybody = try pki.client()
        func open(_ settings: inout TLSSettings) { settings.maximumVersion = version }
        func closed(_ settings: inout TLSSettings) {
            settings.maximumVersion = version
            settings.trust = .file(.init(root))
            settings.clientCertificates = .required
        }
        let refused = Outcome(serverError: .certificateRefused)
        /// The client learns of it with TLS 1.2 in the handshake, with TLS 1.3 when it reads.
        func isRefused(_ outcome: Outcome) -> Bool {
            var outcome = outcome
            outcome.clientError = nil
            return outcome == refused
        }

        // The choice by name has changed; the name itself: see below.
        let isClosed = Lock(false)
        let inner = try pki.server { closed(&$0) }
        let names = try pki.server {
            open(&$0)
            $0.chooseByName = { _ in isClosed.withLock { $0 } ? .use(inner) : .this }
        }
        let anyName = try pki.client { $0.verification = .dangerouslyAnyHostName }
        let ticket = try Self.session(anyName, names, serverName: "open.example")
        #expect(try Self.outcome(anyName, names, ticket, serverName: "open.example").isResumed)
        // The context changes.
        let context = try pki.server { open(&$0) }
        let earlier = try Self.session(anybody, context)
        #expect(try Self.outcome(anybody, context, earlier).isResumed)
        try context.update { closed(&$0) }
        #expect(isRefused(try Self.outcome(anybody, context, earlier)))

        // Another context has the same keys.
        let keys = (0..<80).map { UInt8($0) }
        let first = try pki.server {
            open(&$0)
            $0.ticketKeys = keys
        }
        let strict = try pki.server {
            closed(&$0)
            $0.ticketKeys = keys
        }
        let twin = try pki.server("renewed") {
            open(&$0)
            $0.ticketKeys = keys
        }
        let shared = try Self.session(anybody, first)
        #expect(isRefused(try Self.outcome(anybody, strict, shared)))
        // Another process with the same keys and the same rules takes it, whatever its certificate.
        #expect(try Self.outcome(anybody, twin, shared).isResumed)
    }

    /// A client that cheats: Python offers any session to any name.
    @Test(Requirement.programs("python3"), arguments: versions)
    func aSessionOfOneNameIsNotTakenForAnother(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let root = pki.rootFile
        let inner = try pki.server {
            $0.maximumVersion = version
            $0.trust = .file(.init(root))
            $0.clientCertificates = .required
        }
        let names = try pki.server {
            $0.maximumVersion = version
            $0.chooseByName = { $0 == "closed.example" ? .use(inner) : .this }
        }
        let (listener, port) = try TLSSocketTests.listener(names)
        let server = Background {
            var came: [String] = []
            for _ in 0..<3 {
                let (peer, _) = try listener.accept()
                peer.timeout = .seconds(20)
                do {
                    while let bytes = try peer.receive(upTo: 100) { try peer.sendAll(bytes) }
                    came.append("\(peer.serverName ?? "") \(peer.isResumed ? "resumed" : "new")")
                } catch {
                    came.append("\((error as? TLSError)?.code.description ?? "\(error)")")
                }
            }
            return came
        }
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.create_default_context(cafile='\(root)'); x.check_hostname = False
            session = None
            for name in 'open.example', 'open.example', 'Closed.Example':
                try:
                    c = x.wrap_socket(
                        socket.create_connection(('127.0.0.1', \(port)), 20), server_hostname=name, session=session)
                    c.sendall(b'hello'); print(name, c.recv(10), c.session_reused); session = c.session; c.unwrap()
                except ssl.SSLError as error: print(name, error.reason)
            """)
        let said = try program.finish()
        let came = try server.join()
        #expect(came == ["open.example new", "open.example resumed", "the peer's certificate was refused"], "\(said)")
    }

    @Test(arguments: versions) func renewedCertificatesKeepTickets(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let client = try pki.client()
        let context = try pki.server { $0.maximumVersion = version }
        let session = try Self.session(client, context)
        let renewed = try pki.identity("renewed")
        try context.update { $0.identities = [renewed] }
        #expect(try Self.outcome(client, context, session) == Outcome(isResumed: true))
    }

    @Test(arguments: versions) func aSessionIsOfferedUnderTheSameRulesAlone(version: TLSVersion) throws {
        let pki = try Self.pki.get()
        let stranger = try TLSIdentity.selfSigned(for: ["localhost"])
        let server = try TLSContext.server(stranger) { $0.maximumVersion = version }
        let lax = try TLSContext.client { $0.judge = { _, _ in true } }
        let strict = try pki.client()
        let byJudge = try Self.session(lax, server)
        // The judge of the session, and no other one, may take it again.
        #expect(try Self.outcome(lax, server, byJudge).isResumed)
        try lax.update { $0.judge = { _, failure in failure == nil } }
        let refused = try Self.outcome(lax, server, byJudge)
        #expect(!refused.isResumed && refused.clientError == .certificateRefused)

        let blind = try TLSContext.client { $0.verification = .dangerouslyNothing }
        let bytes = try Self.session(blind, server).secretBytes
        for session in [byJudge, try TLSSession(secretBytes: bytes, serverName: "localhost")] {
            let outcome = try Self.outcome(strict, server, session)
            #expect(!outcome.isResumed && outcome.clientError == .certificateRefused)
        }

        // The same rules in another context, by the bytes.
        let good = try pki.server { $0.maximumVersion = version }
        let kept = try TLSSession(secretBytes: Self.session(strict, good).secretBytes, serverName: "localhost")
        #expect(try Self.outcome(pki.client(), good, kept).isResumed)
        // Another name, although the session says so.
        let other = try TLSSession(secretBytes: kept.secretBytes, serverName: "127.0.0.1")
        #expect(try !Self.outcome(strict, good, other, serverName: "127.0.0.1").isResumed)
        #expect(throws: TLSError.self) { try TLSSession(secretBytes: Array(bytes.dropFirst(8)), serverName: nil) }
        #expect(throws: TLSError.self) { try TLSSession(secretBytes: Array(bytes.prefix(20)), serverName: nil) }
    }

    @Test func aSessionIsThatOfOneClient() throws {
        let pki = try Self.pki.get()
        let (root, own) = (pki.rootFile, try pki.identity("client"))
        let server = try pki.server {
            $0.trust = .file(.init(root))
            $0.clientCertificates = .requested
        }
        let client = try pki.client { $0.identities = [own] }
        let session = try Self.session(client, server)
        #expect(try Self.outcome(client, server, session) == Outcome(isResumed: true, client: "client"))
        #expect(try Self.outcome(pki.client(), server, session) == Outcome())
    }

    @Test func whatIsVerifiedIsSaid() throws {
        let pki = try Self.pki.get()
        let server = try pki.server()
        let key = try #require(pki.identity("server").certificateChain.first?.publicKeyFingerprint)
        let contexts: [(TLSContext, name: String?, chain: Int)] = [
            (try pki.client(), "localhost", 2),
            (try pki.client { $0.judge = { _, failure in failure == nil } }, "localhost", 2),
            (try pki.client { $0.verification = .dangerouslyAnyHostName }, nil, 2),
            (try TLSContext.client { $0.judge = { _, _ in true } }, nil, 0),
            (try TLSContext.client { $0.verification = .dangerouslyNothing }, nil, 0),
            (try TLSContext.client { $0.trust = .publicKeys([key]) }, nil, 0),
        ]
        for (context, name, chain) in contexts {
            let pair = try EnginePair(context, server)
            #expect(pair.client.verifiedName == nil && pair.client.verifiedChain.isEmpty)
            try pair.shakeHands()
            #expect(pair.client.isEstablished)
            #expect(pair.client.verifiedName == name && pair.client.verifiedChain.count == chain)
            // A resumed connection knows the name as well as the first one.
            _ = try pair.client.read()
            let again = try TLSEngine(context, serverName: "localhost", session: pair.client.session)
            let peer = try TLSEngine(server)
            for _ in 0..<3 {
                _ = try again.handshake()
                peer.feed(again.takeOutput())
                _ = try peer.handshake()
                again.feed(peer.takeOutput())
            }
            #expect(again.isResumed && again.verifiedName == name && again.verifiedChain.isEmpty)
        }
    }
}
