/// Functions and what is in them: the words and marks that show what code thinks of.
extension Analyzer {
    /// The number of the function that holds a token, nil outside functions.
    func functionNumber(_ index: Int) -> Int? {
        var low = 0
        var high = list.functions.count
        while low < high {
            let middle = (low + high) / 2
            let function = list.functions[middle]
            if index < function.lowerBound {
                high = middle
            } else if index >= function.upperBound {
                low = middle + 1
            } else {
                return middle
            }
        }
        return nil
    }

    /// The tokens of the function around a token; outside functions, the neighbourhood.
    func surroundings(_ index: Int) -> Range<Int> {
        if let number = functionNumber(index) {
            // Functions of a machine's making have no end: what is far away says nothing about here.
            let near = list.functions[number].clamped(to: max(0, index - 3000)..<index + 3000)
            return work.take(near.count) ? near : index..<index + 1
        }
        let radius = source.language == .config ? 4 : 60
        return max(0, index - radius)..<min(list.tokens.count, index + radius)
    }

    /// The whole function around a token, where it is small enough to judge every use of a variable in it.
    func wholeFunction(_ index: Int) -> Range<Int>? {
        guard let number = functionNumber(index), list.functions[number].count <= 20_000,
            work.take(list.functions[number].count)
        else { return nil }
        return list.functions[number]
    }

    /// The words and marks near a token: in its function, or in its neighbourhood.
    mutating func words(around index: Int) -> WordSet {
        if let number = functionNumber(index) {
            if let known = functionWords[number] { return known }
            let found = collectWords(list.functions[number])
            functionWords[number] = found
            return found
        }
        return collectWords(surroundings(index))
    }

    func collectWords(_ range: Range<Int>) -> WordSet {
        var words = WordSet()
        let bytes = source.bytes.span
        var index = range.lowerBound
        while index < range.upperBound {
            let token = list.tokens[index]
            if token.kind == .identifier {
                if token.word != .none {
                    if !Self.isForIPv4(list, index) { words.insert(token.word) }
                } else if isV6Identifier(token) {
                    words.insert(.markV6Word)
                }
            } else if token.kind == .string, token.flags.contains(.hasColon) || token.flags.contains(.hasDot) {
                for mark in Self.marks(of: bytes, token: token) { words.insert(mark) }
            } else if token.kind == .string || token.kind == .character,
                token.end - token.start - UInt32(token.prefix) - UInt32(token.suffix) <= 3
            {
                let range = content(index)
                if range.contains(where: { bytes[$0] == 0x5B || bytes[$0] == 0x5D }) { words.insert(.markBracket) }
                // Groups of hexadecimal digits are printed here too.
                if range.count == 2, bytes[range.lowerBound] == 0x25, bytes[range.lowerBound + 1] | 0x20 == 0x78 {
                    words.insert(.markIPv6Literal)
                }
            }
            index += 1
        }
        if words.intersects(Self.evidence) { words.insert(.markIPv6Evidence) }
        // A resolver that is asked for IPv4 replaces none that knows nothing else.
        if words.contains(.getaddrinfo), !words.intersects(Self.openFamilies),
            range.contains(where: { list.tokens[$0].word == .ai_family && asksForIPv4($0) })
        {
            words.remove(.getaddrinfo)
        }
        return words
    }

    /// `inet_ntop(AF_INET, …)`: a call that could take both families, and takes one.
    static func isForIPv4(_ list: TokenList, _ index: Int) -> Bool {
        let tokens = list.tokens
        guard tokens[index].word == .inet_ntop || tokens[index].word == .inet_pton, index + 4 < tokens.count,
            tokens[index + 1].op == Op.openParen
        else { return false }
        let family = tokens[tokens[index + 3].op == Op.dot ? index + 4 : index + 2].word
        return family == .AF_INET || family == .PF_INET
    }

    /// `hints.ai_family = AF_INET`.
    func asksForIPv4(_ index: Int) -> Bool {
        (isOp(index + 1, Op.assign) || isOp(index + 1, Op.colon))
            && (self[index + 2].word == .AF_INET || self[index + 2].word == .PF_INET)
    }

    static let openFamilies = WordSet([.AF_INET6, .PF_INET6, .AF_UNSPEC, .PF_UNSPEC])

    func isV6Identifier(_ token: Token) -> Bool {
        let bytes = source.bytes.span
        var index = Int(token.start) + 1
        while index < Int(token.end) {
            if bytes[index] == 0x36 {
                let before = bytes[index - 1]
                if before | 0x20 == 0x76 { return true }
                if index >= Int(token.start) + 2 {
                    let pair = (bytes[index - 2] | 0x20, before | 0x20)
                    if pair == (0x69, 0x70) || pair == (0x69, 0x6E) || pair == (0x65, 0x74) || pair == (0x72, 0x36) {
                        return true
                    }
                }
            }
            index += 1
        }
        return false
    }

    /// The words of the whole file.
    var wordsOfFile: WordSet { fileWords }

    /// "v6" or "V6" anywhere in the text but in comments.
    static func hasV6Word(in bytes: Span<UInt8>, except comments: [Range<Int>]) -> Bool {
        var index = 1
        let end = bytes.count
        var comment = 0
        while index < end {
            if bytes[index] == 0x36, bytes[index - 1] | 0x20 == 0x76 {
                while comment < comments.count, comments[comment].upperBound <= index { comment += 1 }
                guard comment < comments.count, comments[comment].contains(index) else { return true }
                index = comments[comment].upperBound
            }
            index &+= 1
        }
        return false
    }

    /// What a string says about IPv6.
    static func marks(of bytes: Span<UInt8>, token: Token) -> [Word] {
        let start = Int(token.start) + Int(token.prefix)
        let end = Int(token.end) - Int(token.suffix)
        guard end - start >= 2 else { return [] }
        var marks: [Word] = []
        var index = start
        while index + 1 < end {
            if bytes[index] == 0x3A, bytes[index + 1] == 0x3A {
                // "::", "::1", "fe80::…": not the "::" between two names, nor the prefix of a mapped address.
                let after = index + 2 < end ? bytes[index + 2] : 0
                let before = index > start ? bytes[index - 1] : 0
                let isName = isLetter(before) && !isHexDigit(before) || isLetter(after) && !isHexDigit(after)
                let isMapped = index + 6 < end && bytes[index + 2] | 0x20 == 0x66 && bytes[index + 6] == 0x3A
                if !isName, !isMapped {
                    marks.append(.markIPv6Literal)
                    if index == start || before == 0x5B { marks.append(.markAnyLiteral6) }
                }
                index += 2
                continue
            }
            if bytes[index] == 0x25, bytes[index + 1] | 0x20 == 0x78,
                index + 2 < end && bytes[index + 2] == 0x3A
                    || index > start && bytes[index - 1] == 0x3A
            {
                marks.append(.markIPv6Literal)
            }
            if bytes[index] == 0x5D, bytes[index + 1] == 0x3A || bytes[index + 1] == 0x25 { marks.append(.markBracket) }
            if bytes[index] == 0x5B, bytes[index + 1] == 0x25 { marks.append(.markBracket) }
            if bytes[index] == 0x70, bytes[index + 1] == 0x36, index + 2 < end, bytes[index + 2] == 0x2E {
                marks.append(.markReverse6)
            }
            index += 1
        }
        return marks
    }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66
    }

    /// What shows that code thinks of IPv6.
    static let evidence = WordSet([
        .AF_INET6, .PF_INET6, .sockaddr_in6, .SOCKADDR_IN6, .SockaddrInet6, .RawSockaddrInet6, .in6_addr, .IN6_ADDR,
        .s6_addr, .sin6_addr, .sin6_port, .sin6_family, .sin6_scope_id, .IPPROTO_IPV6, .SOL_IPV6, .INET6_ADDRSTRLEN,
        .IPv6Address, .IPv6Network, .IPv6Interface, .Ipv6Addr, .Inet6Address, .SocketAddrV6, .markIPv6Literal,
        .in6addr_any, .IN6ADDR_ANY_INIT, .in6addr_loopback, .IN6ADDR_LOOPBACK_INIT, .IPV6_V6ONLY, .IPV6_JOIN_GROUP,
        .IPV6_ADD_MEMBERSHIP, .ipv6_mreq, .IPV6_UNICAST_HOPS, .IPV6_MULTICAST_HOPS, .IPV6_TCLASS, .ipv6, .IPv6, .ip6,
        .inet6, .IPV6, .ENABLE_IPV6, .HAVE_IPV6, .INET6, .is_ipv6, .dualstack_ipv6, .has_dualstack_ipv6, .markV6Word,
        .markReverse6, .v6, .IpAddr, .ip6_hdr, .ipv6hdr, .IPPROTO_ICMPV6, .NIP6, .in6_pktinfo, .IPV6_PKTINFO,
        .IPV6_RECVPKTINFO, .IPV6_RECVHOPLIMIT, .IPV6_HOPLIMIT, .IPV6_RECVERR, .IPV6_MTU, .IPV6_MTU_DISCOVER,
        .IPV6_DONTFRAG, .IPV6_MULTICAST_LOOP, .IPV6_MULTICAST_IF, .IPV6_LEAVE_GROUP, .IPV6_DROP_MEMBERSHIP,
        .IPV6_RECVTCLASS, .IPV6_CHECKSUM, .IPV6_HOPOPTS, .IPV6_DSTOPTS, .IPV6_RTHDR,
    ])

    /// What shows that code speaks to the network.
    static let networkWords = WordSet([
        .AF_INET, .PF_INET, .sockaddr_in, .SOCKADDR_IN, .in_addr, .s_addr, .sin_addr, .inet_addr, .inet_aton,
        .inet_ntoa, .inet_pton, .inet_ntop, .gethostbyname, .getaddrinfo, .sockaddr, .hostent, .in_addr_t, .iphdr,
        .IPv4Address, .Ipv4Addr, .ParseIP, .Dial, .Listen, .socket, .JoinHostPort, .netloc,
    ])
}
