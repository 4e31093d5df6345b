internal import Sockets

/// Reads lines, records and exact counts from a stream through a buffer, and suspends: the twin of `BufferedReader`.
///
/// ```swift
/// let reader = socket.reader()
/// for try await line in reader.lines { print(line) }
/// ```
///
/// No byte is ever lost: when a call fails (its task was cancelled, a deadline passed, the limit was exceeded, the text is
/// not UTF-8), what had come stays in the buffer, and a following call goes on with it. The buffer never holds more than a
/// call asked for, or ``capacity`` where that is more; while a call waits it holds no more memory than what has come needs.
///
/// A call whose bytes have come does not suspend, and does not look whether its task was cancelled.
///
/// It is a class, because a reader is handed from function to function during a conversation, and nobody shall get a copy
/// with a buffer of its own. It belongs to one task or actor at a time; while a call waits, a second one on the same
/// actor fails with `SocketError.Code.busy`.
public final class AsyncBufferedReader<Stream: AsyncByteStream> {
    /// The stream that is read.
    public let stream: Stream
    private var buffer: ReadBuffer

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - stream: The stream; nobody else should read from it.
    ///   - capacity: How many bytes to ask the stream for at once, from 1 to 16 MiB.
    public init(_ stream: Stream, capacity: Int = 16_384) {
        self.stream = stream
        self.buffer = ReadBuffer(capacity: capacity)
    }

    /// How many bytes the stream is asked for at once.
    public var capacity: Int { buffer.capacity }

    // MARK: The buffer

    /// The bytes that have come and were not read yet; none while a call waits.
    public var buffered: [UInt8] { buffer.prefix() }

    /// How many bytes have come and were not read yet; 0 while a call waits.
    public var bufferedCount: Int { buffer.count }

    /// Whether the stream has ended and everything was read.
    public var isAtEnd: Bool { buffer.isAtEnd }

    /// How much memory the buffer holds, for tests.
    package var memory: Int { buffer.memory }

    /// Receives until the request is fulfilled, and returns how many bytes to take; `nil` at the end of the stream.
    private func satisfy(_ request: consuming ReadRequest) async throws(Stream.Failure) -> Int? {
        while true {
            switch request.next(in: buffer) {
            case .receive(let count): try await fill(count)
            case .take(let count): return count
            case .end: return nil
            case .fail(let error): throw Stream.Failure(error)
            }
        }
    }

    private func fill(_ count: Int) async throws(Stream.Failure) {
        // The bytes are out of the buffer during the wait, so that a second call of the same actor finds no half of them.
        var bytes = buffer.lend()
        do {
            let came = try await stream.receive(upTo: max(1, count), appendingTo: &bytes)
            buffer.takeBack(bytes, hasEnded: came == 0)
        } catch {
            buffer.takeBack(bytes, hasEnded: false)
            throw error
        }
    }

    // MARK: Counts

    /// Reads what there is, at most `count` bytes; `nil` at the end of the stream.
    ///
    /// Suspends only when the buffer is empty, until something has come.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; `nil` at the end of the stream.
    /// - Throws: The stream's error; `invalidArgument` for a count below zero.
    public func read(upTo count: Int) async throws(Stream.Failure) -> [UInt8]? {
        guard let count = try await satisfy(.upTo(count)) else { return nil }
        return buffer.take(count)
    }

    /// Reads exactly so many bytes; `nil` when the stream ended before the first of them.
    ///
    /// Suspends until the last one has come. Memory grows with what comes, not with what was promised.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes, `count` of them.
    /// - Throws: The stream's error; `endOfStream` when the stream ended in between, and `invalidArgument` for a count
    ///   below zero.
    public func read(exactly count: Int) async throws(Stream.Failure) -> [UInt8]? {
        guard let count = try await satisfy(.exactly(count)) else { return nil }
        return buffer.take(count)
    }

    /// Looks at the next bytes without reading them.
    ///
    /// Suspends until so many have come, or the stream has ended.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes; fewer than `count` only when the stream ended before.
    /// - Throws: The stream's error; `invalidArgument` for a count below zero.
    public func peek(_ count: Int) async throws(Stream.Failure) -> [UInt8] {
        let count = try await satisfy(.peek(count)) ?? 0
        return buffer.prefix(count)
    }

    /// Reads everything up to the end of the stream.
    ///
    /// Suspends until the stream has ended.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: The bytes, none at the end.
    /// - Throws: The stream's error; `limitExceeded` when more than `limit` bytes come.
    public func readToEnd(limit: Int) async throws(Stream.Failure) -> [UInt8] {
        guard let count = try await satisfy(.toEnd(limit: limit)) else { return [] }
        return buffer.take(count)
    }

    // MARK: Delimiters

    /// Reads up to and with the first occurrence of a delimiter; `nil` when the stream ended before the first byte.
    ///
    /// Suspends until the delimiter has come.
    ///
    /// - Parameters:
    ///   - delimiter: One byte or several, such as `Array("\r\n\r\n".utf8)`; not empty.
    ///   - limit: The most bytes to take, the delimiter among them.
    /// - Returns: The bytes with the delimiter at their end.
    /// - Throws: The stream's error; `limitExceeded` when the delimiter is not within the first `limit` bytes,
    ///   `endOfStream` when the stream ended before it; the bytes are kept in both cases.
    public func read(until delimiter: [UInt8], limit: Int = 65_536) async throws(Stream.Failure) -> [UInt8]? {
        guard let count = try await satisfy(.until(delimiter, limit: limit)) else { return nil }
        return buffer.take(count)
    }

    /// Reads the next line without its end, `\n` or `\r\n`; `nil` at the end of the stream.
    ///
    /// The last line need not have an end. Suspends until the line is complete. For all lines, see ``lines``.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that a line may have, its end among them.
    ///   - repairing: What to do with bytes that are not UTF-8: `true` puts U+FFFD in their place; `false` fails, and leaves
    ///     the line to be read by ``lineBytes(limit:)``.
    /// - Returns: The line.
    /// - Throws: The stream's error; `limitExceeded` when the line is longer, and `protocolError` when it is not UTF-8.
    public func line(limit: Int = 65_536, repairing: Bool = false) async throws(Stream.Failure) -> String? {
        guard let count = try await satisfy(.line(limit: limit)) else { return nil }
        guard let text = buffer.takeText(count, repairing: repairing) else { throw Stream.Failure(ReadRequest.notText) }
        return text
    }

    /// Reads the bytes of the next line without its end, `\n` or `\r\n`; `nil` at the end of the stream.
    ///
    /// - Parameter limit: The most bytes that a line may have, its end among them.
    /// - Returns: The line's bytes.
    /// - Throws: As ``line(limit:repairing:)``, but for the text.
    public func lineBytes(limit: Int = 65_536) async throws(Stream.Failure) -> [UInt8]? {
        guard let count = try await satisfy(.line(limit: limit)) else { return nil }
        return buffer.takeLine(count)
    }
}
