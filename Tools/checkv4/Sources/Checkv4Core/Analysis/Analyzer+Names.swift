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
    func isUsed(_ index: Int) -> Bool {
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

    static let localNames = ["localhost", "127.0.0.1", "::1"].map { Array($0.utf8) }

    /// The use of this machine's own name in a call that resolves it.
    mutating func ownName(_ index: Int) -> Int? {
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

    mutating func visitResolution(_ index: Int) {
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

    func readsResult(_ index: Int) -> Bool {
        let function = surroundings(index)
        return function.contains {
            (word($0) == .ai_addr || word($0) == .ai_addrlen)
                && (isOp($0 - 1, Op.arrow) || isOp($0 - 1, Op.dot))
        }
    }

    mutating func visitGoLookup(_ index: Int) {
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
}
