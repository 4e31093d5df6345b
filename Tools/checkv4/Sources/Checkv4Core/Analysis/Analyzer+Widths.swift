/// The rules about how wide an address is: integers, text buffers, masks, wire formats.
extension Analyzer {
    // MARK: Byte order

    mutating func visitByteOrder(_ index: Int) {
        if source.language == .swift {
            guard word(index) == .bigEndian || word(index) == .byteSwapped else { return }
            // address.bigEndian; UInt32(bigEndian: address)
            if isOp(index - 1, Op.dot) {
                let subject = receiver(index - 1)
                guard isScalarAddress(subject) else { return }
                report(.sto03, subject.lowerBound, index, partner: .ipv6, subject: text(subject.upperBound - 1))
            } else if isOp(index + 1, Op.colon), let call = enclosingCall(index), call.name >= 0,
                let argument = arguments(call.open).first,
                isScalarAddress(argument.lowerBound + 2..<argument.upperBound)
            {
                report(.sto03, index, argument.upperBound - 1, partner: .ipv6, subject: text(argument.upperBound - 1))
            }
            return
        }
        guard source.language.isCFamily || source.language == .python, isOp(index + 1, Op.openParen),
            let argument = arguments(index + 1).first, !self[index].flags.contains(.isDeclared)
        else { return }
        guard isScalarAddress(argument) else { return }
        let name = argument.last { self[$0].kind == .identifier } ?? argument.lowerBound
        report(.sto03, index, Int(self[index + 1].match), partner: .ipv6, subject: text(name))
    }

    /// Whether an expression is an IPv4 address as a number.
    func isScalarAddress(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count < 24 else { return false }
        for index in range {
            switch word(index) {
            case .INADDR_ANY, .INADDR_LOOPBACK, .INADDR_BROADCAST, .INADDR_NONE, .inet_addr: return false
            case .s_addr: return true
            default: break
            }
        }
        let kind = expressionKind(range)
        return kind.contains(.ip) || isNetworking && kind.contains(.address)
    }

    // MARK: Text buffers

    mutating func visitTextLength(_ index: Int) {
        guard !self[index].flags.contains(.inDirective) || functionNumber(index) != nil else {
            report(.sto04, index, partner: .words([.INET6_ADDRSTRLEN]))
            return
        }
        report(
            .sto04, index, partner: .words([.INET6_ADDRSTRLEN, .NI_MAXHOST]),
            // A file that has the other length too has another place for the other family.
            confidence: wordsOfFile.contains(.INET6_ADDRSTRLEN) ? .low : nil, fix: longerBuffer(index)
        )
    }

    /// INET6_ADDRSTRLEN for an array of this function, with the lengths passed beside it.
    func longerBuffer(_ index: Int) -> Fix? {
        var edits = [Fix.Edit(range: byteRange(index, index), text: "INET6_ADDRSTRLEN")]
        if source.language == .swift {
            // [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN)): the room itself.
            guard let call = enclosingCall(index) else { return nil }
            let outer = call.name >= 0 && word(call.name) == .Int ? enclosingCall(call.open) : call
            guard let outer, arguments(outer.open).contains(where: { isText($0.lowerBound, "repeating") }) else {
                return nil
            }
            return Fix(isSafe: true, title: "room for either family", edits: edits)
        }
        guard source.language.isCFamily, let function = wholeFunction(index), isOp(index - 1, Op.openBracket),
            self[index - 2].kind == .identifier, isOp(index + 1, Op.closeBracket) || isOp(index + 1, Op.plus)
        else { return nil }
        switch word(index - 3) {
        case .char, .CHAR, .TCHAR, .wchar_t: break
        default: return nil
        }
        let name = text(index - 2)
        for use in function where use > index && isText(use, name) && self[use].kind == .identifier {
            guard let call = enclosingCall(use, limit: 40) else { continue }
            for part in arguments(call.open) where part.count == 1 && word(part.lowerBound) == .INET_ADDRSTRLEN {
                edits.append(.init(range: byteRange(part.lowerBound, part.lowerBound), text: "INET6_ADDRSTRLEN"))
            }
        }
        var seen: Set<Fix.Edit> = []
        return Fix(isSafe: true, title: "room for either family", edits: edits.filter { seen.insert($0).inserted })
    }

    mutating func visitCharArray(_ index: Int) {
        guard source.language.isCFamily else { return }
        // char name[16], other[46];
        var position = index + 1
        var steps = 0
        while self[position].kind == .identifier || isOp(position, Op.star), steps < 16 {
            if isOp(position, Op.star) {
                position += 1
                continue
            }
            let isArray = isOp(position + 1, Op.openBracket) && isOp(position + 3, Op.closeBracket)
            if isArray, self[position + 2].kind == .number,
                isText(position + 2, "16") || isText(position + 2, "15") || isText(position + 2, "17"),
                isTextAddressName(position), !isOp(position + 4, Op.openBracket)
            {
                report(
                    .sto04, position, position + 3, partner: .words([.INET6_ADDRSTRLEN]),
                    subject: source.string(byteRange(position, position + 3)), confidence: .medium
                )
            }
            position += isArray ? 4 : 1
            guard isOp(position, Op.comma) else { break }
            position += 1
            steps += 1
        }
    }

    func isTextAddressName(_ index: Int) -> Bool {
        let kind = nameKind(index)
        return kind.contains(.ip) || isNetworking && kind.contains(.address)
    }

    // MARK: Integers

    mutating func visitInteger(_ index: Int) {
        switch source.language {
        case .c, .cpp, .objc: visitCInteger(index)
        case .swift: visitSwiftInteger(index)
        case .go where word(index) == .Uint32: visitGoInteger(index)
        default: break
        }
    }

    static let conversions = WordSet([.s_addr, .inet_addr, .inet_network, .ntohl, .htonl])

    mutating func visitCInteger(_ index: Int) {
        // Not the second word of "unsigned int", not a cast, not a parameter's "int" in front of a function's name.
        guard self[index + 1].kind == .identifier || isOp(index + 1, Op.star) else { return }
        var name = index + 1
        let pointer = isOp(name, Op.star)
        if pointer { return }
        if self[name].word == .int || self[name].word == .long || self[name].word == .unsigned { return }
        if isOp(index - 1, Op.openParen), isOp(index + 1, Op.closeParen) { return }
        let isWide32: Bool
        switch word(index) {
        case .int, .long, .unsigned, .uint, .u_int: isWide32 = false
        default: isWide32 = true
        }
        var declared = 0
        while self[name].kind == .identifier, declared < 16 {
            declared += 1
            if isOp(name + 1, Op.openParen) { return }
            let hasValue = isOp(name + 1, Op.assign)
            var end = name + 1
            if hasValue {
                while end < list.tokens.count, end - name < 60 {
                    let token = self[end]
                    if token.kind == .punctuation, token.op == Op.semicolon || token.op == Op.comma { break }
                    end =
                        token.match > Int32(truncatingIfNeeded: end) && token.op != Op.openBrace
                        ? Int(token.match) + 1 : end + 1
                }
            }
            let kind = nameKind(name)
            if !kind.intersection([.ip, .address, .host]).isEmpty {
                let source = hasValue ? (name + 2..<max(name + 2, end)) : name..<name
                let converts = source.contains {
                    Self.conversions.contains(word($0)) && !(isOp($0 - 1, Op.ampersand))
                }
                if hasValue, converts, holdsAddress(source, kind) {
                    report(.sto01, name, partner: .ipv6)
                } else if isLaterAssigned(name) {
                    report(.sto01, name, partner: .ipv6)
                } else if isWide32, kind.contains(.ip) || isNetworking && kind.contains(.address) {
                    visitMember(index, name: name)
                }
            }
            guard isOp(end, Op.comma) else { return }
            name = end + 1
            while isOp(name, Op.star) { name += 1 }
        }
    }

    /// Whether what is assigned is an address: ntohl alone converts any number.
    func holdsAddress(_ range: Range<Int>, _ kind: NameKind) -> Bool {
        if kind.contains(.ip) { return true }
        return range.contains { word($0) == .s_addr || word($0) == .inet_addr || word($0) == .inet_network }
    }

    /// `ip = inet_addr(…)` further down in the same function.
    func isLaterAssigned(_ name: Int) -> Bool {
        guard let number = functionNumber(name) else { return false }
        let spelled = text(name)
        var position = name + 1
        let end = min(list.functions[number].upperBound, name + 500)
        guard work.take(500) else { return false }
        while position < end {
            if isOp(position, Op.assign), isText(position - 1, spelled), !isOp(position - 2, Op.dot),
                !isOp(position - 2, Op.arrow)
            {
                var value = position + 1
                while value < end, value - position < 40, !isOp(value, Op.semicolon) {
                    if word(value) == .s_addr || word(value) == .inet_addr || word(value) == .inet_network,
                        !isOp(value - 1, Op.ampersand)
                    {
                        return true
                    }
                    value += 1
                }
            }
            position += 1
        }
        return false
    }

    /// A 32-bit integer by the name of an address: a field of a packed structure is a format, others a maybe.
    mutating func visitMember(_ index: Int, name: Int) {
        if functionNumber(name) == nil, isInPackedStructure(name) {
            report(.sto08, name, partner: .ipv6)
            return
        }
        report(.sto02, name, partner: .ipv6)
    }

    /// Looks for `hash(&from.sin_addr, …)` and `from.s_addr % size`: a table that finds IPv4 addresses alone.
    mutating func visitKey(_ index: Int) {
        guard source.language.isCFamily, isOp(index - 1, Op.dot) || isOp(index - 1, Op.arrow),
            functionNumber(index) != nil || self[index].flags.contains(.inDirective)
        else { return }
        if word(index) == .s_addr, isOp(index + 1, Op.percent) {
            report(.sto08, index, index + 1, partner: .ipv6, subject: "s_addr %")
            return
        }
        var position = index
        for _ in 0..<3 {
            guard let call = enclosingCall(position) else { return }
            if call.name >= 0, text(call.name).lowercased().contains("hash") {
                // sin_addr.s_addr is one address.
                if word(index) == .sin_addr, word(index + 2) == .s_addr { return }
                report(.sto08, call.name, partner: .ipv6)
                return
            }
            position = call.open
        }
    }

    func isInPackedStructure(_ index: Int) -> Bool {
        var position = index
        var steps = 0
        while position > 0, steps < 200 {
            let token = self[position]
            if token.op == Op.closeBrace, token.match >= 0 {
                position = Int(token.match)
            } else if token.op == Op.openBrace {
                let close = Int(token.match)
                guard close > position else { return false }
                let after = (close + 1..<min(close + 10, list.tokens.count))
                if after.contains(where: { Self.packedWords.contains(word($0)) }) { return true }
                let before = max(0, position - 10)..<position
                return before.contains { Self.packedWords.contains(word($0)) }
            }
            position -= 1
            steps += 1
        }
        return false
    }

    static let packedWords = WordSet([.packed, .PACKED, .__packed__, .__packed])

    mutating func visitSwiftInteger(_ index: Int) {
        // let ip: UInt32 = …, var address: UInt32
        if self[index].flags.contains(.isType), isOp(index - 1, Op.colon), self[index - 2].kind == .identifier {
            let name = index - 2
            let kind = nameKind(name)
            guard !kind.intersection([.ip, .address]).isEmpty else { return }
            let statement = statement(index)
            let converts = (index..<max(index, statement.upperBound)).contains {
                Self.conversions.contains(word($0)) || word($0) == .bigEndian
            }
            if converts, kind.contains(.ip) || isNetworking {
                report(.sto01, name, index, partner: .ipv6, subject: text(name))
            } else if word(index) == .UInt32, kind.contains(.ip) || isNetworking {
                report(.sto02, name, index, partner: .ipv6, subject: text(name))
            }
            return
        }
        // let ip = UInt32(address.s_addr), let ip = UInt32(bigEndian: …s_addr)
        guard isOp(index + 1, Op.openParen), Int(self[index + 1].match) > index, isOp(index - 1, Op.assign),
            isAddressLike(index - 2)
        else { return }
        guard inside(index + 1).contains(where: { word($0) == .s_addr || word($0) == .inet_addr }) else { return }
        report(.sto01, index - 2, partner: .ipv6)
    }

    // MARK: Packing

    /// Looks for `binary.BigEndian.Uint32(ip)`.
    private mutating func visitGoInteger(_ index: Int) {
        guard isOp(index - 1, Op.dot), isText(index - 2, "BigEndian"), isOp(index + 1, Op.openParen) else { return }
        let parts = arguments(index + 1)
        // With To4 inside, that is what is found.
        guard parts.count == 1, expressionKind(parts[0]).contains(.ip), !parts[0].contains(where: { word($0) == .To4 })
        else { return }
        let close = Int(self[index + 1].match)
        report(.sto06, index, close, partner: .words([.To16]), subject: source.string(byteRange(index, close)))
    }

    mutating func visitPacking(_ index: Int) {
        switch (word(index), source.language) {
        case (.To4, .go):
            guard let call = enclosingCall(index), call.name >= 0, word(call.name) == .Uint32 else { return }
            report(.sto06, call.name, index, partner: .words([.To16]), subject: "Uint32(….To4())")
        case (.pack, .python), (.unpack, .python):
            guard isOp(index + 1, Op.openParen) else { return }
            let parts = arguments(index + 1)
            guard parts.count == 2, let format = parts[0].first(where: { self[$0].kind == .string }) else { return }
            let letters = contentText(format).filter { !"!<>=@ ".contains($0) }
            guard letters == "I" || letters == "L" || letters == "4s" || letters == "BBBB" || letters == "4B" else {
                return
            }
            let isAddress =
                expressionKind(parts[1]).contains(.ip)
                || parts[1].contains { word($0) == .inet_aton || word($0) == .inet_pton || word($0) == .IPv4Address }
            guard isAddress || packedForText(index) else { return }
            report(.sto06, index, partner: .ipv6, subject: "\(text(index))(\(contentText(format)))")
        default:
            break
        }
    }

    /// Looks for `socket.inet_ntoa(struct.pack("!I", n))`.
    func packedForText(_ index: Int) -> Bool {
        guard let call = enclosingCall(index), call.name >= 0 else { return false }
        return word(call.name) == .inet_ntoa || word(call.name) == .inet_ntop
    }
}
