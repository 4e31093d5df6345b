/// What stands where: tokens, calls, statements.
extension Analyzer {
    /// A token that is never there: what one reads beyond either end.
    static let missing = Token(start: 0, end: 0, kind: .newline)

    subscript(index: Int) -> Token {
        index >= 0 && index < list.tokens.count ? list.tokens[index] : Self.missing
    }

    func isOp(_ index: Int, _ op: UInt16) -> Bool {
        let token = self[index]
        return token.kind == .punctuation && token.op == op
    }

    func word(_ index: Int) -> Word { self[index].word }

    func text(_ index: Int) -> String {
        let token = self[index]
        return source.string(Int(token.start)..<Int(token.end))
    }

    func isText(_ index: Int, _ text: String) -> Bool {
        let token = self[index]
        guard Int(token.end) - Int(token.start) == text.utf8.count else { return false }
        return source.bytes[Int(token.start)..<Int(token.end)].elementsEqual(text.utf8)
    }

    /// The bytes of a string's content.
    func content(_ index: Int) -> Range<Int> {
        let token = self[index]
        let start = Int(token.start) + Int(token.prefix)
        return start..<max(start, Int(token.end) - Int(token.suffix))
    }

    func contentText(_ index: Int) -> String { source.string(content(index)) }

    func byteRange(_ first: Int, _ last: Int) -> Range<Int> {
        let start = Int(self[first].start)
        return start..<max(start, Int(self[last].end))
    }

    /// The name before an opening parenthesis, -1 where there is none.
    func callee(of open: Int) -> Int {
        var index = open - 1
        // Swift and C++ write types between the name and the parenthesis: MemoryLayout<T>(…) is rare enough to skip.
        if isOp(index, Op.bang) || isOp(index, Op.question) { index -= 1 }
        return self[index].kind == .identifier ? index : -1
    }

    /// The call in whose arguments a token stands: its parenthesis, its name and the number of the argument.
    func enclosingCall(_ index: Int, limit: Int = 300) -> Call? {
        var position = index - 1
        var argument = 0
        var steps = 0
        while position >= 0, steps < limit {
            let token = list.tokens[position]
            if token.kind == .punctuation {
                switch token.op {
                case Op.closeParen, Op.closeBracket, Op.closeBrace, Op.closeInterpolation:
                    if token.match >= 0, token.match < position { position = Int(token.match) }
                case Op.openParen:
                    return Call(open: position, name: callee(of: position), argument: argument)
                case Op.openBracket, Op.openInterpolation:
                    argument = 0
                case Op.openBrace:
                    // A block: what stands before is no call of ours. A literal in braces goes on.
                    if source.language.isCFamily || source.language == .go {
                        if list.functions.isEmpty || position > 0 && isOp(position - 1, Op.closeParen) { return nil }
                    } else if source.language == .swift {
                        return nil
                    }
                    argument = 0
                case Op.comma:
                    argument += 1
                case Op.semicolon:
                    return nil
                default:
                    break
                }
            }
            position -= 1
            steps += 1
        }
        return nil
    }

    struct Call {
        var open: Int
        var name: Int
        var argument: Int
    }

    /// The nearest call with a name: through the parentheses of tuples and groups.
    func namedCall(_ index: Int) -> Call? {
        var position = index
        for _ in 0..<4 {
            guard let call = enclosingCall(position) else { return nil }
            if call.name >= 0 { return call }
            position = call.open
        }
        return nil
    }

    /// The word of the call in whose arguments a token stands.
    func enclosingCallee(_ index: Int) -> Word {
        guard let call = enclosingCall(index), call.name >= 0 else { return .none }
        return word(call.name)
    }

    /// The arguments of a call, as tokens; empty when the parenthesis is not closed.
    func arguments(_ open: Int) -> [Range<Int>] {
        let close = Int(self[open].match)
        guard close > open, work.take(close - open) else { return [] }
        var result: [Range<Int>] = []
        var start = open + 1
        var index = start
        while index < close {
            let token = list.tokens[index]
            if token.match > Int32(truncatingIfNeeded: index) {
                index = min(Int(token.match), close)
            } else if token.kind == .punctuation, token.op == Op.comma {
                result.append(start..<index)
                start = index + 1
            }
            index += 1
        }
        if start < close { result.append(start..<close) }
        return result
    }

    /// The tokens between a parenthesis and its partner; none when it is not closed.
    func inside(_ open: Int) -> Range<Int> {
        let close = Int(self[open].match)
        guard close > open, work.take(close - open) else { return open..<open }
        return open + 1..<close
    }

    /// The statement around a token.
    func statement(_ index: Int, limit: Int = 80) -> Range<Int> {
        guard work.take(limit) else { return index..<index + 1 }
        var start = index
        while start > 0, index - start < limit {
            let token = list.tokens[start - 1]
            if token.op == Op.semicolon || token.op == Op.openBrace || token.op == Op.closeBrace && token.match < 0 {
                break
            }
            if token.kind == .newline, !source.language.isCFamily { break }
            if token.kind == .directive { break }
            if source.language == .swift, endsLine(start - 1), !isContinued(start - 1) { break }
            start -= 1
        }
        var end = index + 1
        while end < list.tokens.count, end - index < limit {
            let token = list.tokens[end]
            if token.op == Op.semicolon || token.op == Op.closeBrace { break }
            if token.op == Op.openBrace, source.language != .go, source.language != .javascript { break }
            if token.kind == .newline { break }
            if source.language == .swift, endsLine(end - 1), !isContinued(end - 1) { break }
            end += 1
        }
        return start..<end
    }

    /// Whether a line break follows a token.
    func endsLine(_ index: Int) -> Bool {
        guard index >= 0, index + 1 < list.tokens.count else { return true }
        var offset = Int(list.tokens[index].end)
        let end = Int(list.tokens[index + 1].start)
        while offset < end {
            if source.bytes[offset] == 0x0A { return true }
            offset += 1
        }
        return false
    }

    /// Whether a Swift statement goes on after the line that this token ends.
    func isContinued(_ index: Int) -> Bool {
        let token = self[index]
        let next = self[index + 1]
        if next.op == Op.dot || next.op == Op.question || next.op == Op.colon { return true }
        if next.kind == .punctuation, next.op == Op.closeParen || next.op == Op.closeBracket { return true }
        guard token.kind == .punctuation else { return false }
        return token.op == Op.comma || token.op == Op.openParen || token.op == Op.openBracket || token.op == Op.assign
            || token.op == Op.plus || token.op == Op.two("&", "&") || token.op == Op.two("|", "|")
    }
}
