import Foundation
import TestSupport
import Testing

@testable import Sockets

/// The rows of a table in `Fixtures/`, with the escapes `\xHH` resolved and `-` as nil.
func fixture(_ name: String, path: String = #filePath) throws -> [[String?]] {
    let url = URL(filePath: path).deletingLastPathComponent().appending(path: "Fixtures/\(name).tsv")
    let text = try String(contentsOf: url, encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false).map { $0 == "-" ? nil : unescaped($0) }
    }
}

private func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\\"), rest.count >= 3 {
            let digits = rest.dropFirst().prefix(2)
            bytes.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(3)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The bytes of a text of hexadecimal digits.
func bytes(hexadecimal text: String) -> [UInt8] {
    stride(from: 0, to: text.count, by: 2).compactMap { index in
        UInt8(text.dropFirst(index).prefix(2), radix: 16)
    }
}

/// SplitMix64, so that every run has the same input.
struct FixedGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Runs a Python program with lines as its input and returns the lines of its output.
func python(_ program: String, input: [String] = []) throws -> [String] {
    let peer = try Program.python(program)
    // Written from a thread of its own, because both pipes can be full at once.
    let text = input.joined(separator: "\n")
    Thread.detachNewThread {
        try? peer.write(text)
        try? peer.endInput()
    }
    return try peer.finish().filter { !$0.isEmpty }
}
