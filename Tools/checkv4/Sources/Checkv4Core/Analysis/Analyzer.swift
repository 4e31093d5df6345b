/// Applies the rules to one source.
struct Analyzer {
    let source: SourceText
    let list: TokenList
    let options: AnalysisOptions
    var findings: [Finding] = []
    /// A file of more findings is no source that anybody reads to its end.
    static let mostFindings = 50_000
    private(set) var hasMoreFindings = false
    let work: WorkLimit
    /// Which words and marks stand in each function, found when first asked for.
    private var functionWords: [Int: WordSet] = [:]
    private var fileWords = WordSet()
    /// The file speaks to the network: what "addr" means there is an address of it.
    let isNetworking: Bool
    /// The file's name says that IPv4 is its business: DHCP, ARP, IGMP, "ipv4".
    let isAboutIPv4: Bool
    private let alternatives: [Range<Int>]
    /// The file names one of Go's networks of IPv6.
    lazy var namesSixthNetwork = ["\"tcp6", "\"udp6", "\"ip6"].contains { find($0, in: 0..<source.bytes.count) != nil }

    init(source: SourceText, options: AnalysisOptions) {
        self.source = source
        self.options = options
        list = Lexer.tokens(of: source)
        work = WorkLimit(tokens: list.tokens.count)
        var words = WordSet()
        for point in list.points {
            let token = list.tokens[Int(point)]
            if token.word != .none, !token.flags.contains(.isImport) {
                let isOne = (token.word == .inet_ntop || token.word == .inet_pton) && Self.isForIPv4(list, Int(point))
                if !isOne { words.insert(token.word) }
            }
            if token.kind == .string, token.flags.contains(.hasColon) || token.flags.contains(.hasDot) {
                for mark in Self.marks(of: source.bytes.span, token: token) { words.insert(mark) }
            }
        }
        isNetworking = words.intersects(Self.networkWords)
        isAboutIPv4 = Self.isAboutIPv4(path: source.name)
        alternatives = source.language.isCFamily ? Self.alternatives(list, source.bytes.span) : []
        fileWords = words
        if words.intersects(Self.evidence) || Self.hasV6Word(in: source.bytes.span, except: list.comments) {
            fileWords.insert(.markIPv6Evidence)
        }
        if options.hasSiblingForIPv6 { fileWords.insert(.markIPv6Evidence) }
    }

    /// Everything that the rules find, in the order of the text.
    static func findings(
        in source: SourceText, options: AnalysisOptions = AnalysisOptions()
    )
        -> (findings: [Finding], list: TokenList, remarks: [String])
    {
        var analyzer = Analyzer(source: source, options: options)
        analyzer.run()
        var remarks: [String] = []
        if analyzer.hasMoreFindings { remarks.append("has more than \(mostFindings) findings: the rest is not shown") }
        if analyzer.work.isUsedUp {
            remarks.append("nests so deeply that some places were judged without their surroundings")
        }
        return (analyzer.findings, analyzer.list, remarks)
    }

    private mutating func run() {
        let isLines = source.language == .shell || source.language == .config || source.language == .sql
        for point in list.points {
            // Judging what would not be shown is no use.
            if hasMoreFindings { break }
            let index = Int(point)
            let token = list.tokens[index]
            switch token.kind {
            case .identifier:
                guard !token.flags.contains(.isImport), !token.flags.contains(.isCondition) else { continue }
                // Scripts and settings name options without using them.
                if isLines { continue }
                // ".AF_INET" is somebody's own member by the name of a constant.
                if source.language == .swift, isOp(index - 1, Op.dot), isConstant(token), !isModule(index - 2) {
                    continue
                }
                // What "#define NAME" makes is no use of it.
                if self[index - 1].kind == .directive { continue }
                visitWord(index, token.word)
            case .string, .regex:
                visitString(index)
            case .number:
                visitNumber(index)
            default:
                break
            }
        }
        visitFunctions()
    }

    /// Whether a token stands between `#if` and `#endif` of a condition that asks for IPv6 or for getaddrinfo: one of
    /// two ways to the same end.
    private func isInAlternative(_ index: Int) -> Bool {
        var low = 0
        var high = alternatives.count
        while low < high {
            let middle = (low + high) / 2
            if alternatives[middle].upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < alternatives.count && alternatives[low].contains(index)
    }

    /// The outermost such conditions, in tokens.
    private static func alternatives(_ list: TokenList, _ bytes: Span<UInt8>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var open: [(start: Int, asks: Bool)] = []
        var deeper = 0
        for (index, token) in list.tokens.enumerated() {
            if token.kind == .directive {
                let end = Int(token.end)
                // The last letters tell them apart: #if, #ifdef, #ifndef open; #endif closes.
                let isEnd =
                    end - Int(token.start) >= 6 && bytes[end - 1] == 0x66 && bytes[end - 2] == 0x69
                    && bytes[end - 3] == 0x64
                if isEnd {
                    if deeper > 0 {
                        deeper -= 1
                    } else if let last = open.popLast(), last.asks, !open.contains(where: \.asks) {
                        // The outer one may ask only in its #elif, after an inner one was found.
                        while let inner = result.last, inner.lowerBound > last.start { result.removeLast() }
                        result.append(last.start..<index)
                    }
                } else if opensCondition(bytes, Int(token.start), end) {
                    if deeper == 0, open.count < 256 { open.append((index, false)) } else { deeper += 1 }
                }
            } else if token.flags.contains(.isCondition), token.kind == .identifier, !open.isEmpty,
                asksForIPv6(bytes, Int(token.start), Int(token.end))
            {
                open[open.count - 1].asks = true
            }
        }
        return result
    }

    private static func opensCondition(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var index = start + 1
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        return index + 1 < end && bytes[index] == 0x69 && bytes[index + 1] == 0x66
    }

    private static func asksForIPv6(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let text = String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self).uppercased()
        return text.contains("IPV6") || text.contains("INET6") || text.contains("GETADDRINFO")
            || text.contains("GETNAMEINFO")
            || text.contains("CURLRES_IPV4")
    }

    private func isConstant(_ token: Token) -> Bool {
        !source.bytes[Int(token.start)..<Int(token.end)].contains { $0 >= 0x61 && $0 <= 0x7A }
    }

    private func isModule(_ index: Int) -> Bool {
        ["Glibc", "Darwin", "Musl", "WinSDK", "Android"].contains { isText(index, $0) }
    }

    // MARK: What stands where

    /// A token that is never there: what one reads beyond either end.
    static let missing = Token(start: 0, end: 0, kind: .newline)

    subscript(index: Int) -> Token {
        index >= 0 && index < list.tokens.count ? list.tokens[index] : Self.missing
    }

    func isOp(_ index: Int, _ op: UInt16) -> Bool {
        let token = self[index]
        return token.kind == .punctuation && token.op == op
    }

    func word(_ index: Int) -> Word { self[index].word }

    func text(_ index: Int) -> String {
        let token = self[index]
        return source.string(Int(token.start)..<Int(token.end))
    }

    func isText(_ index: Int, _ text: String) -> Bool {
        let token = self[index]
        guard Int(token.end) - Int(token.start) == text.utf8.count else { return false }
        return source.bytes[Int(token.start)..<Int(token.end)].elementsEqual(text.utf8)
    }

    /// The bytes of a string's content.
    func content(_ index: Int) -> Range<Int> {
        let token = self[index]
        let start = Int(token.start) + Int(token.prefix)
        return start..<max(start, Int(token.end) - Int(token.suffix))
    }

    func contentText(_ index: Int) -> String { source.string(content(index)) }

    func byteRange(_ first: Int, _ last: Int) -> Range<Int> {
        let start = Int(self[first].start)
        return start..<max(start, Int(self[last].end))
    }

    /// The name before an opening parenthesis, -1 where there is none.
    func callee(of open: Int) -> Int {
        var index = open - 1
        // Swift and C++ write types between the name and the parenthesis: MemoryLayout<T>(…) is rare enough to skip.
        if isOp(index, Op.bang) || isOp(index, Op.question) { index -= 1 }
        return self[index].kind == .identifier ? index : -1
    }

    /// The call in whose arguments a token stands: its parenthesis, its name and the number of the argument.
    func enclosingCall(_ index: Int, limit: Int = 300) -> Call? {
        var position = index - 1
        var argument = 0
        var steps = 0
        while position >= 0, steps < limit {
            let token = list.tokens[position]
            if token.kind == .punctuation {
                switch token.op {
                case Op.closeParen, Op.closeBracket, Op.closeBrace, Op.closeInterpolation:
                    if token.match >= 0, token.match < position { position = Int(token.match) }
                case Op.openParen:
                    return Call(open: position, name: callee(of: position), argument: argument)
                case Op.openBracket, Op.openInterpolation:
                    argument = 0
                case Op.openBrace:
                    // A block: what stands before is no call of ours. A literal in braces goes on.
                    if source.language.isCFamily || source.language == .go {
                        if list.functions.isEmpty || position > 0 && isOp(position - 1, Op.closeParen) { return nil }
                    } else if source.language == .swift {
                        return nil
                    }
                    argument = 0
                case Op.comma:
                    argument += 1
                case Op.semicolon:
                    return nil
                default:
                    break
                }
            }
            position -= 1
            steps += 1
        }
        return nil
    }

    struct Call {
        var open: Int
        var name: Int
        var argument: Int
    }

    /// The nearest call with a name: through the parentheses of tuples and groups.
    func namedCall(_ index: Int) -> Call? {
        var position = index
        for _ in 0..<4 {
            guard let call = enclosingCall(position) else { return nil }
            if call.name >= 0 { return call }
            position = call.open
        }
        return nil
    }

    /// The word of the call in whose arguments a token stands.
    func enclosingCallee(_ index: Int) -> Word {
        guard let call = enclosingCall(index), call.name >= 0 else { return .none }
        return word(call.name)
    }

    /// The arguments of a call, as tokens; empty when the parenthesis is not closed.
    func arguments(_ open: Int) -> [Range<Int>] {
        let close = Int(self[open].match)
        guard close > open, work.take(close - open) else { return [] }
        var result: [Range<Int>] = []
        var start = open + 1
        var index = start
        while index < close {
            let token = list.tokens[index]
            if token.match > Int32(truncatingIfNeeded: index) {
                index = min(Int(token.match), close)
            } else if token.kind == .punctuation, token.op == Op.comma {
                result.append(start..<index)
                start = index + 1
            }
            index += 1
        }
        if start < close { result.append(start..<close) }
        return result
    }

    /// The tokens between a parenthesis and its partner; none when it is not closed.
    func inside(_ open: Int) -> Range<Int> {
        let close = Int(self[open].match)
        guard close > open, work.take(close - open) else { return open..<open }
        return open + 1..<close
    }

    /// The statement around a token.
    func statement(_ index: Int, limit: Int = 80) -> Range<Int> {
        guard work.take(limit) else { return index..<index + 1 }
        var start = index
        while start > 0, index - start < limit {
            let token = list.tokens[start - 1]
            if token.op == Op.semicolon || token.op == Op.openBrace || token.op == Op.closeBrace && token.match < 0 {
                break
            }
            if token.kind == .newline, !source.language.isCFamily { break }
            if token.kind == .directive { break }
            if source.language == .swift, endsLine(start - 1), !isContinued(start - 1) { break }
            start -= 1
        }
        var end = index + 1
        while end < list.tokens.count, end - index < limit {
            let token = list.tokens[end]
            if token.op == Op.semicolon || token.op == Op.closeBrace { break }
            if token.op == Op.openBrace, source.language != .go, source.language != .javascript { break }
            if token.kind == .newline { break }
            if source.language == .swift, endsLine(end - 1), !isContinued(end - 1) { break }
            end += 1
        }
        return start..<end
    }

    /// Whether a line break follows a token.
    func endsLine(_ index: Int) -> Bool {
        guard index >= 0, index + 1 < list.tokens.count else { return true }
        var offset = Int(list.tokens[index].end)
        let end = Int(list.tokens[index + 1].start)
        while offset < end {
            if source.bytes[offset] == 0x0A { return true }
            offset += 1
        }
        return false
    }

    /// Whether a Swift statement goes on after the line that this token ends.
    private func isContinued(_ index: Int) -> Bool {
        let token = self[index]
        let next = self[index + 1]
        if next.op == Op.dot || next.op == Op.question || next.op == Op.colon { return true }
        if next.kind == .punctuation, next.op == Op.closeParen || next.op == Op.closeBracket { return true }
        guard token.kind == .punctuation else { return false }
        return token.op == Op.comma || token.op == Op.openParen || token.op == Op.openBracket || token.op == Op.assign
            || token.op == Op.plus || token.op == Op.two("&", "&") || token.op == Op.two("|", "|")
    }

    // MARK: Functions and what is in them

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

    private func collectWords(_ range: Range<Int>) -> WordSet {
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
    private static func isForIPv4(_ list: TokenList, _ index: Int) -> Bool {
        let tokens = list.tokens
        guard tokens[index].word == .inet_ntop || tokens[index].word == .inet_pton, index + 4 < tokens.count,
            tokens[index + 1].op == Op.openParen
        else { return false }
        let family = tokens[tokens[index + 3].op == Op.dot ? index + 4 : index + 2].word
        return family == .AF_INET || family == .PF_INET
    }

    /// `hints.ai_family = AF_INET`.
    private func asksForIPv4(_ index: Int) -> Bool {
        (isOp(index + 1, Op.assign) || isOp(index + 1, Op.colon))
            && (self[index + 2].word == .AF_INET || self[index + 2].word == .PF_INET)
    }

    private static let openFamilies = WordSet([.AF_INET6, .PF_INET6, .AF_UNSPEC, .PF_UNSPEC])

    private func isV6Identifier(_ token: Token) -> Bool {
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
    private static func hasV6Word(in bytes: Span<UInt8>, except comments: [Range<Int>]) -> Bool {
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
    private static func marks(of bytes: Span<UInt8>, token: Token) -> [Word] {
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

    // MARK: Reporting

    /// The IPv6 partners that make code dual-stack.
    enum Partner {
        /// None: the finding stands by itself.
        case none
        /// Anything that speaks of IPv6.
        case ipv6
        /// One of these, or anything that speaks of IPv6.
        case words([Word])
        /// Only one of these.
        case only([Word])
    }

    /// Reports tokens, unless their surroundings show that the code handles IPv6 too.
    mutating func report(
        _ rule: RuleID, _ first: Int, _ last: Int? = nil, partner: Partner = .none, subject: String? = nil,
        lowered: Bool = false, confidence: Confidence? = nil, severity: Severity? = nil, fix: Fix? = nil
    ) {
        report(
            rule, range: byteRange(first, last ?? first), at: first, partner: partner,
            subject: subject ?? text(first), lowered: lowered, confidence: confidence, severity: severity, fix: fix
        )
    }

    mutating func report(
        _ rule: RuleID, range: Range<Int>, at index: Int, partner: Partner = .none, subject: String,
        lowered: Bool = false, confidence: Confidence? = nil, severity: Severity? = nil, fix: Fix? = nil
    ) {
        guard findings.count < Self.mostFindings else {
            hasMoreFindings = true
            return
        }
        let entry = Rule[rule]
        var level = severity ?? entry.severity
        var sure = confidence ?? entry.confidence
        if lowered { level = level.lowered }
        let partners: WordSet?
        switch partner {
        case .none: partners = nil
        case .ipv6: partners = Self.onlyEvidence
        case .words(let words): partners = WordSet(words + [.markIPv6Evidence])
        case .only(let words): partners = WordSet(words)
        }
        if let partners {
            if isInAlternative(index) || words(around: index).intersects(partners) {
                // Dual-stack code: shown with --pedantic only.
                level = .note
                sure = .low
            } else if fileWords.intersects(partners) {
                level = level.lowered
                sure = sure.lowered
            }
        }
        if isAboutIPv4 { sure = sure.lowered }
        // {IP_TTL, "IP_TTL"}: a table of names.
        if isOp(index + 1, Op.comma), self[index + 2].kind == .string, contentText(index + 2) == self.text(index) {
            sure = .low
        }
        // Addresses in tests are data more often than peers.
        if options.isTestFile, Self.dataRules.contains(rule) { sure = sure.lowered }
        if options.isTestFile { level = level.lowered }
        findings.append(
            Finding(
                rule: rule, range: range, severity: level, confidence: sure,
                message: entry.message(subject, in: source.language),
                fix: fix
            )
        )
    }

    private static let dataRules: Set<RuleID> = [
        .fam02, .lit01, .lit03, .lit04, .lit05, .lit06, .lit08, .txt08, .fix02, .fam04, .opt01, .opt02, .opt03, .opt04,
        .opt05,
        .opt06, .opt07, .opt08, .opt09, .str02,
    ]

    private static func isAboutIPv4(path: String) -> Bool {
        // A program's own copies of system headers.
        if path.contains("/netinet/") { return true }
        let parts = path.split(separator: "/").suffix(4).map { $0.lowercased() }
        // The folder speaks for its files: "ipv4/socket.go", "ippool-dhcp/schema.sql".
        let folders = parts.dropLast().flatMap { NameKind.subwords($0) }
        if folders.contains(where: { protocolWords.contains($0) }) { return true }
        let name = parts.last ?? ""
        if name.contains("6") { return name.contains("rfc2131") }
        if isStandIn(name) || fileNames.contains(where: { name.contains($0) }) { return true }
        return NameKind.subwords(name).contains { protocolWords.contains($0) || $0 == "v4" || $0 == "irdp" }
    }

    /// Stand-ins for calls that a system lacks.
    static func isStandIn(_ name: String) -> Bool {
        name.contains("getaddrinfo") || name.contains("getnameinfo") || name.hasPrefix("inet_")
    }

    private static let fileNames = [
        "ipv4", "ip4", "inet4", "dhcp", "igmp", "bootp", "rfc2131", "socks4", "autoip", "netbios", "mtrace",
    ]

    /// Protocols that have IPv4 only, or another program for IPv6 (OSPF, PIM, RIP).
    private static let protocolWords: Set<String> = [
        "ipv4", "ip4", "inet4", "dhcp", "arp", "igmp", "ospf", "ospfd", "pim", "pimd", "rip", "ripd", "eigrp",
        "eigrpd", "nmb", "nmbd", "autoipd",
    ]

    private static let onlyEvidence = WordSet([.markIPv6Evidence])
}

/// What the analysis of a file depends on beyond its text.
public struct AnalysisOptions: Sendable {
    /// Names that people told us are addresses, in lower case.
    public var names: Set<String> = []
    /// Literals that are meant, such as `127.0.0.1`.
    public var allowedLiterals: Set<String> = []
    /// The file is a test: everything is one level less.
    public var isTestFile = false
    /// A file beside it has the same name with a 6.
    public var hasSiblingForIPv6 = false

    /// The defaults.
    public init() {}
}
