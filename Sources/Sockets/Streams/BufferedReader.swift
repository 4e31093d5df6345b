internal import SystemPackage

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
    /// How many bytes the stream is asked for at once.
    public let capacity: Int

    private var storage: [UInt8] = []
    private var start = 0
    /// Whether the stream has ended; there may be bytes in the buffer still.
    private var hasEnded = false

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - stream: The stream; nobody else should read from it.
    ///   - capacity: How many bytes to ask the stream for at once, from 1 to 16 MiB.
    public init(_ stream: Stream, capacity: Int = 16_384) {
        self.stream = stream
        self.capacity = min(max(1, capacity), 1 << 24)
    }

    // MARK: The buffer

    /// The bytes that have come and were not read yet.
    public var buffered: [UInt8] { Array(storage[start...]) }

    /// How many bytes have come and were not read yet.
    public var bufferedCount: Int { storage.count - start }

    /// Whether the stream has ended and everything was read.
    public var isAtEnd: Bool { hasEnded && bufferedCount == 0 }

    /// Takes bytes out of the buffer; there are so many.
    private func take(_ count: Int) -> [UInt8] {
        defer { drop(count) }
        // Most of the memory: give it away instead of copying it.
        if start == 0, count == storage.count, count > storage.capacity / 2 { return storage }
        return Array(storage[start..<start + count])
    }

    private func drop(_ count: Int) {
        start += count
        if start == storage.count {
            storage.removeAll(keepingCapacity: storage.capacity <= 4 * capacity)
            start = 0
        }
    }

    /// One receive of at most `count` bytes; `false` at the end of the stream.
    private func fill(_ count: Int, _ pace: inout Pace) throws(Stream.Failure) -> Bool {
        if hasEnded { return false }
        try pace.begin(stream)
        // Bytes that were read leave when they are more than those that stay: each byte moves once at most.
        if start > storage.count - start {
            storage.removeFirst(start)
            start = 0
        }
        var came = 0
        try storage.append(addingCapacity: max(1, count)) { (buffer: inout OutputSpan<UInt8>) throws(Stream.Failure) in
            came = try stream.receive(into: &buffer)
        }
        if came == 0 { hasEnded = true }
        return came > 0
    }

    // MARK: Counts

    /// Reads what there is, at most `count` bytes; `nil` at the end of the stream.
    ///
    /// Blocks only when the buffer is empty, until something has come.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; `nil` at the end of the stream.
    /// - Throws: The stream's error; ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(*, noasync, message: "read blocks its thread; call it from a thread of your own")
    public func read(upTo count: Int) throws(Stream.Failure) -> [UInt8]? {
        guard try Self.isPositive(count) else { return [] }
        if bufferedCount == 0 {
            var pace = Pace()
            // A large wish goes around the buffer's own size.
            guard try fill(max(capacity, min(count, 1 << 24)), &pace) else { return nil }
        }
        return take(min(count, bufferedCount))
    }

    /// Reads exactly so many bytes; `nil` when the stream ended before the first of them.
    ///
    /// Blocks until the last one has come. Memory grows with what comes, not with what was promised.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes, `count` of them.
    /// - Throws: The stream's error; ``SocketError/Code/endOfStream`` when the stream ended in between, and
    ///   ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(*, noasync, message: "read blocks its thread; call it from a thread of your own")
    public func read(exactly count: Int) throws(Stream.Failure) -> [UInt8]? {
        guard try Self.isPositive(count) else { return [] }
        guard try gather(count) else {
            if bufferedCount == 0 { return nil }
            throw Stream.Failure(
                SocketError(
                    .endOfStream, .receive, hint: "\(count) bytes were expected, \(bufferedCount) came and are kept"))
        }
        return take(count)
    }

    /// Looks at the next bytes without reading them.
    ///
    /// Blocks until so many have come, or the stream has ended.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes; fewer than `count` only when the stream ended before.
    /// - Throws: The stream's error; ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(*, noasync, message: "peek blocks its thread; call it from a thread of your own")
    public func peek(_ count: Int) throws(Stream.Failure) -> [UInt8] {
        guard try Self.isPositive(count) else { return [] }
        _ = try gather(count)
        return Array(storage[start...].prefix(count))
    }

    /// Reads everything up to the end of the stream.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: The bytes, none at the end.
    /// - Throws: The stream's error; ``SocketError/Code/limitExceeded`` when more than `limit` bytes come.
    @available(*, noasync, message: "read blocks its thread; call it from a thread of your own")
    public func readToEnd(limit: Int) throws(Stream.Failure) -> [UInt8] {
        _ = try Self.isPositive(limit)
        guard try !gather(limit == .max ? .max : limit + 1) else {
            throw Stream.Failure(
                SocketError(.limitExceeded, .receive, hint: "more than \(limit) bytes came; they are kept"))
        }
        return take(bufferedCount)
    }

    /// Fills the buffer until it has so many bytes; `false` when the stream ended before.
    private func gather(_ count: Int) throws(Stream.Failure) -> Bool {
        var pace = Pace()
        while bufferedCount < count {
            let missing = count - bufferedCount
            guard try fill(max(capacity, min(missing, bufferedCount)), &pace) else { return false }
        }
        return true
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
    @available(*, noasync, message: "read blocks its thread; call it from a thread of your own")
    public func read(until delimiter: [UInt8], limit: Int = 65_536) throws(Stream.Failure) -> [UInt8]? {
        guard let count = try find(delimiter, limit) else {
            if bufferedCount == 0 { return nil }
            throw Stream.Failure(
                SocketError(
                    .endOfStream, .receive, hint: "the delimiter was still to come; \(bufferedCount) bytes are kept"))
        }
        return take(count)
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
    @available(*, noasync, message: "line blocks its thread; call it from a thread of your own")
    public func line(limit: Int = 65_536, repairing: Bool = false) throws(Stream.Failure) -> String? {
        guard let (count, length) = try findLine(limit) else { return nil }
        let bytes = storage[start..<start + length]
        let text: String
        if repairing {
            text = String(decoding: bytes, as: UTF8.self)
        } else if let valid = String(validating: bytes, as: UTF8.self) {
            text = valid
        } else {
            throw Stream.Failure(
                SocketError(
                    .protocolError, .receive,
                    hint: "the line is not UTF-8; it is kept: read its bytes, or ask for a repaired line"))
        }
        drop(count)
        return text
    }

    /// Reads the bytes of the next line without its end, `\n` or `\r\n`; `nil` at the end of the stream.
    ///
    /// - Parameter limit: The most bytes that a line may have, its end among them.
    /// - Returns: The line's bytes.
    /// - Throws: As ``line(limit:repairing:)``, but for the text.
    @available(*, noasync, message: "line blocks its thread; call it from a thread of your own")
    public func lineBytes(limit: Int = 65_536) throws(Stream.Failure) -> [UInt8]? {
        guard let (count, length) = try findLine(limit) else { return nil }
        let bytes = Array(storage[start..<start + length])
        drop(count)
        return bytes
    }

    /// How many bytes the next line has, with its end and without; they are in the buffer then.
    private func findLine(_ limit: Int) throws(Stream.Failure) -> (count: Int, length: Int)? {
        guard let count = try find([10], limit) else {
            return bufferedCount == 0 ? nil : (bufferedCount, bufferedCount)
        }
        let hasReturn = count >= 2 && storage[start + count - 2] == 13
        return (count, hasReturn ? count - 2 : count - 1)
    }

    /// Fills the buffer until the delimiter is in it, and returns the count with it; `nil`: the stream ended before.
    private func find(_ delimiter: [UInt8], _ limit: Int) throws(Stream.Failure) -> Int? {
        guard let last = delimiter.last, limit >= delimiter.count else {
            throw Stream.Failure(
                SocketError(
                    .invalidArgument, .receive, errno: .invalidArgument,
                    hint: "the delimiter must not be empty, nor longer than the limit"))
        }
        var pace = Pace()
        var seen = 0
        while true {
            let end = min(bufferedCount, limit)
            if let found = Self.end(of: delimiter, last, in: storage.span, start, from: seen, to: end) { return found }
            seen = end
            guard seen < limit else {
                throw Stream.Failure(
                    SocketError(.limitExceeded, .receive, hint: "no delimiter within \(limit) bytes, which are kept"))
            }
            guard try fill(min(limit - seen, max(capacity, seen)), &pace) else { return nil }
        }
    }

    /// The count up to and with the delimiter that ends first at one of the places, counted from `start`.
    private static func end(
        of delimiter: [UInt8], _ last: UInt8, in bytes: Span<UInt8>, _ start: Int, from: Int, to: Int
    ) -> Int? {
        var place = from
        while place < to {
            if bytes[start + place] == last, place + 1 >= delimiter.count {
                let first = start + place + 1 - delimiter.count
                var length = 0
                while length < delimiter.count, bytes[first + length] == delimiter[length] { length += 1 }
                if length == delimiter.count { return place + 1 }
            }
            place += 1
        }
        return nil
    }

    private static func isPositive(_ count: Int) throws(Stream.Failure) -> Bool {
        guard count >= 0 else {
            throw Stream.Failure(
                SocketError(
                    .invalidArgument, .receive, errno: .invalidArgument, hint: "a count of \(count) is below zero"))
        }
        return count > 0
    }
}
