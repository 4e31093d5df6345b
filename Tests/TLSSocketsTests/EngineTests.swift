import TLSSockets
import Testing

/// The state machine over memory: both sides in this process, so only what two peers cannot show.
@Suite struct EngineTests {
    @Test func talksThroughMemoryByteByByte() throws {
        let identity = try TLSIdentity.selfSigned(for: ["peer.example"])
        // One byte at a time: no step may need more than it gets.
        let pair = try EnginePair(
            .client { $0.trust = .certificates(identity.certificateChain) }, .server(identity),
            serverName: "peer.example")
        let (client, server) = (pair.client, pair.server)
        try pair.shakeHands(upTo: 1)
        try #require(client.isEstablished && server.isEstablished)
        #expect(client.version == .v1_3 && server.version == .v1_3)
        #expect(server.serverName == "peer.example")
        #expect(client.peerCertificate == identity.certificateChain[0])
        #expect(client.verifiedChain.count == 1)
        #expect(client.exportedSecret(label: "test", count: 32) == server.exportedSecret(label: "test", count: 32))
        #expect(client.channelBinding(.exporter) == server.channelBinding(.exporter))
        #expect(client.channelBinding(.exporter)?.count == 32)
        #expect(try client.read() == .needsInput)
        let long = [UInt8](repeating: 7, count: 100_000)
        try client.write(long)
        server.feed(client.takeOutput())
        var came: [UInt8] = []
        while case .bytes(let bytes) = try server.read() { came += bytes }
        #expect(came == long)
        try client.finishWriting()
        pair.exchange(upTo: 1)
        #expect(try server.read() == .end)
        // The other direction is still open.
        try server.write("bye")
        pair.exchange(upTo: 1)
        #expect(try client.read() == .bytes(Array("bye".utf8)))
    }

    @Test func nothingIsReadOrWrittenBeforeTheHandshake() throws {
        let engine = try TLSEngine(.server(TLSIdentity.selfSigned()))
        #expect(throws: TLSError.self) { try engine.write("secret") }
        #expect(engine.takeOutput().isEmpty)
        #expect(try engine.handshake() == false)
        engine.feed(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect { try engine.handshake() } throws: { error in
            (error as? TLSError)?.code == .protocolViolation
                && (error as? TLSError)?.hint == "the client spoke plain HTTP"
        }
    }

    @Test func endWithoutGoodbyeIsTruncation() throws {
        let pair = try EnginePair.established(TLSIdentity.selfSigned())
        let (client, server) = (pair.client, pair.server)
        try server.write("half of it")
        client.feed(server.takeOutput())
        client.endInput()
        // What came before the end is given out first.
        #expect(try client.read() == .bytes(Array("half of it".utf8)))
        #expect { try client.read() } throws: { ($0 as? TLSError)?.code == .truncated }
        // It stays so.
        #expect { try client.read() } throws: { ($0 as? TLSError)?.code == .truncated }
    }

    @Test func aClientNeedsAName() throws {
        #expect { try TLSEngine(.client()) } throws: { ($0 as? TLSError)?.code == .badSetting }
        for name in ["", "a b", "127.1", "0x7f.1", "a..b", "host\0.example", String(repeating: "a", count: 64)] {
            #expect("\(name)") { try TLSEngine(.client(), serverName: name) } throws: {
                ($0 as? TLSError)?.code == .badSetting
            }
        }
        for name in ["example.org.", "[::1]", "::1", "10.0.0.1", "bücher.example", "a_b.example"] {
            _ = try TLSEngine(.client(), serverName: name)
        }
    }
}
