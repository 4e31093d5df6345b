/// What connecting to a host by its name took: the answers of the resolver and all attempts, with their times.
///
/// An error of connecting has one (``SocketError/connectionReport``):
///
/// ```swift
/// do {
///     _ = try Socket.connected(to: "localhost", port: 9, timeout: .seconds(5))
/// } catch {
///     for attempt in error.connectionReport?.attempts ?? [] {
///         print(attempt)      // +0.4 ms 127.0.0.1:9: connection refused (ECONNREFUSED) after 0.1 ms
///     }
/// }
/// ```
public struct ConnectionReport: Hashable, Sendable {
    /// An answer of the resolver.
    public struct Answer: Hashable, Sendable {
        /// The family that was answered for; `.unspecified` for all of them.
        public let family: AddressFamily
        /// The addresses; none when the family has none.
        public let addresses: [SocketAddress]
        /// Why there are none.
        public let error: ResolverError?
        /// When it came, counted from the beginning.
        public let time: Duration

        /// Makes the record of an answer.
        public init(family: AddressFamily, addresses: [SocketAddress], error: ResolverError? = nil, time: Duration) {
            self.family = family
            self.addresses = addresses
            self.error = error
            self.time = time
        }
    }

    /// What was to be connected to, as `example.org:443`.
    public let host: String
    /// The answers of the resolver, in the order in which they came; none for an address as text.
    public let answers: [Answer]
    /// The attempts, in the order in which they began.
    public let attempts: [ConnectionAttempt]
    /// How long all of it took.
    public let duration: Duration

    /// Makes a report.
    public init(host: String, answers: [Answer], attempts: [ConnectionAttempt], duration: Duration) {
        self.host = host
        self.answers = answers
        self.attempts = attempts
        self.duration = duration
    }

    /// The address that the connection was made to; `nil` when there is none.
    public var connectedAddress: SocketAddress? { attempts.first { $0.outcome == .connected }?.address }
}

extension ConnectionReport: CustomStringConvertible {
    /// A line for the host, and one for each answer and attempt.
    public var description: String {
        let end = connectedAddress.map { "connected to \($0)" } ?? "not connected"
        var lines = ["\(host): \(end) after \(duration.milliseconds)"]
        for answer in answers {
            let text =
                if let error = answer.error {
                    error.reason
                } else {
                    answer.addresses.isEmpty ? "none" : answer.addresses.map(\.description).joined(separator: ", ")
                }
            let family = answer.family == .unspecified ? "addresses" : "\(answer.family) addresses"
            lines.append("    +\(answer.time.milliseconds) \(family): \(text)")
        }
        lines += attempts.map { "    \($0)" }
        return lines.joined(separator: "\n")
    }
}
