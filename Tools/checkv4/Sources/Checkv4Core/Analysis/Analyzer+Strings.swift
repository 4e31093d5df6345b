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

    mutating func visitQuads(_ index: Int, _ range: Range<Int>) {
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

    mutating func visitQuad(_ index: Int, _ quad: IPv4Literal, isWhole: Bool, isProse: Bool) {
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
    func isFamilyNamed(_ index: Int) -> Bool {
        guard let call = enclosingCall(index), call.name >= 0 else { return false }
        let name = text(call.name).lowercased()
        return name.contains("ipv4") || name.contains("multicast")
    }

    /// Whether the code speaks of name servers: 1.1.1.1 is an example of an address elsewhere.
    func namesResolver(_ index: Int) -> Bool {
        for position in statement(index, limit: 30) where position != index {
            let token = self[position]
            guard token.kind == .identifier || token.kind == .string else { continue }
            let name = (token.kind == .string ? contentText(position) : text(position)).lowercased()
            if name.contains("dns") || name.contains("nameserver") || name.contains("resolv") { return true }
        }
        return contentText(index).contains("nameserver")
    }

    func statementNamesAddress(_ index: Int) -> Bool {
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

    static let listeningWords = [
        "bind", "listen", "serve", "server", "start", "run", "host", "address", "addr", "interface", "hostname",
    ]

    mutating func visitAnyLiteral(_ index: Int, _ quad: IPv4Literal, _ subject: String, isProse: Bool) {
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

    func listens(_ name: String) -> Bool {
        let words = NameKind.subwords(name)
        return words.contains { Self.listeningWords.contains($0) || $0.hasPrefix("listen") || $0.hasPrefix("bind") }
    }

    /// `bind(("", port))` in Python.
    mutating func visitEmptyHost(_ index: Int) {
        guard isOp(index - 1, Op.openParen), isOp(index - 2, Op.openParen), word(index - 3) == .bind,
            isOp(index + 1, Op.comma)
        else { return }
        report(.lit01, index, partner: .words([.dualstack_ipv6, .getaddrinfo, .AF_UNIX]), subject: "\"\"")
    }

    // MARK: Colons

    mutating func visitColons(_ index: Int, _ range: Range<Int>, hasPercent: Bool) {
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
    mutating func visitMapped(_ index: Int, _ range: Range<Int>, _ place: Int) {
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
    mutating func visitLinkLocal(_ index: Int, _ range: Range<Int>) {
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
}
