/// What a network interface is, and what state it is in (`IFF_…`).
public struct InterfaceFlags: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: UInt32

    /// Flags by their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An administrator has switched it on; the corresponding C constant is `IFF_UP`.
    public static let up = InterfaceFlags(rawValue: 1 << 0)
    /// Its networks have broadcast addresses; the corresponding C constant is `IFF_BROADCAST`.
    public static let broadcast = InterfaceFlags(rawValue: 1 << 1)
    /// Its driver writes messages for debugging; the corresponding C constant is `IFF_DEBUG`.
    public static let debug = InterfaceFlags(rawValue: 1 << 2)
    /// It leads back to this machine; the corresponding C constant is `IFF_LOOPBACK`.
    public static let loopback = InterfaceFlags(rawValue: 1 << 3)
    /// It has one peer; the corresponding C constant is `IFF_POINTOPOINT`.
    public static let pointToPoint = InterfaceFlags(rawValue: 1 << 4)
    /// It avoids trailers; the corresponding C constant is `IFF_NOTRAILERS`.
    public static let noTrailers = InterfaceFlags(rawValue: 1 << 5)
    /// It can carry packets: switched on, and its link works; the corresponding C constant is `IFF_RUNNING`.
    public static let running = InterfaceFlags(rawValue: 1 << 6)
    /// Its link has no address resolution; the corresponding C constant is `IFF_NOARP`.
    public static let noARP = InterfaceFlags(rawValue: 1 << 7)
    /// It receives all packets of the link; the corresponding C constant is `IFF_PROMISC`.
    public static let promiscuous = InterfaceFlags(rawValue: 1 << 8)
    /// It receives all multicast packets; the corresponding C constant is `IFF_ALLMULTI`.
    public static let allMulticast = InterfaceFlags(rawValue: 1 << 9)
    /// It leads a group of interfaces that share the load; the corresponding C constant is `IFF_MASTER`.
    public static let leader = InterfaceFlags(rawValue: 1 << 10)
    /// It belongs to a group of interfaces that share the load; the corresponding C constant is `IFF_SLAVE`.
    public static let follower = InterfaceFlags(rawValue: 1 << 11)
    /// Its link carries multicast; the corresponding C constant is `IFF_MULTICAST`.
    public static let multicast = InterfaceFlags(rawValue: 1 << 12)
    /// Its medium can be selected; the corresponding C constant is `IFF_PORTSEL`.
    public static let portSelect = InterfaceFlags(rawValue: 1 << 13)
    /// It selects its medium by itself; the corresponding C constant is `IFF_AUTOMEDIA`.
    public static let automaticMedia = InterfaceFlags(rawValue: 1 << 14)
    /// Its addresses are lost when it goes down; the corresponding C constant is `IFF_DYNAMIC`.
    public static let dynamic = InterfaceFlags(rawValue: 1 << 15)
    /// The driver says that the link works; the corresponding C constant is `IFF_LOWER_UP`.
    public static let lowerUp = InterfaceFlags(rawValue: 1 << 16)
    /// The link works, and waits for an event; the corresponding C constant is `IFF_DORMANT`.
    public static let dormant = InterfaceFlags(rawValue: 1 << 17)
    /// It gives back what it sends; the corresponding C constant is `IFF_ECHO`.
    public static let echo = InterfaceFlags(rawValue: 1 << 18)

    private static let names: [(flag: InterfaceFlags, name: String)] = [
        (.up, "up"), (.broadcast, "broadcast"), (.debug, "debug"), (.loopback, "loopback"),
        (.pointToPoint, "point-to-point"), (.noTrailers, "no-trailers"), (.running, "running"), (.noARP, "no-arp"),
        (.promiscuous, "promiscuous"), (.allMulticast, "all-multicast"), (.leader, "leader"), (.follower, "follower"),
        (.multicast, "multicast"), (.portSelect, "port-select"), (.automaticMedia, "automatic-media"),
        (.dynamic, "dynamic"), (.lowerUp, "lower-up"), (.dormant, "dormant"), (.echo, "echo"),
    ]
}

extension InterfaceFlags: CustomStringConvertible {
    /// The flags in words, as `up loopback running`.
    public var description: String {
        Self.names.filter { contains($0.flag) }.map(\.name).joined(separator: " ")
    }
}

extension InterfaceFlags {
    /// The C name of ``up``.
    @available(*, unavailable, renamed: "up") public static var IFF_UP: InterfaceFlags { .up }
    /// The C name of ``broadcast``.
    @available(*, unavailable, renamed: "broadcast") public static var IFF_BROADCAST: InterfaceFlags { .broadcast }
    /// The C name of ``loopback``.
    @available(*, unavailable, renamed: "loopback") public static var IFF_LOOPBACK: InterfaceFlags { .loopback }
    /// The C name of ``pointToPoint``.
    @available(*, unavailable, renamed: "pointToPoint")
    public static var IFF_POINTOPOINT: InterfaceFlags { .pointToPoint }
    /// The C name of ``running``.
    @available(*, unavailable, renamed: "running") public static var IFF_RUNNING: InterfaceFlags { .running }
    /// The C name of ``noARP``.
    @available(*, unavailable, renamed: "noARP") public static var IFF_NOARP: InterfaceFlags { .noARP }
    /// The C name of ``promiscuous``.
    @available(*, unavailable, renamed: "promiscuous") public static var IFF_PROMISC: InterfaceFlags { .promiscuous }
    /// The C name of ``multicast``.
    @available(*, unavailable, renamed: "multicast") public static var IFF_MULTICAST: InterfaceFlags { .multicast }
}
