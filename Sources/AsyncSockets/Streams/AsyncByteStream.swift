public import Sockets

/// A connection that carries bytes in order, both ways, and suspends: the twin of `ByteStream`.
///
/// Code written against it runs over `AsyncSocket`, over the secure sockets, and over a pair in memory:
///
/// ```swift
/// func greet<Stream: AsyncByteStream>(_ stream: Stream) async throws(Stream.Failure) {
///     try await stream.sendAll("hello\r\n")
///     let answer = try await stream.receive(upTo: 4096)
/// }
/// ```
///
/// One task may receive while another sends. Every operation that suspends ends when its task is cancelled, without
/// losing a byte, and when the deadline of `withDeadline` passes; the stream stays usable.
public protocol AsyncByteStream: AnyObject, Sendable {
    /// The error of all operations.
    associatedtype Failure: StreamFailure

    /// Sends bytes once, and returns how many of them were taken: at least one, unless there were none.
    ///
    /// Suspends until some are taken.
    func send(_ bytes: Span<UInt8>) async throws(Failure) -> Int

    /// Sends all the bytes.
    ///
    /// Suspends until the last one is taken.
    func sendAll(_ bytes: Span<UInt8>) async throws(Failure)

    /// Appends what has come to the free room of a buffer, and returns its count; 0 at the end of the stream.
    ///
    /// Suspends until something has come.
    func receive(into buffer: inout OutputSpan<UInt8>) async throws(Failure) -> Int

    /// Appends what has come to an array, at most `count` bytes, and returns its count; 0 at the end of the stream.
    ///
    /// Suspends until something has come; makes room in the array only then, so that an idle stream costs no buffer.
    /// Appends nothing when it throws.
    func receive(upTo count: Int, appendingTo bytes: inout [UInt8]) async throws(Failure) -> Int

    /// Ends sending: the peer receives the end of the stream, and can still send.
    ///
    /// Suspends where the stream has something to say at its end (secure sockets do).
    func finishWriting() async throws(Failure)

    /// Closes the connection in both directions; closing twice is no mistake.
    func close()
}

extension AsyncByteStream {
    /// Sends a whole array; as ``sendAll(_:)-(Span<UInt8>)``.
    public func sendAll(_ bytes: [UInt8]) async throws(Failure) { try await sendAll(bytes.span) }

    /// Sends a whole text in UTF-8; as ``sendAll(_:)-(Span<UInt8>)``.
    public func sendAll(_ text: String) async throws(Failure) { try await sendAll(text.utf8.span) }

    /// Receives what has come, at most `count` bytes; `nil` at the end of the stream.
    ///
    /// Suspends until something has come.
    ///
    /// - Parameter count: The most that is wanted; more than 16 MiB count as 16 MiB, less than one as one.
    /// - Returns: The bytes, at least one; `nil` when the peer has ended sending.
    /// - Throws: The stream's error.
    public func receive(upTo count: Int) async throws(Failure) -> [UInt8]? {
        var bytes: [UInt8] = []
        _ = try await receive(upTo: min(max(1, count), 1 << 24), appendingTo: &bytes)
        return bytes.isEmpty ? nil : bytes
    }

    /// A reader with a buffer, for lines and records.
    ///
    /// Make one for the whole life of the stream: what it has in its buffer, no other one sees.
    ///
    /// - Parameter capacity: How many bytes it asks the stream for at once.
    public func reader(capacity: Int = 16_384) -> AsyncBufferedReader<Self> {
        AsyncBufferedReader(self, capacity: capacity)
    }

    /// A writer with a buffer, to be flushed.
    ///
    /// - Parameter capacity: How many bytes it collects before it sends by itself.
    public func writer(capacity: Int = 16_384) -> AsyncBufferedWriter<Self> {
        AsyncBufferedWriter(self, capacity: capacity)
    }
}
