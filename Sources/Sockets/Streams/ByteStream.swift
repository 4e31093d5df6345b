/// A connection that carries bytes in order, both ways: what ``Socket`` and the secure sockets have in common.
///
/// Code written against it runs over both:
///
/// ```swift
/// func greet<Stream: ByteStream>(_ stream: Stream) throws(Stream.Failure) {
///     try stream.sendAll("hello\r\n")
///     let answer = try stream.reader().line()
/// }
/// ```
///
/// One thread may receive while another sends.
public protocol ByteStream: AnyObject, Sendable {
    /// The error of all operations.
    associatedtype Failure: StreamFailure

    /// Sends bytes once, and returns how many of them were taken: at least one, unless there were none.
    ///
    /// Blocks until some are taken, no longer than ``timeout``.
    @available(*, noasync, message: "send blocks its thread; use AsyncByteStream, or call it from a thread of your own")
    func send(_ bytes: Span<UInt8>) throws(Failure) -> Int

    /// Sends all the bytes.
    ///
    /// Blocks until the last one is taken; ``timeout`` is the limit of the whole.
    @available(
        *, noasync, message: "sendAll blocks its thread; use AsyncByteStream, or call it from a thread of your own"
    )
    func sendAll(_ bytes: Span<UInt8>) throws(Failure)

    /// Appends what has come to the free room of a buffer, and returns its count; 0 at the end of the stream.
    ///
    /// Blocks until something has come, no longer than ``timeout``.
    @available(
        *, noasync, message: "receive blocks its thread; use AsyncByteStream, or call it from a thread of your own"
    )
    func receive(into buffer: inout OutputSpan<UInt8>) throws(Failure) -> Int

    /// Ends sending: the peer receives the end of the stream, and can still send.
    func finishWriting() throws(Failure)

    /// Closes the connection in both directions; closing twice is no mistake.
    func close()

    /// How long one call may wait; `nil` means for ever.
    var timeout: Duration? { get set }
}

extension ByteStream {
    /// Sends a whole array; as ``sendAll(_:)-(Span<UInt8>)``.
    @available(
        *, noasync, message: "sendAll blocks its thread; use AsyncByteStream, or call it from a thread of your own"
    )
    public func sendAll(_ bytes: [UInt8]) throws(Failure) { try sendAll(bytes.span) }

    /// Sends a whole text in UTF-8; as ``sendAll(_:)-(Span<UInt8>)``.
    @available(
        *, noasync, message: "sendAll blocks its thread; use AsyncByteStream, or call it from a thread of your own"
    )
    public func sendAll(_ text: String) throws(Failure) { try sendAll(text.utf8.span) }

    /// Receives what has come, at most `count` bytes; `nil` at the end of the stream.
    ///
    /// - Parameter count: The most that is wanted; more than 16 MiB count as 16 MiB, less than one as one.
    /// - Returns: The bytes, at least one; `nil` when the peer has ended sending.
    /// - Throws: The stream's error.
    @available(
        *, noasync, message: "receive blocks its thread; use AsyncByteStream, or call it from a thread of your own"
    )
    public func receive(upTo count: Int) throws(Failure) -> [UInt8]? {
        let bytes = try [UInt8](capacity: min(max(1, count), 1 << 24)) {
            (buffer: inout OutputSpan<UInt8>) throws(Failure) in
            _ = try receive(into: &buffer)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// A reader with a buffer, for lines and records; Python's name is `makefile("r")`.
    ///
    /// Make one for the whole life of the stream: what it has in its buffer, no other one sees.
    ///
    /// - Parameter capacity: How many bytes it asks the stream for at once.
    public func reader(capacity: Int = 16_384) -> BufferedReader<Self> { BufferedReader(self, capacity: capacity) }

    /// A writer with a buffer, to be flushed; Python's name is `makefile("w")`.
    ///
    /// - Parameter capacity: How many bytes it collects before it sends by itself.
    public func writer(capacity: Int = 16_384) -> BufferedWriter<Self> { BufferedWriter(self, capacity: capacity) }
}
