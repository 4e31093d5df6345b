/// Collects what is written, and sends it in large pieces.
///
/// ```swift
/// let writer = socket.writer()
/// for (name, value) in headers { try writer.write("\(name): \(value)\r\n") }
/// try writer.write("\r\n")
/// try writer.flush()
/// ```
///
/// What is written counts as written: when sending fails, the bytes that were not sent stay in the buffer, and
/// ``flush()`` goes on with them; do not write them again. Nothing is sent when the writer goes away, because nobody could
/// be told of a failure: flush before. It belongs to one thread at a time. Python's name is `socket.makefile("wb")`.
public final class BufferedWriter<Stream: ByteStream> {
    /// The stream that is written to.
    public let stream: Stream
    private var buffer: WriteBuffer

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - stream: The stream; what is sent on it otherwise overtakes what is in the buffer.
    ///   - capacity: How many bytes to collect before sending, from 1 to 16 MiB.
    public init(_ stream: Stream, capacity: Int = 16_384) {
        self.stream = stream
        self.buffer = WriteBuffer(capacity: capacity)
    }

    /// How many bytes are collected before they are sent.
    public var capacity: Int { buffer.capacity }

    /// How many bytes wait to be sent.
    public var bufferedCount: Int { buffer.count }

    /// Writes bytes; sends when so many wait that the buffer's capacity is reached.
    ///
    /// Blocks only while it sends, and then as ``flush()``.
    ///
    /// - Parameter bytes: What to write.
    /// - Throws: The stream's error; the bytes are in the buffer then.
    @available(
        *, noasync, message: "write blocks its thread; use AsyncBufferedWriter, or call it from a thread of your own"
    )
    public func write(_ bytes: Span<UInt8>) throws(Stream.Failure) {
        buffer.append(bytes)
        if buffer.isFull { try flush() }
    }

    /// Writes an array; as ``write(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter bytes: What to write.
    @available(
        *, noasync, message: "write blocks its thread; use AsyncBufferedWriter, or call it from a thread of your own"
    )
    public func write(_ bytes: [UInt8]) throws(Stream.Failure) {
        buffer.append(bytes)
        if buffer.isFull { try flush() }
    }

    /// Writes text in UTF-8; as ``write(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter text: What to write.
    @available(
        *, noasync, message: "write blocks its thread; use AsyncBufferedWriter, or call it from a thread of your own"
    )
    public func write(_ text: String) throws(Stream.Failure) {
        buffer.append(text.utf8)
        if buffer.isFull { try flush() }
    }

    /// Sends everything that waits.
    ///
    /// Blocks until the stream has taken the last byte. The stream's timeout is the limit of each wait; a call that has
    /// taken so long begins no further wait.
    ///
    /// - Throws: The stream's error; what was not sent stays in the buffer.
    @available(
        *, noasync, message: "flush blocks its thread; use AsyncBufferedWriter, or call it from a thread of your own"
    )
    public func flush() throws(Stream.Failure) {
        var pace = Pace()
        while buffer.count > 0 {
            try pace.begin(stream, .send)
            let (bytes, start) = buffer.waiting
            buffer.drop(try stream.send(bytes.span.extracting(droppingFirst: start)))
        }
        buffer.clear(keeping: 4 * capacity)
    }

    /// Sends everything that waits, and ends sending.
    ///
    /// - Throws: The stream's error.
    @available(
        *, noasync, message: "finish blocks its thread; use AsyncBufferedWriter, or call it from a thread of your own"
    )
    public func finish() throws(Stream.Failure) {
        try flush()
        try stream.finishWriting()
    }
}
