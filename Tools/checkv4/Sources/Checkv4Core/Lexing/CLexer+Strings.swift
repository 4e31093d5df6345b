/// Strings, characters, templates and regular expressions.
extension CLexer {
    mutating func string(_ bytes: Span<UInt8>, _ start: Int, prefix: Int) -> Int {
        let end = bytes.count
        var index = start + prefix + 1
        if language == .java, index + 1 < end, bytes[index] == 0x22, bytes[index + 1] == 0x22 {
            return textBlock(bytes, start, index + 2)
        }
        while index < end {
            let byte = bytes[index]
            if byte == 0x22 {
                builder.addString(bytes, start, index + 1, prefix: prefix + 1, suffix: 1)
                return index + 1
            }
            if byte == 0x5C {
                index += 2
                if index <= end, bytes[index - 1] == 0x0D, index < end, bytes[index] == 0x0A { index += 1 }
                continue
            }
            if byte == 0x0A, language != .rust { break }
            index &+= 1
        }
        index = min(index, end)
        // Quotation marks stand in JSX's text, and in what a condition leaves out.
        let isText = language == .javascript || builder.isInCondition
        builder.problem(start, "the string has no end", isFatal: !isText)
        builder.addString(bytes, start, index, prefix: prefix + 1, suffix: 0)
        return index
    }

    mutating func textBlock(_ bytes: Span<UInt8>, _ start: Int, _ from: Int) -> Int {
        var index = from
        while index + 2 < bytes.count {
            if bytes[index] == 0x5C {
                index += 2
                continue
            }
            if bytes[index] == 0x22, bytes[index + 1] == 0x22, bytes[index + 2] == 0x22 {
                builder.addString(bytes, start, index + 3, prefix: 3, suffix: 3)
                return index + 3
            }
            index += 1
        }
        builder.problem(start, "the string has no end")
        builder.addString(bytes, start, bytes.count, prefix: 3, suffix: 0)
        return bytes.count
    }

    mutating func character(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let end = bytes.count
        if language == .rust {
            // A lifetime ('a) is no character ('a').
            if start + 2 < end, isIdentifierByte(bytes[start + 1]), bytes[start + 2] != 0x27, bytes[start + 1] < 0x80 {
                return start + 1
            }
        }
        if start < noApostropheBefore { return start + 1 }
        var index = start + 1
        while index < end {
            let byte = bytes[index]
            if byte == 0x27 {
                if language == .javascript {
                    builder.addString(bytes, start, index + 1, prefix: 1, suffix: 1)
                } else {
                    let token = builder.add(.character, start, index + 1)
                    builder.list.tokens[token].prefix = 1
                    builder.list.tokens[token].suffix = 1
                }
                return index + 1
            }
            if byte == 0x5C {
                index += 2
                continue
            }
            if byte == 0x0A { break }
            index &+= 1
        }
        // An apostrophe in dead code or in a message of #error: only the mark is passed over.
        noApostropheBefore = min(index, end)
        return start + 1
    }

    mutating func rawUntil(_ bytes: Span<UInt8>, _ start: Int, _ mark: UInt8) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != mark { index &+= 1 }
        if index >= bytes.count { builder.problem(start, "the string has no end") }
        let stop = min(index + 1, bytes.count)
        builder.addString(bytes, start, stop, prefix: 1, suffix: index < bytes.count ? 1 : 0, flags: .isRaw)
        return stop
    }

    mutating func rawCpp(_ bytes: Span<UInt8>, _ start: Int, _ quote: Int) -> Int {
        var open = quote + 1
        while open < bytes.count, bytes[open] != 0x28, open - quote <= 17, bytes[open] != 0x0A { open += 1 }
        guard open < bytes.count, bytes[open] == 0x28 else {
            return string(bytes, start, prefix: quote - start)
        }
        let length = open - quote - 1
        var index = open + 1
        while index + length + 1 < bytes.count {
            if bytes[index] == 0x29, bytes[index + 1 + length] == 0x22 {
                var same = true
                for offset in 0..<length where bytes[index + 1 + offset] != bytes[quote + 1 + offset] { same = false }
                if same {
                    let stop = index + length + 2
                    builder.addString(
                        bytes, start, stop, prefix: open + 1 - start, suffix: length + 2, flags: .isRaw
                    )
                    return stop
                }
            }
            index &+= 1
        }
        builder.problem(start, "the raw string has no end")
        builder.addString(bytes, start, bytes.count, prefix: open + 1 - start, suffix: 0, flags: .isRaw)
        return bytes.count
    }

    mutating func rawRust(_ bytes: Span<UInt8>, _ start: Int, _ afterR: Int) -> Int {
        var quote = afterR
        while quote < bytes.count, bytes[quote] == 0x23 { quote += 1 }
        let hashes = quote - afterR
        var index = quote + 1
        while index < bytes.count {
            if bytes[index] == 0x22 {
                var seen = 0
                while seen < hashes, index + 1 + seen < bytes.count, bytes[index + 1 + seen] == 0x23 { seen += 1 }
                if seen == hashes {
                    let stop = index + 1 + hashes
                    builder.addString(
                        bytes, start, stop, prefix: quote + 1 - start, suffix: hashes + 1, flags: .isRaw
                    )
                    return stop
                }
            }
            index &+= 1
        }
        builder.problem(start, "the raw string has no end")
        builder.addString(bytes, start, bytes.count, prefix: min(quote + 1 - start, 255), suffix: 0, flags: .isRaw)
        return bytes.count
    }

    /// A JavaScript template: text parts and expressions between `${` and `}`.
    mutating func template(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let end = bytes.count
        var segment = start
        var prefix = 1
        var index = start + 1
        var flags: Token.Flags = [.isSegment]
        while index < end {
            let byte = bytes[index]
            if byte == 0x5C {
                index += 2
            } else if byte == 0x60 {
                builder.addString(bytes, segment, index + 1, prefix: prefix, suffix: 1, flags: flags)
                return index + 1
            } else if byte == 0x24, index + 1 < end, bytes[index + 1] == 0x7B {
                builder.addString(bytes, segment, index, prefix: prefix, suffix: 0, flags: flags.union(.isContinued))
                builder.addPunctuation(Op.openInterpolation, index, index + 2)
                index = expression(bytes, index + 2)
                if index < end { builder.addPunctuation(Op.closeInterpolation, index, index + 1) }
                index = min(index + 1, end)
                segment = index
                prefix = 0
                flags = [.isSegment, .continues]
            } else {
                index &+= 1
            }
        }
        builder.problem(start, "the template has no end")
        builder.addString(bytes, segment, end, prefix: prefix, suffix: 0, flags: flags)
        return end
    }

    /// The tokens of an expression up to its closing brace; nested templates are passed over as one string.
    mutating func expression(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x7D where depth == 0: return index
            case 0x7B, 0x7D:
                depth += byte == 0x7B ? 1 : -1
                index = punctuation(bytes, index)
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case 0x22: index = string(bytes, index, prefix: 0)
            case 0x27: index = character(bytes, index)
            case 0x60: index = rawUntil(bytes, index, 0x60)
            case 0x30...0x39: index = number(bytes, index)
            default: index = isIdentifierByte(byte) ? identifier(bytes, index) : punctuation(bytes, index)
            }
        }
        return index
    }

    func regexMayStart(_ bytes: Span<UInt8>) -> Bool {
        guard let last = builder.last else { return true }
        switch last.kind {
        case .newline: return true
        case .punctuation:
            return last.op != Op.closeParen && last.op != Op.closeBracket && last.op != Op.closeBrace
        case .identifier:
            return last.word == .return || matches(bytes, last, "typeof") || matches(bytes, last, "case")
        default: return false
        }
    }

    mutating func regex(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        if start < noSlashBefore { return punctuation(bytes, start) }
        var index = start + 1
        var inClass = false
        while index < bytes.count, bytes[index] != 0x0A {
            let byte = bytes[index]
            if byte == 0x5C {
                index += 2
                continue
            }
            if byte == 0x5B { inClass = true }
            if byte == 0x5D { inClass = false }
            if byte == 0x2F, !inClass {
                builder.addString(bytes, start, index + 1, prefix: 1, suffix: 1, kind: .regex, flags: .isRaw)
                return index + 1
            }
            index += 1
        }
        noSlashBefore = min(index, bytes.count)
        return punctuation(bytes, start)
    }
}
