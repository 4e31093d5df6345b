/// The rules about address structures and their lengths.
extension Analyzer {
    // MARK: sockaddr_in

    mutating func visitSockaddrIn(_ index: Int) {
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        let hasStruct = word(index - 1) == .struct
        let first = hasStruct ? index - 1 : index
        // "struct sockaddr_in;" only announces a name.
        if hasStruct, isOp(index + 1, Op.semicolon), !isOp(first - 1, Op.openParen) { return }
        if self[index].flags.contains(.isDeclared) || hasStruct && isOp(index + 1, Op.openBrace) { return }
        // sizeof(struct sockaddr_in), MemoryLayout<sockaddr_in>
        let isSize =
            isOp(first - 1, Op.openParen) && word(first - 2) == .sizeof
            || isOp(first - 1, Op.less) && word(first - 2) == .MemoryLayout
        let partner = Partner.words([.sockaddr_storage, .SOCKADDR_STORAGE])
        if isSize {
            visitSizeOfSockaddrIn(index, first: first)
            return
        }
        report(
            .str01, index, partner: partner, subject: text(index), fix: storageFix(index, hasStruct: hasStruct)
        )
    }

    private mutating func visitSizeOfSockaddrIn(_ index: Int, first: Int) {
        let sizeof = first - 2
        let close = Int(self[first - 1].match)
        let last = close > index ? close : isOp(index + 1, Op.greater) ? index + 1 : index
        // A comparison decides by the length: that is the family in disguise.
        let isCompared =
            isOp(sizeof - 1, Op.equal) || isOp(sizeof - 1, Op.notEqual) || isOp(last + 1, Op.equal)
            || isOp(last + 1, Op.notEqual)
        if isCompared {
            // "address4.length != sizeof(struct sockaddr_in)" says itself that there is another.
            let namesFour = statement(sizeof, limit: 16).contains {
                self[$0].kind == .identifier && $0 != index && (text($0).hasSuffix("4") || text($0).contains("v4"))
            }
            report(
                .str06, sizeof, last, partner: .ipv6, subject: "sizeof(struct sockaddr_in)",
                confidence: namesFour ? .low : nil
            )
            return
        }
        switch enclosingCallee(sizeof) {
        case .memcmp, .sizeof: return
        default: break
        }
        if let call = enclosingCall(sizeof), call.name >= 0 {
            let name = text(call.name)
            if name == "memset" || name == "bzero" || name == "ZeroMemory" || name == "RtlZeroMemory" { return }
        }
        report(
            .str02, sizeof, last, partner: .words([.sockaddr_storage, .SOCKADDR_STORAGE]),
            subject: "\(text(sizeof)) of \(text(index))"
        )
    }

    /// `struct sockaddr_storage x` instead of `struct sockaddr_in x`, where no field of `x` is touched.
    private func storageFix(_ index: Int, hasStruct: Bool) -> Fix? {
        guard source.language.isCFamily, hasStruct, let function = wholeFunction(index),
            self[index + 1].kind == .identifier, isOp(index + 2, Op.semicolon) || isOp(index + 2, Op.comma)
        else { return nil }
        var names: [String] = []
        var position = index + 1
        while self[position].kind == .identifier {
            names.append(text(position))
            if isOp(position + 1, Op.comma) { position += 2 } else { break }
        }
        guard isOp(position + 1, Op.semicolon), work.take(names.count * function.count) else { return nil }
        for use in function where self[use].kind == .identifier && use > position {
            guard names.contains(where: { isText(use, $0) }) else { continue }
            let isOnlyPassed = isOp(use - 1, Op.ampersand) && isOp(use - 2, Op.closeParen)
            let isMeasured = word(use - 1) == .sizeof || isOp(use - 1, Op.openParen) && word(use - 2) == .sizeof
            guard isOnlyPassed || isMeasured else { return nil }
            guard !isOp(use + 1, Op.dot), !isOp(use + 1, Op.openBracket) else { return nil }
        }
        return Fix(
            isSafe: false, title: "room for every family",
            edits: [.init(range: byteRange(index, index), text: "sockaddr_storage")]
        )
    }

    // MARK: sockaddr by value

    mutating func visitSockaddr(_ index: Int) {
        guard source.language.isCFamily else { return }
        let hasStruct = word(index - 1) == .struct
        guard hasStruct || word(index) == .SOCKADDR else { return }
        let first = hasStruct ? index - 1 : index
        // sizeof(struct sockaddr) as the room that a call may fill
        if isOp(first - 1, Op.openParen), word(first - 2) == .sizeof, isOp(index + 1, Op.closeParen) {
            let sizeof = first - 2
            let isCompared =
                isOp(sizeof - 1, Op.equal) || isOp(sizeof - 1, Op.notEqual) || isOp(index + 2, Op.equal)
                || isOp(index + 2, Op.notEqual)
            if isCompared { return }
            if isLengthOfBuffer(sizeof) {
                report(
                    .str03, sizeof, index + 1, partner: .words([.sockaddr_storage]), subject: "sizeof(struct sockaddr)",
                    confidence: speaksOfOtherFamilies(index) ? .low : nil
                )
            }
            return
        }
        guard functionNumber(index) != nil, self[index + 1].kind == .identifier else { return }
        let next = self[index + 2].op
        guard next == Op.semicolon || next == Op.comma || next == Op.assign else { return }
        let name = text(index + 1)
        guard isFilledByCall(name, in: surroundings(index)) else { return }
        report(
            .str03, index, index + 1, partner: .words([.sockaddr_storage, .AF_UNIX, .AF_LOCAL]),
            subject: "struct sockaddr \(name)", confidence: speaksOfOtherFamilies(index) ? .low : nil,
            fix: next == Op.semicolon ? wholeFunction(index).flatMap { roomFix(index, name: name, in: $0) } : nil
        )
    }

    /// Whether the function is about sockets of another kind, whose addresses have their own sizes.
    private func speaksOfOtherFamilies(_ index: Int) -> Bool {
        guard let function = wholeFunction(index) else { return false }
        return function.contains { position in
            self[position].kind == .identifier && Self.otherFamilies.contains { isText(position, $0) }
        }
    }

    private static let otherFamilies = [
        "AF_NETLINK", "AF_IPX", "AF_PACKET", "AF_BLUETOOTH", "AF_CAN", "AF_VSOCK", "sockaddr_nl", "sockaddr_ipx",
        "sockaddr_ll", "netsnmp_sockaddr_ipx",
    ]

    private static let fillingCalls = WordSet([
        .accept, .accept4, .recvfrom, .getsockname, .getpeername, .getnameinfo, .WSAAccept, .WSARecvFrom,
    ])

    private func isLengthOfBuffer(_ index: Int) -> Bool {
        if let call = enclosingCall(index), call.name >= 0 { return Self.fillingCalls.contains(word(call.name)) }
        // len = sizeof(struct sockaddr); accept(…, &len)
        guard isOp(index - 1, Op.assign), self[index - 2].kind == .identifier, let number = functionNumber(index)
        else { return false }
        let name = text(index - 2)
        var position = index
        let end = min(list.functions[number].upperBound, index + 600)
        guard work.take(600) else { return false }
        while position < end {
            if isOp(position, Op.ampersand), isText(position + 1, name), let call = enclosingCall(position),
                call.name >= 0, Self.fillingCalls.contains(word(call.name))
            {
                return true
            }
            position += 1
        }
        return false
    }

    private func isFilledByCall(_ name: String, in function: Range<Int>) -> Bool {
        for position in function where isOp(position, Op.ampersand) && isText(position + 1, name) {
            if let call = enclosingCall(position, limit: 40), call.name >= 0,
                Self.fillingCalls.contains(word(call.name)), !isOp(position + 2, Op.dot)
            {
                return true
            }
        }
        return false
    }

    /// `struct sockaddr_storage` for the variable, a cast where its address is passed, and the lengths with it.
    private func roomFix(_ index: Int, name: String, in function: Range<Int>) -> Fix? {
        var edits = [Fix.Edit(range: byteRange(index, index), text: "sockaddr_storage")]
        for use in function where use > index + 1 && isText(use, name) && self[use].kind == .identifier {
            if isOp(use - 1, Op.dot) || isOp(use - 1, Op.arrow) { continue }
            if word(use - 1) == .sizeof || isOp(use - 1, Op.openParen) && word(use - 2) == .sizeof { continue }
            guard isOp(use - 1, Op.ampersand), !isOp(use + 1, Op.dot), !isOp(use + 1, Op.arrow) else { return nil }
            if isOp(use - 2, Op.comma) || isOp(use - 2, Op.openParen) {
                let place = Int(self[use - 1].start)
                edits.append(.init(range: place..<place, text: "(struct sockaddr *)"))
            } else if !isOp(use - 2, Op.closeParen) {
                return nil
            }
            // The length beside it, when it is written out.
            if let call = enclosingCall(use), call.argument + 1 < arguments(call.open).count {
                let length = arguments(call.open)[call.argument + 1]
                for part in length where word(part) == .sockaddr && word(part - 1) == .struct {
                    edits.append(.init(range: byteRange(part, part), text: "sockaddr_storage"))
                }
            }
        }
        // "len = sizeof(struct sockaddr)" for a length that such a call reads.
        for use in function
        where word(use) == .sockaddr && word(use - 1) == .struct && isOp(use + 1, Op.closeParen)
            && word(use - 3) == .sizeof && isOp(use - 4, Op.assign)
        {
            guard isLengthOfBuffer(use - 3) else { continue }
            // Another structure of the old size may lie behind the same length: then hands off.
            let others = function.contains {
                $0 != index && word($0) == .sockaddr && word($0 - 1) == .struct && self[$0 + 1].kind == .identifier
            }
            if others { return nil }
            edits.append(.init(range: byteRange(use, use), text: "sockaddr_storage"))
        }
        return Fix(isSafe: true, title: "room for every family", edits: edits)
    }

    // MARK: Fields

    mutating func visitInAddr(_ index: Int) {
        guard source.language.isCFamily || source.language == .swift else { return }
        if self[index].flags.contains(.isDeclared) { return }
        let isField = word(index) == .s_addr || word(index) == .sin_addr || word(index) == .sin_port
        if isField {
            let isMember = isOp(index - 1, Op.dot) || isOp(index - 1, Op.arrow) || self[index].flags.contains(.isLabel)
            guard isMember else { return }
            // x.sin_addr.s_addr is one place.
            if word(index) == .s_addr, word(index - 2) == .sin_addr { return }
            let last =
                word(index) == .sin_addr && word(index + 2) == .s_addr && isOp(index + 1, Op.dot)
                ? index + 2 : index
            if word(index) == .sin_port {
                // The port stands at the same place in both structures: less than a fault.
                report(.str04, index, partner: .ipv6, subject: ".sin_port", lowered: true, confidence: .low)
                return
            }
            report(.str04, index, last, partner: .ipv6, subject: "." + source.string(byteRange(index, last)))
            return
        }
        let hasStruct = word(index - 1) == .struct
        if hasStruct, isOp(index + 1, Op.semicolon) || isOp(index + 1, Op.openBrace) { return }
        if isOp(index - 1, Op.less) && word(index - 2) == .MemoryLayout
            || isOp(index - (hasStruct ? 2 : 1), Op.openParen) && word(index - (hasStruct ? 3 : 2)) == .sizeof
        {
            return
        }
        report(.str04, index, partner: .ipv6)
    }

    mutating func visitHostent(_ index: Int) {
        guard source.language.isCFamily || source.language == .swift else { return }
        if self[index].flags.contains(.isDeclared) { return }
        switch word(index) {
        case .hostent:
            if word(index - 1) == .struct, isOp(index + 1, Op.semicolon) || isOp(index + 1, Op.openBrace) { return }
            report(.str05, index, partner: .words([.getaddrinfo]))
        case .h_length:
            let next = self[index + 1].op
            guard next == Op.equal || next == Op.notEqual, isText(index + 2, "4") else { return }
            report(.str05, index, index + 2, partner: .words([.getaddrinfo]), subject: "h_length == 4")
        case .h_addr, .h_addr_list, .h_addrtype:
            guard isOp(index - 1, Op.dot) || isOp(index - 1, Op.arrow) else { return }
            report(.str05, index, partner: .words([.getaddrinfo]))
        default:
            report(.str05, index, partner: .words([.getaddrinfo]))
        }
    }

    mutating func visitLength(_ index: Int) {
        let next = self[index + 1].op
        guard next == Op.equal || next == Op.notEqual, isText(index + 2, "16") else { return }
        report(.str06, index, index + 2, partner: .ipv6, subject: "sa_len == 16")
    }

    // MARK: Python's address tuples

    mutating func visitTupleShape(_ index: Int) {
        guard source.language == .python else { return }
        let statement = statement(index)
        guard let equals = statement.first(where: { isOp($0, Op.assign) && self[$0].match < 0 }), equals < index else {
            return
        }
        switch word(index) {
        case .getpeername, .getsockname:
            guard isOp(index + 1, Op.openParen), endsStatement(Int(self[index + 1].match), statement) else { return }
            reportTuple(statement.lowerBound, equals, "\(text(index))()")
        case .client_address, .server_address:
            guard isOp(index - 1, Op.dot), endsStatement(index, statement) else { return }
            reportTuple(statement.lowerBound, equals, text(index))
        case .accept:
            guard isOp(index + 1, Op.openParen) else { return }
            let close = Int(self[index + 1].match)
            guard close > index else { return }
            if isOp(close + 1, Op.openBracket), isText(close + 2, "1"), endsStatement(close + 3, statement) {
                reportTuple(statement.lowerBound, equals, "accept()[1]")
            } else if endsStatement(close, statement) {
                reportNestedTuple(statement.lowerBound, equals, "accept()")
            }
        case .recvfrom:
            guard isOp(index + 1, Op.openParen), endsStatement(Int(self[index + 1].match), statement) else { return }
            reportNestedTuple(statement.lowerBound, equals, "recvfrom()")
        default:
            break
        }
    }

    private func endsStatement(_ index: Int, _ statement: Range<Int>) -> Bool {
        index > 0 && (index + 1 >= statement.upperBound || self[index + 1].kind == .newline)
    }

    /// Looks for `host, port = …` or `(host, port) = …`.
    private mutating func reportTuple(_ start: Int, _ equals: Int, _ subject: String) {
        var first = start
        var last = equals
        if isOp(first, Op.openParen), Int(self[first].match) == equals - 1 {
            first += 1
            last -= 1
        }
        reportPair(first, last, subject)
    }

    /// `data, (host, port) = …`: the pair in parentheses is the address.
    private mutating func reportNestedTuple(_ start: Int, _ equals: Int, _ subject: String) {
        var index = start
        while index < equals {
            if isOp(index, Op.openParen), Int(self[index].match) > index, Int(self[index].match) <= equals {
                let inner = index + 1..<Int(self[index].match)
                if inner.upperBound < equals || start < index {
                    reportPair(inner.lowerBound, inner.upperBound, subject)
                }
                // The outer parentheses of the whole left side may hold the pair.
                if inner.upperBound < equals - 1 || start < index { return }
            }
            index += 1
        }
    }

    private mutating func reportPair(_ first: Int, _ last: Int, _ subject: String) {
        // Exactly two plain names.
        var commas = 0
        for index in first..<max(first, last) {
            let token = self[index]
            if token.op == Op.comma { commas += 1 }
            let isPlain = token.kind == .identifier || token.op == Op.comma || token.op == Op.dot
            guard isPlain else { return }
        }
        guard commas == 1, last - first >= 3, !isOp(last - 1, Op.comma) else { return }
        let end = Int(self[last - 1].end)
        report(
            .str07, first, last - 1, partner: .only([.AF_INET6, .ipv6, .is_ipv6, .AF_UNIX]), subject: subject,
            fix: Fix(isSafe: false, title: "leave room for the rest", edits: [.init(range: end..<end, text: ", *_")])
        )
    }
}
