/// Which packets of another protocol the kernel takes out of UDP datagrams (`UDP_ENCAP_…`).
public struct UDPEncapsulation: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A protocol by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// None.
    public static let none = UDPEncapsulation(rawValue: 0)
    /// IPsec (RFC 3948); the corresponding C constant is `UDP_ENCAP_ESPINUDP`.
    public static let ipsec = UDPEncapsulation(rawValue: 2)
    /// Tunnels of the link layer (RFC 2661); the corresponding C constant is `UDP_ENCAP_L2TPINUDP`.
    public static let l2tp = UDPEncapsulation(rawValue: 3)
    /// Tunnels of mobile networks, version 0; the corresponding C constant is `UDP_ENCAP_GTP0`.
    public static let gtp0 = UDPEncapsulation(rawValue: 4)
    /// Tunnels of mobile networks, version 1; the corresponding C constant is `UDP_ENCAP_GTP1U`.
    public static let gtp1 = UDPEncapsulation(rawValue: 5)
    /// Remote procedure calls of AFS; the corresponding C constant is `UDP_ENCAP_RXRPC`.
    public static let rxrpc = UDPEncapsulation(rawValue: 6)
}
