import ArgumentParser

/// A time as people write it on a command line.
enum TimeLimit {
    /// Reads `5`, `5s`, `500ms`, `1.5s` or `2m`.
    static func parse(_ text: String) throws -> Duration {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard let first = digits.utf8.first, first >= 0x30, first <= 0x39, let number = Double(digits) else {
                break
            }
            let seconds = number * unit.seconds
            guard seconds <= 1_000_000_000 else { throw ValidationError("'\(text)' is too long a time.") }
            return .seconds(seconds)
        }
        throw ValidationError("'\(text)' is no time; write 5s, 500ms or 2m.")
    }
}
