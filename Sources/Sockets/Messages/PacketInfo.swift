/// Which address a datagram was sent to, and through which interface it came; or which ones to send by.
///
/// Received when the socket's option for packet information is on (`IP_PKTINFO`, `IPV6_RECVPKTINFO`). A server that
/// listens on all addresses answers from the right one with ``reply``. The corresponding C structures are `in_pktinfo`
/// and `in6_pktinfo`.
public struct PacketInfo: Hashable, Sendable {
    /// The destination in the packet's header, which may be a multicast or broadcast address; `nil` for sending.
    public let destination: IPAddress?
    /// The address of this machine: at which the packet came, or from which to send; `nil`: the kernel's choice.
    ///
    /// The C field is `ipi_spec_dst`; IPv6 has none, and it is the destination, unless that is a multicast address.
    public let local: IPAddress?
    /// The number of the interface; 0 for sending: the kernel's choice.
    public let interfaceIndex: Int

    /// Says from which address, and through which interface, to send.
    ///
    /// - Parameters:
    ///   - local: The source address, one of this machine's.
    ///   - interfaceIndex: The number of the interface, or 0 for the kernel's choice.
    public init(local: IPAddress, interfaceIndex: Int = 0) {
        self.init(destination: nil, local: local, interfaceIndex: interfaceIndex)
    }

    init(destination: IPAddress?, local: IPAddress?, interfaceIndex: Int) {
        self.destination = destination
        self.local = local
        self.interfaceIndex = interfaceIndex
    }

    /// The information to answer with: from the address at which the packet came; `nil` where that is not known.
    ///
    /// The interface is left to the routes, but for link-local addresses, which belong to one.
    public var reply: PacketInfo? {
        guard let local else { return nil }
        return PacketInfo(local: local, interfaceIndex: local.isLinkLocal ? interfaceIndex : 0)
    }
}

extension PacketInfo: CustomStringConvertible {
    /// What is known, as `to 224.0.0.251, at 192.0.2.7, interface 2`.
    public var description: String {
        var parts: [String] = []
        if let destination { parts.append("to \(destination)") }
        if let local, local != destination { parts.append("at \(local)") }
        if interfaceIndex != 0 { parts.append("interface \(interfaceIndex)") }
        return parts.isEmpty ? "the kernel's choice" : parts.joined(separator: ", ")
    }
}
