/// An IPv4 address in a text.
struct IPv4Literal {
    /// Its bytes in the source.
    var range: Range<Int>
    /// Its four parts.
    var parts: (UInt8, UInt8, UInt8, UInt8)
    /// The number after `/`, -1 without one.
    var prefix: Int
    /// The text goes on with `:port`.
    var hasPort: Bool

    /// The addresses in some bytes: four decimal parts from 0 to 255 without leading zeros, in no longer number.
    static func all(in bytes: Span<UInt8>, _ range: Range<Int>, maximum: Int = 64) -> [IPv4Literal] {
        var found: [IPv4Literal] = []
        var index = range.lowerBound
        let end = range.upperBound
        while index < end, found.count < maximum {
            let byte = bytes[index]
            guard isDigit(byte) else {
                index &+= 1
                continue
            }
            let start = index
            // Run over the whole dotted number, whatever it is, and judge it then.
            var parts: [Int] = []
            var isWell = true
            while true {
                var value = 0
                var digits = 0
                let first = index
                while index < end, isDigit(bytes[index]) {
                    if digits < 4 { value = value * 10 + Int(bytes[index] - 0x30) }
                    digits += 1
                    index += 1
                }
                if digits == 0 || digits > 3 || value > 255 || digits > 1 && bytes[first] == 0x30 { isWell = false }
                if parts.count < 6 { parts.append(value) }
                guard index + 1 < end, bytes[index] == 0x2E, isDigit(bytes[index + 1]) else { break }
                index += 1
            }
            guard isWell, parts.count == 4 else { continue }
            if start > range.lowerBound, !mayStandBefore(bytes[start - 1]) { continue }
            var prefix = -1
            var hasPort = false
            if index < end {
                let next = bytes[index]
                if next == 0x2F, index + 1 < end, isDigit(bytes[index + 1]) {
                    var value = 0
                    var look = index + 1
                    while look < end, isDigit(bytes[look]), look - index <= 3 {
                        value = value * 10 + Int(bytes[look] - 0x30)
                        look += 1
                    }
                    if value <= 32 { prefix = value }
                } else if next == 0x3A {
                    hasPort = index + 1 < end && (isDigit(bytes[index + 1]) || bytes[index + 1] == 0x25)
                } else if !mayStandAfter(next, index + 1 < end ? bytes[index + 1] : 0x20) {
                    continue
                }
            }
            found.append(
                IPv4Literal(
                    range: start..<index,
                    parts: (
                        UInt8(truncatingIfNeeded: parts[0]), UInt8(truncatingIfNeeded: parts[1]),
                        UInt8(truncatingIfNeeded: parts[2]), UInt8(truncatingIfNeeded: parts[3])
                    ),
                    prefix: prefix, hasPort: hasPort
                )
            )
        }
        return found
    }

    private static func mayStandBefore(_ byte: UInt8) -> Bool {
        // Not "v1.2.3.4", "1-2.3.4.5", "a_1.2.3.4", "::ffff:1.2.3.4", ".1.2.3.4".
        !isIdentifierByte(byte) && byte != 0x2D && byte != 0x2E && byte != 0x3A || byte == 0x2F
    }

    private static func mayStandAfter(_ byte: UInt8, _ next: UInt8) -> Bool {
        if byte == 0x2E { return !isIdentifierByte(next) }
        return !isIdentifierByte(byte) && byte != 0x2D && byte != 0x25 || byte == 0x2D && next == 0x20
    }

    /// What the address is for.
    enum Use { case any, loopback, broadcast, multicast, local, resolver, documentation, mask, other, none }

    var use: Use {
        let (a, b, c, d) = parts
        switch (a, b, c, d) {
        case (0, 0, 0, 0): return .any
        case (0, _, _, _): return .none
        case (127, _, _, _): return .loopback
        case (255, 255, 255, 255): return .broadcast
        case (255, _, _, _): return .mask
        case (224...239, _, _, _): return .multicast
        case (240...254, _, _, _): return .none
        case (192, 0, 2, _), (198, 51, 100, _), (203, 0, 113, _), (233, 252, 0, _): return .documentation
        case (10, _, _, _), (192, 168, _, _), (169, 254, _, _): return .local
        case (172, 16...31, _, _), (100, 64...127, _, _): return .local
        case (8, 8, 8, 8), (8, 8, 4, 4), (1, 1, 1, 1), (1, 0, 0, 1), (9, 9, 9, 9), (208, 67, 222, 222),
            (208, 67, 220, 220), (4, 2, 2, 1), (4, 2, 2, 2):
            return .resolver
        // 2.5.… is the start of object identifiers; 1.2.3.4 is an example of anything.
        case (2, 5, _, _), (1, 2, 3, _), (1, 3, 6, _), (1, 3, 101, _), (1, 3, 132, _): return .none
        default: return .other
        }
    }

    /// Whether all parts are small, as in version numbers.
    var looksLikeVersion: Bool { parts.0 < 20 && parts.1 < 40 && parts.2 < 60 && use == .other }
}
