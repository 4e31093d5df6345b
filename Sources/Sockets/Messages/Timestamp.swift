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

extension Timestamp: CustomStringConvertible {
    /// The time as `2031-05-17 12:00:00.123456789 UTC`, with `(hardware)` where the network adapter took it.
    public var description: String {
        let (seconds, attoseconds) = sinceEpoch.components
        let isBefore = attoseconds < 0
        let (whole, nanoseconds) =
            isBefore
            ? (seconds - 1, attoseconds / 1_000_000_000 + 1_000_000_000) : (seconds, attoseconds / 1_000_000_000)
        // The years that have four digits.
        guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return "\(sinceEpoch) since 1970" }
        let (second, days) = (Self.rest(whole, 86_400), Self.quotient(whole, 86_400))
        // The Gregorian calendar, in eras of 400 years that begin on the first of March.
        let (era, dayOfEra) = (Self.quotient(days + 719_468, 146_097), Self.rest(days + 719_468, 146_097))
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))"
        let clock =
            "\(Self.digits(second / 3_600, 2)):\(Self.digits(second / 60 % 60, 2)):\(Self.digits(second % 60, 2))"
        return "\(date) \(clock).\(Self.digits(nanoseconds, 9)) UTC\(isHardware ? " (hardware)" : "")"
    }

    private static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
        number / divisor - (number % divisor < 0 ? 1 : 0)
    }

    private static func rest(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
