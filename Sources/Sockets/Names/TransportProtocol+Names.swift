extension TransportProtocol {
    /// Looks a protocol up by its name in the system's database (usually the file `/etc/protocols`), and where that does
    /// not have it, among the usual ones; nil when nobody knows it.
    ///
    /// The corresponding C function is `getprotobyname_r`.
    ///
    /// - Parameter name: The official name, as `tcp`, or another one, as `TCP`.
    public init?(name: String) {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        if let number = ServiceDatabase.protocolNumber(named: name) {
            self.init(rawValue: number)
        } else if let (_, known) = Self.wellKnown.first(where: { $0.name == name || $0.name == name.lowercased() }) {
            self = known
        } else {
            return nil
        }
    }

    /// The official name, as `tcp`, by the system's database or among the usual ones; nil when nobody knows it.
    ///
    /// The corresponding C function is `getprotobynumber_r`.
    public var name: String? {
        ServiceDatabase.protocolName(of: rawValue) ?? Self.wellKnown.first { $0.protocol == self }?.name
    }

    /// For machines without a database.
    private static let wellKnown: [(name: String, protocol: TransportProtocol)] = [
        ("ip", .default), ("icmp", .icmp), ("igmp", TransportProtocol(rawValue: 2)), ("tcp", .tcp), ("udp", .udp),
        ("dccp", TransportProtocol(rawValue: 33)), ("ipv6", TransportProtocol(rawValue: 41)),
        ("gre", TransportProtocol(rawValue: 47)), ("esp", TransportProtocol(rawValue: 50)),
        ("ah", TransportProtocol(rawValue: 51)), ("ipv6-icmp", .icmpv6), ("sctp", .sctp), ("udplite", .udpLite),
        ("mptcp", .mptcp),
    ]
}
