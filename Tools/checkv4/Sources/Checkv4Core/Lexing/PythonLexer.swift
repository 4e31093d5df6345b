/// The lexer of Python: indentation gives functions, prefixes and triple quotes give strings, f-strings have fields.
struct PythonLexer {
    private var builder: TokenBuilder
    private var functionIndent = 0
    /// f-strings inside fields of f-strings: each level is a call inside a call.
    private var fieldDepth = 0
    private static let deepestField = 32

    /// The tokens of a text.
    static func tokens(of bytes: Span<UInt8>) -> TokenList {
        var lexer = PythonLexer(builder: TokenBuilder(byteCount: bytes.count))
        lexer.read(bytes)
        return lexer.builder.finish()
    }

    private mutating func read(_ bytes: Span<UInt8>) {
        let end = bytes.count
        var index = 0
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
        var atLineStart = true
        while index < end {
            if atLineStart {
                index = startLine(bytes, index)
                atLineStart = false
                continue
            }
            let byte = bytes[index]
            switch byte {
            case 0x0A:
                if builder.depth == 0 {
                    if let last = builder.last, last.kind != .newline { builder.add(.newline, index, index + 1) }
                    builder.flags = []
                    atLineStart = true
                }
                index &+= 1
            case 0x20, 0x09, 0x0D, 0x0C:
                index &+= 1
            case 0x5C:
                index = min(afterBackslash(bytes, index), end)
            case 0x23:
                let start = index
                while index < end, bytes[index] != 0x0A { index &+= 1 }
                builder.list.comments.append(start..<index)
            case 0x22, 0x27:
                index = string(bytes, index, quote: index)
            case 0x30...0x39:
                index = number(bytes, index)
            case 0x2E where index + 1 < end && isDigit(bytes[index + 1]):
                index = number(bytes, index)
            default:
                index = isIdentifierByte(byte) ? identifier(bytes, index) : punctuation(bytes, index)
            }
        }
    }

    /// Measures the indentation of a logical line; a line that is not deeper than `def` ends its function.
    private mutating func startLine(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        var width = 0
        while index < bytes.count {
            if bytes[index] == 0x20 {
                width += 1
            } else if bytes[index] == 0x09 {
                width = (width / 8 + 1) * 8
            } else {
                break
            }
            index &+= 1
        }
        guard index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x23, bytes[index] != 0x0D else {
            return index
        }
        if builder.isInFunction, width <= functionIndent { builder.endFunction() }
        if !builder.isInFunction, startsDefinition(bytes, index) {
            functionIndent = width
            builder.startFunction(token: builder.count, depth: -1)
        }
        if isWord(bytes, index, "import") || isWord(bytes, index, "from") { builder.flags = .isImport }
        return index
    }

    private func startsDefinition(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        if isWord(bytes, start, "def") { return true }
        guard isWord(bytes, start, "async") else { return false }
        var index = start + 5
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        return isWord(bytes, index, "def")
    }

    private func isWord(_ bytes: Span<UInt8>, _ start: Int, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return false }
        let same = text.withUTF8Buffer { buffer in
            for offset in 0..<count where bytes[start + offset] != buffer[offset] { return false }
            return true
        }
        return same && (start + count == bytes.count || !isIdentifierByte(bytes[start + count]))
    }

    private mutating func identifier(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start &+ 1
        while index < bytes.count, isIdentifierByte(bytes[index]) { index &+= 1 }
        if index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27, index - start <= 2 {
            var isPrefix = true
            for offset in start..<index {
                let letter = bytes[offset] | 0x20
                if letter != 0x72 && letter != 0x62 && letter != 0x66 && letter != 0x75 { isPrefix = false }
            }
            if isPrefix, fieldDepth < Self.deepestField { return string(bytes, start, quote: index) }
        }
        builder.addIdentifier(bytes, start, index)
        return index
    }

    private mutating func number(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start &+ 1
        while index < bytes.count, isIdentifierByte(bytes[index]) || bytes[index] == 0x2E { index &+= 1 }
        builder.addNumber(bytes, start, index)
        return index
    }

    private mutating func punctuation(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let first = bytes[start]
        var op = UInt16(first)
        var end = start + 1
        if end < bytes.count {
            let second = bytes[end]
            let isPair =
                second == 0x3D
                && (first == 0x3D || first == 0x21 || first == 0x3C || first == 0x3E || first == 0x3A
                    || first == 0x2B || first == 0x2D || first == 0x7C || first == 0x26 || first == 0x25)
                || first == second && (first == 0x2A || first == 0x2F || first == 0x3C || first == 0x3E)
                || first == 0x2D && second == 0x3E
            if isPair {
                op |= UInt16(second) << 8
                end += 1
            }
        }
        builder.addPunctuation(op, start, end)
        return end
    }

    private mutating func string(_ bytes: Span<UInt8>, _ start: Int, quote: Int) -> Int {
        var isRaw = false
        var isFormat = false
        for offset in start..<quote {
            if bytes[offset] | 0x20 == 0x72 { isRaw = true }
            if bytes[offset] | 0x20 == 0x66 { isFormat = true }
        }
        let mark = bytes[quote]
        let end = bytes.count
        let isTriple = quote + 2 < end && bytes[quote + 1] == mark && bytes[quote + 2] == mark
        let width = isTriple ? 3 : 1
        var flags: Token.Flags = isRaw ? .isRaw : []
        // A string that is a whole statement is documentation.
        if builder.depth == 0, builder.last == nil || builder.last?.kind == .newline || builder.last?.op == Op.colon {
            flags.insert(.isProse)
        }
        if isFormat { flags.insert(.isSegment) }
        var segment = start
        var prefix = quote + width - start
        var index = quote + width
        while index < end {
            let byte = bytes[index]
            if byte == 0x5C {
                index = afterBackslash(bytes, index)
            } else if byte == mark,
                !isTriple || (index + 2 < end && bytes[index + 1] == mark && bytes[index + 2] == mark)
            {
                builder.addString(bytes, segment, index + width, prefix: prefix, suffix: width, flags: flags)
                return index + width
            } else if byte == 0x0A, !isTriple {
                break
            } else if isFormat, byte == 0x7B {
                if index + 1 < end, bytes[index + 1] == 0x7B {
                    index += 2
                    continue
                }
                builder.addString(bytes, segment, index, prefix: prefix, suffix: 0, flags: flags.union(.isContinued))
                builder.addPunctuation(Op.openInterpolation, index, index + 1)
                fieldDepth += 1
                index = field(bytes, index + 1, mark: mark, isTriple: isTriple)
                fieldDepth -= 1
                let closes = index < end && bytes[index] == 0x7D
                if closes { builder.addPunctuation(Op.closeInterpolation, index, index + 1) }
                index = closes ? index + 1 : index
                segment = index
                prefix = 0
                flags.insert(.continues)
            } else {
                index &+= 1
            }
        }
        index = min(index, end)
        builder.problem(start, "the string has no end")
        builder.addString(bytes, segment, index, prefix: min(prefix, index - segment), suffix: 0, flags: flags)
        return index
    }

    /// Behind a backslash and what it protects, which may be a line end of two bytes.
    private func afterBackslash(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let isTwo = start + 2 < bytes.count && bytes[start + 1] == 0x0D && bytes[start + 2] == 0x0A
        return start + (isTwo ? 3 : 2)
    }

    /// Whether a field goes on after a line end or holds the mark of its own string, as it may since Python 3.12:
    /// something is still to come.
    private func expectsMore(_ bytes: Span<UInt8>, _ index: Int, _ depth: Int) -> Bool {
        if builder.depth > depth { return true }
        guard let last = builder.last else { return false }
        return last.kind == .punctuation && last.op != Op.closeParen && last.op != Op.closeBracket
            && last.op != Op.closeBrace
    }

    /// The tokens of an f-string's field; the conversion and the format after it are passed over.
    private mutating func field(_ bytes: Span<UInt8>, _ start: Int, mark: UInt8, isTriple: Bool) -> Int {
        var index = start
        let depth = builder.depth
        while index < bytes.count {
            let byte = bytes[index]
            if builder.depth <= depth {
                if byte == 0x7D { return index }
                if byte == 0x3A || byte == 0x21 && index + 1 < bytes.count && bytes[index + 1] != 0x3D {
                    return skipFormat(bytes, index, mark: mark)
                }
            }
            switch byte {
            case 0x0A where !isTriple && !expectsMore(bytes, index, depth):
                var next = index
                while next < bytes.count, bytes[next] <= 0x20 { next += 1 }
                guard next < bytes.count, bytes[next] == 0x7D else { return index }
                index = next
            case mark where !expectsMore(bytes, index, depth): return index
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case 0x22, 0x27: index = plainString(bytes, index)
            case 0x30...0x39: index = number(bytes, index)
            default: index = isIdentifierByte(byte) ? identifier(bytes, index) : punctuation(bytes, index)
            }
        }
        return index
    }

    private func skipFormat(_ bytes: Span<UInt8>, _ start: Int, mark: UInt8) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x7B { depth += 1 }
            if byte == 0x7D {
                if depth == 0 { return index }
                depth -= 1
            }
            if byte == mark || byte == 0x0A { return index }
            index += 1
        }
        return index
    }

    private mutating func plainString(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != bytes[start], bytes[index] != 0x0A { index += 1 }
        let stop = min(index + 1, bytes.count)
        builder.addString(bytes, start, stop, prefix: 1, suffix: stop - start > 1 ? 1 : 0)
        return stop
    }
}
