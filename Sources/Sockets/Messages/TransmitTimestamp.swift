/// When something that was sent passed a stage on its way, as the error queue tells.
///
/// ```swift
/// try socket.set(.timestamping, [.sendSoftware, .software, .identifier, .withoutPacket])
/// try socket.send(request, to: server)
/// if let stamp = try socket.receiveError(upTo: 0).details.transmitTimestamp {
///     print(stamp.identifier, stamp.timestamp.sinceEpoch)
/// }
/// ```
public struct TransmitTimestamp: Hashable, Sendable {
    /// A stage on the way out; an open set.
    public struct Stage: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The number of the kernel.
        public let rawValue: UInt32

        /// A stage by its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// It left the kernel, or the network adapter; the corresponding C constant is `SCM_TSTAMP_SND`.
        public static let sent = Stage(rawValue: 0)
        /// It came to the queue of the interface; the corresponding C constant is `SCM_TSTAMP_SCHED`.
        public static let scheduled = Stage(rawValue: 1)
        /// The peer has acknowledged all of it; the corresponding C constant is `SCM_TSTAMP_ACK`.
        public static let acknowledged = Stage(rawValue: 2)
        /// The network adapter is done with it; the corresponding C constant is `SCM_TSTAMP_COMPLETION`.
        public static let completed = Stage(rawValue: 3)

        /// The stage in a word, as `sent`.
        public var description: String {
            switch self {
            case .sent: "sent"
            case .scheduled: "scheduled"
            case .acknowledged: "acknowledged"
            case .completed: "completed"
            default: "stage \(rawValue)"
            }
        }
    }

    /// The stage.
    public let stage: Stage
    /// Which datagram it was, counted from 0; on a stream, up to which byte.
    ///
    /// It is 0 without ``TimestampingFlags/identifier``.
    public let identifier: UInt32
    /// The time.
    public let timestamp: Timestamp
}

extension TransmitTimestamp: CustomStringConvertible {
    /// Which, what and when, as `number 7 sent 2031-05-17 12:00:00.123456789 UTC`.
    public var description: String { "number \(identifier) \(stage) \(timestamp)" }
}
