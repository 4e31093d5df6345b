/// One address of this machine picked out of many: the first of IPv4 that is not loopback's.
extension Analyzer {
    /// What asks for IPv4, or passes loopback over.
    private static let picks = WordSet([.AF_INET, .To4, .IFF_LOOPBACK, .INADDR_LOOPBACK, .IsLoopback])
    private static let asksForFour = WordSet([.AF_INET, .To4, .SIOCGIFADDR])

    /// Starts at the mark of loopback that a search through the interfaces passes over.
    mutating func visitLoopbackMark(_ index: Int) {
        guard functionNumber(index) != nil else { return }
        let near = words(around: index)
        switch source.language {
        case .go: guard near.contains(.To4), near.contains(.InterfaceAddrs) || near.contains(.Addrs) else { return }
        case .c, .cpp, .objc, .swift:
            guard near.contains(.AF_INET), near.contains(.getifaddrs) || near.contains(.SIOCGIFCONF) else { return }
        default: return
        }
        guard let loop = enclosingLoop(index),
            (loop + 1..<Int(self[loop].match)).contains(where: { Self.asksForFour.contains(word($0)) }),
            isLeftEarly(loop, after: index)
        else { return }
        report(.nam06, index, partner: .ipv6)
    }

    /// The brace that opens the innermost block around a token.
    private func enclosingBrace(_ index: Int, from start: Int) -> Int? {
        var position = index - 1
        while position >= start, work.take(1) {
            let token = self[position]
            if token.kind == .punctuation, token.op == Op.closeBrace, token.match >= 0, Int(token.match) < position {
                position = Int(token.match) - 1
                continue
            }
            if token.kind == .punctuation, token.op == Op.openBrace, Int(token.match) > index { return position }
            position -= 1
        }
        return nil
    }

    /// The brace of the innermost loop around a token, in languages with braces.
    private func enclosingLoop(_ index: Int) -> Int? {
        guard let function = wholeFunction(index) else { return nil }
        var position = index
        while let brace = enclosingBrace(position, from: function.lowerBound) {
            if let header = header(of: brace), word(header) == .for || word(header) == .while { return brace }
            position = brace
        }
        return nil
    }

    /// The word with which the statement of a block begins, where it is one of control: `if (…) {`, `for x in y {`.
    private func header(of brace: Int) -> Int? {
        var position = brace - 1
        while position > 0, brace - position < 80 {
            let token = self[position]
            switch word(position) {
            case .for, .while, .if, .else, .switch: return position
            default: break
            }
            if token.kind == .punctuation {
                if token.op == Op.closeParen || token.op == Op.closeBrace, token.match >= 0, Int(token.match) < position
                {
                    position = Int(token.match) - 1
                    continue
                }
                if token.op == Op.openBrace { return nil }
                // Of Go's and Swift's statements only Go's have one: if n, ok := a; ok {
                if token.op == Op.semicolon, source.language.isCFamily { return nil }
            }
            position -= 1
        }
        return nil
    }

    /// Whether a search ends with what it has found first: left at the end of its body, or where IPv4 has been asked for; not
    /// for an error, or because there is no more room.
    private func isLeftEarly(_ loop: Int, after index: Int) -> Bool {
        for position in index..<Int(self[loop].match)
        where word(position) == .return || isText(position, "break") {
            var inner = position
            // if (…) break;
            if source.language.isCFamily, isOp(position - 1, Op.closeParen) {
                let open = Int(self[position - 1].match)
                guard open >= 0, open < position, isPick(open..<position) else { continue }
                inner = open
            } else if word(position - 1) == .else {
                continue
            }
            while let brace = enclosingBrace(inner, from: loop), brace != loop {
                guard let header = header(of: brace), word(header) == .if, isPick(header..<brace) else { break }
                inner = brace
            }
            if enclosingBrace(inner, from: loop) == loop { return true }
        }
        return false
    }

    private func isPick(_ condition: Range<Int>) -> Bool { condition.contains { Self.picks.contains(word($0)) } }

    /// Looks for `netifaces.ifaddresses(name)[netifaces.AF_INET][0]`.
    mutating func visitInterfaceTable(_ index: Int) {
        guard source.language == .python, isOp(index + 1, Op.openParen) else { return }
        let first = Int(self[index + 1].match) + 1
        guard first > index + 1, isOp(first, Op.openBracket) else { return }
        let second = Int(self[first].match) + 1
        guard second > first, inside(first).contains(where: { word($0) == .AF_INET }), isOp(second, Op.openBracket),
            isText(second + 1, "0"), isOp(second + 2, Op.closeBracket)
        else { return }
        report(.nam06, index, second + 2, partner: .ipv6, subject: "ifaddresses(…)[AF_INET][0]")
    }

    /// Looks for a loop over `psutil.net_if_addrs()` that is left with the first address of IPv4.
    mutating func visitInterfaceAddresses(_ index: Int) {
        guard source.language == .python, isOp(index + 1, Op.openParen), functionNumber(index) != nil else { return }
        let function = surroundings(index)
        for position in index..<max(index, function.upperBound) where word(position) == .AF_INET {
            let isAsked = (position - 4..<position).contains { isOp($0, Op.equal) }
            let isLeft = (position..<min(position + 40, function.upperBound)).contains {
                word($0) == .return || isText($0, "break")
            }
            if isAsked, isLeft { return report(.nam06, index, partner: .ipv6) }
        }
    }
}
