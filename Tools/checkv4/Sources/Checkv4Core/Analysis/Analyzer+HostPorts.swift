/// The rules about hosts with their ports, and about URLs that are put together.
extension Analyzer {
    /// The text goes where people read it, not where a program parses it.
    func isForPeople(_ index: Int) -> Bool {
        var position = index
        for _ in 0..<3 {
            guard let call = enclosingCall(position) else { break }
            if call.name >= 0 {
                let name = text(call.name).lowercased()
                // snprintf makes a text for the program, printf one for people.
                if name.contains("sprint") || name.hasPrefix("snprint") || name.contains("asprint") { break }
                if Self.readers.contains(where: { name.contains($0) }) || name.hasSuffix("error")
                    || name.hasSuffix("exception") || name == "die" || name == "err" || name == "errx" || name == "warn"
                {
                    return true
                }
                if isOp(call.name - 1, Op.dot) {
                    let owner = text(call.name - 2).lowercased()
                    if owner.contains("log") || owner == "console" || owner == "t" || owner == "stdout"
                        || owner == "stderr"
                    {
                        return true
                    }
                }
            }
            position = call.open
        }
        let statement = statement(index, limit: 30)
        if isOp(statement.lowerBound + 1, Op.assign) || isOp(statement.lowerBound + 1, Op.plusAssign)
            || isOp(statement.lowerBound + 1, Op.define) || isOp(statement.lowerBound + 2, Op.assign)
        {
            for offset in statement.prefix(3) where self[offset].kind == .identifier {
                let name = text(offset).lowercased()
                if name.hasSuffix("msg") || name.contains("message") || name.hasSuffix("text") || name.contains("error")
                    || name.contains("desc") || name.contains("reason") || name.contains("summary")
                    || name.hasSuffix("info")
                {
                    return true
                }
            }
        }
        // A text of many words is prose.
        let own = content(index)
        if own.count > 60, own.count(where: { source.bytes[$0] == 0x20 }) > 6 { return true }
        for offset in statement where self[offset].kind == .identifier {
            if isText(offset, "raise") || isText(offset, "throw") || isText(offset, "description")
                || isText(offset, "fatalError") || isText(offset, "assert") || isText(offset, "precondition")
            {
                return true
            }
        }
        return false
    }

    static let readers = [
        "log", "print", "debug", "warn", "info", "trace", "fatal", "perror", "notice", "message", "echo", "display",
        "puts", "panic", "verbose", "err_", "_err", "msg", "describe", "title", "label", "assert", "expect",
        "fail", "abort",
    ]

    /// Looks for `host + ":" + port`.
    mutating func visitConcatenation(_ index: Int) {
        guard isOp(index - 1, Op.plus), isOp(index + 1, Op.plus) || isOp(index + 1, Op.plusAssign) else { return }
        let left = receiver(index - 1)
        guard !left.isEmpty, !expressionKind(left).intersection([.ip, .host, .address]).isEmpty else { return }
        var end = index + 2
        while end < list.tokens.count, end - index < 12,
            self[end].kind == .identifier || isOp(end, Op.dot)
                || isOp(end, Op.openParen) || isOp(end, Op.closeParen)
        {
            end += 1
        }
        guard
            expressionKind(index + 2..<end).contains(.port)
                || (index + 2..<end).contains(where: {
                    nameKind($0).contains(.port)
                })
        else { return }
        reportHostPort(index, left.lowerBound, max(index, end - 1), text(left.upperBound - 1), fix: nil)
    }

    mutating func reportHostPort(_ index: Int, _ first: Int, _ last: Int, _ subject: String, fix: Fix?) {
        guard !words(around: index).contains(.JoinHostPort) || fix != nil else { return }
        report(
            .url01, range: byteRange(first, last), at: index, partner: .only([.markBracket, .ip6, .markIPv6Evidence]),
            subject: subject,
            lowered: isForPeople(index), confidence: isForPeople(index) ? .low : nil, fix: fix
        )
    }

    /// `"%s:%d"` with a host and a port.
    mutating func visitHostPortFormat(_ index: Int, _ range: Range<Int>) {
        var place: Int?
        var format = ""
        for shape in [
            "%s:%d", "%s:%s", "%s:%u", "%s:%i", "%s:%hu", "%s:%ld", "%v:%v", "%s:%v", "%v:%d", "%@:%d", "%@:%@",
            "{}:{}",
        ] {
            if let found = find(shape, in: range) {
                place = found
                format = shape
                break
            }
        }
        guard let place else { return }
        // "[%s]:%d" knows better.
        if place > range.lowerBound, source.bytes[place - 1] == 0x5B { return }
        // Which argument is the first of the two: the formats before it count.
        var before = 0
        var position = range.lowerBound
        while position < place {
            if source.bytes[position] == 0x25 {
                if position + 1 < place, source.bytes[position + 1] == 0x25 { position += 1 } else { before += 1 }
            } else if source.bytes[position] == 0x7B, format == "{}:{}" {
                before += 1
            }
            position += 1
        }
        guard let values = formatArguments(index), before < values.count else { return }
        let host = expressionKind(values[before])
        guard !host.intersection([.ip, .host, .address]).isEmpty else { return }
        if before + 1 < values.count {
            let port = expressionKind(values[before + 1])
            guard
                port.contains(.port)
                    // The port may stand there as a number.
                    || values[before + 1].count == 1 && self[values[before + 1].lowerBound].kind == .number
                    || values[before + 1].contains(where: { word($0) == .sin_port || nameKind($0).contains(.port) })
            else { return }
        }
        let isURL = find("://", in: range).map { $0 + 3 == place } ?? false
        let subject = text(values[before].upperBound - 1)
        if isURL {
            report(
                .url03, range: place..<place + format.utf8.count, at: index, partner: .only([.markBracket]),
                subject: subject, confidence: isForPeople(index) ? .low : nil
            )
            return
        }
        report(
            .url01, range: place..<place + format.utf8.count, at: index,
            partner: .only([.markBracket, .ip6, .markIPv6Evidence, .JoinHostPort]),
            subject: subject, lowered: isForPeople(index), confidence: isForPeople(index) ? .low : nil,
            fix: joinFix(index, range, format, values)
        )
    }

    /// The values that a format takes: the arguments after it, `% (…)` or `.format(…)`.
    func formatArguments(_ index: Int) -> [Range<Int>]? {
        if source.language == .python {
            if isOp(index + 1, Op.percent), isOp(index + 2, Op.openParen) { return arguments(index + 2) }
            if isOp(index + 1, Op.dot), word(index + 2) == .format, isOp(index + 3, Op.openParen) {
                return arguments(index + 3)
            }
        }
        guard let call = enclosingCall(index) else { return nil }
        let parts = arguments(call.open)
        guard let own = parts.firstIndex(where: { $0.contains(index) }) else { return nil }
        return Array(parts[(own + 1)...])
    }

    /// `net.JoinHostPort(host, port)` for Go's Sprintf.
    func joinFix(_ index: Int, _ range: Range<Int>, _ format: String, _ values: [Range<Int>]) -> Fix? {
        guard source.language == .go, range.count == format.utf8.count, values.count == 2,
            let call = enclosingCall(index), word(call.name) == .Sprintf, isOp(call.name - 1, Op.dot),
            isText(call.name - 2, "fmt")
        else { return nil }
        let close = Int(self[call.open].match)
        guard close > call.open else { return nil }
        let host = source.string(byteRange(values[0].lowerBound, values[0].upperBound - 1))
        let port = source.string(byteRange(values[1].lowerBound, values[1].upperBound - 1))
        let text =
            format == "%s:%s"
            ? "net.JoinHostPort(\(host), \(port))" : "net.JoinHostPort(\(host), fmt.Sprint(\(port)))"
        return Fix(
            isSafe: false, title: "let the library bracket the host",
            edits: [.init(range: byteRange(call.name - 2, close), text: text)]
        )
    }

    /// Looks for `"http://" + host`.
    mutating func visitURLConcatenation(_ index: Int) {
        guard isOp(index + 1, Op.plus), self[index + 2].kind == .identifier, isNetworkURL(content(index)) else {
            return
        }
        var end = index + 3
        while end < list.tokens.count, end - index < 12, isOp(end, Op.dot), self[end + 1].kind == .identifier {
            end += 2
        }
        let kind = expressionKind(index + 2..<end)
        guard !kind.intersection([.ip, .host, .address]).isEmpty else { return }
        // What is called a host may have its brackets, as the host of a URL has.
        report(
            .url03, index, end - 1, partner: .only([.markBracket, .JoinHostPort]), subject: text(end - 1),
            confidence: isForPeople(index) || !kind.contains(.ip) ? .low : nil
        )
    }

    /// Not `file://`, nor a scheme over local sockets.
    func isNetworkURL(_ range: Range<Int>) -> Bool {
        let text = source.string(max(range.lowerBound, range.upperBound - 16)..<range.upperBound)
        return !text.hasSuffix("file://") && !text.contains("unix://")
    }

    /// Whether the value is a whole authority, which has its brackets already.
    func isReady(_ value: Range<Int>) -> Bool {
        // "ipv4.host" says what it is.
        value.contains {
            isText($0, "ipv4") || isText($0, "v4") || isText($0, "authority") || word($0) == .netloc
                || isText($0, "hostport") || isText($0, "hostPort")
        }
    }
}
