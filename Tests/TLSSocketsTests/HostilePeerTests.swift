import Sockets
import TLSSockets
import TestSupport
import Testing

/// Peers that do what they should not: each ends with the right error, in time, and no byte of theirs comes through.
@Suite(Requirement.programs("openssl")) struct HostilePeerTests {
    /// The error of a server of ours when a peer sends this and closes.
    static func serverError(_ bytes: [UInt8], resetting: Bool = false) throws -> TLSError? {
        let (first, second) = try Socket.tcpPair()
        let peer = Background {
            try second.sendAll(bytes)
            if resetting {
                try second.set(.linger, .zero)
                second.close()
            } else {
                try second.finishWriting()
            }
        }
        let server = try TLSSocket(upgrading: first, using: .server(TLSIdentity.selfSigned()))
        server.timeout = .seconds(10)
        defer { server.close() }
        do {
            let bytes = try server.receive(upTo: 100)
            Issue.record("received \(String(describing: bytes))")
            return nil
        } catch {
            try peer.join()
            return error
        }
    }

    @Test func garbage() throws {
        #expect(try Self.serverError(Array("\u{1}\u{2}nonsense nonsense nonsense".utf8))?.code == .protocolViolation)
        #expect(try Self.serverError([UInt8](repeating: 0xFF, count: 4000))?.code == .protocolViolation)
        let http = try Self.serverError(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #expect(http?.code == .protocolViolation && http?.hint == "the client spoke plain HTTP")
        // A record that says it is longer than records can be.
        #expect(
            try Self.serverError([22, 3, 3, 0xFF, 0xFF] + [UInt8](repeating: 1, count: 70_000))?.code
                == .protocolViolation)
        // Content before the handshake.
        #expect(try Self.serverError([23, 3, 3, 0, 4, 1, 2, 3, 4])?.code == .protocolViolation)
    }

    @Test func endsInTheMiddle() throws {
        #expect(try Self.serverError([])?.code == .truncated)
        #expect(try Self.serverError([22, 3, 1, 0, 200, 1, 0, 0])?.code == .truncated)
        let reset = try Self.serverError([22, 3, 1, 0, 200, 1, 0, 0], resetting: true)
        #expect(reset?.code == .connection && reset?.socketError?.code == .connectionReset)
    }

    @Test func everyBrokenByteIsNoticed() throws {
        // A connection over memory in which one byte of a record is changed on its way.
        let identity = try TLSIdentity.selfSigned()
        for position in [0, 3, 5, 10, 25] {
            let pair = try EnginePair.established(identity)
            let (client, server) = (pair.client, pair.server)
            try client.write("a secret that is long enough")
            var record = client.takeOutput()
            record[position] ^= 0x40
            server.feed(record)
            #expect("byte \(position)") {
                switch try server.read() {
                // A length that promises more waits for it.
                case .needsInput where position == 3: throw TLSError(.protocolViolation)
                case let content: Issue.record("\(content)")
                }
            } throws: { ($0 as? TLSError)?.code == .protocolViolation }
        }
    }

    /// OpenSSL takes its memory away at the end of a program, if it is let.
    @Test func aProgramEndsWhileItsThreadsAreBusy() throws {
        for _ in 0..<10 {
            let program = try Program.built("tls-fixture")
            #expect(try program.wait() == 0)
        }
    }

    @Test func noRenegotiation() throws {
        let pki = try PKI()
        try pki.certificate("server")
        let listener = try TLSSocket.listening(on: .loopback(port: 0), using: pki.server())
        listener.timeout = .seconds(20)
        let address = try listener.localAddress
        let port = try #require(address.port)
        let client = try Program(
            "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2", "-CAfile", pki.rootFile])
        let (peer, _) = try listener.accept()
        peer.timeout = .seconds(20)
        try peer.handshake()
        #expect(peer.version == .v1_2)
        // The line "R" makes the openssl program ask for new keys; the server says no, and the client gives up.
        try client.write("R\n")
        #expect { try peer.receive(upTo: 100) } throws: { error in
            (error as? TLSError)?.code == .alert
        }
        peer.close()
        try client.endInput()
        #expect(try client.wait() != 0)
        #expect(client.errorText.contains("no renegotiation"))
    }
}

extension Socket {
    /// Two TCP sockets over loopback that are connected with each other.
    static func tcpPair() throws -> (Socket, Socket) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let client = try Socket.connected(to: listener.localAddress)
        return (try listener.accept().socket, client)
    }
}
