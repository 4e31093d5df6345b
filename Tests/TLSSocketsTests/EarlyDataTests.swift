import AsyncSockets
import Foundation
import Sockets
import TLSSockets
import TestSupport
import Testing

/// Bytes before the handshake is over: the openssl program at the other end, taking and rejecting them.
@Suite(.serialized, Requirement.programs("openssl", "stdbuf")) struct EarlyDataTests {
    static let pki = Result { try TLSSocketTests.makePKI() }

    enum Form: Sendable, CaseIterable {
        case blocking, suspending
    }

    /// What a server has seen of a client.
    struct Seen: Hashable, Sendable {
        var early: [String] = []
        var status: EarlyDataStatus
        var isResumed: Bool
    }

    /// A server of ours for so many clients, one after the other, and its port.
    static func server(
        _ form: Form, _ context: TLSContext, clients: Int
    ) throws -> (seen: () async throws -> [Seen], port: Sockets.Port) {
        switch form {
        case .blocking:
            let (listener, port) = try TLSSocketTests.listener(context)
            let server = Background {
                try (0..<clients).map { _ in
                    let (peer, _) = try listener.accept()
                    peer.timeout = .seconds(20)
                    var early: [String] = []
                    while let bytes = try peer.receiveEarlyData(upTo: 4096) {
                        #expect(!peer.isEstablished)
                        early.append(String(decoding: bytes, as: UTF8.self))
                        try peer.sendEarlyData(Array("early answer\n".utf8))
                    }
                    try peer.handshake()
                    try peer.sendAll("late answer\n")
                    try peer.closeGracefully(within: .seconds(20))
                    return Seen(early: early, status: peer.earlyDataStatus, isResumed: peer.isResumed)
                }
            }
            return ({ try server.join() }, port)
        case .suspending:
            let listener = try AsyncTLSSocket.listening(on: .loopback(port: 0), using: context)
            let address = try listener.localAddress
            let server = Task {
                var all: [Seen] = []
                for _ in 0..<clients {
                    let (peer, _) = try await listener.accept()
                    var early: [String] = []
                    while let bytes = try await peer.receiveEarlyData(upTo: 4096) {
                        #expect(!peer.isEstablished)
                        early.append(String(decoding: bytes, as: UTF8.self))
                        try await peer.sendEarlyData(Array("early answer\n".utf8))
                    }
                    try await peer.handshake()
                    try await peer.sendAll("late answer\n")
                    try await peer.closeGracefully()
                    all.append(Seen(early: early, status: peer.earlyDataStatus, isResumed: peer.isResumed))
                }
                return all
            }
            return ({ try await withDeadline(.seconds(30)) { try await server.value } }, try #require(address.port))
        }
    }

    @Test(arguments: Form.allCases) func aServerTakesThemOnce(form: Form) async throws {
        let pki = try Self.pki.get()
        let (seen, port) = try Self.server(form, pki.server { $0.maximumEarlyData = 1000 }, clients: 5)
        let call = "openssl s_client -connect 127.0.0.1:\(port) -servername localhost -CAfile root.pem -ign_eof"
        func run(_ options: String) throws -> [String] {
            try Program.run("cd \(pki.folder.path); echo question > question; \(call) \(options) 2>&1 </dev/null")
        }
        // A session; early bytes; a copy of them, with the same session; a client that sends none; an old version.
        let first = try run("-sess_out early-\(form)")
        #expect(first.contains("late answer"))
        let second = try run("-sess_in early-\(form) -early_data question")
        #expect(second.contains("Early data was accepted"))
        #expect(second.contains("early answer") && second.contains("late answer"))
        let third = try run("-sess_in early-\(form) -early_data question")
        #expect(third.contains("Early data was rejected") && !third.contains("early answer"))
        #expect(third.contains("late answer"))
        _ = try run("")
        _ = try run("-tls1_2")
        let full = Seen(status: .notSent, isResumed: false)
        #expect(
            try await seen() == [
                full, Seen(early: ["question\n"], status: .accepted, isResumed: true),
                Seen(status: .rejected, isResumed: false), full, full,
            ])
    }

    @Test func aServerThatDoesNotAskRejectsThem() throws {
        let pki = try Self.pki.get()
        let (listener, port) = try TLSSocketTests.listener(pki.server { $0.maximumEarlyData = 1000 })
        let server = Background {
            try (0..<2).map { _ in
                let (peer, _) = try listener.accept()
                peer.timeout = .seconds(20)
                try peer.sendAll("hello\n")
                // What came early is not given out as if it had come afterwards.
                #expect(try peer.receive(upTo: 100) == nil)
                return peer.earlyDataStatus
            }
        }
        let call = "openssl s_client -connect 127.0.0.1:\(port) -servername localhost -CAfile root.pem"
        let lines = try Program.run(
            """
            cd \(pki.folder.path); echo question > question
            (sleep 0.5; echo Q) | \(call) -sess_out unasked 2>&1
            (sleep 0.5; echo Q) | \(call) -sess_in unasked -early_data question 2>&1
            """)
        #expect(lines.contains("Early data was rejected"))
        #expect(try server.join() == [.notSent, .rejected])
    }

    /// The openssl program as a server that takes early data, and its port.
    static func opensslServer(_ pki: PKI) throws -> (Program, Sockets.Port) {
        try FeatureTests.opensslServer(
            pki, "-cert server.pem -key server.key -early_data -max_early_data 100 -naccept 3")
    }

    @Test func aClientSendsThem() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.opensslServer(pki)
        defer { program.terminate() }
        let client = try pki.client()
        func connected(_ session: TLSSession?, _ earlyData: [UInt8]) throws -> TLSSocket {
            let socket = try TLSSocket.connected(
                to: "localhost", port: port, using: client, session: session, earlyData: earlyData, family: .ipv4,
                timeout: .seconds(20))
            socket.timeout = .seconds(20)
            return socket
        }
        let first = try connected(nil, Array("not without a session".utf8))
        #expect(first.earlyDataStatus == .notSent)
        try program.write("hello\n")
        #expect(try first.receive(upTo: 100) == Array("hello\n".utf8))
        let session = try #require(first.session)
        #expect(session.maximumEarlyData == 100)
        first.close()

        let second = try connected(session, Array("the first question\n".utf8))
        #expect(second.earlyDataStatus == .accepted && second.isResumed)
        #expect(try program.rest(after: "the first ") == "question")
        // Then it is as every connection.
        try second.sendAll("behind it\n")
        #expect(try program.rest(after: "behind ") == "it")
        second.close()

        // The session has been used: the server rejects it, and what was sent early is lost.
        let third = try connected(session, Array("the second question\n".utf8))
        #expect(third.earlyDataStatus == .rejected && !third.isResumed)
        try third.sendAll("the second question, again\n")
        #expect(try program.rest(after: "the second question") == ", again")
        third.close()
    }

    @Test func aClientThatSuspendsSendsThem() async throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.opensslServer(pki)
        defer { program.terminate() }
        let client = try pki.client()
        try await withDeadline(.seconds(30)) {
            func connected(_ session: TLSSession?, _ earlyData: [UInt8]) async throws -> AsyncTLSSocket {
                try await AsyncTLSSocket.connected(
                    to: .loopback(port: port), using: client, serverName: "localhost", session: session,
                    earlyData: earlyData)
            }
            let first = try await connected(nil, [])
            try program.write("hello\n")
            #expect(try await first.receive(upTo: 100) == Array("hello\n".utf8))
            let session = try #require(first.session)
            first.close()
            let second = try await connected(session, Array("question\n".utf8))
            #expect(second.earlyDataStatus == .accepted)
            #expect(try program.rest(after: "ques") == "tion")
            second.close()
            let third = try await connected(session, Array("question\n".utf8))
            #expect(third.earlyDataStatus == .rejected)
            third.close()
        }
    }

    // MARK: Over memory: what is between two messages no program shows

    /// A session of a server that takes early data, and the contexts.
    static func sessionOverMemory(
        _ configure: (inout TLSSettings) -> Void = { _ in }
    ) throws -> (session: TLSSession, client: TLSContext, server: TLSContext) {
        let identity = try TLSIdentity.selfSigned()
        let server = try TLSContext.server(identity) { settings in
            settings.maximumEarlyData = 100
            configure(&settings)
        }
        let client = try TLSContext.client { settings in
            settings.trust = .certificates(identity.certificateChain)
            configure(&settings)
        }
        let pair = try EnginePair(client, server)
        try pair.shakeHands()
        _ = try pair.client.read()
        // A server forgets the session of a connection that breaks.
        try pair.server.finishWriting()
        return (try #require(pair.client.session), client, server)
    }

    @Test func theAnswerComesWithTheFirstFlight() throws {
        let (session, clientContext, serverContext) = try Self.sessionOverMemory()
        let client = try TLSEngine(clientContext, serverName: "localhost", session: session)
        let server = try TLSEngine(serverContext)
        try client.writeEarlyData(Array("one".utf8))
        try client.writeEarlyData(Array("two".utf8))
        #expect { try client.writeEarlyData([UInt8](repeating: 0, count: 95)) } throws: {
            ($0 as? TLSError)?.code == .limitExceeded
        }
        server.feed(client.takeOutput())
        #expect(try server.readEarlyData() == .bytes(Array("one".utf8)))
        // What has come early must be read: the handshake would lose it.
        #expect { try server.handshake() } throws: { ($0 as? TLSError)?.code == .notConnected }
        #expect(try server.readEarlyData() == .bytes(Array("two".utf8)))
        #expect(try server.readEarlyData() == .needsInput)
        try server.writeEarlyData(Array("answer".utf8))
        // The client hears it before it has said the last word of the handshake.
        client.feed(server.takeOutput())
        #expect(try client.handshake())
        #expect(client.earlyDataStatus == .accepted)
        #expect(try client.read() == .bytes(Array("answer".utf8)))
        #expect(!server.isEstablished)
        server.feed(client.takeOutput())
        #expect(try server.readEarlyData() == .end)
        #expect(try server.handshake())
        #expect(server.earlyDataStatus == .accepted)
    }

    @Test func sessionsThatDoNotAllowIt() throws {
        // None, one without, one for another protocol, an old version, a connection that has begun.
        let (session, client, server) = try Self.sessionOverMemory { $0.applicationProtocols = ["one"] }
        let plain = try TLSContext.server(TLSIdentity.selfSigned())
        let engines = try [
            TLSEngine(client, serverName: "localhost"),
            TLSEngine(client, serverName: "other.example", session: session),
            TLSEngine(
                .client { $0.applicationProtocols = ["two"] }, serverName: "localhost", session: session),
            TLSEngine(.client { $0.maximumVersion = .v1_2 }, serverName: "localhost", session: session),
            TLSEngine(server), TLSEngine(plain),
        ]
        let begun = try TLSEngine(client, serverName: "localhost", session: session)
        _ = try begun.handshake()
        for (index, engine) in (engines + [begun]).enumerated() {
            #expect("\(index)") { try engine.writeEarlyData([1]) } throws: { ($0 as? TLSError)?.code == .unsupported }
        }
        // A client has none to receive; without a setting a server gets none.
        #expect { try engines[0].readEarlyData() } throws: { ($0 as? TLSError)?.code == .unsupported }
        let pair = try Self.sessionOverMemory { $0.maximumEarlyData = 0 }
        #expect(pair.session.maximumEarlyData == 0)
    }
}
