/// The rules about masks and lengths of prefixes, and addresses that are written as numbers.
extension Analyzer {
    mutating func visitNumber(_ index: Int) {
        // Definitions of constants are no masks at work.
        guard !self[index].flags.contains(.inDirective) else { return }
        let isWidth = isText(index, "32")
        guard
            source.language.isCFamily || source.language == .swift || source.language == .python
                || source.language == .go || source.language == .javascript || source.language == .java
        else { return }
        if isWidth {
            if visitWidthComparison(index) { return }
            // 1 << 32 - prefix, where the minus binds first
            if source.language == .python || source.language == .go, isOp(index - 1, Op.shiftLeft),
                isOp(index + 1, Op.minus), isMaskContext(index)
            {
                report(.sto07, index - 1, index + 2, partner: .ipv6, subject: "<< 32 - …")
                return
            }
            // << (32 - prefix)
            guard isOp(index + 1, Op.minus), isOp(index - 1, Op.openParen), isOp(index - 2, Op.shiftLeft),
                isMaskContext(index)
            else { return }
            report(
                .sto07, index - 2, Int(self[index - 1].match) > index ? Int(self[index - 1].match) : index + 1,
                partner: .ipv6, subject: "<< (32 - …)"
            )
            return
        }
        let text = text(index).lowercased()
        var digits = text.filter { $0 != "_" && $0 != "'" }
        while let last = digits.last, last == "u" || last == "l" { digits.removeLast() }
        switch digits {
        case "0xffffff00", "0xffff0000", "0xff000000", "0xf0000000", "0xe0000000", "0xfff00000", "0xc0000000",
            "0x80000000", "0x7f000001", "0x7f000000", "0xc0a80000", "0x0a000000", "0xac100000", "0xa9fe0000":
            guard hasIPNeighbour(index, isPattern: digits.hasPrefix("0x7f") || digits.hasPrefix("0xc0a8")) else {
                return
            }
            report(.sto07, index, partner: .ipv6)
        default:
            break
        }
    }

    /// `prefix > 32`, `mask == 32`: the length of a prefix of IPv4.
    mutating func visitWidthComparison(_ index: Int) -> Bool {
        let before = self[index - 1].op
        guard [Op.equal, Op.notEqual, Op.less, Op.greater, Op.two("<", "="), Op.two(">", "=")].contains(before),
            self[index - 1].kind == .punctuation, self[index - 2].kind == .identifier
        else { return false }
        let name = text(index - 2).lowercased()
        let isLength =
            name.contains("cidr") || name.hasPrefix("prefix") || name.hasSuffix("prefixlen") || name.contains("netmask")
            || name.hasSuffix("masklen") || name.contains("maskbits") || name == "mask" && isNetworking
        guard isLength else { return false }
        report(.sto07, index - 2, index, partner: .ipv6, subject: source.string(byteRange(index - 2, index)))
        return true
    }

    /// Whether a mask is applied to, or compared with, something that can only be an IP address.
    func hasIPNeighbour(_ index: Int, isPattern: Bool) -> Bool {
        var isMask = false
        for offset in [-1, 1] {
            let token = self[index + offset]
            if token.kind == .punctuation {
                switch token.op {
                case Op.ampersand, Op.andAssign, Op.equal, Op.notEqual, Op.assign, Op.closeParen, Op.openParen:
                    isMask = true
                default: break
                }
            }
        }
        guard isMask else { return false }
        let near = max(0, index - 8)..<min(list.tokens.count, index + 8)
        for position in near where self[position].kind == .identifier {
            if word(position) == .s_addr { return sameStatement(position, index) }
            guard nameKind(position).contains(.ip) else { continue }
            if sameStatement(position, index) { return true }
        }
        return false
    }

    func sameStatement(_ first: Int, _ second: Int) -> Bool {
        for position in min(first, second)...max(first, second) {
            if isOp(position, Op.semicolon) || self[position].kind == .newline { return false }
        }
        return true
    }

    func isMaskContext(_ index: Int) -> Bool {
        for position in statement(index) where self[position].kind == .identifier {
            if nameKind(position).contains(.ip) { return true }
            let name = text(position).lowercased()
            if name.contains("mask") || name.contains("cidr") || name == "prefix" || name.contains("prefixlen")
                || name.contains("prefix_len") || word(position) == .htonl
            {
                return true
            }
        }
        return false
    }

    // MARK: Go's addresses

    /// `net.IPv4(127, 0, 0, 1)`, `net.CIDRMask(24, 32)`, `net.IPv4Mask(…)`.
    mutating func visitGoAddress(_ index: Int) {
        guard source.language == .go, isOp(index - 1, Op.dot), isText(index - 2, "net"), isOp(index + 1, Op.openParen)
        else { return }
        let parts = arguments(index + 1)
        let close = Int(self[index + 1].match)
        let subject = source.string(byteRange(index - 2, close))
        if word(index) != .IPv4 {
            guard
                word(index) == .IPv4Mask || parts.count == 2 && parts[1].count == 1 && isText(parts[1].lowerBound, "32")
            else { return }
            report(.sto07, index - 2, close, partner: .ipv6, subject: subject)
            return
        }
        let numbers = parts.compactMap { $0.count == 1 ? UInt8(text($0.lowerBound)) : nil }
        guard parts.count == 4, let first = numbers.first else { return }
        let address = numbers.map { String($0) }.joined(separator: ".")
        switch numbers {
        case [0, 0, 0, 0]:
            report(.lit01, index - 2, close, partner: .only([.markAnyLiteral6]), subject: address, confidence: .low)
        case [127, 0, 0, 1]:
            report(.lit02, index - 2, close, partner: .only([.markIPv6Literal]), subject: address)
        case [255, 255, 255, 255]:
            report(.lit03, index - 2, close, partner: .ipv6, subject: address)
        default:
            guard numbers.count == 4 else { return }
            let isMulticast = first >= 224 && first < 240
            let isPrivate = first == 10 || first == 192 && numbers[1] == 168 || first == 172 && numbers[1] & 0xF0 == 16
            report(
                isMulticast ? .lit04 : isPrivate ? .lit05 : .lit06, index - 2, close, partner: .ipv6, subject: address)
        }
    }
}
