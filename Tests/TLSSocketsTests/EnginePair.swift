import TLSSockets

/// Both sides of a connection over memory, in this process.
struct EnginePair {
    let client: TLSEngine
    let server: TLSEngine

    init(_ client: TLSContext, _ server: TLSContext, serverName: String = "localhost") throws {
        self.client = try TLSEngine(client, serverName: serverName)
        self.server = try TLSEngine(server)
    }

    /// Both sides after their handshake, the server with a certificate that only it has.
    static func established(_ identity: TLSIdentity, serverName: String = "localhost") throws -> EnginePair {
        let client = try TLSContext.client { $0.trust = .certificates(identity.certificateChain) }
        let pair = try EnginePair(client, .server(identity), serverName: serverName)
        try pair.shakeHands()
        return pair
    }

    /// Gives each side what the other one has for it, in pieces.
    func exchange(upTo count: Int = .max) {
        for (from, to) in [(client, server), (server, client)] {
            var rest = from.takeOutput()[...]
            while !rest.isEmpty {
                to.feed(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Runs the handshake on both sides.
    func shakeHands(upTo count: Int = .max) throws {
        // A second hello, an older version: no handshake has more rounds.
        for _ in 0..<8 where !client.isEstablished || !server.isEstablished {
            _ = try client.handshake()
            _ = try server.handshake()
            exchange(upTo: count)
        }
    }
}
