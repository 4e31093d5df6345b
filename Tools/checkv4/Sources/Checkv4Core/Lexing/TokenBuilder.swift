/// Collects tokens, pairs brackets and finds function bodies; shared by the lexers.
struct TokenBuilder {
    var list = TokenList()
    private(set) var brackets: [Int32] = []
    /// Where the body that is being read started, in tokens; nil outside functions.
    private var functionStart: Int?
    /// How many brackets were open when it started.
    private var functionDepth = 0
    /// Flags that every new token gets.
    var flags: Token.Flags = []
    /// Closing marks do not close what was opened below this depth (a preprocessor line is its own world).
    private var floor = 0
    private var saved: [[Int32]] = []
    /// Conditions inside the last saved one whose brackets were not.
    private var unsaved = 0

    init(byteCount: Int) {
        list.tokens.reserveCapacity(byteCount / 6 + 16)
    }

    var isInFunction: Bool { functionStart != nil }
    var depth: Int { brackets.count }
    var count: Int { list.tokens.count }
    var last: Token? { list.tokens.last }

    /// Adds a token and returns its index.
    @discardableResult
    mutating func add(_ kind: Token.Kind, _ start: Int, _ end: Int, flags extra: Token.Flags = []) -> Int {
        var token = Token(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), kind: kind)
        token.flags = flags.union(extra)
        list.tokens.append(token)
        return list.tokens.count - 1
    }

    @inline(__always)
    mutating func addIdentifier(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, flags extra: Token.Flags = []) {
        var token = Token(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), kind: .identifier
        )
        token.flags = flags.union(extra)
        let word = WordTable.shared.word(in: bytes, from: start, to: end)
        if word != .none {
            token.word = word
            list.points.append(Int32(truncatingIfNeeded: list.tokens.count))
        }
        list.tokens.append(token)
    }

    /// Adds a string, or a part of one, whose content starts `prefix` bytes in and ends `suffix` bytes before the end.
    mutating func addString(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, prefix: Int, suffix: Int, kind: Token.Kind = .string,
        flags extra: Token.Flags = []
    ) {
        let end = max(start, min(end, bytes.count))
        var token = Token(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), kind: kind)
        let length = end - start
        token.prefix = UInt8(truncatingIfNeeded: min(prefix, min(length, 255)))
        token.suffix = UInt8(truncatingIfNeeded: min(suffix, min(length - Int(token.prefix), 255)))
        token.flags = flags.union(extra)
        var index = start + Int(token.prefix)
        let stop = end - Int(token.suffix)
        var seen: Token.Flags = []
        while index < stop {
            let byte = bytes[index]
            if byte >= 0x30 && byte <= 0x39 {
                seen.insert(.hasDigit)
            } else if byte == 0x3A {
                seen.insert(.hasColon)
            } else if byte == 0x2E {
                seen.insert(.hasDot)
            }
            index &+= 1
        }
        token.flags.formUnion(seen)
        list.points.append(Int32(truncatingIfNeeded: list.tokens.count))
        list.tokens.append(token)
    }

    @inline(__always)
    mutating func addNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        let length = end - start
        if length >= 8 && bytes[start] == 0x30 && bytes[start + 1] | 0x20 == 0x78
            || length == 2 && bytes[start] == 0x33 && bytes[start + 1] == 0x32
        {
            list.points.append(Int32(truncatingIfNeeded: list.tokens.count))
        }
        add(.number, start, end)
    }

    /// Adds a mark; brackets find their partners.
    mutating func addPunctuation(_ op: UInt16, _ start: Int, _ end: Int) {
        let index = add(.punctuation, start, end)
        list.tokens[index].op = op
        switch op {
        case Op.openParen, Op.openBracket, Op.openBrace, Op.openInterpolation:
            brackets.append(Int32(truncatingIfNeeded: index))
        case Op.closeParen: close(index, Op.openParen)
        case Op.closeBracket: close(index, Op.openBracket)
        case Op.closeBrace: close(index, Op.openBrace)
        case Op.closeInterpolation: close(index, Op.openInterpolation)
        default: break
        }
    }

    private mutating func close(_ index: Int, _ opener: UInt16) {
        var steps = 0
        var position = brackets.count - 1
        while position >= floor, steps < 16 {
            let open = Int(brackets[position])
            if list.tokens[open].op == opener {
                list.tokens[open].match = Int32(truncatingIfNeeded: index)
                list.tokens[index].match = Int32(truncatingIfNeeded: open)
                brackets.removeSubrange(position...)
                if let start = functionStart, floor == 0, position <= functionDepth {
                    list.functions.append(start..<index + 1)
                    functionStart = nil
                }
                return
            }
            position -= 1
            steps += 1
        }
    }

    /// The bracket just added opens a function's body.
    mutating func startFunction(at index: Int? = nil) {
        guard functionStart == nil, floor == 0 else { return }
        functionStart = index ?? list.tokens.count - 1
        functionDepth = max(0, brackets.count - 1)
    }

    mutating func startFunction(token: Int, depth: Int) {
        guard functionStart == nil else { return }
        functionStart = token
        functionDepth = depth
    }

    /// Ends the body in languages without brackets.
    mutating func endFunction() {
        guard let start = functionStart else { return }
        list.functions.append(start..<list.tokens.count)
        functionStart = nil
    }

    // A preprocessor line opens and closes nothing outside itself.
    mutating func enterLine() { floor = brackets.count }
    mutating func leaveLine() {
        if brackets.count > floor { brackets.removeSubrange(floor...) }
        floor = 0
    }

    // Both branches of a condition start from the same open brackets. Conditions that nest too deeply, and brackets
    // that nobody would write, are counted but not copied.
    /// Whether a condition of the preprocessor is open.
    var isInCondition: Bool { !saved.isEmpty || unsaved > 0 }

    mutating func saveBrackets() {
        if unsaved == 0, saved.count < 64, brackets.count <= 1000 { saved.append(brackets) } else { unsaved += 1 }
    }
    mutating func restoreBrackets() {
        guard unsaved == 0 else { return }
        if let before = saved.last, functionStart == nil || before.count > functionDepth { brackets = before }
    }
    mutating func forgetBrackets() {
        if unsaved > 0 { unsaved -= 1 } else { _ = saved.popLast() }
    }

    mutating func problem(_ offset: Int, _ text: String, isFatal: Bool = true) {
        guard list.problems.count < 8 else { return }
        list.problems.append(LexicalProblem(offset: offset, text: text, isFatal: isFatal))
    }

    consuming func finish() -> TokenList {
        if let start = functionStart { list.functions.append(start..<list.tokens.count) }
        return list
    }
}

/// What a byte may be in an identifier; bytes over 0x7F are letters.
@inline(__always)
func isIdentifierByte(_ byte: UInt8) -> Bool {
    let lowered = byte | 0x20
    return lowered >= 0x61 && lowered <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x5F || byte >= 0x80
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

@inline(__always)
func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
