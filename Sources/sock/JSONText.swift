import Foundation

/// Results for programs.
enum JSONText {
    /// Prints a value with its keys in order, so that the same result is always the same text.
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Console.print(String(decoding: encoder.encode(value), as: UTF8.self))
    }
}
