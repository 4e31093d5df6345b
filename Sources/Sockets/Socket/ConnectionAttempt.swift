/// One attempt to connect to one address, as part of connecting to a host.
public struct ConnectionAttempt: Hashable, Sendable {
    /// How an attempt ended.
    public enum Outcome: Hashable, Sendable {
        /// It made the connection.
        case connected
        /// It failed.
        case failed(SocketError)
        /// It was given up: another attempt was faster, the time was over, or nobody wanted the connection any more.
        case abandoned
    }

    /// The address.
    public let address: SocketAddress
    /// When it began, counted from the beginning of connecting to the host.
    public let start: Duration
    /// How long it took.
    public let duration: Duration
    /// How it ended.
    public let outcome: Outcome

    /// Makes the record of an attempt.
    public init(address: SocketAddress, start: Duration, duration: Duration, outcome: Outcome) {
        self.address = address
        self.start = start
        self.duration = duration
        self.outcome = outcome
    }
}

extension ConnectionAttempt: CustomStringConvertible {
    /// When it began, how long it took, and how it ended: `+0.25 s 192.0.2.1:80: connected after 0.02 s`.
    public var description: String {
        let text =
            switch outcome {
            case .connected: "connected"
            case .failed(let error): error.reason
            case .abandoned: "given up"
            }
        return "+\(start.milliseconds) \(address): \(text) after \(duration.milliseconds)"
    }
}

extension Duration {
    /// The duration in milliseconds with one place after the point, as `12.3 ms`.
    package var milliseconds: String {
        let tenths = clampedNanoseconds / 100_000
        return "\(tenths / 10).\(abs(tenths % 10)) ms"
    }
}
