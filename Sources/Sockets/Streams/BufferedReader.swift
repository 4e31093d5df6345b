/// Reads lines, records and exact counts from a stream through a buffer.
///
/// ```swift
/// let reader = socket.reader()
/// while let line = try reader.line() { print(line) }
/// ```
///
/// No byte is ever lost: when a call fails (the time ran out, the limit was exceeded, the text is not UTF-8), what had
/// come stays in the buffer, and a following call goes on with it. The buffer never holds more than a call asked for, or
/// ``capacity`` where that is more. The stream's timeout is the limit of each wait; a call that has taken so long begins no
/// further wait, so that a peer that sends single bytes cannot hold it up for long.
///
/// It is a class, because a reader is handed from function to function during a conversation, and nobody shall get a copy
/// with a buffer of its own. It belongs to one thread at a time. Python's name is `socket.makefile("rb")`.
public final class BufferedReader<Stream: ByteStream> {
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

    /// The bytes that have come and were not read yet.
    public var buffered: [UInt8] { buffer.prefix() }

    /// How many bytes have come and were not read yet.
    public var bufferedCount: Int { buffer.count }

    /// Whether the stream has ended and everything was read.
    public var isAtEnd: Bool { buffer.isAtEnd }

    /// Receives until the request is fulfilled, and returns how many bytes to take; `nil` at the end of the stream.
    private func satisfy(_ request: consuming ReadRequest) throws(Stream.Failure) -> Int? {
        var pace = Pace()
        while true {
            switch request.next(in: buffer) {
            case .receive(let count):
                try pace.begin(stream)
                try buffer.fill(count) { [stream] (bytes: inout OutputSpan<UInt8>) throws(Stream.Failure) in
                    try stream.receive(into: &bytes)
                }
            case .take(let count): return count
            case .end: return nil
            case .fail(let error): throw Stream.Failure(error)
            }
        }
    }

    // MARK: Counts

    /// Reads what there is, at most `count` bytes; `nil` at the end of the stream.
    ///
    /// Blocks only when the buffer is empty, until something has come.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; `nil` at the end of the stream.
    /// - Throws: The stream's error; ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(
        *, noasync, message: "read blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func read(upTo count: Int) throws(Stream.Failure) -> [UInt8]? {
        guard let count = try satisfy(.upTo(count)) else { return nil }
        return buffer.take(count)
    }

    /// Reads exactly so many bytes; `nil` when the stream ended before the first of them.
    ///
    /// Blocks until the last one has come. Memory grows with what comes, not with what was promised.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes, `count` of them.
    /// - Throws: The stream's error; ``SocketError/Code/endOfStream`` when the stream ended in between, and
    ///   ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(
        *, noasync, message: "read blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func read(exactly count: Int) throws(Stream.Failure) -> [UInt8]? {
        guard let count = try satisfy(.exactly(count)) else { return nil }
        return buffer.take(count)
    }

    /// Looks at the next bytes without reading them.
    ///
    /// Blocks until so many have come, or the stream has ended.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes; fewer than `count` only when the stream ended before.
    /// - Throws: The stream's error; ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(
        *, noasync, message: "peek blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func peek(_ count: Int) throws(Stream.Failure) -> [UInt8] {
        let count = try satisfy(.peek(count)) ?? 0
        return buffer.prefix(count)
    }

    /// Reads everything up to the end of the stream.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: The bytes, none at the end.
    /// - Throws: The stream's error; ``SocketError/Code/limitExceeded`` when more than `limit` bytes come.
    @available(
        *, noasync, message: "read blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func readToEnd(limit: Int) throws(Stream.Failure) -> [UInt8] {
        guard let count = try satisfy(.toEnd(limit: limit)) else { return [] }
        return buffer.take(count)
    }

    // MARK: Delimiters

    /// Reads up to and with the first occurrence of a delimiter; `nil` when the stream ended before the first byte.
    ///
    /// Blocks until the delimiter has come.
    ///
    /// - Parameters:
    ///   - delimiter: One byte or several, such as `Array("\r\n\r\n".utf8)`; not empty.
    ///   - limit: The most bytes to take, the delimiter among them.
    /// - Returns: The bytes with the delimiter at their end.
    /// - Throws: The stream's error; ``SocketError/Code/limitExceeded`` when the delimiter is not within the first `limit`
    ///   bytes, ``SocketError/Code/endOfStream`` when the stream ended before it; the bytes are kept in both cases.
    @available(
        *, noasync, message: "read blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func read(until delimiter: [UInt8], limit: Int = 65_536) throws(Stream.Failure) -> [UInt8]? {
        guard let count = try satisfy(.until(delimiter, limit: limit)) else { return nil }
        return buffer.take(count)
    }

    /// Reads the next line without its end, `\n` or `\r\n`; `nil` at the end of the stream.
    ///
    /// The last line need not have an end. Blocks until the line is complete.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that a line may have, its end among them.
    ///   - repairing: What to do with bytes that are not UTF-8: `true` puts U+FFFD in their place; `false` fails, and leaves
    ///     the line to be read by ``lineBytes(limit:)``.
    /// - Returns: The line.
    /// - Throws: The stream's error; ``SocketError/Code/limitExceeded`` when the line is longer, and
    ///   ``SocketError/Code/protocolError`` when it is not UTF-8.
    @available(
        *, noasync, message: "line blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func line(limit: Int = 65_536, repairing: Bool = false) throws(Stream.Failure) -> String? {
        guard let count = try satisfy(.line(limit: limit)) else { return nil }
        guard let text = buffer.takeText(count, repairing: repairing) else { throw Stream.Failure(ReadRequest.notText) }
        return text
    }

    /// Reads the bytes of the next line without its end, `\n` or `\r\n`; `nil` at the end of the stream.
    ///
    /// - Parameter limit: The most bytes that a line may have, its end among them.
    /// - Returns: The line's bytes.
    /// - Throws: As ``line(limit:repairing:)``, but for the text.
    @available(
        *, noasync, message: "line blocks its thread; use AsyncBufferedReader, or call it from a thread of your own"
    )
    public func lineBytes(limit: Int = 65_536) throws(Stream.Failure) -> [UInt8]? {
        guard let count = try satisfy(.line(limit: limit)) else { return nil }
        return buffer.takeLine(count)
    }
}
