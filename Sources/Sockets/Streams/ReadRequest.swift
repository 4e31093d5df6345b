internal import SystemPackage

/// What a call of a buffered reader waits for: it looks at the buffer, and says what to do next.
///
/// The blocking and the suspending reader differ only in how they receive; limits, errors and sizes are decided here.
package struct ReadRequest: Sendable {
    /// What the caller does next.
    package enum Step {
        /// Receive at most so many bytes into the buffer, and ask again.
        case receive(Int)
        /// Take so many bytes from the buffer; they are there.
        case take(Int)
        /// Nothing is left: the stream has ended.
        case end
        case fail(SocketError)
    }

    private enum Goal {
        case upTo(Int)
        case exactly(Int)
        case peek(Int)
        case toEnd(limit: Int)
        case delimiter([UInt8], limit: Int)
        case line(limit: Int)
    }

    private let goal: Goal
    /// How many bytes were searched for the delimiter.
    private var seen = 0

    private init(goal: Goal) { self.goal = goal }

    package static func upTo(_ count: Int) -> ReadRequest { ReadRequest(goal: .upTo(count)) }
    package static func exactly(_ count: Int) -> ReadRequest { ReadRequest(goal: .exactly(count)) }
    package static func peek(_ count: Int) -> ReadRequest { ReadRequest(goal: .peek(count)) }
    package static func toEnd(limit: Int) -> ReadRequest { ReadRequest(goal: .toEnd(limit: limit)) }
    package static func until(_ delimiter: [UInt8], limit: Int) -> ReadRequest {
        ReadRequest(goal: .delimiter(delimiter, limit: limit))
    }
    package static func line(limit: Int) -> ReadRequest { ReadRequest(goal: .line(limit: limit)) }

    /// What to do next.
    package mutating func next(in buffer: borrowing ReadBuffer) -> Step {
        if buffer.isLent {
            return .fail(
                SocketError(
                    .busy, .receive, hint: "another task reads from this reader; let one finish before the other"))
        }
        switch goal {
        case .upTo(let count), .exactly(let count), .peek(let count), .toEnd(limit: let count):
            guard count >= 0 else {
                return .fail(
                    SocketError(
                        .invalidArgument, .receive, errno: .invalidArgument, hint: "a count of \(count) is below zero"))
            }
        case .delimiter, .line: break
        }
        switch goal {
        case .upTo(let count):
            if buffer.count > 0 || count == 0 { return .take(min(count, buffer.count)) }
            // A large wish goes around the buffer's own size.
            return buffer.hasEnded ? .end : .receive(max(buffer.capacity, min(count, 1 << 24)))
        case .exactly(let count):
            guard let step = Self.gather(count, in: buffer) else {
                if buffer.count == 0 { return .end }
                return .fail(
                    SocketError(
                        .endOfStream, .receive, hint: "\(count) bytes were expected, \(buffer.count) came and are kept")
                )
            }
            return step
        case .peek(let count): return Self.gather(count, in: buffer) ?? .take(buffer.count)
        case .toEnd(let limit):
            guard let step = Self.gather(limit == .max ? .max : limit + 1, in: buffer) else {
                return .take(buffer.count)
            }
            guard case .take = step else { return step }
            return .fail(SocketError(.limitExceeded, .receive, hint: "more than \(limit) bytes came; they are kept"))
        case .delimiter(let delimiter, let limit):
            guard let step = find(delimiter, limit, in: buffer) else {
                if buffer.count == 0 { return .end }
                return .fail(
                    SocketError(
                        .endOfStream, .receive, hint: "the delimiter was still to come; \(buffer.count) bytes are kept")
                )
            }
            return step
        case .line(let limit):
            return find(Self.lineFeed, limit, in: buffer) ?? (buffer.count == 0 ? .end : .take(buffer.count))
        }
    }

    private static let lineFeed: [UInt8] = [10]

    /// Until so many bytes are there, or `nil` when the stream ended before.
    ///
    /// Memory grows with what comes, not with what is wanted.
    private static func gather(_ count: Int, in buffer: borrowing ReadBuffer) -> Step? {
        guard buffer.count < count else { return .take(count) }
        if buffer.hasEnded { return nil }
        return .receive(max(buffer.capacity, min(count - buffer.count, buffer.count)))
    }

    /// Until the delimiter is there, or `nil` when the stream ended before.
    private mutating func find(_ delimiter: [UInt8], _ limit: Int, in buffer: borrowing ReadBuffer) -> Step? {
        guard !delimiter.isEmpty, limit >= delimiter.count else {
            return .fail(
                SocketError(
                    .invalidArgument, .receive, errno: .invalidArgument,
                    hint: "the delimiter must not be empty, nor longer than the limit"))
        }
        let end = min(buffer.count, limit)
        if let found = buffer.end(of: delimiter, from: seen, to: end) { return .take(found) }
        seen = end
        guard seen < limit else {
            return .fail(
                SocketError(.limitExceeded, .receive, hint: "no delimiter within \(limit) bytes, which are kept"))
        }
        return buffer.hasEnded ? nil : .receive(min(limit - seen, max(buffer.capacity, seen)))
    }

    /// What a line that is not UTF-8 fails with.
    package static var notText: SocketError {
        SocketError(
            .protocolError, .receive,
            hint: "the line is not UTF-8; it is kept: read its bytes, or ask for a repaired line")
    }
}
