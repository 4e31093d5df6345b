/// Applies the rules to one source.
struct Analyzer {
    let source: SourceText
    let list: TokenList
    let options: AnalysisOptions
    var findings: [Finding] = []
    /// A file of more findings is no source that anybody reads to its end.
    static let mostFindings = 50_000
    var hasMoreFindings = false
    let work: WorkLimit
    /// Which words and marks stand in each function, found when first asked for.
    var functionWords: [Int: WordSet] = [:]
    var fileWords = WordSet()
    /// The file speaks to the network: what "addr" means there is an address of it.
    let isNetworking: Bool
    /// The file's name says that IPv4 is its business: DHCP, ARP, IGMP, "ipv4".
    let isAboutIPv4: Bool
    let alternatives: [Range<Int>]
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

    mutating func run() {
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

    func isConstant(_ token: Token) -> Bool {
        !source.bytes[Int(token.start)..<Int(token.end)].contains { $0 >= 0x61 && $0 <= 0x7A }
    }

    func isModule(_ index: Int) -> Bool {
        ["Glibc", "Darwin", "Musl", "WinSDK", "Android"].contains { isText(index, $0) }
    }
}
