/// The rules about names, resolution and the text of addresses.
extension Analyzer {
    /// Whether the name at a token declares a function rather than calls it.
    func isDeclaration(_ index: Int) -> Bool {
        if self[index].flags.contains(.isDeclared) { return true }
        switch source.language {
        case .c, .cpp, .objc:
            if self[index].flags.contains(.inDirective) { return false }
            return functionNumber(index) == nil && isOp(index + 1, Op.openParen)
                && (self[index - 1].kind == .identifier || isOp(index - 1, Op.star))
        case .python: return isText(index - 1, "def") || isText(index - 1, "class")
        case .go: return isText(index - 1, "func")
        default: return false
        }
    }

    /// Whether the name is called, or its address taken: not a declaration, label, member of another thing or type.
    private func isUsed(_ index: Int) -> Bool {
        if isDeclaration(index) { return false }
        switch source.language {
        case .c, .cpp, .objc:
            // obj->gethostbyname(…) is somebody's own function.
            return !isOp(index - 1, Op.dot) && !isOp(index - 1, Op.arrow) && isOp(index + 1, Op.openParen)
        case .python:
            guard isOp(index + 1, Op.openParen) else { return false }
            return !isOp(index - 1, Op.dot) || word(index - 2) == .socket || isText(index - 2, "_socket")
                || isText(index - 2, "ipaddress")
        case .swift:
            guard isOp(index + 1, Op.openParen) else { return false }
            return !isOp(index - 1, Op.dot) || isText(index - 2, "Glibc") || isText(index - 2, "Darwin")
                || isText(index - 2, "Foundation") || isText(index - 2, "CSockets")
        default:
            return isOp(index + 1, Op.openParen)
        }
    }

    mutating func visitName(_ index: Int) {
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        switch word(index) {
        case .gethostbyname2, .gethostbyname2_r:
            guard isUsed(index), Int(self[index + 1].match) > index else { return }
            let names = inside(index + 1).contains { word($0) == .AF_INET6 || word($0) == .AF_INET }
            if !names { report(.nam01, index, partner: .ipv6, confidence: .low) }
        case .gethostbyname, .gethostbyname_r, .gethostbyname_ex, .WSAAsyncGetHostByName:
            guard isUsed(index) else { return }
            report(.nam01, index, partner: .words([.getaddrinfo, .GetAddrInfoW, .gethostbyname2]))
            if let position = ownName(index) { report(.nam06, position) }
        case .gethostbyaddr, .gethostbyaddr_r, .WSAAsyncGetHostByAddr:
            // Python's takes both families.
            guard isUsed(index), source.language != .python else { return }
            // A method of the program's own class by that name.
            if source.language == .cpp || self[index].flags.contains(.inDirective), isOp(index - 1, Op.two(":", ":")),
                self[index - 2].kind == .identifier
            {
                return
            }
            report(.nam02, index, partner: .words([.getnameinfo]))
        case .getservbyname, .getservbyport:
            guard isUsed(index), source.language.isCFamily || source.language == .swift else { return }
            // Beside the old resolver it is a sign; alone it does its work.
            let isOld = wordsOfFile.contains(.gethostbyname) || wordsOfFile.contains(.gethostbyaddr)
            report(.nam04, index, confidence: isOld ? nil : .low)
        case .getaddrinfo, .GetAddrInfoA, .GetAddrInfoW: visitResolution(index)
        case .LookupIP, .LookupHost, .LookupIPAddr: visitGoLookup(index)
        case .AI_ADDRCONFIG:
            var hasLocalName = false
            for position in surroundings(index) where self[position].kind == .string {
                let bytes = source.bytes[content(position)]
                if Self.localNames.contains(where: { bytes.elementsEqual($0) }) {
                    hasLocalName = true
                    break
                }
            }
            if hasLocalName { report(.nam05, index) }
        default: break
        }
    }

    private static let localNames = ["localhost", "127.0.0.1", "::1"].map { Array($0.utf8) }

    /// The use of this machine's own name in a call that resolves it.
    private mutating func ownName(_ index: Int) -> Int? {
        guard let argument = arguments(index + 1).first else { return nil }
        if let position = argument.first(where: { word($0) == .gethostname }) { return position }
        // gethostname(name, …); gethostbyname(name)
        guard argument.count == 1, self[argument.lowerBound].kind == .identifier,
            words(around: index).contains(.gethostname)
        else { return nil }
        let name = text(argument.lowerBound)
        var position = index
        let start = max(surroundings(index).lowerBound, index - 200)
        while position > start {
            position -= 1
            if word(position) == .gethostname, isOp(position + 1, Op.openParen), isText(position + 2, name) {
                return position
            }
        }
        return nil
    }

    private mutating func visitResolution(_ index: Int) {
        guard isUsed(index) else { return }
        let close = Int(self[index + 1].match)
        if source.language == .python {
            guard close > index, isOp(close + 1, Op.openBracket), isText(close + 2, "0") else { return }
            let near = inside(index + 1).contains { word($0) == .AI_NUMERICHOST || word($0) == .AF_INET6 }
            if !near { report(.nam03, index, close + 3, subject: "getaddrinfo(…)[0]") }
            return
        }
        guard source.language.isCFamily || source.language == .swift, functionNumber(index) != nil else { return }
        let near = words(around: index)
        let usesResult = near.contains(.ai_addr) || near.contains(.ai_addrlen) || near.contains(.ai_family)
        guard !near.contains(.ai_next), usesResult, !near.contains(.AI_NUMERICHOST) else { return }
        // The results must be read here: "hints.ai_family" alone is not reading.
        guard readsResult(index), isOp(index + 1, Op.openParen) else { return }
        report(.nam03, index, partner: .only([.ai_next]))
    }

    private func readsResult(_ index: Int) -> Bool {
        let function = surroundings(index)
        return function.contains {
            (word($0) == .ai_addr || word($0) == .ai_addrlen)
                && (isOp($0 - 1, Op.arrow) || isOp($0 - 1, Op.dot))
        }
    }

    private mutating func visitGoLookup(_ index: Int) {
        guard source.language == .go, isOp(index - 1, Op.dot) else { return }
        let statement = statement(index)
        guard self[statement.lowerBound].kind == .identifier else { return }
        let name = text(statement.lowerBound)
        let function = surroundings(index)
        var position = index
        while position < min(function.upperBound, index + 400) {
            if isText(position, name), isOp(position + 1, Op.openBracket), isText(position + 2, "0"),
                isOp(position + 3, Op.closeBracket)
            {
                report(.nam03, position, position + 3, subject: "\(name)[0]")
                return
            }
            position += 1
        }
    }

    // MARK: Text

    mutating func visitText(_ index: Int) {
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        let word = word(index)
        switch word {
        case .inet_addr, .inet_aton, .inet_network:
            guard isUsed(index) else { return }
            report(.txt01, index, partner: .words([.inet_pton]), fix: word == .inet_aton ? ptonFix(index) : nil)
        case .inet_ntoa, .inet_ntoa_r:
            guard isUsed(index) else { return }
            report(.txt02, index, partner: .words([.inet_ntop, .getnameinfo]))
        case .inet_pton, .inet_ntop, .InetPton, .InetPtonA, .InetPtonW, .InetNtop, .InetNtopA, .InetNtopW:
            guard isUsed(index), let first = arguments(index + 1).first,
                let family = first.first(where: { self.word($0) == .AF_INET || self.word($0) == .PF_INET })
            else { return }
            report(.txt03, index, family, partner: .ipv6, subject: "\(text(index))(AF_INET)")
        case .inet_makeaddr, .inet_lnaof, .inet_netof, .IN_CLASSA, .IN_CLASSB, .IN_CLASSC, .IN_CLASSD, .IN_MULTICAST,
            .IN_EXPERIMENTAL, .IN_BADCLASS, .IN_LOOPBACK:
            guard isOp(index + 1, Op.openParen), !isDeclaration(index), !self[index].flags.contains(.inDirective) else {
                return
            }
            report(.txt04, index, partner: .ipv6)
        case .NIPQUAD, .HIPQUAD:
            guard !self[index].flags.contains(.inDirective) else { return }
            report(.txt05, index, partner: .ipv6)
        case .Ipv4Addr, .SocketAddrV4, .Ipv4Net:
            guard source.language == .rust, !isImportLine(index) else { return }
            report(.txt03, index, partner: .words([.IpAddr]))
        case .IPv4Address, .IPv4Network, .IPv4Interface:
            guard source.language == .swift || source.language == .python, isOp(index + 1, Op.openParen),
                !isDeclaration(index)
            else { return }
            report(
                .txt03, index, partner: .words([.ip_address, .ip_network, .ip_interface]),
                subject: "\(text(index))(…)"
            )
        case .Inet4Address:
            guard source.language == .java, !isImportLine(index) else { return }
            report(.fam05, index, partner: .ipv6)
        default:
            break
        }
    }

    private func isImportLine(_ index: Int) -> Bool {
        var position = index
        while position > 0, index - position < 24 {
            position -= 1
            if isText(position, "use") || isText(position, "import") { return true }
            if isOp(position, Op.semicolon) || isOp(position, Op.openParen) { return false }
        }
        return false
    }

    /// `inet_pton(AF_INET, text, address)`: strict, and one word from taking both families.
    private func ptonFix(_ index: Int) -> Fix? {
        guard isOp(index + 1, Op.openParen) else { return nil }
        let parts = arguments(index + 1)
        let open = Int(self[index + 1].end)
        if source.language == .python, parts.count == 1 {
            let qualifier = isOp(index - 1, Op.dot) ? text(index - 2) + "." : ""
            return Fix(
                isSafe: false, title: "parse strictly, by family",
                edits: [
                    .init(range: byteRange(index, index), text: "inet_pton"),
                    .init(range: open..<open, text: "\(qualifier)AF_INET, "),
                ]
            )
        }
        guard source.language.isCFamily || source.language == .swift, parts.count == 2 else { return nil }
        return Fix(
            isSafe: false, title: "parse strictly, by family",
            edits: [
                .init(range: byteRange(index, index), text: "inet_pton"),
                .init(range: open..<open, text: "AF_INET, "),
            ]
        )
    }

    // MARK: Comparisons

    mutating func visitComparison(_ index: Int) {
        guard source.language.isCFamily, isOp(index + 1, Op.openParen) else { return }
        let parts = arguments(index + 1)
        guard parts.count >= 2 else { return }
        // Two names of IP addresses; a literal is found by its own text.
        guard parts[0].count <= 6, parts[1].count <= 6, !parts[0].contains(where: { self[$0].kind == .string }),
            !parts[1].contains(where: { self[$0].kind == .string })
        else { return }
        guard expressionKind(parts[0]).contains(.ip), expressionKind(parts[1]).contains(.ip) else { return }
        report(.txt08, index, subject: text(index), confidence: .low)
    }

    // MARK: host:port cut at a colon

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
    private func givesHostAndPort(_ start: Int) -> Bool {
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

    private static let bothEnds: [(Word, Word)] = [
        (.find, .rfind), (.strchr, .strrchr), (.index, .rindex), (.indexOf, .lastIndexOf), (.Index, .LastIndex),
        (.firstIndex, .lastIndex), (.IndexByte, .LastIndex),
    ]

    private static let searches = WordSet([
        .strchr, .strrchr, .index, .rindex, .find, .rfind, .indexOf, .lastIndexOf, .Index, .LastIndex, .IndexByte,
        .firstIndex, .lastIndex, .find_first_of, .find_last_of, .range,
    ])

    /// Whether the place that a search found is kept: assigned, returned or used as a bound.
    private func isKept(_ start: Int) -> Bool {
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
    private mutating func visitSplitAtDot(_ index: Int) {
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

    private func isCount(_ index: Int) -> Bool {
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
                || name == "ver" || name.hasSuffix("_ver") || name.contains("build") || name.contains("passw")
            {
                return true
            }
        }
        return false
    }

    // MARK: URLs

    /// Whether a Go variable is called like a URL, or was parsed or declared as one.
    private func isURL(_ index: Int) -> Bool {
        guard self[index].kind == .identifier else { return false }
        let name = text(index)
        if name == "u" || name.lowercased().hasSuffix("url") || name.lowercased().hasSuffix("uri") { return true }
        let function = surroundings(index)
        // The parameters stand before the body.
        for position in max(0, function.lowerBound - 60)..<index where isText(position, name) {
            for next in position + 1..<position + 7 where isText(next, "url") && isOp(next + 1, Op.dot) { return true }
        }
        return false
    }

    mutating func visitURLHost(_ index: Int) {
        guard isOp(index - 1, Op.dot), let call = namedCall(index), !isOp(index + 1, Op.openParen),
            !isOp(index + 1, Op.assign)
        else { return }
        let callee = word(call.name)
        switch source.language {
        case .go where word(index) == .Host:
            guard
                callee == .LookupHost || callee == .LookupIP || callee == .LookupIPAddr || callee == .ResolveIPAddr
                    || callee == .JoinHostPort
            else { return }
            // Other structures have a Host too, without brackets.
            guard isURL(index - 2) else { return }
            report(.url04, index)
        case .python where word(index) == .netloc:
            guard
                callee == .gethostbyname || callee == .create_connection || callee == .getaddrinfo
                    || callee == .connect && isOp(call.open + 1, Op.openParen)
            else { return }
            report(.url04, index)
        case .javascript where word(index) == .hostname:
            guard
                isText(call.name, "lookup") || isText(call.name, "resolve4") || isText(call.name, "createConnection")
                    || isText(call.name, "isIP")
            else { return }
            report(.url04, index, confidence: .low)
        default: break
        }
    }
}
