extension IPv6Address {
    /// Creates the IPv4-mapped form of an address, `::ffff:192.0.2.1`, as which a socket for both versions shows it.
    public init(mapped address: IPv4Address) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address.rawValue))
    }

    /// Whether it is an IPv4-mapped address, in `::ffff:0:0/96`.
    public var isIPv4Mapped: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 address in an IPv4-mapped one, nil for all others.
    public var ipv4Mapped: IPv4Address? { isIPv4Mapped ? lastIPv4 : nil }

    /// Creates the form under which a NAT64 gateway with the well-known prefix `64:ff9b::/96` reaches an IPv4 address
    /// (RFC 6052).
    public init(nat64 address: IPv4Address) {
        self.init(high: 0x0064_FF9B_0000_0000, low: UInt64(address.rawValue))
    }

    /// The IPv4 address in one with the well-known prefix `64:ff9b::/96`, nil for all others.
    public var nat64: IPv4Address? { high == 0x0064_FF9B_0000_0000 && low >> 32 == 0 ? lastIPv4 : nil }

    /// Whether it is a 6to4 address, in `2002::/16` (RFC 3056).
    public var is6to4: Bool { high >> 48 == 0x2002 }

    /// The IPv4 address of a 6to4 router, nil for all other addresses.
    public var sixToFour: IPv4Address? {
        is6to4 ? IPv4Address(rawValue: UInt32(truncatingIfNeeded: high >> 16)) : nil
    }

    /// Whether it is a Teredo address, in `2001::/32` (RFC 4380).
    public var isTeredo: Bool { high >> 32 == 0x2001_0000 }

    /// The IPv4 addresses of the server and of the client in a Teredo address, nil for all others.
    public var teredo: (server: IPv4Address, client: IPv4Address)? {
        guard isTeredo else { return nil }
        return (
            IPv4Address(rawValue: UInt32(truncatingIfNeeded: high)),
            IPv4Address(rawValue: ~UInt32(truncatingIfNeeded: low))
        )
    }

    /// The multicast group at which the neighbours ask for the link-layer address of this one, `ff02::1:ffXX:XXXX`
    /// (RFC 4291, 2.7.1).
    public var solicitedNodeMulticast: IPv6Address {
        IPv6Address(high: 0xFF02_0000_0000_0000, low: 0x0000_0001_FF00_0000 | low & 0xFF_FFFF)
    }

    private var lastIPv4: IPv4Address { IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)) }
}
