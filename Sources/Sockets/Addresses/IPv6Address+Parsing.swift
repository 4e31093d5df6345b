extension IPv6Address: LosslessStringConvertible {
    /// Parses the text forms of RFC 4291 with an optional zone: `2001:db8::1`, `::ffff:192.0.2.1`, `fe80::1%eth0`.
    ///
    /// Groups have one to four digits in either case. Brackets, prefix lengths and spaces are refused. The zone is
    /// anything after the first `%` that is not empty and has no NUL in it; it is kept as written, so the `%25` of a
    /// URI has to be decoded before.
    public init?(_ text: String) {
        self.init(utf8: text.utf8.span)
    }

    /// Parses the text forms of RFC 4291 with an optional zone: `2001:db8::1`, `::ffff:192.0.2.1`, `fe80::1%eth0`.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// Parses the text forms of RFC 4291 with an optional zone from the bytes of a text, without an allocation for the
    /// address (a zone has one).
    public init?(utf8 text: Span<UInt8>) {
        let count = text.count
        guard count >= 2 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var groups = 0
        // How many groups stand before the "::", -1 while there is none.
        var gap = -1
        var index = 0
        var zoneStart = count
        if text[0] == 0x3A {
            guard text[1] == 0x3A else { return nil }
            gap = 0
            index = 2
        }
        scan: while index < count {
            let start = index
            let group = Self.group(in: text, at: &index)
            if index == start {
                // No group: only the end of a "::" may be followed by a zone here.
                guard text[index] == 0x25, gap == groups else { return nil }
                zoneStart = index
                break scan
            }
            if index < count, text[index] == 0x2E {
                guard groups <= 6 else { return nil }
                var end = index
                while end < count, text[end] != 0x25 { end &+= 1 }
                guard let tail = IPv4Address(utf8: text.extracting(start..<end)) else { return nil }
                high = high << 32 | low >> 32
                low = low << 32 | UInt64(tail.rawValue)
                groups &+= 2
                zoneStart = end
                break scan
            }
            guard groups < 8 else { return nil }
            high = high << 16 | low >> 48
            low = low << 16 | group
            groups &+= 1
            guard index < count else { break scan }
            switch text[index] {
            case 0x3A:
                index &+= 1
                guard index < count else { return nil }
                if text[index] == 0x3A {
                    guard gap < 0 else { return nil }
                    gap = groups
                    index &+= 1
                }
            case 0x25:
                zoneStart = index
                break scan
            default:
                return nil
            }
        }
        if gap >= 0 {
            guard groups < 8 else { return nil }
            (high, low) = Self.spread(high: high, low: low, groups: groups, gap: gap)
        } else {
            guard groups == 8 else { return nil }
        }
        if zoneStart < count {
            guard let zone = Self.zone(in: text, after: zoneStart) else { return nil }
            self.init(high: high, low: low, zone: zone)
        } else {
            self.init(high: high, low: low)
        }
    }

    /// Reads up to four hexadecimal digits and moves the index after them.
    ///
    /// Written out instead of a loop, for speed.
    @inline(__always)
    private static func group(in text: Span<UInt8>, at index: inout Int) -> UInt64 {
        guard index < text.count else { return 0 }
        var digit = UInt64(HexadecimalText.values[Int(text[index])])
        guard digit <= 15 else { return 0 }
        var group = digit
        index &+= 1
        guard index < text.count else { return group }
        digit = UInt64(HexadecimalText.values[Int(text[index])])
        guard digit <= 15 else { return group }
        group = group << 4 | digit
        index &+= 1
        guard index < text.count else { return group }
        digit = UInt64(HexadecimalText.values[Int(text[index])])
        guard digit <= 15 else { return group }
        group = group << 4 | digit
        index &+= 1
        guard index < text.count else { return group }
        digit = UInt64(HexadecimalText.values[Int(text[index])])
        guard digit <= 15 else { return group }
        index &+= 1
        return group << 4 | digit
    }

    /// Moves the groups before the "::" to the front of the address.
    @inline(__always)
    private static func spread(high: UInt64, low: UInt64, groups: Int, gap: Int) -> (high: UInt64, low: UInt64) {
        // Both counts are in 0…7 here; a smart shift by 128 gives 0.
        let all = UInt128(high) << 64 | UInt128(low)
        let tailBits = 16 &* (groups &- gap)
        let head = all >> tailBits
        let tail = all & ~(UInt128.max << tailBits)
        let result = head << (128 &- 16 &* gap) | tail
        return (UInt64(truncatingIfNeeded: result >> 64), UInt64(truncatingIfNeeded: result))
    }

    /// The zone after the `%` at an index, or nil when it is empty, has a NUL or is not UTF-8.
    private static func zone(in text: Span<UInt8>, after index: Int) -> String? {
        let bytes = text.extracting(droppingFirst: index + 1)
        guard !bytes.isEmpty, let zone = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: zone)
    }
}

extension IPv6Address {
    /// The text of RFC 5952, with the zone when there is one.
    ///
    /// The longest run of at least two zero groups is `::`, the first one of equals; letters are lower case. An IPv4
    /// address inside is dotted for mapped addresses only: `::ffff:192.0.2.1`, but `::c000:201`.
    public var description: String {
        var text = TextBuffer()
        text.append(self)
        guard let zone else { return text.string }
        return text.string + "%" + zone
    }

    /// All eight groups with four digits each, without the zone: `2001:0db8:0000:0000:0000:0000:0000:0001`.
    public var expandedDescription: String {
        var text = TextBuffer()
        for index in 0..<8 {
            if index > 0 { text.append(0x3A) }
            let group = segment(index)
            for shift in [12, 8, 4, 0] as [UInt16] { text.append(nibble: group >> shift) }
        }
        return text.string
    }

    /// The name under which the domain name system keeps the name of the address, 32 digits before `ip6.arpa`.
    public var reverseName: String {
        var text = TextBuffer()
        for word in [low, high] {
            for shift in 0..<16 {
                text.append(nibble: UInt16(truncatingIfNeeded: word >> (4 * UInt64(shift))))
                text.append(0x2E)
            }
        }
        return text.string + "ip6.arpa"
    }
}

extension TextBuffer {
    /// Appends the text of RFC 5952 without a zone.
    @inline(__always)
    mutating func append(_ address: IPv6Address) {
        if address.high == 0, address.low >> 32 == 0xFFFF {
            append(0x3A)
            append(0x3A)
            for _ in 0..<4 { append(0x66) }
            append(0x3A)
            append(IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.low)))
            return
        }
        // The longest run of zero groups.
        var bestStart = 8
        var bestLength = 1
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, address.segment(end) == 0 { end &+= 1 }
            if end &- start > bestLength {
                bestStart = start
                bestLength = end &- start
            }
            start = end &+ 1
        }
        var index = 0
        while index < 8 {
            if index == bestStart {
                append(0x3A)
                append(0x3A)
                index &+= bestLength
                continue
            }
            if index > 0, index != bestStart &+ bestLength { append(0x3A) }
            append(hexadecimal: address.segment(index))
            index &+= 1
        }
    }
}
