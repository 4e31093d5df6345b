public import Sockets

/// A connection in memory: two ends that are connected to each other, without a socket.
///
/// For tests of code over ``AsyncByteStream``: it behaves as a connection over the network does, and its limits make
/// happen at once what a network does once in a month, such as a receive that delivers a single byte.
///
/// ```swift
/// let (client, server) = MemoryStream.pair(receiveLimit: 1)
/// try await client.sendAll("hello\n")
/// let line = try await server.reader().line()
/// ```
///
/// Each direction holds as many bytes as its capacity; a send that finds no room suspends. ``finishWriting()`` is passed on
/// after the bytes before it. ``close()`` lets the peer read what was sent before, and makes its sends fail with
/// `connectionReset`; all calls that wait at the closed end fail with `closed`. An end that nobody refers to any more
/// closes itself. One task may receive while another sends; a second receive, or send, while one waits fails with `busy`.
/// A call that waits, or would have to, fails with `cancelled` when its task is cancelled, and with `timedOut` when its
/// deadline has passed; no byte is lost, and the stream stays usable. What can be done at once is done all the same; a task
/// that never has to wait notices every now and then.
public final class MemoryStream: AsyncByteStream {
    /// The error of all operations.
    public typealias Failure = SocketError

    private let incoming: MemoryChannel
    private let outgoing: MemoryChannel

    private init(incoming: MemoryChannel, outgoing: MemoryChannel) {
        self.incoming = incoming
        self.outgoing = outgoing
    }

    deinit { close() }

    /// Makes two ends that are connected to each other.
    ///
    /// - Parameters:
    ///   - capacity: How many bytes each direction holds before a send suspends, from 1 to 1 GiB.
    ///   - receiveLimit: The most bytes that one receive delivers, at least 1; to test short reads.
    ///   - sendLimit: The most bytes that one send takes, at least 1; to test short writes.
    public static func pair(
        capacity: Int = 65_536, receiveLimit: Int = .max, sendLimit: Int = .max
    ) -> (MemoryStream, MemoryStream) {
        let there = MemoryChannel(capacity: capacity, receiveLimit: receiveLimit, sendLimit: sendLimit)
        let back = MemoryChannel(capacity: capacity, receiveLimit: receiveLimit, sendLimit: sendLimit)
        return (MemoryStream(incoming: back, outgoing: there), MemoryStream(incoming: there, outgoing: back))
    }

    /// Whether a receive of this end waits for the peer, for tests.
    package var isReceiveWaiting: Bool { incoming.waits.receive }

    /// Whether a send of this end waits for the peer, for tests.
    package var isSendWaiting: Bool { outgoing.waits.send }

    /// Sends bytes once, and returns how many of them were taken: at least one, unless there were none.
    ///
    /// Suspends until there is room for some.
    ///
    /// - Throws: `cancelled`, with nothing sent; `closed`; `connectionReset` when the peer has closed or sending was ended;
    ///   `busy` while another task sends.
    public func send(_ bytes: Span<UInt8>) async throws(SocketError) -> Int {
        try await outgoing.send(bytes)
    }

    /// Sends all the bytes.
    ///
    /// Suspends until there was room for the last one.
    ///
    /// - Throws: As ``send(_:)``; `SocketError.bytesTransferred` says how many were sent before.
    public func sendAll(_ bytes: Span<UInt8>) async throws(SocketError) {
        try await outgoing.sendAll(bytes)
    }

    /// Appends what has come to the free room of a buffer, and returns its count; 0 at the end of the stream.
    ///
    /// Suspends until something has come; returns 0 at once when there is no free room.
    ///
    /// - Throws: `cancelled`, with nothing received; `closed`; `busy` while another task receives.
    public func receive(into buffer: inout OutputSpan<UInt8>) async throws(SocketError) -> Int {
        guard buffer.freeCapacity > 0 else { return 0 }
        return try await incoming.receive(into: &buffer)
    }

    /// Appends what has come to an array, at most `count` bytes, and returns its count; 0 at the end of the stream.
    ///
    /// Suspends until something has come, and makes room in the array only then.
    ///
    /// - Throws: `cancelled`, with nothing received; `closed`; `busy` while another task receives.
    public func receive(upTo count: Int, appendingTo bytes: inout [UInt8]) async throws(SocketError) -> Int {
        guard count > 0 else { return 0 }
        return try await incoming.receive(upTo: count, appendingTo: &bytes)
    }

    /// Ends sending: the peer receives the end of the stream after what was sent, and can still send.
    ///
    /// Does not suspend. A send that waits fails with `connectionReset`, and so do later ones; ending twice is no mistake.
    ///
    /// - Throws: `closed`.
    public func finishWriting() async throws(SocketError) { try outgoing.finish() }

    /// Closes the connection in both directions; closing twice is no mistake.
    ///
    /// Calls that wait at this end fail with `closed`; the peer can read what was sent before, and its sends fail.
    public func close() {
        outgoing.closeWriter()
        incoming.closeReader()
    }
}
