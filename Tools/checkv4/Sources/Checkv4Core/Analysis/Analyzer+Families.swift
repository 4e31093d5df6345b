/// The rules about families: of sockets, of resolutions, and of what servers take by default.
extension Analyzer {
    mutating func visitFamily(_ index: Int) {
        // Only C and what imports C speak of families; elsewhere a name of that kind is somebody's own.
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        let near = words(around: index)
        if let call = enclosingCall(index), call.name >= 0 {
            switch word(call.name) {
            case .socket, .WSASocket, .WSASocketA, .WSASocketW, .Socket:
                if isFirstArgument(index, call) {
                    let isForIoctl = near.intersects(Self.ioctlWords)
                    report(
                        .fam01, index, partner: .ipv6,
                        subject: "\(text(call.name))(\(text(index)))", confidence: isForIoctl ? .low : nil
                    )
                    return
                }
            case .getaddrinfo, .GetAddrInfoA, .GetAddrInfoW:
                reportResolution(index, fix: familyFix(index, near))
                return
            case .gethostbyname2, .gethostbyname2_r:
                reportResolution(index)
                return
            case .inet_pton, .InetPton, .InetPtonA, .InetPtonW, .inet_ntop, .InetNtop, .InetNtopA, .InetNtopW:
                return
            case .socketpair, .addrinfo:
                break
            default:
                break
            }
        }
        // hints.ai_family = AF_INET, .ai_family = AF_INET, ai_family: AF_INET
        var before = index - 1
        if source.language == .python, isOp(before, Op.dot) { before -= 2 }
        if isOp(before, Op.assign) || isOp(before, Op.colon), word(before - 1) == .ai_family, isHint(before - 1) {
            reportResolution(index, fix: familyFix(index, near))
            return
        }
        if source.language == .c || source.language == .cpp || source.language == .objc {
            if functionNumber(index) == nil, self[index].flags.contains(.inDirective) {
                // #define X AF_INET: reported as another use.
                report(.fam03, index, partner: .ipv6)
                return
            }
        }
        // The loop over getifaddrs that keeps one family.
        if near.contains(.getifaddrs), !near.intersects(Self.evidence), isInterfaceFamily(index) {
            // A file that knows IPv6 keeps its addresses in another place.
            report(
                .ifc02, index, partner: .ipv6,
                confidence: wordsOfFile.contains(.markIPv6Evidence) || isAboutIPv4 ? .low : nil)
            return
        }
        // The family of a sockaddr_in follows from the structure, which is reported by itself.
        let isStructureField =
            (isOp(before, Op.assign) || isOp(before, Op.colon))
            && word(before - 1) == .sin_family
        if isStructureField {
            report(.fam03, index, partner: .ipv6, lowered: true)
            return
        }
        report(.fam03, index, partner: .ipv6)
    }

    /// A resolution for IPv4 alone; a file that names AF_INET6 too has another one for it.
    mutating func reportResolution(_ index: Int, fix: Fix? = nil) {
        let isOneOfTwo =
            wordsOfFile.contains(.AF_INET6) || wordsOfFile.contains(.PF_INET6)
            || Self.isStandIn(source.path.split(separator: "/").last.map { $0.lowercased() } ?? "")
        report(.fam02, index, partner: .ipv6, confidence: isOneOfTwo ? .low : nil, fix: fix)
    }

    /// `ifa->ifa_addr->sa_family == AF_INET`, a case of a switch over it, or what Swift writes for either.
    func isInterfaceFamily(_ index: Int) -> Bool {
        let before = self[index - 1]
        if before.word == .case { return true }
        let start = max(0, index - 12)
        guard let comparison = (start..<index + 8).first(where: { isOp($0, Op.equal) || isOp($0, Op.notEqual) }) else {
            return false
        }
        return (max(0, comparison - 14)..<comparison + 14).contains { word($0) == .sa_family }
    }

    /// Whether a field belongs to what is asked, not to an answer that is put together.
    func isHint(_ field: Int) -> Bool {
        guard isOp(field - 1, Op.dot) || isOp(field - 1, Op.arrow), self[field - 2].kind == .identifier else {
            return true
        }
        return text(field - 2).lowercased().contains("hint") || isOp(field - 1, Op.dot) && !isOp(field - 3, Op.arrow)
    }

    static let ioctlWords = WordSet([
        .SIOCGIFADDR, .SIOCGIFCONF, .SIOCGIFBRDADDR, .SIOCGIFNETMASK, .SIOCGIFDSTADDR, .ioctl, .ioctlsocket,
    ])

    func isFirstArgument(_ index: Int, _ call: Call) -> Bool {
        if call.argument == 0 { return true }
        // Python: family=socket.AF_INET anywhere.
        var before = index - 1
        if isOp(before, Op.dot) { before -= 2 }
        return isOp(before, Op.assign) && word(before - 1) == .family
    }

    /// AF_UNSPEC instead, where nothing nearby needs the IPv4 shape of the results.
    func familyFix(_ index: Int, _ near: WordSet) -> Fix? {
        guard !near.intersects(Self.fourOnlyWords) else { return nil }
        // A socket of a fixed family, or one family asked for twice, would no longer fit the results.
        guard functionNumber(index) == nil || wholeFunction(index) != nil else { return nil }
        let function = wholeFunction(index) ?? surroundings(index)
        for position in function where position != index && Self.families.contains(word(position)) { return nil }
        if self[index].flags.contains(.inDirective) { return nil }
        let name = word(index) == .PF_INET ? "PF_UNSPEC" : "AF_UNSPEC"
        return Fix(
            isSafe: triesEveryResult(function, near), title: "ask for every family",
            edits: [.init(range: byteRange(index, index), text: name)]
        )
    }

    /// Whether every result is tried with a socket of its own family: only then does an IPv6 address that comes first
    /// change nothing for those who have IPv4 alone.
    func triesEveryResult(_ function: Range<Int>, _ near: WordSet) -> Bool {
        if source.language == .python {
            // for family, kind, protocol, name, address in socket.getaddrinfo(…): … socket.socket(family, …)
            guard near.contains(.socket) else { return false }
            return function.contains { isText($0, "for") && statement($0).contains { word($0) == .getaddrinfo } }
        }
        guard near.contains(.ai_next) else { return false }
        return function.contains { word($0) == .ai_family && [.socket, .WSASocket].contains(enclosingCallee($0)) }
    }

    static let families = WordSet([.AF_INET, .PF_INET])

    /// Words after which an IPv6 result would be misread.
    static let fourOnlyWords = WordSet([
        .sockaddr_in, .SOCKADDR_IN, .PSOCKADDR_IN, .LPSOCKADDR_IN, .in_addr, .IN_ADDR, .s_addr, .sin_addr, .sin_port,
        .inet_ntoa, .inet_addr, .inet_aton, .INET_ADDRSTRLEN, .ip_mreq, .ip_mreqn, .IP_MULTICAST_IF, .in_addr_t,
        .IP_ADD_MEMBERSHIP,
    ])

    mutating func visitSocketCall(_ index: Int) {
        // FAM04: socket.socket() without a family, in Python.
        guard source.language == .python, isOp(index + 1, Op.openParen) else { return }
        let isQualified = isOp(index - 1, Op.dot) && word(index - 2) == .socket
        guard isQualified || !isOp(index - 1, Op.dot) && !isText(index - 1, "def") && importsSocketClass else { return }
        let parts = arguments(index + 1)
        var hasFamily = false
        for (number, part) in parts.enumerated() {
            let isKeyword = part.count > 1 && isOp(part.lowerBound + 1, Op.assign)
            if !isKeyword, number == 0 { hasFamily = true }
            if isOp(part.lowerBound, Op.star) || isOp(part.lowerBound, Op.two("*", "*")) { hasFamily = true }
            if isKeyword, word(part.lowerBound) == .family || isText(part.lowerBound, "fileno") { hasFamily = true }
        }
        if !hasFamily {
            report(.fam04, isQualified ? index - 2 : index, index, partner: .ipv6, subject: "socket()")
        }
    }

    /// `from socket import socket` or `from socket import *`.
    var importsSocketClass: Bool {
        for point in list.points.prefix(400) {
            let index = Int(point)
            guard self[index].flags.contains(.isImport), word(index) == .socket, isText(index - 1, "from") else {
                continue
            }
            var next = index + 1
            while next < list.tokens.count, self[next].kind != .newline, next - index < 60 {
                if word(next) == .socket || isOp(next, Op.star) { return true }
                next += 1
            }
        }
        return false
    }

    mutating func visitCreateServer(_ index: Int) {
        guard source.language == .python, isOp(index + 1, Op.openParen), word(index - 2) == .socket,
            isOp(index - 1, Op.dot)
        else { return }
        let parts = arguments(index + 1)
        guard !parts.contains(where: { word($0.lowerBound) == .family && $0.count > 1 }) else { return }
        // With an IPv4 address as a literal the family cannot change.
        var fix: Fix?
        if let first = parts.first, let close = Optional(Int(self[index + 1].match)), close > index,
            first.contains(where: { self[$0].kind == .string && content($0).isEmpty })
        {
            let end = Int(self[close].start)
            fix = Fix(
                isSafe: false, title: "listen on both families",
                edits: [.init(range: end..<end, text: ", family=socket.AF_INET6, dualstack_ipv6=True")]
            )
        }
        report(.fam04, index, partner: .words([.dualstack_ipv6]), fix: fix)
    }

    mutating func visitPythonServer(_ index: Int) {
        guard source.language == .python, isOp(index + 1, Op.openParen), !isText(index - 1, "class"),
            !isText(index - 1, "def"), !self[index].flags.contains(.isImport)
        else { return }
        // Twisted's classes take the family of their interface.
        if isOp(index - 1, Op.dot), isText(index - 2, "internet") { return }
        if word(index) == .make_server, isOp(index - 1, Op.dot) != isText(index - 2, "simple_server") { return }
        guard !arguments(index + 1).isEmpty, !wordsOfFile.contains(.address_family) else { return }
        report(.fam04, index, partner: .ipv6)
    }

    mutating func visitNodeFamily(_ index: Int) {
        guard source.language == .javascript, isOp(index + 1, Op.colon), isText(index + 2, "4") else { return }
        let after = self[index + 3]
        guard after.op == Op.comma || after.op == Op.closeBrace || after.kind == .newline else { return }
        // Many things have families: this one is an option of a call that opens a connection or looks a name up.
        let isOption = namedCall(index).map { Self.nodeCalls.contains(text($0.name)) } ?? false
        guard isOption || hasHostBeside(index) else { return }
        report(
            .fam05, index, index + 2, partner: .none, subject: "family: 4",
            fix: Fix(
                isSafe: isOption, title: "take every family",
                edits: [.init(range: byteRange(index + 2, index + 2), text: "0")]
            )
        )
    }

    static let nodeCalls: Set<String> = [
        "lookup", "connect", "createConnection", "createServer", "request", "get", "listen", "Agent", "Socket", "fetch",
        "bind", "resolve",
    ]

    /// Whether a host stands beside: `{ host: …, family: 4 }`.
    func hasHostBeside(_ index: Int) -> Bool {
        var position = index
        while position > 0, index - position < 60, !isOp(position, Op.openBrace) { position -= 1 }
        guard isOp(position, Op.openBrace), Int(self[position].match) > index else { return false }
        return (position..<min(Int(self[position].match), position + 120)).contains {
            (isText($0, "host") || isText($0, "hostname") || isText($0, "localAddress"))
                && (isOp($0 + 1, Op.colon) || isOp($0 + 1, Op.comma) || isOp($0 + 1, Op.closeBrace))
        }
    }

    /// INADDR_ANY where something is bound; as "no address" it means nothing for listeners.
    mutating func visitAnyAddress(_ index: Int) {
        let near = words(around: index)
        var before = index - 1
        if isOp(before, Op.openParen), word(before - 1) == .htonl { before -= 2 }
        let isCompared = isOp(before, Op.equal) || isOp(before, Op.notEqual)
        var sure = Confidence.low
        if !isCompared, near.contains(.bind) || near.contains(.listen) {
            sure = .high
        } else if !isCompared, before < index - 1,
            wordsOfFile.contains(.bind) || source.language == .c && functionNumber(index) == nil
        {
            sure = .medium
        } else if !isCompared, before < index - 1, !wordsOfFile.contains(.connect), !wordsOfFile.contains(.sendto) {
            sure = .medium
        }
        report(.lit01, index, partner: .words([.in6addr_any, .AI_PASSIVE]), confidence: sure)
    }
}
