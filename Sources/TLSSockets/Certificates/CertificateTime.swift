/// A moment in a certificate, to the second.
public struct CertificateTime: Hashable, Sendable, Comparable {
    /// Seconds since the beginning of 1970 (UTC).
    public let secondsSinceEpoch: Int64

    /// A moment by its seconds since the beginning of 1970 (UTC).
    public init(secondsSinceEpoch: Int64) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// Orders by time.
    public static func < (first: CertificateTime, second: CertificateTime) -> Bool {
        first.secondsSinceEpoch < second.secondsSinceEpoch
    }
}

extension CertificateTime: CustomStringConvertible {
    /// The moment as `2031-05-17 12:00:00 UTC`.
    public var description: String {
        // The years that a certificate can name.
        guard (-62_167_219_200..<253_402_300_800).contains(secondsSinceEpoch) else { return "no time" }
        let (days, second) = secondsSinceEpoch.quotientRoundedDown(by: 86_400)
        // The Gregorian calendar, in eras of 400 years that begin on the first of March.
        let (era, dayOfEra) = (days + 719_468).quotientRoundedDown(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let years = String(repeating: "0", count: max(0, 4 - "\(year)".utf8.count)) + "\(year)"
        return "\(years)-\(two(month))-\(two(day)) "
            + "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60)) UTC"
    }
}

extension Int64 {
    /// The quotient towards the past, and the rest, which is never negative.
    fileprivate func quotientRoundedDown(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
