/// The identifiers of the classic tool and what it recommended, for `--rules=checkv4`.
///
/// Whole words in the bytes of a line, in comments and strings too: the classic tool read text, not tokens.
enum ClassicRules {
    struct Entry {
        var identifier: String
        var recommendation: String
        var rule: RuleID
    }

    private static func instead(_ name: String, _ other: String, _ rule: RuleID, also: String? = nil) -> Entry {
        let text =
            also.map { "use \(other) instead, or use \($0) in addition for IPv6 support" } ?? "use \(other) instead"
        return Entry(identifier: name, recommendation: text, rule: rule)
    }

    private static func addition(_ name: String, _ other: String, _ rule: RuleID) -> Entry {
        Entry(identifier: name, recommendation: "use \(other) in addition for IPv6 support", rule: rule)
    }

    private static func only(_ name: String, _ rule: RuleID) -> Entry {
        Entry(identifier: name, recommendation: "valid for IPv4-only", rule: rule)
    }

    static let entries: [Entry] = [
        instead("sockaddr_in", "sockaddr_storage", .str01, also: "sockaddr_in6"),
        instead("SOCKADDR_IN", "SOCKADDR_STORAGE", .str01, also: "SOCKADDR_IN6"),
        instead("PSOCKADDR_IN", "PSOCKADDR_STORAGE", .str01, also: "PSOCKADDR_IN6"),
        instead("LPSOCKADDR_IN", "LPSOCKADDR_STORAGE", .str01, also: "LPSOCKADDR_IN6"),
        addition("in_addr", "in6_addr", .str04), addition("IN_ADDR", "IN6_ADDR", .str04),
        instead("hostent", "addrinfo", .str05),
        addition("AF_INET", "AF_INET6", .fam03), addition("PF_INET", "PF_INET6", .fam03),
        instead("inet_addr", "WSAStringToAddress or getaddrinfo with AI_NUMERICHOST", .txt01),
        instead("inet_aton", "inet_pton or getaddrinfo with AI_NUMERICHOST", .txt01),
        instead("inet_ntoa", "WSAAddressToString or getnameinfo with NI_NUMERICHOST", .txt02),
        instead("gethostbyname", "getaddrinfo", .nam01), instead("gethostbyaddr", "getnameinfo", .nam02),
        instead("WSAAsyncGetHostByName", "getaddrinfo in a thread", .nam01),
        instead("WSAAsyncGetHostByAddr", "getnameinfo in a thread", .nam02),
        instead("INADDR_ANY", "getaddrinfo with no node name and AI_PASSIVE", .lit01, also: "in6addr_any"),
        instead("INADDR_LOOPBACK", "getaddrinfo with no node name", .lit02, also: "in6addr_loopback"),
        only("INADDR_NONE", .lit03), only("INADDR_BROADCAST", .lit03), only("IN_MULTICAST", .txt04),
        addition("ip_mreq", "ipv6_mreq", .opt04), addition("IPPROTO_IP", "IPPROTO_IPV6", .opt01),
        addition("IP_ADD_MEMBERSHIP", "IPV6_JOIN_GROUP", .opt04),
        addition("IP_DROP_MEMBERSHIP", "IPV6_LEAVE_GROUP", .opt04),
        addition("IP_MULTICAST_IF", "IPV6_MULTICAST_IF", .opt03),
        addition("IP_MULTICAST_TTL", "IPV6_MULTICAST_HOPS", .opt03),
        addition("IP_MULTICAST_LOOP", "IPV6_MULTICAST_LOOP", .opt03),
        addition("IP_TTL", "IPV6_UNICAST_HOPS", .opt02),
        addition("IP_OPTIONS", "IPV6_HOPOPTS or IPV6_DSTOPTS", .opt09),
        addition("IP_RECVDSTADDR", "IPV6_RECVPKTINFO", .opt06), addition("IP_RECVIF", "IPV6_RECVPKTINFO", .opt06),
        addition("IP_PKTINFO", "IPV6_RECVPKTINFO", .opt06),
        instead("SIO_GET_INTERFACE_LIST", "SIO_ADDRESS_LIST_QUERY or GetAdaptersAddresses", .ifc01),
    ]

    private static let byText: [[UInt8]: Entry] = Dictionary(
        uniqueKeysWithValues: entries.map { (Array($0.identifier.utf8), $0) }
    )

    static func findings(in source: SourceText) -> [Finding] {
        var found: [Finding] = []
        let bytes = source.bytes.span
        var index = 0
        let end = bytes.count
        while index < end {
            guard isIdentifierByte(bytes[index]) else {
                index &+= 1
                continue
            }
            let start = index
            while index < end, isIdentifierByte(bytes[index]) { index &+= 1 }
            let length = index - start
            guard length >= 6, length <= 22, !isDigit(bytes[start]),
                let entry = byText[Array(source.bytes[start..<index])]
            else { continue }
            let rule = Rule[entry.rule]
            found.append(
                Finding(
                    rule: entry.rule, range: start..<index, severity: rule.severity, confidence: .high,
                    message: "\(entry.identifier) : \(entry.recommendation)", fix: nil
                )
            )
        }
        return found
    }

    /// The line of a finding in the classic form: identifier and recommendation.
    static func text(of finding: Finding, in source: SourceText) -> String {
        let identifier = source.string(finding.range)
        if let entry = byText[Array(identifier.utf8)] { return "\(identifier) : \(entry.recommendation)" }
        return "\(identifier.split(separator: "\n").first ?? "") : use \(Rule[finding.rule].instead) instead"
    }
}
