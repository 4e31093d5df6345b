/// The lexer of C and of the languages that look like it: C++, Objective-C, Go, JavaScript, Java and Rust.
struct CLexer {
    let language: Language
    var builder: TokenBuilder
    /// `func`, `fn` was read: the next brace outside parentheses opens its body.
    var expectsBody: Int?
    /// Up to here no closing apostrophe, no end of a regular expression was found: each line is searched once.
    var noApostropheBefore = 0
    var noSlashBefore = 0

    private init(language: Language, byteCount: Int) {
        self.language = language
        builder = TokenBuilder(byteCount: byteCount)
    }

    /// The tokens of a text.
    static func tokens(of bytes: Span<UInt8>, language: Language) -> TokenList {
        var lexer = CLexer(language: language, byteCount: bytes.count)
        lexer.read(bytes)
        return lexer.builder.finish()
    }

    mutating func read(_ bytes: Span<UInt8>) {
        let end = bytes.count
        var index = 0
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
        if end >= index + 2, bytes[index] == 0x23, bytes[index + 1] == 0x21 { index = lineEnd(bytes, index) }
        var atLineStart = true
        while index < end {
            let byte = bytes[index]
            switch byte {
            case 0x0A:
                if builder.flags.contains(.inDirective) {
                    endDirective(index)
                } else if language == .go || language == .javascript {
                    builder.add(.newline, index, index + 1)
                }
                atLineStart = true
                index &+= 1
                continue
            case 0x20, 0x09, 0x0D, 0x0B, 0x0C:
                index &+= 1
                continue
            case 0x5C:  // a line splice, or a stray mark
                index &+= 1
                if index < end, bytes[index] == 0x0D { index &+= 1 }
                if index < end, bytes[index] == 0x0A { index &+= 1 }
                continue
            case 0x23 where atLineStart && language.isCFamily:
                index = startDirective(bytes, index)
            case 0x2F where index + 1 < end && bytes[index + 1] == 0x2F:
                let stop = commentLineEnd(bytes, index)
                builder.list.comments.append(index..<stop)
                index = stop
                continue
            case 0x2F where index + 1 < end && bytes[index + 1] == 0x2A:
                index = blockComment(bytes, index)
                continue
            case 0x2F where language == .javascript && regexMayStart(bytes):
                index = regex(bytes, index)
            case 0x22:
                index = string(bytes, index, prefix: 0)
            case 0x27:
                index = character(bytes, index)
            case 0x60 where language == .go:
                index = rawUntil(bytes, index, 0x60)
            case 0x60 where language == .javascript:
                index = template(bytes, index)
            case 0x30...0x39:
                index = number(bytes, index)
            case 0x2E where index + 1 < end && isDigit(bytes[index + 1]):
                index = number(bytes, index)
            case 0x24 where language == .javascript || language == .java:
                index = identifier(bytes, index)
            default:
                index = isIdentifierByte(byte) ? identifier(bytes, index) : punctuation(bytes, index)
            }
            atLineStart = false
        }
        if builder.flags.contains(.inDirective) { endDirective(end) }
    }

    // MARK: Words, numbers, marks

    @inline(__always)
    mutating func identifier(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start &+ 1
        let end = bytes.count
        while index < end, isIdentifierByte(bytes[index]) || bytes[index] == 0x24 && language == .javascript {
            index &+= 1
        }
        if index < end, index &- start <= 3 {
            // Prefixes of strings: L"", u8"", R"(…)", r#"…"#, b"".
            let next = bytes[index]
            if next == 0x22 {
                let last = bytes[index &- 1]
                if language == .cpp || language == .c || language == .objc {
                    if last == 0x52, isRawPrefix(bytes, start, index) { return rawCpp(bytes, start, index) }
                    if isStringPrefix(bytes, start, index) { return string(bytes, start, prefix: index - start) }
                } else if language == .rust, last == 0x72 {
                    return rawRust(bytes, start, index)
                } else if language == .rust, last == 0x62 || last == 0x63 {
                    return string(bytes, start, prefix: index - start)
                }
            } else if next == 0x23, language == .rust, bytes[index &- 1] == 0x72 {
                var look = index
                while look < end, bytes[look] == 0x23 { look &+= 1 }
                if look < end, bytes[look] == 0x22 { return rawRust(bytes, start, index) }
            } else if next == 0x27, language.isCFamily, isStringPrefix(bytes, start, index) {
                return character(bytes, index)
            }
        }
        if language == .go, index &- start == 4, bytes[start] == 0x66, bytes[start + 1] == 0x75,
            bytes[start + 2] == 0x6E, bytes[start + 3] == 0x63, !builder.isInFunction
        {
            expectsBody = builder.depth
        } else if language == .rust, index &- start == 2, bytes[start] == 0x66, bytes[start + 1] == 0x6E,
            !builder.isInFunction
        {
            expectsBody = builder.depth
        }
        builder.addIdentifier(bytes, start, index)
        return index
    }

    func isStringPrefix(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        switch end - start {
        case 1: return bytes[start] == 0x4C || bytes[start] == 0x75 || bytes[start] == 0x55
        case 2: return bytes[start] == 0x75 && bytes[start + 1] == 0x38
        default: return false
        }
    }

    func isRawPrefix(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start == 1 || isStringPrefix(bytes, start, end - 1)
    }

    @inline(__always)
    mutating func number(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start &+ 1
        let end = bytes.count
        while index < end {
            let byte = bytes[index]
            if isIdentifierByte(byte) {
                index &+= 1
                if byte | 0x20 == 0x65, index < end, bytes[index] == 0x2B || bytes[index] == 0x2D,
                    !(bytes[start] == 0x30 && start + 1 < end && bytes[start + 1] | 0x20 == 0x78)
                {
                    index &+= 1
                }
            } else if byte == 0x2E, index &+ 1 >= end || bytes[index &+ 1] != 0x2E {
                index &+= 1
            } else if byte == 0x27, language.isCFamily, index &+ 1 < end, isIdentifierByte(bytes[index &+ 1]) {
                index &+= 1
            } else {
                break
            }
        }
        builder.addNumber(bytes, start, index)
        return index
    }

    mutating func punctuation(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let first = bytes[start]
        var op = UInt16(first)
        var end = start + 1
        if end < bytes.count {
            let second = bytes[end]
            let isPair: Bool
            switch second {
            case 0x3D:
                isPair =
                    first == 0x3D || first == 0x21 || first == 0x3C || first == 0x3E || first == 0x2B || first == 0x2D
                    || first == 0x2A || first == 0x2F || first == 0x25 || first == 0x26 || first == 0x7C
                    || first == 0x5E || first == 0x3A
            case 0x3E: isPair = first == 0x2D || first == 0x3D || first == 0x3E
            case 0x26, 0x7C, 0x2B, 0x2D, 0x3A, 0x3C, 0x3F: isPair = first == second
            default: isPair = false
            }
            if isPair {
                op |= UInt16(second) << 8
                end += 1
                // ===, !== and <<=: the third sign changes nothing here.
                if second == 0x3D || first == second, end < bytes.count, bytes[end] == 0x3D { end += 1 }
            }
        }
        let opensFunction = op == Op.openBrace && !builder.isInFunction && opensBody(bytes)
        builder.addPunctuation(op, start, end)
        if opensFunction {
            builder.startFunction()
            expectsBody = nil
        }
        return end
    }

    /// Whether the brace that comes now opens a function's body.
    func opensBody(_ bytes: Span<UInt8>) -> Bool {
        if builder.flags.contains(.inDirective) { return false }
        let tokens = builder.list.tokens
        guard let previous = tokens.last else { return false }
        switch language {
        case .go, .rust:
            guard let depth = expectsBody, builder.depth == depth else { return false }
            // "interface{" and "struct{" in a result type.
            return
                !(previous.kind == .identifier && language == .go
                && (matches(bytes, previous, "interface") || matches(bytes, previous, "struct")))
        default:
            break
        }
        if previous.op == Op.closeParen { return true }
        if language == .javascript { return previous.op == Op.two("=", ">") }
        if previous.kind == .identifier {
            if matches(bytes, previous, "const") || matches(bytes, previous, "noexcept")
                || matches(bytes, previous, "override") || matches(bytes, previous, "final")
                || matches(bytes, previous, "try")
            {
                return true
            }
            // Trailing return types, Java's throws, Objective-C's methods: look a little further back.
            var index = tokens.count - 1
            let stop = max(0, index - 40)
            while index > stop {
                let token = tokens[index]
                if token.op == Op.semicolon || token.op == Op.closeBrace || token.op == Op.openBrace { return false }
                if token.op == Op.arrow, tokens[index - 1].op == Op.closeParen { return true }
                if language == .java, matches(bytes, token, "throws") { return true }
                if language == .objc, token.op == Op.minus || token.op == Op.plus, index + 1 < tokens.count,
                    tokens[index + 1].op == Op.openParen
                {
                    return true
                }
                index -= 1
            }
            return false
        }
        if language == .cpp, previous.op == Op.closeBrace, tokens.count > 3 {
            // "X() : a{1} {": the initialiser list of a constructor.
            let open = Int(previous.match)
            return open > 1 && tokens[open - 1].kind == .identifier
                && (tokens[open - 2].op == Op.colon || tokens[open - 2].op == Op.comma)
        }
        // int f(a) int a; { : the old form of C.
        return language == .c && previous.op == Op.semicolon && builder.depth == 0
    }

    func matches(_ bytes: Span<UInt8>, _ token: Token, _ text: StaticString) -> Bool {
        guard token.kind == .identifier, Int(token.end - token.start) == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count where bytes[Int(token.start) + offset] != buffer[offset] { return false }
            return true
        }
    }
}
