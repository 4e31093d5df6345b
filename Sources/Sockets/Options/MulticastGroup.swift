internal import SystemPackage

/// A multicast group, and the interface on which to join it.
///
/// ```swift
/// try socket.join(MulticastGroup(group, interface: "eth0"))
/// ```
public struct MulticastGroup: Hashable, Sendable {
    /// The address of the group: 224.0.0.0/4 or ff00::/8.
    public var address: IPAddress
    /// The interface on which datagrams of the group come; by default the zone of the address, else the kernel chooses.
    public var interface: MulticastInterface

    /// Makes a group of its address and the interface.
    ///
    /// - Parameters:
    ///   - address: The address of the group.
    ///   - interface: Where to join it: a name, a number, an address of IPv4, or ``MulticastInterface/any``.
    public init(_ address: IPAddress, interface: MulticastInterface = .any) {
        self.address = address
        self.interface = interface
    }

    /// Makes a group of an address of IPv4 and the interface.
    public init(_ address: IPv4Address, interface: MulticastInterface = .any) {
        self.init(.v4(address), interface: interface)
    }

    /// Makes a group of an address of IPv6 and the interface.
    public init(_ address: IPv6Address, interface: MulticastInterface = .any) {
        self.init(.v6(address), interface: interface)
    }
}

extension MulticastGroup: CustomStringConvertible {
    /// The address, and the interface where one is named, as `239.1.2.3 on eth0`.
    public var description: String { interface == .any ? "\(address)" : "\(address) on \(interface)" }
}

extension MulticastGroup {
    /// Why the kernel refuses to join a group, where its number tells.
    static func reason(of errno: Errno?) -> String? {
        switch errno {
        case .addressInUse: "the group is joined already on this interface"
        case .protocolError: "only sockets of datagrams join groups, and this is one of streams"
        case .operationNotSupportedByDevice: "no interface can be chosen for the group; name one that is there"
        case .invalidArgument: "the address is no multicast address"
        default: nil
        }
    }
}

/// A multicast group of which only the datagrams of one source are wanted (source-specific multicast, RFC 4607).
public struct SourceMulticastGroup: Hashable, Sendable {
    /// The group and the interface.
    public var group: MulticastGroup
    /// The address of the sender, of the same version as the group's.
    public var source: IPAddress

    /// Makes a group of a source.
    ///
    /// - Parameters:
    ///   - address: The address of the group.
    ///   - source: The address of the sender.
    ///   - interface: Where to join it.
    public init(_ address: IPAddress, source: IPAddress, interface: MulticastInterface = .any) {
        self.init(MulticastGroup(address, interface: interface), source: source)
    }

    /// Makes a group of a source.
    public init(_ group: MulticastGroup, source: IPAddress) {
        self.group = group
        self.source = source
    }
}

extension SourceMulticastGroup: CustomStringConvertible {
    /// Group and source, as `232.1.2.3 on eth0 from 192.0.2.7`.
    public var description: String { "\(group) from \(source)" }
}

/// All the sources of which datagrams of a multicast group are wanted, or not wanted, at once.
public struct MulticastSourceFilter: Hashable, Sendable {
    /// The group and the interface, which the socket has joined.
    public var group: MulticastGroup
    /// Whether ``sources`` are those that are wanted; else those that are not.
    public var isIncluding: Bool
    /// The addresses of the senders.
    public var sources: [IPAddress]

    /// Takes datagrams of these sources alone (`MCAST_INCLUDE`).
    public static func including(_ sources: [IPAddress], of group: MulticastGroup) -> MulticastSourceFilter {
        MulticastSourceFilter(group: group, isIncluding: true, sources: sources)
    }

    /// Takes datagrams of all sources but these (`MCAST_EXCLUDE`).
    public static func excluding(_ sources: [IPAddress], of group: MulticastGroup) -> MulticastSourceFilter {
        MulticastSourceFilter(group: group, isIncluding: false, sources: sources)
    }
}
