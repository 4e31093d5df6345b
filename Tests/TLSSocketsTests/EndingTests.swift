import AsyncSockets
import Foundation
import Sockets
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// The end of the stream in each order, where the connection below stays open.
@Suite struct EndingTests {
    static func contexts() throws -> (client: TLSContext, server: TLSContext) {
        let identity = try TLSIdentity.selfSigned(for: ["localhost"])
        return (try .client { $0.trust = .certificates(identity.certificateChain) }, try .server(identity))
    }

    /// Both sides after their handshake.
    static func pair() throws -> (client: TLSSocket, server: TLSSocket) {
        let contexts = try contexts()
        let (one, other) = try Socket.pair()
        let client = try TLSSocket(upgrading: one, using: contexts.client, serverName: "localhost")
        let server = try TLSSocket(upgrading: other, using: contexts.server)
        for socket in [client, server] { socket.timeout = .seconds(30) }
        let peer = Background { try server.handshake() }
        try client.handshake()
        try peer.join()
        return (client, server)
    }

    static func asyncPair() async throws -> (client: AsyncTLSSocket, server: AsyncTLSSocket) {
        let contexts = try contexts()
        let (one, other) = try AsyncSocket.pair()
        let client = try AsyncTLSSocket(upgrading: one, using: contexts.client, serverName: "localhost")
        let server = try AsyncTLSSocket(upgrading: other, using: contexts.server)
        async let peer: Void = server.handshake()
        try await client.handshake()
        try await peer
        return (client, server)
    }

    @Test func theEndStaysTheEnd() throws {
        let (client, server) = try Self.pair()
        try server.sendAll("last words")
        try server.finishWriting()
        #expect(try client.receive(upTo: 100) == Array("last words".utf8))
        for _ in 0..<3 { #expect(try client.receive(upTo: 100) == nil) }
        // The other direction goes on.
        try client.sendAll("heard")
        #expect(try server.receive(upTo: 100) == Array("heard".utf8))
    }

    @Test func theEndStaysTheEndAsync() async throws {
        try await withDeadline(.seconds(30)) {
            let (client, server) = try await Self.asyncPair()
            try await server.sendAll("last words")
            try await server.finishWriting()
            #expect(try await client.receive(upTo: 100) == Array("last words".utf8))
            for _ in 0..<3 { #expect(try await client.receive(upTo: 100) == nil) }
            try await client.sendAll("heard")
            #expect(try await server.receive(upTo: 100) == Array("heard".utf8))
        }
    }

    @Test func backToPlainTextWhoeverBegins() throws {
        let (client, server) = try Self.pair()
        try server.finishWriting()
        #expect(try client.receive(upTo: 100) == nil)
        let (plain, received) = try client.unwrap()
        #expect(received.isEmpty)
        let (otherPlain, otherReceived) = try server.unwrap()
        #expect(otherReceived.isEmpty)
        try plain.sendAll("plain")
        #expect(try otherPlain.receive(upTo: 100) == Array("plain".utf8))
    }

    @Test func backToPlainTextWhoeverBeginsAsync() async throws {
        try await withDeadline(.seconds(30)) {
            let (client, server) = try await Self.asyncPair()
            try await server.finishWriting()
            #expect(try await client.receive(upTo: 100) == nil)
            let plain = try await client.unwrap().socket
            let otherPlain = try await server.unwrap().socket
            try await plain.sendAll("plain")
            #expect(try await otherPlain.receive(upTo: 100) == Array("plain".utf8))
        }
    }

    @Test func closesGracefullyAfterThePeersGoodbye() throws {
        let (client, server) = try Self.pair()
        try server.finishWriting()
        #expect(try client.receive(upTo: 100) == nil)
        // The peer's connection stays open all the time.
        try client.closeGracefully(within: .seconds(30))
        #expect(try server.receive(upTo: 100) == nil)
    }

    @Test func sayingGoodbyeTwiceLosesNothing() throws {
        let (client, server) = try Self.pair()
        let answer = [UInt8](repeating: 7, count: 100_000)
        try client.sendAll("question")
        try client.finishWriting()
        #expect(try server.receive(upTo: 100) == Array("question".utf8))
        let sender = Background {
            try server.sendAll(answer)
            try server.finishWriting()
        }
        var came = try #require(try client.receive(upTo: 10))
        try client.finishWriting()
        try client.finishWriting()
        while let bytes = try client.receive(upTo: 16_384) { came += bytes }
        #expect(came == answer)
        try sender.join()
        try client.closeGracefully(within: .seconds(30))
    }

    @Test func sayingGoodbyeTwiceLosesNothingInAnEngine() throws {
        let pair = try EnginePair.established(TLSIdentity.selfSigned())
        #expect(try !pair.client.finishWriting())
        pair.exchange()
        try pair.server.write("answer")
        pair.exchange()
        #expect(try !pair.client.finishWriting())
        #expect(try pair.client.read() == .bytes(Array("answer".utf8)))
        #expect(try pair.server.read() == .end)
        #expect(try pair.server.finishWriting())
        pair.exchange()
        #expect(try pair.client.read() == .end)
        #expect(try pair.client.read() == .end)
        #expect(try pair.client.finishWriting())
    }

    @Test func aGoodbyeThatCannotBeSentIsAnError() throws {
        let (client, server) = try Self.pair()
        server.socket.close()
        #expect { try client.finishWriting() } throws: { error in
            (error as? TLSError)?.code == .connection && (error as? TLSError)?.socketError?.errno == .brokenPipe
        }
    }
}
