/// A time of day for people to read.
enum ClockText {
    /// `13:07:59.123456`, in UTC.
    static func text(_ sinceEpoch: Duration) -> String {
        let (seconds, attoseconds) = sinceEpoch.components
        let day = ((seconds % 86_400) + 86_400) % 86_400
        func digits(_ number: Int64, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let fraction = digits(max(0, attoseconds) / 1_000_000_000_000, 6)
        return "\(digits(day / 3_600, 2)):\(digits(day / 60 % 60, 2)):\(digits(day % 60, 2)).\(fraction)"
    }
}
