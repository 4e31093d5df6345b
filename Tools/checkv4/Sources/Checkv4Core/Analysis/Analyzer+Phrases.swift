/// The rules about certain texts in strings: network names, commands, files, SQL, protocols.
extension Analyzer {
    mutating func visitPhrases(_ index: Int, _ range: Range<Int>) {
        guard range.count >= 2 else { return }
        let text = source.bytes
        let bytes = text.span
        let first = bytes[range.lowerBound]
        switch first {
        case 0x74, 0x75, 0x69:  // tcp4, udp4, ip4
            if source.language == .go { visitGoNetwork(index, range) }
            if equals(range, "iptables") || starts(range, "iptables ") { visitCommand(index, range) }
            if equals(range, "traceroute") || starts(range, "traceroute ") { visitCommand(index, range) }
        case 0x6C:
            if equals(range, "localhost") { visitLocalhost(index) }
        case 0x3C:
            if equals(range, "<broadcast>") { report(.lit03, index, subject: "<broadcast>") }
        case 0x2F:
            visitPath(index, range)
        case 0x70, 0x61:
            if starts(range, "ping ") || equals(range, "ping") || starts(range, "arp -") || equals(range, "arp") {
                visitCommand(index, range)
            }
        case 0x50: visitFTP(index, range)
        default: break
        }
        if range.count > 4096 { return }
        if let place = find("preferIPv4Stack", in: range) {
            let isOff =
                find("preferIPv4Stack=false", in: range) != nil
                || isOp(index + 1, Op.comma) && contentText(index + 2) == "false"
            if !isOff {
                var fix: Fix?
                if let value = find("preferIPv4Stack=true", in: range) {
                    fix = Fix(
                        isSafe: true, title: "leave both stacks on",
                        edits: [.init(range: value + 16..<value + 20, text: "false")]
                    )
                }
                report(.fam05, range: place..<place + 15, at: index, subject: "preferIPv4Stack", fix: fix)
            }
        }
        if let place = find("in-addr.arpa", in: range, folding: true) {
            let isProse = range.count(where: { source.bytes[$0] == 0x20 }) > 2
            report(
                .lit08, range: place..<place + 12, at: index, partner: .only([.markReverse6]), subject: "in-addr.arpa",
                confidence: isProse ? .low : nil
            )
        }
        if let place = find("IN IP4", in: range) {
            report(.pro01, range: place..<place + 6, at: index, partner: .ipv6, subject: "IN IP4")
        }
        visitSQL(index, range)
    }

    private func equals(_ range: Range<Int>, _ text: String) -> Bool {
        source.bytes[range].elementsEqual(text.utf8)
    }

    private func starts(_ range: Range<Int>, _ text: String) -> Bool {
        source.bytes[range].starts(with: text.utf8)
    }

    // MARK: Networks and hosts

    private mutating func visitGoNetwork(_ index: Int, _ range: Range<Int>) {
        let text = source.string(range)
        let isNetwork = text == "tcp4" || text == "udp4" || text == "ip4" || text.hasPrefix("ip4:")
        guard isNetwork, let call = enclosingCall(index), call.name >= 0 else { return }
        let name = self.text(call.name)
        guard
            name.hasPrefix("Dial") || name.hasPrefix("Listen") || name.hasPrefix("Resolve") || name.hasPrefix("Lookup")
        else { return }
        let place = find("4", in: range) ?? range.lowerBound
        var fix: Fix? = Fix(
            isSafe: true, title: "take every family", edits: [.init(range: place..<place + 1, text: "")]
        )
        // ICMP has another number in IPv6, and a literal address keeps its family anyway.
        if text.hasPrefix("ip4:") { fix = nil }
        // A switch that names the other family too is no restriction.
        let other = Array((text.prefix { $0 != ":" }.dropLast() + "6").utf8)
        let hasOther = surroundings(index).contains {
            self[$0].kind == .string && source.bytes[content($0)].starts(with: other)
        }
        // A second listener for "tcp6" would find the port taken; what is resolved may be read as four bytes.
        let isSafe = (name.hasPrefix("Dial") || name.hasPrefix("Listen")) && !namesSixthNetwork
        if let edits = fix?.edits { fix = Fix(isSafe: isSafe, title: "take every family", edits: edits) }
        report(
            .fam05, index, partner: .none, subject: text, confidence: hasOther || isAboutIPv4 ? .low : nil,
            fix: words(around: index).contains(.markIPv6Evidence) ? nil : fix)
    }

    private mutating func visitLocalhost(_ index: Int) {
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        if isCompared(index) {
            report(.lit07, index, partner: .only([.markIPv6Literal]), subject: "localhost")
            return
        }
        // "localhost": "127.0.0.1" in one statement
        let around = max(0, index - 6)..<min(list.tokens.count, index + 7)
        for position in around where self[position].kind == .string {
            if equals(content(position), "127.0.0.1"),
                isOp(index + 1, Op.colon) || isOp(index - 1, Op.assign) || isOp(index + 1, Op.arrow)
            {
                report(.lit07, index, partner: .only([.markIPv6Literal]), subject: "localhost")
                return
            }
        }
    }

    // MARK: Commands and files

    private mutating func visitPath(_ index: Int, _ range: Range<Int>) {
        if equals(range, "/proc/net/arp") {
            report(.ifc03, index, partner: .ipv6, subject: "/proc/net/arp")
        } else if equals(range, "/proc/net/tcp") || equals(range, "/proc/net/udp") || equals(range, "/proc/net/route")
            || equals(range, "/proc/net/raw")
        {
            report(.ifc03, index, partner: .ipv6, subject: source.string(range))
        } else if [
            "/sbin/iptables", "/usr/sbin/iptables", "/bin/ping", "/usr/bin/ping", "/usr/bin/traceroute", "/sbin/arp",
            "/usr/sbin/arp",
        ].contains(where: {
            starts(range, $0)
                && (range.count == $0.utf8.count
                    || source.bytes[range.lowerBound + $0.utf8.count] == 0x20)
        }) {
            visitCommand(index, range)
        }
    }

    private mutating func visitCommand(_ index: Int, _ range: Range<Int>) {
        if source.language == .config { return }
        guard source.language != .shell else { return }
        // The command must be started: as the first word of a call that starts programs.
        guard let call = enclosingCall(index) else { return }
        guard startsPrograms(call) || enclosingCall(call.open).map(startsPrograms) == true else { return }
        let command = source.string(range).split(separator: " ").first.map(String.init) ?? "command"
        // Today's ping and traceroute take both families.
        let takesBoth = command.hasSuffix("ping") || command.hasSuffix("traceroute")
        report(.ifc03, index, partner: .ipv6, subject: command, confidence: takesBoth ? .low : nil)
    }

    private func startsPrograms(_ call: Call) -> Bool {
        guard call.name >= 0 else { return false }
        if isOp(call.name - 1, Op.dot), word(call.name - 2) == .subprocess || isText(call.name - 2, "exec") {
            return true
        }
        let name = text(call.name).lowercased()
        return name == "system" || name == "popen" || name.hasPrefix("execl") || name.hasPrefix("execv")
            || name == "exec"
            || name.hasPrefix("spawn") || name == "check_output" || name == "check_call" || name == "process"
            || name == "command" || name == "shell_exec"
    }

    // MARK: Protocols

    private mutating func visitFTP(_ index: Int, _ range: Range<Int>) {
        let text = source.string(range.lowerBound..<min(range.upperBound, range.lowerBound + 24))
        let isPort = text.hasPrefix("PORT %") || text.hasPrefix("PORT {") || text == "PORT "
        let isPassive = text == "PASV" || text == "PASV\\r\\n" || text == "PASV\\n"
        guard isPort || isPassive else { return }
        for position in surroundings(index) where self[position].kind == .string {
            let other = content(position)
            if other.count >= 4, starts(other, "EPSV") || starts(other, "EPRT") { return }
        }
        report(.pro01, index, partner: .ipv6, subject: isPort ? "PORT" : "PASV")
    }

    // MARK: SQL

    private mutating func visitSQL(_ index: Int, _ range: Range<Int>) {
        if source.language == .sql { return }
        for name in ["INET_ATON(", "INET_NTOA("] {
            if let place = find(name, in: range) {
                report(.sto05, range: place..<place + name.utf8.count - 1, at: index, subject: String(name.dropLast()))
            }
        }
        visitColumns(index, range)
    }

    /// Columns such as `ip VARCHAR(15)` in some bytes.
    mutating func visitColumns(_ index: Int, _ range: Range<Int>) {
        var from = range.lowerBound
        while let place = find("CHAR(15)", in: from..<range.upperBound, folding: true) {
            from = place + 8
            // Back over the type's name and the blanks to the column's name.
            var start = place
            while start > range.lowerBound, isLetter(source.bytes[start - 1]) { start -= 1 }
            var end = start
            while end > range.lowerBound,
                source.bytes[end - 1] == 0x20 || source.bytes[end - 1] == 0x09
                    || source.bytes[end - 1] == 0x60 || source.bytes[end - 1] == 0x22 || source.bytes[end - 1] == 0x5C
            {
                end -= 1
            }
            var name = end
            while name > range.lowerBound, isIdentifierByte(source.bytes[name - 1]) { name -= 1 }
            let kind = NameKind(source.string(name..<end), extra: options.names)
            guard kind.contains(.ip) || kind.contains(.address) || kind.contains(.host) else { continue }
            report(
                .sto05, range: name..<place + 8, at: index, partner: .only([]), subject: source.string(name..<place + 8)
            )
        }
    }
}
