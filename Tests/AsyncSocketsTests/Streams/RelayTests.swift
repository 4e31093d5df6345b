import AsyncSockets
import Sockets
import Testing

@testable import AsyncSockets

/// A stream with an error type of its own, as secure sockets have one.
private final class WrappedStream: AsyncByteStream {
    struct Failure: StreamFailure {
        let error: SocketError
        init(_ error: SocketError) { self.error = error }
    }

    private let base: MemoryStream
    /// After how many bytes sending fails; `nil`: never.
    private let breaksAfter: Int?
    private let sent = Lock(0)

    init(_ base: MemoryStream, breaksAfter: Int? = nil) {
        self.base = base
        self.breaksAfter = breaksAfter
    }

    func send(_ bytes: Span<UInt8>) async throws(Failure) -> Int {
        if let breaksAfter, sent.withLock({ $0 }) >= breaksAfter { throw Failure(SocketError(.protocolError, .send)) }
        do {
            let count = try await base.send(bytes)
            sent.withLock { $0 += count }
            return count
        } catch { throw Failure(error) }
    }
    func sendAll(_ bytes: Span<UInt8>) async throws(Failure) {
        do { try await base.sendAll(bytes) } catch { throw Failure(error) }
    }
    func receive(into buffer: inout OutputSpan<UInt8>) async throws(Failure) -> Int {
        do { return try await base.receive(into: &buffer) } catch { throw Failure(error) }
    }
    func receive(upTo count: Int, appendingTo bytes: inout [UInt8]) async throws(Failure) -> Int {
        do { return try await base.receive(upTo: count, appendingTo: &bytes) } catch { throw Failure(error) }
    }
    func finishWriting() async throws(Failure) {
        do { try await base.finishWriting() } catch { throw Failure(error) }
    }
    func close() { base.close() }
}

@Suite(.timeLimit(.minutes(2))) struct RelayTests {
    @Test func `both directions, with an end passed on while the way back is open`() async throws {
        let (client, left) = MemoryStream.pair()
        let (right, server) = MemoryStream.pair()
        let relaying = Task { try await relay(left, right) }
        try await client.sendAll("question")
        try await client.finishWriting()
        #expect(try await server.reader().readToEnd(limit: 100) == Array("question".utf8))
        // The client has ended; the answer comes all the same, in several pieces.
        let reader = client.reader()
        for piece in ["ans", "wer"] {
            try await server.sendAll(piece)
            #expect(try await reader.read(exactly: 3) == Array(piece.utf8))
        }
        try await server.finishWriting()
        #expect(try await reader.line() == nil)
        let carried = try await relaying.value
        #expect(carried == RelayedBytes(toFirst: 6, toSecond: 8))
        #expect("\(carried)" == "8 bytes from the first to the second, 6 bytes back")
        // Both are closed.
        #expect(await failure { _ = try await left.receive(upTo: 1) } == .closed)
        #expect(await failure { _ = try await right.receive(upTo: 1) } == .closed)
    }

    @Test func `a slow side holds the other one back`() async throws {
        let (client, left) = MemoryStream.pair(capacity: 100)
        let (right, server) = MemoryStream.pair(capacity: 100)
        async let relaying = relay(left, right)
        let bytes = (0..<30_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        async let sending: Void = client.sendAll(bytes)
        await until { client.isSendWaiting && right.isSendWaiting }
        #expect(try await server.reader().read(exactly: bytes.count) == bytes)
        try await sending
        client.close()
        server.close()
        #expect(try await relaying.toSecond == bytes.count)
    }

    @Test func `a failure closes the other side, and says whose it was`() async throws {
        let (client, left) = MemoryStream.pair()
        let (right, server) = MemoryStream.pair()
        let relaying = Task { try await relay(left, right) }
        try await server.sendAll("some")
        #expect(try await client.reader().read(exactly: 4) == Array("some".utf8))
        // The peer is gone: what comes for it cannot be sent.
        client.close()
        try await server.sendAll("more")
        let error = try #require(
            await #expect(throws: RelayError<SocketError, SocketError>.self) { try await relaying.value })
        guard case .first(let reason) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.code == .connectionReset)
        #expect(error.carried == RelayedBytes(toFirst: 4, toSecond: 0))
        #expect("\(error)".hasPrefix("relay, first stream: send: connection reset by peer"))
        // The end of the first direction was passed on before; then the stream was closed.
        #expect(try await server.receive(upTo: 1) == nil)
        #expect(await failure { try await server.sendAll("x") } == .connectionReset)
    }

    @Test func `two types of streams, each with its own error`() async throws {
        let (client, left) = MemoryStream.pair()
        let (right, server) = MemoryStream.pair()
        let relaying = Task { try await relay(left, WrappedStream(right, breaksAfter: 3)) }
        try await client.sendAll("abc")
        #expect(try await server.reader().read(exactly: 3) == Array("abc".utf8))
        try await client.sendAll("def")
        let error = try #require(
            await #expect(throws: RelayError<SocketError, WrappedStream.Failure>.self) { try await relaying.value })
        guard case .second(let reason) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.error.code == .protocolError)
        #expect(error.carried.toSecond == 3)
        #expect(try await client.receive(upTo: 1) == nil)
        #expect(try await server.receive(upTo: 1) == nil)
    }

    @Test func `cancelling ends both directions and closes both sides`() async throws {
        let (client, left) = MemoryStream.pair()
        let (right, server) = MemoryStream.pair()
        let relaying = Task { try await relay(left, right) }
        await until { left.isReceiveWaiting && right.isReceiveWaiting }
        relaying.cancel()
        let error = try #require(
            await #expect(throws: RelayError<SocketError, SocketError>.self) { try await relaying.value })
        switch error.reason {
        case .first(let reason), .second(let reason): #expect(reason.code == .cancelled)
        }
        #expect(try await client.receive(upTo: 1) == nil)
        #expect(try await server.receive(upTo: 1) == nil)
    }

    @Test func `sizes follow what comes`() {
        var size = RelaySize()
        var largest = 0
        for _ in 0..<20 {
            size.came(size.wanted)
            #expect(size.isFlowing)
            largest = size.wanted
        }
        #expect(largest == 1 << 17)
        for _ in 0..<20 { size.came(1) }
        #expect(!size.isFlowing)
        #expect(size.wanted == 4096)
    }
}
