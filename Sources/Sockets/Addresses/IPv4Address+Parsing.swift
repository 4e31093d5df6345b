extension IPv4Address: LosslessStringConvertible {
    /// Parses four decimal numbers with three dots, and nothing else.
    ///
    /// Numbers with leading zeros (`010.0.0.1`), with fewer parts (`127.1`), hexadecimal ones, signs and spaces are
    /// refused, because parsers do not agree on what they mean. The old forms are read by ``init(lenient:)``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8.span)
    }

    /// Parses four decimal numbers with three dots, and nothing else.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// Parses four decimal numbers with three dots from the bytes of a text, without an allocation.
    public init?(utf8 text: Span<UInt8>) {
        var index = 0
        guard let first = Self.number(in: text, at: &index), Self.skipDot(in: text, at: &index),
            let second = Self.number(in: text, at: &index), Self.skipDot(in: text, at: &index),
            let third = Self.number(in: text, at: &index), Self.skipDot(in: text, at: &index),
            let fourth = Self.number(in: text, at: &index), index == text.count
        else { return nil }
        rawValue = first << 24 | second << 16 | third << 8 | fourth
    }

    /// Reads a number of one to three digits up to 255 without a leading zero, and moves the index after it.
    ///
    /// Written out instead of a loop: that is a third faster, because each branch is predicted by itself.
    @inline(__always)
    private static func number(in text: Span<UInt8>, at index: inout Int) -> UInt32? {
        guard index < text.count else { return nil }
        var number = UInt32(text[index] &- 0x30)
        guard number <= 9 else { return nil }
        index &+= 1
        guard index < text.count else { return number }
        var digit = UInt32(text[index] &- 0x30)
        guard digit <= 9 else { return number }
        // A digit after a leading zero is one of the forms that parsers read differently.
        guard number != 0 else { return nil }
        number = number &* 10 &+ digit
        index &+= 1
        guard index < text.count else { return number }
        digit = UInt32(text[index] &- 0x30)
        guard digit <= 9 else { return number }
        number = number &* 10 &+ digit
        index &+= 1
        return number <= 255 ? number : nil
    }

    /// Moves the index after a dot, or tells that there is none.
    @inline(__always)
    private static func skipDot(in text: Span<UInt8>, at index: inout Int) -> Bool {
        guard index < text.count, text[index] == 0x2E else { return false }
        index &+= 1
        return true
    }

    /// Parses the forms that the C function `inet_aton` reads.
    ///
    /// One to four numbers with dots between them; the last one fills all the bytes that are left, so `127.1` is
    /// 127.0.0.1 and `2130706433` too. A number that begins with `0x` is hexadecimal, one that begins with `0` is octal.
    /// As in glibc, white space after the address and whatever follows it is ignored: `"10.0.0.1 eth0"` is 10.0.0.1.
    ///
    /// Use it only where such text has to be understood; a filter that reads an address with ``init(_:)-(String)`` while its
    /// peer reads it like this lets addresses through.
    public init?(lenient text: some StringProtocol) {
        let text = String(text)
        self.init(lenientUTF8: text.utf8.span)
    }

    private init?(lenientUTF8 text: Span<UInt8>) {
        var index = 0
        var parts = 0
        var address: UInt32 = 0
        while true {
            guard let (value, end) = Self.lenientNumber(in: text, from: index) else { return nil }
            index = end
            if index < text.count, text[index] == 0x2E {
                guard parts < 3, value <= 0xFF else { return nil }
                address |= value << (24 - 8 * UInt32(parts))
                parts += 1
                index += 1
                continue
            }
            // Only white space may follow; glibc does not look further than that.
            if index < text.count {
                guard text[index] == 0x20 || (0x09...0x0D).contains(text[index]) else { return nil }
            }
            guard value <= UInt32.max >> (8 * UInt32(parts)) else { return nil }
            rawValue = address | value
            return
        }
    }

    /// Reads one number of the old forms: its value and the index after it, or nil when there is none or it is too big.
    private static func lenientNumber(in text: Span<UInt8>, from start: Int) -> (value: UInt32, end: Int)? {
        var index = start
        guard index < text.count, (0x30...0x39).contains(text[index]) else { return nil }
        var base: UInt32 = 10
        if text[index] == 0x30 {
            base = 8
            if index + 1 < text.count, text[index + 1] | 0x20 == 0x78 {
                // "0x" without a digit after it is the number 0, and then the "x" is wrong.
                guard index + 2 < text.count, HexadecimalText.value(of: text[index + 2]) != nil else { return nil }
                base = 16
                index += 2
            }
        }
        var value: UInt32 = 0
        while index < text.count {
            guard let digit = HexadecimalText.value(of: text[index]).map(UInt32.init), digit < base else { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: base)
            let (sum, carry) = product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
            index += 1
        }
        return (value, index)
    }
}

extension IPv4Address {
    /// The dotted text, four decimal numbers.
    public var description: String {
        var text = TextBuffer()
        text.append(self)
        return text.string
    }

    /// The name under which the domain name system keeps the name of the address, `1.2.0.192.in-addr.arpa`.
    public var reverseName: String {
        var text = TextBuffer()
        text.append(IPv4Address(rawValue: rawValue.byteSwapped))
        return text.string + ".in-addr.arpa"
    }
}

extension TextBuffer {
    /// Appends the dotted text of an address.
    @inline(__always)
    mutating func append(_ address: IPv4Address) {
        let (first, second, third, fourth) = address.octets
        append(decimal: first)
        append(0x2E)
        append(decimal: second)
        append(0x2E)
        append(decimal: third)
        append(0x2E)
        append(decimal: fourth)
    }
}
