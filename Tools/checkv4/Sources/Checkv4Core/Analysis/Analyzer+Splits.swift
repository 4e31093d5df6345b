/// The rules about texts that are cut at a colon or at full stops.
extension Analyzer {
    mutating func visitSplit(_ index: Int) {
        guard isOp(index + 1, Op.openParen) else { return }
        let parts = arguments(index + 1)
        guard !parts.isEmpty else { return }
        let isC = source.language.isCFamily
        let isLast: Bool
        switch word(index) {
        case .rsplit, .rpartition, .strrchr, .rindex, .lastIndexOf, .LastIndex, .rfind, .lastIndex, .find_last_of:
            isLast = true
        default: isLast = false
        }
        // What is cut, and by what.
        var subject: Range<Int>
        var separator: Int?
        if isOp(index - 1, Op.dot) || isOp(index - 1, Op.arrow) && source.language == .cpp {
            if source.language == .go, isText(index - 2, "strings") || isText(index - 2, "bytes") {
                guard parts.count >= 2 else { return }
                subject = parts[0]
                separator = parts[1].first { self[$0].kind == .string || self[$0].kind == .character }
            } else {
                subject = receiver(index - 1)
                separator = parts[0].first { self[$0].kind == .string || self[$0].kind == .character }
            }
        } else {
            guard isC, parts.count >= 2 else { return }
            subject = parts[0]
            separator = parts[1].first { self[$0].kind == .string || self[$0].kind == .character }
        }
        guard let separator else { return }
        let cut = content(separator)
        if cut.count == 1, source.bytes[cut.lowerBound] == 0x2E {
            // One dot is looked for in names of files and hosts.
            if !Self.searches.contains(word(index)) { visitSplitAtDot(index) }
            return
        }
        guard cut.count == 1, source.bytes[cut.lowerBound] == 0x3A, !subject.isEmpty else { return }
        // Proxies write addresses into this header as they are, and IPv6 ones in brackets or bare.
        if let header = subject.first(where: {
            self[$0].kind == .string && find("x-forwarded-for", in: content($0), folding: true) != nil
        }) {
            report(.pro01, index, partner: .only([.markBracket]), subject: contentText(header))
            return
        }
        let kind = expressionKind(subject)
        guard !kind.intersection([.ip, .address, .host]).isEmpty || givesHostAndPort(subject.lowerBound) else { return }
        // Code that knows brackets knows IPv6, and so does code that looks for a second colon.
        let near = words(around: index)
        guard !near.contains(.markBracket),
            !Self.bothEnds.contains(where: { near.contains($0.0) && near.contains($0.1) })
        else { return }
        // Whether there is a colon at all is a question that IPv6 code asks.
        if Self.searches.contains(word(index)), !isKept(isC ? index : subject.lowerBound) { return }
        report(
            .url02, index, Int(self[index + 1].match) > index ? Int(self[index + 1].match) : index,
            partner: .only([.markIPv6Evidence]), subject: text(subject.upperBound - 1),
            // What stands before the last colon is right for a host with brackets, and for most without.
            lowered: isLast, confidence: isLast ? .low : nil
        )
    }

    /// `host, port = text.split(":")`: the names on the left say what the text is.
    func givesHostAndPort(_ start: Int) -> Bool {
        if source.language.isCFamily {
            // char *port = strchr(text, ':')
            guard isOp(start - 3, Op.assign), self[start - 4].kind == .identifier else { return false }
            return nameKind(start - 4) == .port
        }
        guard source.language == .python || source.language == .javascript else { return false }
        let left = statement(start, limit: 24).lowerBound..<start
        guard let equals = left.last, isOp(equals, Op.assign), left.count <= 12 else { return false }
        let names = left.dropLast().filter { self[$0].kind == .identifier }
        return names.contains { !nameKind($0).intersection([.ip, .address, .host]).isEmpty }
            && names.contains { nameKind($0).contains(.port) }
    }

    static let bothEnds: [(Word, Word)] = [
        (.find, .rfind), (.strchr, .strrchr), (.index, .rindex), (.indexOf, .lastIndexOf), (.Index, .LastIndex),
        (.firstIndex, .lastIndex), (.IndexByte, .LastIndex),
    ]

    static let searches = WordSet([
        .strchr, .strrchr, .index, .rindex, .find, .rfind, .indexOf, .lastIndexOf, .Index, .LastIndex, .IndexByte,
        .firstIndex, .lastIndex, .find_first_of, .find_last_of, .range,
    ])

    /// Whether the place that a search found is kept: assigned, returned or used as a bound.
    func isKept(_ start: Int) -> Bool {
        var before = start - 1
        if isOp(before, Op.closeParen), self[before].match >= 0 { before = Int(self[before].match) - 1 }
        return isOp(before, Op.assign) || isOp(before, Op.define) || word(before) == .return || isOp(before, Op.colon)
            || isOp(before, Op.openBracket)
    }

    /// The expression before the dot of a method.
    func receiver(_ dot: Int) -> Range<Int> {
        var start = dot
        var steps = 0
        while start > 0, steps < 64 {
            steps += 1
            let token = self[start - 1]
            if token.kind == .identifier || token.kind == .string {
                start -= 1
                if isOp(start - 1, Op.dot) || isOp(start - 1, Op.arrow) {
                    start -= 1
                    continue
                }
                break
            }
            if token.op == Op.closeParen || token.op == Op.closeBracket, token.match >= 0 {
                start = Int(token.match)
                continue
            }
            if token.op == Op.bang || token.op == Op.question {
                start -= 1
                continue
            }
            break
        }
        return start..<dot
    }

    /// `parts = text.split(".")` and then a look whether there are four.
    mutating func visitSplitAtDot(_ index: Int) {
        let end = min(surroundings(index).upperBound, index + 60)
        var position = index
        while position < end {
            let token = self[position]
            if token.kind == .punctuation, token.op == Op.equal || token.op == Op.notEqual || token.op == Op.less,
                isText(position + 1, "4"), isCount(position - 1)
            {
                guard !speaksOfVersion(index) else { return }
                report(.txt06, index, partner: .ipv6, subject: "\(text(index))(\".\") … 4")
                return
            }
            position += 1
        }
    }

    func isCount(_ index: Int) -> Bool {
        if word(index) == .count || word(index) == .length || word(index) == .len { return true }
        guard isOp(index, Op.closeParen) else { return false }
        let open = Int(self[index].match)
        return open > 0 && (word(open - 1) == .len || word(open - 1) == .count)
    }

    /// Whether the statement is about version numbers.
    func speaksOfVersion(_ index: Int) -> Bool {
        for position in statement(index) where self[position].kind == .identifier {
            let name = text(position).lowercased()
            if name.contains("version") || name.contains("release") || name.contains("oid") && !name.contains("void")
                || name == "ver" || name == "v1" || name == "major" || name.hasSuffix("_ver") || name.contains("build")
                || name.contains("passw")
            {
                return true
            }
        }
        return false
    }
}
