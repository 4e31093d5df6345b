/// The rules about hosts and ports in strings with expressions.
extension Analyzer {
    /// `"\(host):\(port)"`, `f"{host}:{port}"`, `${host}:${port}`: judged at the part between the two expressions.
    mutating func visitSegments(_ index: Int, _ range: Range<Int>) {
        let token = self[index]
        guard token.flags.contains(.isSegment), token.flags.contains(.isContinued) else { return }
        let open = index + 1
        let close = Int(self[open].match)
        guard isOp(open, Op.openInterpolation), close > open else { return }
        let value = open + 1..<close
        let kind = expressionKind(value)
        let endsInScheme = range.count >= 3 && source.string(range.upperBound - 3..<range.upperBound) == "://"
        let nextRange = content(close + 1)
        let next = self[close + 1]
        let isFollowedByColon =
            next.kind == .string && nextRange.count >= 1 && source.bytes[nextRange.lowerBound] == 0x3A
        // Between "http://" and ":" with a value behind stands a host, whatever its name.
        let isHostByPlace =
            endsInScheme && isFollowedByColon && nextRange.count == 1 && next.flags.contains(.isContinued)
        guard isHostByPlace || !kind.intersection([.ip, .host, .address]).isEmpty else { return }
        if endsInScheme {
            guard isNetworkURL(range), !isReady(value) else { return }
            let isSure = kind.contains(.ip) || isFollowedByColon
            report(
                .url03, open, close, partner: .only([.markBracket]), subject: text(value.upperBound - 1),
                confidence: isForPeople(index) || !isSure ? .low : nil
            )
            return
        }
        guard isFollowedByColon, !isReady(value) else { return }
        // The next expression is the port, or the text goes on with a number.
        var namesPort = false
        if nextRange.count == 1, next.flags.contains(.isContinued), isOp(close + 2, Op.openInterpolation),
            Int(self[close + 2].match) > close
        {
            let port = close + 3..<Int(self[close + 2].match)
            namesPort = port.contains { nameKind($0).contains(.port) }
        } else if nextRange.count >= 3, isDigit(source.bytes[nextRange.lowerBound + 1]),
            isDigit(source.bytes[nextRange.lowerBound + 2])
        {
            namesPort = true
        }
        guard namesPort else { return }
        // "[\(host)]:\(port)" has its bracket in the part before.
        if range.count >= 1, source.bytes[range.upperBound - 1] == 0x5B { return }
        var fix: Fix?
        if source.language == .swift, value.count == 1, self[value.lowerBound].kind == .identifier,
            !self[index].flags.contains(.isRaw)
        {
            let name = text(value.lowerBound)
            fix = Fix(
                isSafe: false, title: "bracket the host when it holds a colon",
                edits: [
                    .init(
                        range: byteRange(value.lowerBound, value.lowerBound),
                        text: "\(name).contains(\":\") ? \"[\\(\(name))]\" : \(name)"
                    )
                ]
            )
        }
        let people = isForPeople(index)
        report(
            .url01, range: Int(self[open].start)..<nextRange.lowerBound + 1, at: index,
            partner: .only([.markBracket, .ip6, .markIPv6Evidence]),
            subject: text(value.upperBound - 1), lowered: people, confidence: people ? .low : nil, fix: fix
        )
    }
}
