/// The rules that look into strings and regular expressions.
extension Analyzer {
    mutating func visitString(_ index: Int) {
        let token = self[index]
        if token.flags.contains(.isImport) || token.flags.contains(.isCondition) || token.flags.contains(.isProse) {
            return
        }
        let range = content(index)
        guard !range.isEmpty || token.flags.contains(.isSegment) || source.language == .python else { return }
        if source.language == .python, range.isEmpty {
            visitEmptyHost(index)
            if !token.flags.contains(.isSegment) { return }
        }
        // A file's worth of text in one literal is data.
        guard range.count <= 64 * 1024 else { return }
        if token.flags.contains(.hasDigit), token.flags.contains(.hasDot) { visitQuads(index, range) }
        let hasPercent = range.count < 4096 && contains(range, 0x25)
        let hasBracket = contains(range, 0x5B) || contains(range, 0x5C)
        if hasPercent, token.flags.contains(.hasDot) { visitQuadFormat(index, range) }
        if hasBracket, range.count < 4096 { visitPattern(index, range) }
        if token.flags.contains(.hasColon) { visitColons(index, range, hasPercent: hasPercent) }
        visitSegments(index, range)
        visitPhrases(index, range)
    }

    func contains(_ range: Range<Int>, _ byte: UInt8) -> Bool {
        let text = source.bytes
        let bytes = text.span
        for index in range where bytes[index] == byte { return true }
        return false
    }

    /// Whether some bytes hold a text; letters are compared without case when `folding`.
    func find(_ needle: String, in range: Range<Int>, folding: Bool = false) -> Int? {
        let text = source.bytes
        let bytes = text.span
        var needle = needle
        return needle.withUTF8 { buffer in
            guard let first = buffer.first, buffer.count <= range.count else { return nil }
            var index = range.lowerBound
            let last = range.upperBound - buffer.count
            while index <= last {
                if bytes[index] == first || folding && bytes[index] | 0x20 == first | 0x20 {
                    var same = true
                    var offset = 1
                    while offset < buffer.count {
                        let byte = bytes[index + offset]
                        if byte != buffer[offset], !(folding && byte | 0x20 == buffer[offset] | 0x20) {
                            same = false
                            break
                        }
                        offset += 1
                    }
                    if same { return index }
                }
                index += 1
            }
            return nil
        }
    }

    // MARK: Addresses

    private mutating func visitQuads(_ index: Int, _ range: Range<Int>) {
        let quads = IPv4Literal.all(in: source.bytes.span, range)
        guard !quads.isEmpty else { return }
        if find("version", in: range, folding: true) != nil || find("Mozilla/", in: range) != nil { return }
        // Prose that happens to hold an address (a help text, a log line) is not used as one.
        // So do texts put together from lines, as usage messages are.
        let isJoined = self[index - 1].kind == .string || self[index + 1].kind == .string
        let isProse =
            range.count > 40 && (range.count { source.bytes[$0] == 0x20 }) > 4 || range.count > 400
            || source.language == .config && !quads[0].hasPort && (range.count { source.bytes[$0] == 0x20 }) > 1
            || isJoined && source.language.isCFamily || isFamilyNamed(index)
        for quad in quads {
            if !options.allowedLiterals.isEmpty, options.allowedLiterals.contains(source.string(quad.range)) {
                continue
            }
            visitQuad(index, quad, isWhole: quad.range.count == range.count, isProse: isProse)
        }
    }

    private mutating func visitQuad(_ index: Int, _ quad: IPv4Literal, isWhole: Bool, isProse: Bool) {
        let subject = source.string(quad.range)
        if quad.use == .none || quad.use == .mask { return }
        if isCompared(index), isWhole, quad.use != .any, !(quad.looksLikeVersion && speaksOfVersion(index)) {
            report(.txt08, range: quad.range, at: index, partner: .ipv6, subject: subject)
            return
        }
        // Messages and help texts show addresses without using them.
        let sure: Confidence? = isProse ? .low : nil
        switch quad.use {
        case .any:
            visitAnyLiteral(index, quad, subject, isProse: isProse)
        case .loopback:
            report(
                .lit02, range: quad.range, at: index, partner: .only([.markIPv6Literal]), subject: subject,
                confidence: sure)
        case .broadcast where word(index - 2) == .sizeof:
            report(.sto04, range: quad.range, at: index, partner: .ipv6, subject: subject)
        case .broadcast:
            report(.lit03, range: quad.range, at: index, partner: .ipv6, subject: subject, confidence: sure)
        case .multicast:
            report(.lit04, range: quad.range, at: index, partner: .ipv6, subject: subject, confidence: sure)
        case .local:
            report(.lit05, range: quad.range, at: index, partner: .ipv6, subject: subject, confidence: sure)
        case .resolver where namesResolver(index):
            report(
                .lit08, range: quad.range, at: index, partner: .only([.markIPv6Literal]), subject: subject,
                confidence: sure)
        case .documentation:
            report(.lit06, range: quad.range, at: index, partner: .ipv6, subject: subject, confidence: .low)
        default:
            if speaksOfVersion(index) { return }
            if quad.looksLikeVersion, !quad.hasPort, quad.prefix < 0, !statementNamesAddress(index) { return }
            report(.lit06, range: quad.range, at: index, partner: .ipv6, subject: subject, confidence: sure)
        }
    }

    /// Whether the call around says which family it takes: `.ipv4(host: …)`, `IPv4Network(…)`.
    private func isFamilyNamed(_ index: Int) -> Bool {
        guard let call = enclosingCall(index), call.name >= 0 else { return false }
        let name = text(call.name).lowercased()
        return name.contains("ipv4") || name.contains("multicast")
    }

    /// Whether the code speaks of name servers: 1.1.1.1 is an example of an address elsewhere.
    private func namesResolver(_ index: Int) -> Bool {
        for position in statement(index, limit: 30) where position != index {
            let token = self[position]
            guard token.kind == .identifier || token.kind == .string else { continue }
            let name = (token.kind == .string ? contentText(position) : text(position)).lowercased()
            if name.contains("dns") || name.contains("nameserver") || name.contains("resolv") { return true }
        }
        return contentText(index).contains("nameserver")
    }

    private func statementNamesAddress(_ index: Int) -> Bool {
        statement(index, limit: 20).contains { self[$0].kind == .identifier && isAddressLike($0) }
    }

    /// Whether a string is compared with something.
    func isCompared(_ index: Int) -> Bool {
        if isOp(index - 1, Op.equal) || isOp(index - 1, Op.notEqual) || isOp(index + 1, Op.equal)
            || isOp(index + 1, Op.notEqual)
            || source.language == .config && isOp(index - 1, Op.assign) && isOp(index - 2, Op.assign)
        {
            return true
        }
        switch enclosingCallee(index) {
        case .strcmp, .strcasecmp, .strncmp, .strncasecmp, .stricmp, ._stricmp, .isEqualToString, .isEqual, .equals:
            return true
        default: return false
        }
    }

    // MARK: 0.0.0.0

    private static let listeningWords = [
        "bind", "listen", "serve", "server", "start", "run", "host", "address", "addr", "interface", "hostname",
    ]

    private mutating func visitAnyLiteral(_ index: Int, _ quad: IPv4Literal, _ subject: String, isProse: Bool) {
        // The default route and "no address" are no listeners.
        if quad.prefix >= 0 { return }
        var isListening = quad.hasPort
        var isGoListen = false
        if let call = namedCall(index) {
            let name = text(call.name).lowercased()
            if name.contains("bind") || name.contains("listen") || name.contains("serve") || name.hasPrefix("run")
                || name.contains("start")
            {
                isListening = true
            }
            isGoListen =
                source.language == .go && isText(call.name - 2, "net") && word(call.name) == .Listen
                || source.language == .go && (name == "listenandserve" || name == "listenandservetls")
        }
        if !isListening {
            // host = "0.0.0.0", host: "0.0.0.0", LISTEN_ADDR=0.0.0.0
            var before = index - 1
            while isOp(before, Op.assign) || isOp(before, Op.colon) || isOp(before, Op.define)
                || isOp(before, Op.openBracket)
                || isOp(before, Op.openParen) || isOp(before, Op.minus) || isOp(before, Op.two("?", "?"))
                || self[before].kind == .string && source.language == .config && before > index - 3
            {
                if self[before].kind == .string {
                    isListening = isListening || listens(contentText(before))
                    break
                }
                before -= 1
                if index - before > 4 { break }
            }
            if self[before].kind == .identifier { isListening = isListening || listens(text(before)) }
        }
        if isCompared(index) { isListening = false }
        var fix: Fix?
        if isGoListen, quad.hasPort {
            fix = Fix(isSafe: false, title: "listen on every family", edits: [.init(range: quad.range, text: "")])
        } else if source.language == .swift, isListening, !quad.hasPort, content(index) == quad.range,
            let call = enclosingCall(index), call.name >= 0, word(call.name) == .bind
        {
            fix = Fix(isSafe: false, title: "listen on every family", edits: [.init(range: quad.range, text: "::")])
        }
        report(
            .lit01, range: quad.range, at: index, partner: .only([.markAnyLiteral6, .in6addr_any]), subject: subject,
            confidence: isListening && !isProse ? nil : .low, fix: fix
        )
    }

    private func listens(_ name: String) -> Bool {
        let words = NameKind.subwords(name)
        return words.contains { Self.listeningWords.contains($0) || $0.hasPrefix("listen") || $0.hasPrefix("bind") }
    }

    /// `bind(("", port))` in Python.
    private mutating func visitEmptyHost(_ index: Int) {
        guard isOp(index - 1, Op.openParen), isOp(index - 2, Op.openParen), word(index - 3) == .bind,
            isOp(index + 1, Op.comma)
        else { return }
        report(.lit01, index, partner: .words([.dualstack_ipv6, .getaddrinfo, .AF_UNIX]), subject: "\"\"")
    }

    // MARK: Formats and patterns

    /// `%d.%d.%d.%d` and its relatives.
    private mutating func visitQuadFormat(_ index: Int, _ range: Range<Int>) {
        let text = source.bytes
        let bytes = text.span
        if let kernel = find("%pI4", in: range), find("%pI6", in: range) == nil {
            report(.txt05, range: kernel..<kernel + 4, at: index, partner: .ipv6, subject: "%pI4")
        }
        var position = range.lowerBound
        while position < range.upperBound {
            guard bytes[position] == 0x25, let end = quadFormatEnd(bytes, position, range.upperBound) else {
                position += 1
                continue
            }
            // A fifth part, or a dot before, is another kind of number.
            let isLonger =
                end + 1 < range.upperBound && bytes[end] == 0x2E && bytes[end + 1] == 0x25
                || position > range.lowerBound && (bytes[position - 1] == 0x2E || bytes[position - 1] | 0x20 == 0x76)
            guard !isLonger else {
                position = end
                continue
            }
            if find("version", in: range, folding: true) != nil || speaksOfVersion(index) { return }
            let callee = enclosingCallee(index)
            let reads: Bool
            switch callee {
            case .sscanf, .swscanf, .sscanf_s, .fscanf, .scanf: reads = true
            default: reads = false
            }
            let isReverse = find("in-addr", in: range) != nil
            if isReverse { return }
            report(
                reads ? .txt06 : .txt05, range: position..<end, at: index, partner: .ipv6,
                subject: source.string(position..<end)
            )
            return
        }
    }

    /// The end of four number formats joined by dots that start here.
    private func quadFormatEnd(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Int? {
        var index = start
        for part in 0..<4 {
            guard index < limit, bytes[index] == 0x25 else { return nil }
            index += 1
            while index < limit, isDigit(bytes[index]) || bytes[index] == 0x2D || bytes[index] == 0x5B { index += 1 }
            while index < limit, bytes[index] | 0x20 == 0x68 || bytes[index] | 0x20 == 0x6C { index += 1 }
            guard index < limit, bytes[index] == 0x64 || bytes[index] == 0x75 || bytes[index] == 0x69 else {
                return nil
            }
            index += 1
            if part < 3 {
                guard index < limit, bytes[index] == 0x2E else { return nil }
                index += 1
            }
        }
        return index
    }

    /// Regular expressions for dotted quads, and for `host:port`.
    private mutating func visitPattern(_ index: Int, _ range: Range<Int>) {
        guard mayBePattern(range) else { return }
        // Doubled backslashes of plain strings read like single ones.
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = source.bytes[position]
            if byte == 0x5C, position + 1 < range.upperBound, source.bytes[position + 1] == 0x5C { position += 1 }
            text.append(byte)
            position += 1
        }
        let pattern = String(decoding: text, as: UTF8.self)
        let isQuad =
            Self.quadPatterns.contains { pattern.contains($0) }
            || pattern.contains("25[0-5]") && (pattern.contains("2[0-4]") || pattern.contains("[01]?"))
            || Self.count(of: "\\d{1,3}\\.", in: pattern) >= 3 || Self.count(of: "[0-9]{1,3}\\.", in: pattern) >= 3
            || Self.count(of: "\\d+\\.", in: pattern) == 3 && pattern.contains("\\d+\\.\\d+\\.\\d+\\.\\d+")
            || Self.count(of: "[0-9]+\\.", in: pattern) == 3 && pattern.contains("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+")
        if isQuad, !speaksOfVersion(index), !pattern.contains("a-f") && !pattern.contains("A-F") {
            let isLoose = pattern.contains("\\d+\\.\\d+") || pattern.contains("[0-9]+\\.[0-9]+")
            if !isLoose || statementNamesAddress(index) || isNetworking {
                report(.txt07, index, partner: .ipv6, subject: shortened(range))
            }
            return
        }
        let isHostPort = Self.hostPortPatterns.contains { pattern.contains($0) }
        if isHostPort, !pattern.contains("\\["), !pattern.contains("[[]") {
            let lowered = pattern.lowercased()
            let namesHost =
                lowered.contains("host") || lowered.contains("addr") || lowered.contains("<port")
                || lowered.contains("<ip")
                || statement(index, limit: 24).contains { self[$0].kind == .identifier && isAddressLike($0) }
            if namesHost { report(.url05, index, partner: .none, subject: shortened(range)) }
        }
    }

    /// Whether some bytes hold a class of digits, or one of all but colons: the plain texts are many.
    private func mayBePattern(_ range: Range<Int>) -> Bool {
        let bytes = source.bytes.span
        var index = range.lowerBound
        while index + 2 < range.upperBound {
            switch bytes[index] {
            case 0x5C:
                if bytes[index + 1] == 0x64 || bytes[index + 1] == 0x5C && bytes[index + 2] == 0x64 { return true }
            case 0x5B:
                if bytes[index + 1] == 0x30 || bytes[index + 1] == 0x3A || bytes[index + 1] == 0x5B
                    || bytes[index + 1] == 0x5E && bytes[index + 2] == 0x3A
                {
                    return true
                }
            default: break
            }
            index += 1
        }
        return false
    }

    private func shortened(_ range: Range<Int>) -> String {
        range.count <= 48 ? source.string(range) : source.string(range.lowerBound..<range.lowerBound + 45) + "…"
    }

    private static let quadPatterns = [
        "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "\\d{1,3}(\\.\\d{1,3}){3}", "(\\d{1,3}\\.){3}", "([0-9]{1,3}\\.){3}",
        "(?:\\d{1,3}\\.){3}", "(?:[0-9]{1,3}\\.){3}", "\\d{1,3}(?:\\.\\d{1,3}){3}", "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}",
        "[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}", "[[:digit:]]{1,3}\\.[[:digit:]]{1,3}\\.",
    ]

    private static let hostPortPatterns = [
        "([^:]+):(\\d+)", "([^:]+):([0-9]+)", "([^:]*):(\\d+)", "([^:]*):([0-9]+)", "[^:]+):(?P<port>",
        "[^:]*):(?P<port>",
        "([^:]+):(\\d*)", "[^:]+:\\d+", "[^:]+:[0-9]+", "[^:]+):(?<port>", "[^:/]+):(\\d+)", "[^:/]+):([0-9]+)",
        "[^:/]+)(:(\\d+))?", "([^:]+)(:(\\d+))?", "(.*?):(\\d+)$", "(\\w+):(\\d+)$",
    ]

    private static func count(of needle: String, in text: String) -> Int {
        var count = 0
        var rest = text[...]
        while let range = rest.firstRange(of: needle) {
            rest = rest[range.upperBound...]
            // "[0-9]{1,3}\\.?" is a number that may have a fraction.
            if rest.first != "?" { count += 1 }
        }
        return count
    }

    // MARK: Colons

    private mutating func visitColons(_ index: Int, _ range: Range<Int>, hasPercent: Bool) {
        if let mapped = find("::ffff:", in: range, folding: true) { visitMapped(index, range, mapped) }
        visitLinkLocal(index, range)
        let isOnlyColon = range.count == 1
        if isOnlyColon, !self[index].flags.contains(.isSegment) { visitConcatenation(index) }
        if hasPercent { visitHostPortFormat(index, range) }
        if source.language == .python, find("{}:{}", in: range) != nil { visitHostPortFormat(index, range) }
        if let scheme = find("://", in: range), scheme + 3 == range.upperBound,
            !self[index].flags.contains(.isContinued)
        {
            visitURLConcatenation(index)
        }
    }

    /// Looks for `"::ffff:" + address`.
    private mutating func visitMapped(_ index: Int, _ range: Range<Int>, _ place: Int) {
        let end = place + 7
        let isBuilt =
            end == range.upperBound && (isOp(index + 1, Op.plus) || self[index].flags.contains(.isContinued))
            || end < range.upperBound && source.bytes[end] == 0x25 && end + 1 < range.upperBound
                && (source.bytes[end + 1] == 0x73 || source.bytes[end + 1] == 0x64 || source.bytes[end + 1] == 0x75)
            || end + 1 < range.upperBound && source.bytes[end] == 0x7B && source.bytes[end + 1] == 0x7D
        guard isBuilt else { return }
        report(.fix02, range: place..<end, at: index, subject: "::ffff:")
    }

    /// `fe80::1` without a zone.
    private mutating func visitLinkLocal(_ index: Int, _ range: Range<Int>) {
        guard let place = find("fe80:", in: range, folding: true),
            place == range.lowerBound
                || source.bytes[place - 1] == 0x5B || source.bytes[place - 1] == 0x2F || source.bytes[place - 1] == 0x20
        else { return }
        var end = place
        var digits = 0
        while end < range.upperBound, Self.isHexDigit(source.bytes[end]) || source.bytes[end] == 0x3A {
            end += 1
            digits += 1
        }
        // A prefix (fe80::/10, fe80:) and an address with its zone are right.
        guard digits > 7, source.bytes[end - 1] != 0x3A else { return }
        if end < range.upperBound, source.bytes[end] == 0x25 || source.bytes[end] == 0x2F { return }
        report(.sto09, range: place..<end, at: index, subject: source.string(place..<end))
    }

    // MARK: host:port

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

    private static let readers = [
        "log", "print", "debug", "warn", "info", "trace", "fatal", "perror", "notice", "message", "echo", "display",
        "puts", "panic", "verbose", "err_", "_err", "msg", "describe", "title", "label", "assert", "expect",
        "fail", "abort",
    ]

    /// Looks for `host + ":" + port`.
    private mutating func visitConcatenation(_ index: Int) {
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

    private mutating func reportHostPort(_ index: Int, _ first: Int, _ last: Int, _ subject: String, fix: Fix?) {
        guard !words(around: index).contains(.JoinHostPort) || fix != nil else { return }
        report(
            .url01, range: byteRange(first, last), at: index, partner: .only([.markBracket, .ip6, .markIPv6Evidence]),
            subject: subject,
            lowered: isForPeople(index), confidence: isForPeople(index) ? .low : nil, fix: fix
        )
    }

    /// `"%s:%d"` with a host and a port.
    private mutating func visitHostPortFormat(_ index: Int, _ range: Range<Int>) {
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
    private func formatArguments(_ index: Int) -> [Range<Int>]? {
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
    private func joinFix(_ index: Int, _ range: Range<Int>, _ format: String, _ values: [Range<Int>]) -> Fix? {
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
    private mutating func visitURLConcatenation(_ index: Int) {
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
    private func isNetworkURL(_ range: Range<Int>) -> Bool {
        let text = source.string(max(range.lowerBound, range.upperBound - 16)..<range.upperBound)
        return !text.hasSuffix("file://") && !text.contains("unix://")
    }

    /// Whether the value is a whole authority, which has its brackets already.
    private func isReady(_ value: Range<Int>) -> Bool {
        // "ipv4.host" says what it is.
        value.contains {
            isText($0, "ipv4") || isText($0, "v4") || isText($0, "authority") || word($0) == .netloc
                || isText($0, "hostport") || isText($0, "hostPort")
        }
    }

    // MARK: Interpolated strings

    /// `"\(host):\(port)"`, `f"{host}:{port}"`, `${host}:${port}`: judged at the part between the two expressions.
    private mutating func visitSegments(_ index: Int, _ range: Range<Int>) {
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
