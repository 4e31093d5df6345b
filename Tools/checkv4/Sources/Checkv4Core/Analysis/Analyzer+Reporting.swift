/// How findings are made: their partners, levels and confidence.
extension Analyzer {
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

    static let dataRules: Set<RuleID> = [
        .fam02, .lit01, .lit03, .lit04, .lit05, .lit06, .lit08, .txt08, .fix02, .fam04, .opt01, .opt02, .opt03, .opt04,
        .opt05,
        .opt06, .opt07, .opt08, .opt09, .str02,
    ]

    static func isAboutIPv4(path: String) -> Bool {
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
        name.contains("getaddrinfo") || name.contains("getnameinfo") || name.hasPrefix("inet_") || name == "missing.c"
    }

    static let fileNames = [
        "ipv4", "ip4", "inet4", "dhcp", "igmp", "bootp", "rfc2131", "socks4", "autoip", "netbios", "mtrace",
    ]

    /// Protocols that have IPv4 only, or another program for IPv6 (OSPF, PIM, RIP).
    static let protocolWords: Set<String> = [
        "ipv4", "ip4", "inet4", "dhcp", "arp", "igmp", "ospf", "ospfd", "pim", "pimd", "rip", "ripd", "eigrp",
        "eigrpd", "nmb", "nmbd", "autoipd",
    ]

    static let onlyEvidence = WordSet([.markIPv6Evidence])
}
