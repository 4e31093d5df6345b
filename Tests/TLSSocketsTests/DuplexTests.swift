import AsyncSockets
import Foundation
import Sockets
import TLSSockets
import TestSupport
import Testing

/// Both directions at once, and what waits in one of them: both sides in this process, for orders that no program shows.
@Suite(.serialized) struct DuplexTests {
    /// The contexts of two sides that trust each other.
    static let contexts = Result {
        let identity = try TLSIdentity.selfSigned()
        return try (
            client: TLSContext.client { $0.trust = .certificates(identity.certificateChain) },
            server: TLSContext.server(identity) { $0.trust = .certificates(identity.certificateChain) }
        )
    }

    /// Two sides over TCP, before the handshake.
    static func pair() throws -> (client: TLSSocket, server: TLSSocket) {
        let contexts = try contexts.get()
        let (first, second) = try Socket.tcpPair()
        let client = try TLSSocket(upgrading: second, using: contexts.client, serverName: "localhost")
        let server = try TLSSocket(upgrading: first, using: contexts.server)
        client.timeout = .seconds(20)
        server.timeout = .seconds(20)
        return (client, server)
    }

    /// Two sides after the handshake.
    static func established() throws -> (client: TLSSocket, server: TLSSocket) {
        let (client, server) = try pair()
        let other = Background { try server.handshake() }
        try client.handshake()
        try other.join()
        return (client, server)
    }

    @Test func readerAndWriterBeginTogether() throws {
        for _ in 0..<40 {
            let (client, server) = try Self.pair()
            let echo = Background {
                while let bytes = try server.receive(upTo: 16_384) { try server.sendAll(bytes) }
                try server.finishWriting()
            }
            // All of them find that the handshake has not been run. More than sockets hold: one who does not read blocks all.
            let data = [UInt8](repeating: 7, count: 1_000_000)
            let writer = Background { try client.sendAll(data) }
            let third = Background { try client.handshake() }
            var count = 0
            while count < data.count, let bytes = try client.receive(upTo: 65_536) { count += bytes.count }
            #expect(count == data.count)
            try writer.join()
            try third.join()
            try client.closeGracefully(within: .seconds(20))
            try echo.join()
        }
    }

    @Test func aHandshakeGoesOnAfterItsDeadline() async throws {
        let contexts = try Self.contexts.get()
        let (first, second) = try Socket.pair()
        let client = try AsyncTLSSocket(
            upgrading: AsyncSocket(second), using: contexts.client, serverName: "localhost")
        await #expect {
            try await withDeadline(.milliseconds(50)) { () async throws(TLSError) in try await client.handshake() }
        } throws: { ($0 as? TLSError)?.code == .timedOut }
        let server = try TLSSocket(upgrading: first, using: contexts.server)
        // The server's flight has come before the client asks again.
        try await Self.onThread {
            server.timeout = .milliseconds(100)
            #expect { try server.handshake() } throws: { ($0 as? TLSError)?.code == .timedOut }
            server.timeout = .seconds(20)
        }
        try await withDeadline(.seconds(10)) { () async throws(TLSError) in try await client.handshake() }
        try await Self.onThread { try server.handshake() }
    }

    /// Runs what blocks without holding a thread of the tasks.
    static func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    @Test func whatASendHasTakenGoesWhileTheAnswerIsAwaited() throws {
        let (client, server) = try Self.established()
        client.timeout = .milliseconds(50)
        let record = [UInt8](repeating: 1, count: 16_384)
        var taken = 0
        while let count = try? client.send(record) { taken += count }
        // The last one that was taken is here in part.
        let total = taken
        let reader = Background {
            var count = 0
            while count < total, let bytes = try server.receive(upTo: 65_536) { count += bytes.count }
            try server.sendAll("\(count)")
        }
        client.timeout = .seconds(10)
        #expect(try client.receive(upTo: 100) == Array("\(total)".utf8))
        try reader.join()
    }

    @Test func whatASuspendedSendHasTakenGoesWhileTheAnswerIsAwaited() async throws {
        let contexts = try Self.contexts.get()
        let (first, second) = try AsyncSocket.pair()
        let server = try AsyncTLSSocket(upgrading: first, using: contexts.server)
        let client = try AsyncTLSSocket(upgrading: second, using: contexts.client, serverName: "localhost")
        async let other: Void = server.handshake()
        try await client.handshake()
        try await other
        let record = [UInt8](repeating: 1, count: 16_384)
        var total = 0
        while let count = try? await withDeadline(.milliseconds(50), { try await client.send(record.span) }) {
            total += count
        }
        try await withDeadline(.seconds(20)) { [total] in
            async let answer = client.receive(upTo: 100)
            var count = 0
            while count < total, let bytes = try await server.receive(upTo: 65_536) { count += bytes.count }
            try await server.sendAll("done")
            #expect(try await answer == Array("done".utf8))
        }
    }

    @Test func aFloodOfKeyChangesEnds() throws {
        // Without end, and no answer taken: the answers would fill the memory.
        let (client, server) = try Self.established()
        let flood = Background { while (try? client.updateKeys()) != nil {} }
        #expect { try server.receive(upTo: 10) } throws: { ($0 as? TLSError)?.code == .protocolViolation }
        server.close()
        try flood.join()
        // Many that have come already: one step must not go through all of them.
        let (second, other) = try Self.established()
        for _ in 0..<600 { try second.updateKeys() }
        #expect { try other.receive(upTo: 10) } throws: { error in
            (error as? TLSError)?.hint?.hasSuffix("records without content came in a row") == true
        }
        // Some are no harm.
        let (third, fourth) = try Self.established()
        for _ in 0..<100 { try third.updateKeys() }
        try third.sendAll("after it")
        #expect(try fourth.receive(upTo: 10) == Array("after it".utf8))
        try fourth.sendAll("and back")
        #expect(try third.receive(upTo: 10) == Array("and back".utf8))
    }

    @Test func keysAreChangedBySuspendingSocketsToo() async throws {
        let contexts = try Self.contexts.get()
        let (first, second) = try AsyncSocket.pair()
        let server = try AsyncTLSSocket(upgrading: first, using: contexts.server)
        let client = try AsyncTLSSocket(upgrading: second, using: contexts.client, serverName: "localhost")
        try await withDeadline(.seconds(20)) {
            async let changed: Void = server.updateKeys()
            try await client.updateKeys()
            try await changed
            try await client.sendAll("new keys")
            #expect(try await server.receive(upTo: 10) == Array("new keys".utf8))
            // A client that has announced nothing is not asked for its certificate.
            await #expect { try await server.askForCertificate() } throws: { ($0 as? TLSError)?.code == .unsupported }
        }
    }
}
