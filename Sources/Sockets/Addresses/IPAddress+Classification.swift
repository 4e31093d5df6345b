// Every property asks the address of its version; an IPv4-mapped address answers as the IPv4 address in it.
extension IPAddress {
    /// Whether it is no particular address, 0.0.0.0 or `::`.
    public var isUnspecified: Bool {
        switch self {
        case .v4(let address): address.isUnspecified
        case .v6(let address): address.isUnspecified
        }
    }

    /// Whether it stays inside this machine.
    public var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// Whether it is for private networks (RFC 1918, and unique local IPv6 addresses).
    public var isPrivate: Bool {
        switch self {
        case .v4(let address): address.isPrivate
        case .v6(let address): address.isPrivate
        }
    }

    /// Whether it is valid on one link only.
    public var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.isLinkLocal
        case .v6(let address): address.isLinkLocal
        }
    }

    /// Whether it is a multicast group.
    public var isMulticast: Bool {
        switch self {
        case .v4(let address): address.isMulticast
        case .v6(let address): address.isMulticast
        }
    }

    /// Whether it is for examples.
    public var isDocumentation: Bool {
        switch self {
        case .v4(let address): address.isDocumentation
        case .v6(let address): address.isDocumentation
        }
    }

    /// Whether it is for measuring network devices.
    public var isBenchmarking: Bool {
        switch self {
        case .v4(let address): address.isBenchmarking
        case .v6(let address): address.isBenchmarking
        }
    }

    /// Whether one machine can be reached at it from anywhere in the Internet.
    public var isGlobal: Bool {
        switch self {
        case .v4(let address): address.isGlobal
        case .v6(let address): address.isGlobal
        }
    }
}
