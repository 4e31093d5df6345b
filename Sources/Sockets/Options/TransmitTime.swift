/// How messages of a socket say when they are to be sent; the queueing discipline `etf` or `fq` keeps to it.
///
/// The corresponding C structure is `sock_txtime`.
public struct TransmitTime: Hashable, Sendable {
    /// A clock of the system, by its number; an open set.
    public struct Clock: RawRepresentable, Hashable, Sendable {
        /// The number of the clock.
        public let rawValue: Int32

        /// A clock by its number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The time of day; the corresponding C constant is `CLOCK_REALTIME`.
        public static let realTime = Clock(rawValue: 0)
        /// The time since some start, which never jumps; the corresponding C constant is `CLOCK_MONOTONIC`.
        public static let monotonic = Clock(rawValue: 1)
        /// International atomic time; the corresponding C constant is `CLOCK_TAI`.
        public static let atomic = Clock(rawValue: 11)
    }

    /// The clock of the times.
    public var clock: Clock
    /// Whether a message may go earlier, and its time is only the latest (`SOF_TXTIME_DEADLINE_MODE`).
    public var isDeadline: Bool
    /// Whether messages that were too late are told in the error queue (`SOF_TXTIME_REPORT_ERRORS`).
    public var reportsErrors: Bool

    /// Makes the settings.
    public init(clock: Clock, isDeadline: Bool = false, reportsErrors: Bool = false) {
        self.clock = clock
        self.isDeadline = isDeadline
        self.reportsErrors = reportsErrors
    }
}

extension TransmitTime {
    init?(bytes: [UInt8]) {
        guard let clock = OptionBytes.load(Int32.self, bytes, at: 0),
            let flags = OptionBytes.load(UInt32.self, bytes, at: 4)
        else { return nil }
        self.init(clock: Clock(rawValue: clock), isDeadline: flags & 1 != 0, reportsErrors: flags & 2 != 0)
    }

    var bytes: [UInt8] {
        OptionBytes.store(clock.rawValue) + OptionBytes.store(UInt32(isDeadline ? 1 : 0) | (reportsErrors ? 2 : 0))
    }
}
