import Glibc
import Testing

@testable import Sockets

/// Parsers that are slow and plainly right, to compare the fast ones with.
private enum Reference {
    static func ipv4(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
            String($0) ?? ""
        }
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let byte = UInt8(part), String(byte) == part else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    static func ipv6(_ text: String) -> [UInt8]? {
        var text = text
        // A dotted tail is two groups.
        if text.contains("."), let colon = text.lastIndex(of: ":") {
            guard let tail = ipv4(String(text[text.index(after: colon)...])) else { return nil }
            let groups = [UInt16(tail[0]) << 8 | UInt16(tail[1]), UInt16(tail[2]) << 8 | UInt16(tail[3])]
            text = text[...colon] + groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
        switch halves.count {
        case 1:
            guard let groups = groups(halves[0]), groups.count == 8 else { return nil }
            return groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case 2:
            guard let head = halves[0].isEmpty ? [] : groups(halves[0]),
                let tail = halves[1].isEmpty ? [] : groups(halves[1]),
                head.count + tail.count < 8
            else { return nil }
            let all = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
            return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        default:
            return nil
        }
    }

    private static func groups(_ text: String) -> [UInt16]? {
        var groups: [UInt16] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            let digits = Set("0123456789abcdefABCDEF")
            guard (1...4).contains(part.count), part.allSatisfy(digits.contains), let group = UInt16(part, radix: 16)
            else {
                return nil
            }
            groups.append(group)
        }
        return groups
    }
}

/// What the C library makes of a text.
private func pton(_ family: Int32, _ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: family == AF_INET ? 4 : 16)
    guard inet_pton(family, text, &bytes) == 1 else { return nil }
    return bytes
}

private func ntop(_ family: Int32, _ bytes: [UInt8]) -> String? {
    var text = [CChar](repeating: 0, count: 64)
    guard inet_ntop(family, bytes, &text, 64) != nil else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

@Suite("Address parsers against slow ones and the C library")
struct ReferenceParserTests {
    // `#require`, because one difference of many thousands is enough.

    @Test("Random text near IPv4 addresses is read as by the slow parser and inet_pton")
    func ipv4() throws {
        var generator = FixedGenerator(seed: 1)
        var valid = 0
        for _ in 0..<100_000 {
            var text = IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator)).description
            Self.mutate(&text, alphabet: "0123456789.. x-", using: &generator)
            let bytes = IPv4Address(text)?.bytes
            try #require(bytes == Reference.ipv4(text), "\(text)")
            try #require(bytes == pton(AF_INET, text), "\(text)")
            if bytes != nil { valid += 1 }
        }
        try #require((10_000...90_000).contains(valid))
    }

    @Test("Random text near IPv6 addresses is read as by the slow parser and inet_pton")
    func ipv6() throws {
        var generator = FixedGenerator(seed: 2)
        var valid = 0
        for _ in 0..<100_000 {
            var text = Self.randomIPv6(using: &generator).description
            Self.mutate(&text, alphabet: "0123456789abcdefABCDEF:::::.g", using: &generator)
            let bytes = IPv6Address(text)?.bytes
            try #require(bytes == Reference.ipv6(text), "\(text)")
            try #require(bytes == pton(AF_INET6, text), "\(text)")
            if bytes != nil { valid += 1 }
        }
        try #require((10_000...90_000).contains(valid))
    }

    @Test("Random addresses print as by inet_ntop, but for the compatible form ::1.2.3.4, and parse back")
    func printing() throws {
        var generator = FixedGenerator(seed: 3)
        for _ in 0..<100_000 {
            let four = IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator))
            try #require(four.description == ntop(AF_INET, four.bytes))
            try #require(IPv4Address(four.description) == four)
            let six = Self.randomIPv6(using: &generator)
            if !(six.high == 0 && six.low >> 32 == 0 && six.low > 0xFFFF) {
                try #require(six.description == ntop(AF_INET6, six.bytes))
            }
            try #require(IPv6Address(six.description) == six)
            try #require(IPv6Address(six.expandedDescription) == six)
            let scoped = six.withZone("é%\u{301}]")
            try #require(scoped != nil)
            try #require(scoped.map(\.description).flatMap { IPv6Address($0) } == scoped)
        }
    }

    /// An address with many zero groups, and now and then an IPv4-mapped one.
    static func randomIPv6(using generator: inout FixedGenerator) -> IPv6Address {
        if Int.random(in: 0..<16, using: &generator) == 0 {
            return IPv6Address(mapped: IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator)))
        }
        var bits: UInt128 = 0
        let density = Int.random(in: 0...8, using: &generator)
        for _ in 0..<8 {
            var group: UInt16 = 0
            if Int.random(in: 0..<8, using: &generator) < density {
                group = .random(in: 0 ... .max, using: &generator) >> UInt16.random(in: 0..<16, using: &generator)
            }
            bits = bits << 16 | UInt128(group)
        }
        return IPv6Address(rawValue: bits)
    }

    /// Changes, removes or adds up to two characters.
    private static func mutate(_ text: inout String, alphabet: String, using generator: inout FixedGenerator) {
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            guard let index = text.indices.randomElement(using: &generator),
                let character = alphabet.randomElement(using: &generator)
            else { return }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: text.remove(at: index)
            case 1: text.insert(character, at: index)
            default: text.replaceSubrange(index...index, with: String(character))
            }
        }
    }
}
