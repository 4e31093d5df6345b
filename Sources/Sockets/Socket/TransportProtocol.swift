internal import CSockets

/// A protocol of the Internet families (`IPPROTO_…`), or the number that another family gives its protocols.
public struct TransportProtocol: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A protocol by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// The usual one for the family and type: TCP for Internet streams, UDP for Internet datagrams.
    public static let `default` = TransportProtocol(rawValue: 0)
    /// The Internet Control Message Protocol; the corresponding C constant is `IPPROTO_ICMP`.
    public static let icmp = TransportProtocol(rawValue: 1)
    /// The Transmission Control Protocol; the corresponding C constant is `IPPROTO_TCP`.
    public static let tcp = TransportProtocol(rawValue: 6)
    /// The User Datagram Protocol; the corresponding C constant is `IPPROTO_UDP`.
    public static let udp = TransportProtocol(rawValue: 17)
    /// ICMP for IPv6; the corresponding C constant is `IPPROTO_ICMPV6`.
    public static let icmpv6 = TransportProtocol(rawValue: 58)
    /// The Stream Control Transmission Protocol; the corresponding C constant is `IPPROTO_SCTP`.
    public static let sctp = TransportProtocol(rawValue: 132)
    /// UDP with partial checksums; the corresponding C constant is `IPPROTO_UDPLITE`.
    public static let udpLite = TransportProtocol(rawValue: 136)
    /// Any protocol, on a raw socket; the corresponding C constant is `IPPROTO_RAW`.
    public static let raw = TransportProtocol(rawValue: 255)
    /// TCP over several paths; the corresponding C constant is `IPPROTO_MPTCP`.
    public static let mptcp = TransportProtocol(rawValue: 262)
}

extension TransportProtocol: CustomStringConvertible {
    /// The protocol's name, as `TCP`; unknown ones by their number.
    public var description: String {
        switch self {
        case .default: "default"
        case .icmp: "ICMP"
        case .tcp: "TCP"
        case .udp: "UDP"
        case .icmpv6: "ICMPv6"
        case .sctp: "SCTP"
        case .udpLite: "UDP-Lite"
        case .raw: "raw"
        case .mptcp: "MPTCP"
        default: "protocol \(rawValue)"
        }
    }
}

extension TransportProtocol {
    /// The name in C of ``icmp``.
    @available(*, unavailable, renamed: "icmp")
    public static var IPPROTO_ICMP: TransportProtocol { .icmp }
    /// The name in C of ``tcp``.
    @available(*, unavailable, renamed: "tcp")
    public static var IPPROTO_TCP: TransportProtocol { .tcp }
    /// The name in C of ``udp``.
    @available(*, unavailable, renamed: "udp")
    public static var IPPROTO_UDP: TransportProtocol { .udp }
    /// The name in C of ``icmpv6``.
    @available(*, unavailable, renamed: "icmpv6")
    public static var IPPROTO_ICMPV6: TransportProtocol { .icmpv6 }
    /// The name in C of ``sctp``.
    @available(*, unavailable, renamed: "sctp")
    public static var IPPROTO_SCTP: TransportProtocol { .sctp }
    /// The name in C of ``udpLite``.
    @available(*, unavailable, renamed: "udpLite")
    public static var IPPROTO_UDPLITE: TransportProtocol { .udpLite }
    /// The name in C of ``mptcp``.
    @available(*, unavailable, renamed: "mptcp")
    public static var IPPROTO_MPTCP: TransportProtocol { .mptcp }
}
