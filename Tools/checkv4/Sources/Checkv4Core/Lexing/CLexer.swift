/// The lexer of C and of the languages that look like it: C++, Objective-C, Go, JavaScript, Java and Rust.
struct CLexer {
    private let language: Language
    private var builder: TokenBuilder
    /// `func`, `fn` was read: the next brace outside parentheses opens its body.
    private var expectsBody: Int?
    /// Up to here no closing apostrophe, no end of a regular expression was found: each line is searched once.
    private var noApostropheBefore = 0
    private var noSlashBefore = 0

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

    private mutating func read(_ bytes: Span<UInt8>) {
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
    private mutating func identifier(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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

    private func isStringPrefix(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        switch end - start {
        case 1: return bytes[start] == 0x4C || bytes[start] == 0x75 || bytes[start] == 0x55
        case 2: return bytes[start] == 0x75 && bytes[start + 1] == 0x38
        default: return false
        }
    }

    private func isRawPrefix(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start == 1 || isStringPrefix(bytes, start, end - 1)
    }

    @inline(__always)
    private mutating func number(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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

    private mutating func punctuation(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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
    private func opensBody(_ bytes: Span<UInt8>) -> Bool {
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

    private func matches(_ bytes: Span<UInt8>, _ token: Token, _ text: StaticString) -> Bool {
        guard token.kind == .identifier, Int(token.end - token.start) == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count where bytes[Int(token.start) + offset] != buffer[offset] { return false }
            return true
        }
    }

    // MARK: Strings

    private mutating func string(_ bytes: Span<UInt8>, _ start: Int, prefix: Int) -> Int {
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

    private mutating func textBlock(_ bytes: Span<UInt8>, _ start: Int, _ from: Int) -> Int {
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

    private mutating func character(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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

    private mutating func rawUntil(_ bytes: Span<UInt8>, _ start: Int, _ mark: UInt8) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != mark { index &+= 1 }
        if index >= bytes.count { builder.problem(start, "the string has no end") }
        let stop = min(index + 1, bytes.count)
        builder.addString(bytes, start, stop, prefix: 1, suffix: index < bytes.count ? 1 : 0, flags: .isRaw)
        return stop
    }

    private mutating func rawCpp(_ bytes: Span<UInt8>, _ start: Int, _ quote: Int) -> Int {
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

    private mutating func rawRust(_ bytes: Span<UInt8>, _ start: Int, _ afterR: Int) -> Int {
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
    private mutating func template(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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
    private mutating func expression(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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

    private func regexMayStart(_ bytes: Span<UInt8>) -> Bool {
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

    private mutating func regex(_ bytes: Span<UInt8>, _ start: Int) -> Int {
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

    // MARK: Comments and preprocessor lines

    private func lineEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != 0x0A { index &+= 1 }
        return index
    }

    /// The end of a line comment; in C a backslash before the line's end carries it on.
    private func commentLineEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = lineEnd(bytes, start)
        while language.isCFamily, index < bytes.count {
            let last = index > 0 && bytes[index - 1] == 0x0D ? index - 2 : index - 1
            guard last > start, bytes[last] == 0x5C else { break }
            index = lineEnd(bytes, index + 1)
        }
        return index
    }

    private mutating func blockComment(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 2
        var depth = 1
        let end = bytes.count
        while index + 1 < end {
            let byte = bytes[index]
            if byte == 0x2A, bytes[index + 1] == 0x2F {
                index += 2
                depth -= 1
                if depth == 0 {
                    builder.list.comments.append(start..<index)
                    return index
                }
            } else if byte == 0x2F, bytes[index + 1] == 0x2A, language == .rust {
                depth += 1
                index += 2
            } else {
                index &+= 1
            }
        }
        builder.problem(start, "the comment has no end")
        builder.list.comments.append(start..<end)
        return end
    }

    /// Reads `#` and its word; returns where the rest of the line goes on.
    private mutating func startDirective(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        let wordStart = index
        while index < bytes.count, isIdentifierByte(bytes[index]) { index += 1 }
        let word = bytes.extracting(wordStart..<index)
        builder.flags = .inDirective
        builder.add(.directive, start, index)
        if equal(word, "if") || equal(word, "ifdef") || equal(word, "ifndef") {
            builder.saveBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "elif") || equal(word, "else") || equal(word, "elifdef") || equal(word, "elifndef") {
            builder.restoreBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "endif") {
            builder.forgetBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "undef") {
            builder.flags.insert(.isCondition)
        } else if equal(word, "include") || equal(word, "import") || equal(word, "include_next")
            || equal(word, "error") || equal(word, "warning") || equal(word, "line")
        {
            // Nothing there is code.
            index = commentLineEnd(bytes, index)
        }
        builder.enterLine()
        return index
    }

    private func equal(_ word: Span<UInt8>, _ text: StaticString) -> Bool {
        guard word.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count where word[offset] != buffer[offset] { return false }
            return true
        }
    }

    private mutating func endDirective(_ index: Int) {
        builder.leaveLine()
        builder.add(.newline, index, min(index + 1, index))
        builder.flags = []
    }
}
