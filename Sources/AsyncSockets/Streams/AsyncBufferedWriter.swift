internal import Sockets

/// Collects what is written, and sends it in large pieces, and suspends for that: the twin of `BufferedWriter`.
///
/// ```swift
/// let writer = socket.writer()
/// for (name, value) in headers { try await writer.write("\(name): \(value)\r\n") }
/// try await writer.write("\r\n")
/// try await writer.flush()
/// ```
///
/// What is written counts as written: when sending fails, also because the task was cancelled or a deadline passed, the
/// bytes that were not sent stay in the buffer, and ``flush()`` goes on with them; do not write them again. Nothing is sent
/// when the writer goes away, because nobody could be told of a failure: flush before.
///
/// It belongs to one task or actor at a time; while a flush waits, a second one on the same actor fails with
/// `SocketError.Code.busy`, and what is written joins the bytes that wait.
public final class AsyncBufferedWriter<Stream: AsyncByteStream> {
    /// The stream that is written to.
    public let stream: Stream
    private var buffer: WriteBuffer
    private var isFlushing = false

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

    /// How much memory the buffer holds, for tests.
    package var memory: Int { buffer.memory }

    /// Writes bytes; sends when so many wait that the buffer's capacity is reached.
    ///
    /// Suspends only while it sends, and then as ``flush()``.
    ///
    /// - Parameter bytes: What to write.
    /// - Throws: The stream's error; the bytes are in the buffer then.
    public func write(_ bytes: Span<UInt8>) async throws(Stream.Failure) {
        buffer.append(bytes)
        if buffer.isFull { try await flush() }
    }

    /// Writes an array; as ``write(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter bytes: What to write.
    public func write(_ bytes: [UInt8]) async throws(Stream.Failure) {
        buffer.append(bytes)
        if buffer.isFull { try await flush() }
    }

    /// Writes text in UTF-8; as ``write(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter text: What to write.
    public func write(_ text: String) async throws(Stream.Failure) {
        buffer.append(text.utf8)
        if buffer.isFull { try await flush() }
    }

    /// Sends everything that waits.
    ///
    /// Suspends until the stream has taken the last byte.
    ///
    /// - Throws: The stream's error; what was not sent stays in the buffer. `busy` while another flush waits.
    public func flush() async throws(Stream.Failure) {
        guard !isFlushing else {
            throw Stream.Failure(
                SocketError(.busy, .send, hint: "another task flushes this writer; its bytes are kept"))
        }
        isFlushing = true
        defer { isFlushing = false }
        while buffer.count > 0 { try await sendOnce() }
        // What a small answer takes is kept for the next one; more is given back, for a wait may follow.
        buffer.clear(keeping: 1024)
    }

    private func sendOnce() async throws(Stream.Failure) {
        let (bytes, start) = buffer.waiting
        let sent = try await stream.send(bytes.span.extracting(droppingFirst: start))
        buffer.drop(sent)
    }

    /// Sends everything that waits, and ends sending.
    ///
    /// Suspends until the stream has taken the last byte.
    ///
    /// - Throws: The stream's error.
    public func finish() async throws(Stream.Failure) {
        try await flush()
        try await stream.finishWriting()
    }
}
