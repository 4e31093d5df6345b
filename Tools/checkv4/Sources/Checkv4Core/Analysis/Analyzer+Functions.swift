/// The rules that look at a whole function, and those of SQL and shell files.
extension Analyzer {
    mutating func visitFunctions() {
        switch source.language {
        case .sql: visitSQLFile()
        case .shell: visitShellFile()
        case .config: break
        default:
            for function in list.functions { visitFunction(function) }
            if source.language == .python || source.language == .javascript, list.functions.isEmpty,
                wordsOfFile.contains(.AF_INET6)
            {
                visitFunction(0..<list.tokens.count)
            }
        }
    }

    private mutating func visitFunction(_ function: Range<Int>) {
        let near = words(around: function.lowerBound)
        guard
            near.contains(.AF_INET6) || near.contains(.PF_INET6) || near.contains(.in6addr_any)
                || near.contains(.sin6_addr) || near.contains(.sockaddr_storage)
        else { return }
        visitListener(function, near)
        visitReplacedFamily(function, near)
        visitFatalFailure(function)
        visitUnmapped(function, near)
        visitScope(function, near)
    }

    /// An IPv6 listener that leaves IPV6_V6ONLY to the system.
    private mutating func visitListener(_ function: Range<Int>, _ near: WordSet) {
        guard near.contains(.bind), near.contains(.AF_INET6) || near.contains(.in6addr_any),
            wordsOfFile.contains(.listen), !wordsOfFile.contains(.IPV6_V6ONLY), !wordsOfFile.contains(.dualstack_ipv6)
        else { return }
        guard let bind = function.first(where: { word($0) == .bind && isOp($0 + 1, Op.openParen) }) else { return }
        guard
            let family = function.first(where: {
                (word($0) == .AF_INET6 || word($0) == .PF_INET6)
                    && (isOp($0 - 1, Op.openParen) || isOp($0 - 1, Op.dot)) && enclosingCallee($0) == .socket
            })
        else { return }
        report(.opt10, bind, subject: "bind", fix: dualStackFix(family))
    }

    /// A line that sets the option, after the one that opens the socket.
    private func dualStackFix(_ family: Int) -> Fix? {
        guard let call = enclosingCall(family), let close = Optional(Int(self[call.open].match)), close > family else {
            return nil
        }
        let statement = statement(call.name, limit: 12)
        let line = source.line(of: Int(self[close].start))
        let lineRange = source.lineRange(line)
        let indent = source.bytes[lineRange].prefix { $0 == 0x20 || $0 == 0x09 }
        let prefix = String(decoding: indent, as: UTF8.self)
        let ending =
            line + 1 < source.lineStarts.count
                && source.lineStarts[line + 1] - lineRange.upperBound == 2 ? "\r\n" : "\n"
        if source.language == .c, isOp(close + 1, Op.semicolon), statement.count >= 2,
            isOp(call.name - 1, Op.assign), self[call.name - 2].kind == .identifier,
            self[call.name - 3].kind != .punctuation || isOp(call.name - 3, Op.semicolon)
                || isOp(call.name - 3, Op.openBrace) || isOp(call.name - 3, Op.closeBrace),
            Int(self[close + 1].end) == lineRange.upperBound
        {
            let name = text(call.name - 2)
            return Fix(
                isSafe: false, title: "say that the socket takes both families",
                edits: [
                    .init(
                        range: lineRange.upperBound..<lineRange.upperBound,
                        text:
                            "\(ending)\(prefix)setsockopt(\(name), IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));"
                    )
                ]
            )
        }
        if source.language == .python, isOp(statement.lowerBound + 1, Op.assign),
            self[statement.lowerBound].kind == .identifier, Int(self[close].end) == lineRange.upperBound,
            word(call.name - 2) == .socket
        {
            let name = text(statement.lowerBound)
            return Fix(
                isSafe: false, title: "say that the socket takes both families",
                edits: [
                    .init(
                        range: lineRange.upperBound..<lineRange.upperBound,
                        text: "\(ending)\(prefix)\(name).setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)"
                    )
                ]
            )
        }
        return nil
    }

    /// AF_INET6 where AF_INET was, in code that connects.
    private mutating func visitReplacedFamily(_ function: Range<Int>, _ near: WordSet) {
        guard near.contains(.connect), !wordsOfFile.contains(.AF_INET), !wordsOfFile.contains(.AF_UNSPEC),
            !wordsOfFile.contains(.PF_INET), !wordsOfFile.contains(.PF_UNSPEC)
        else { return }
        for position in function where word(position) == .AF_INET6 {
            let callee = enclosingCallee(position)
            guard callee == .socket || callee == .Socket || word(position - 2) == .ai_family else { continue }
            report(.fix01, position)
            return
        }
    }

    /// Looks for `if ((fd = socket(AF_INET6, …)) < 0) exit(1);`.
    private mutating func visitFatalFailure(_ function: Range<Int>) {
        for position in function where word(position) == .AF_INET6 || word(position) == .PF_INET6 {
            guard let call = enclosingCall(position), call.name >= 0, word(call.name) == .socket,
                Int(self[call.open].match) > position
            else { continue }
            let close = Int(self[call.open].match)
            var index = close
            let end = min(function.upperBound, close + 24)
            while index < end {
                switch word(index) {
                case .exit, .abort, .err, .errx, .die:
                    guard isOp(index + 1, Op.openParen) else { break }
                    report(.fix03, position, subject: "socket(AF_INET6)")
                    return
                case .socket, .setsockopt, .bind, .connect:
                    index = end
                default:
                    break
                }
                index += 1
            }
        }
    }

    /// The peer's address as text, from a socket of both families, with no thought of mapped addresses.
    private mutating func visitUnmapped(_ function: Range<Int>, _ near: WordSet) {
        guard near.contains(.accept) || near.contains(.getpeername),
            near.contains(.inet_ntop) || near.contains(.getnameinfo),
            !wordsOfFile.contains(.IN6_IS_ADDR_V4MAPPED), !wordsOfFile.contains(.IPV6_V6ONLY)
        else { return }
        guard let place = function.first(where: { word($0) == .accept || word($0) == .getpeername }) else { return }
        report(.opt11, place)
    }

    /// `memcpy(x, &a.sin6_addr, 16)` in a file that never looks at the scope.
    private mutating func visitScope(_ function: Range<Int>, _ near: WordSet) {
        guard near.contains(.sin6_addr), !wordsOfFile.contains(.sin6_scope_id) else { return }
        for position in function where word(position) == .sin6_addr {
            guard let call = enclosingCall(position), call.name >= 0,
                isText(call.name, "memcpy") || isText(call.name, "memmove") || isText(call.name, "bcopy")
            else { continue }
            report(.sto09, position, confidence: .low)
            return
        }
    }

    // MARK: Files of lines

    private mutating func visitSQLFile() {
        for (index, token) in list.tokens.enumerated() where token.kind == .identifier {
            let spelled = text(index).uppercased()
            if spelled == "INET_ATON" || spelled == "INET_NTOA" {
                report(.sto05, index)
            } else if spelled.hasSuffix("CHAR"), isOp(index + 1, UInt16(UInt8(ascii: "("))), isText(index + 2, "15") {
                var name = index - 1
                if isOp(name, UInt16(UInt8(ascii: "`"))) { name -= 1 }
                let kind =
                    self[name].kind == .string
                    ? NameKind(contentText(name), extra: options.names) : nameKind(name)
                if kind.contains(.ip) || kind.contains(.address) || kind.contains(.host) {
                    report(.sto05, name, index + 3, subject: source.string(byteRange(name, index + 3)))
                }
            } else if spelled == "INT" || spelled == "INTEGER", text(index + 1).uppercased() == "UNSIGNED" {
                var name = index - 1
                if isOp(name, UInt16(UInt8(ascii: "`"))) { name -= 1 }
                let kind = nameKind(name)
                if kind.contains(.ip) || kind.contains(.address) && text(name).lowercased().hasSuffix("addr") {
                    report(.sto05, name, index + 1, subject: source.string(byteRange(name, index + 1)))
                }
            }
        }
    }

    /// Whether a command is given `-4` or `-6`, up to its end.
    private func familyOptions(of command: Int) -> (four: Bool, six: Bool) {
        var found = (false, false)
        for index in command + 1..<command + 60 {
            let token = self[index]
            if token.kind == .newline || [Op.semicolon, Op.pipe, Op.ampersand].contains(token.op) { break }
            let name = text(index)
            if name.hasPrefix("-"), name.contains("4") { found.0 = true }
            if name.hasPrefix("-"), name.contains("6") { found.1 = true }
            // The dash is a mark of its own before a digit.
            if isOp(index - 1, Op.minus), name.hasPrefix("4") { found.0 = true }
            if isOp(index - 1, Op.minus), name.hasPrefix("6") { found.1 = true }
        }
        return found
    }

    /// `ifconfig | grep 'inet '`, `ip addr | awk '/inet /'`.
    private func keepsIPv4Lines(_ index: Int) -> Bool {
        let range = content(index)
        guard range.count < 80, let place = find("inet", in: range), !wordsOfFile.contains(.inet6) else { return false }
        let after = place + 4
        guard after < range.upperBound, source.bytes[after] == 0x20 || source.bytes[after] == 0x5C,
            find("inet6", in: range) == nil, find("inet6", in: 0..<source.bytes.count) == nil
        else { return false }
        for position in max(0, index - 6)..<index where self[position].kind == .identifier {
            let name = text(position)
            if name.hasSuffix("grep") || name.hasSuffix("awk") || name == "sed" { return true }
        }
        return false
    }

    private mutating func visitShellFile() {
        var isCommand = true
        for (index, token) in list.tokens.enumerated() {
            if token.kind == .newline || token.op == Op.semicolon || token.op == Op.pipe || token.op == Op.ampersand {
                isCommand = true
                continue
            }
            if token.kind == .string, keepsIPv4Lines(index) {
                report(.ifc02, index, subject: contentText(index))
            }
            if isCommand, token.kind == .identifier {
                let spelled = text(index)
                if spelled == "ping" || spelled == "iptables" || spelled == "traceroute" || spelled == "arp" {
                    let (four, six) = familyOptions(of: index)
                    if !six, !four || spelled != "ping" {
                        // Today's ping and traceroute take both families; who speaks ARP means it.
                        report(
                            .ifc03, index, partner: .only([.markV6Word]),
                            confidence: spelled == "iptables" ? nil : .low
                        )
                    }
                }
                if spelled != "sudo", spelled != "then", spelled != "do", spelled != "else", spelled != "if" {
                    isCommand = false
                }
            } else if token.kind != .punctuation {
                isCommand = false
            }
        }
    }
}
