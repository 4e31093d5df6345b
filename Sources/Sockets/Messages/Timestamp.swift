/// When a packet came, or left, by the clock of the kernel or of the network adapter.
///
/// Received when a timestamp option of the socket is on (`SO_TIMESTAMP`, `SO_TIMESTAMPNS`, `SO_TIMESTAMPING`).
public struct Timestamp: Hashable, Sendable {
    /// The time since the beginning of 1970 (UTC): by microseconds or nanoseconds, as the option says.
    public let sinceEpoch: Duration
    /// Whether the network adapter took the time; its clock need not agree with the system's.
    public let isHardware: Bool

    /// Makes a timestamp.
    ///
    /// - Parameters:
    ///   - sinceEpoch: The time since the beginning of 1970 (UTC).
    ///   - isHardware: Whether a network adapter took it.
    public init(sinceEpoch: Duration, isHardware: Bool = false) {
        self.sinceEpoch = sinceEpoch
        self.isHardware = isHardware
    }
}

extension Timestamp: Comparable {
    /// Orders by time.
    public static func < (first: Timestamp, second: Timestamp) -> Bool { first.sinceEpoch < second.sinceEpoch }
}
