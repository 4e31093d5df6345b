/// How many bytes a ``relay(_:_:)`` carried each way.
public struct RelayedBytes: Hashable, Sendable {
    /// How many bytes came from the second stream and were sent on the first.
    public let toFirst: Int
    /// How many bytes came from the first stream and were sent on the second.
    public let toSecond: Int

    /// Makes a pair of counts; for relays of your own.
    public init(toFirst: Int, toSecond: Int) {
        self.toFirst = toFirst
        self.toSecond = toSecond
    }
}

extension RelayedBytes: CustomStringConvertible {
    /// Both counts in words.
    public var description: String { "\(toSecond) bytes from the first to the second, \(toFirst) bytes back" }
}

/// Why a ``relay(_:_:)`` ended before both of its directions did.
///
/// ```swift
/// do {
///     try await relay(client, upstream)
/// } catch {
///     if case .second(let reason) = error.reason { print("upstream:", reason, "after", error.carried.toFirst) }
/// }
/// ```
public struct RelayError<First: Error, Second: Error>: Error {
    /// The stream that failed, with its error.
    public enum Reason: Error {
        /// The first stream failed; also when the task was cancelled there.
        case first(First)
        /// The second stream failed; also when the task was cancelled there.
        case second(Second)
    }

    /// The stream that failed, with its error.
    public let reason: Reason
    /// How many bytes had been carried each way.
    public let carried: RelayedBytes

    /// Makes an error; for relays of your own.
    public init(reason: Reason, carried: RelayedBytes) {
        self.reason = reason
        self.carried = carried
    }
}

extension RelayError: CustomStringConvertible {
    /// Which side failed, why, and how far the relay had come.
    public var description: String {
        switch reason {
        case .first(let error): "relay, first stream: \(error); carried \(carried)"
        case .second(let error): "relay, second stream: \(error); carried \(carried)"
        }
    }
}
