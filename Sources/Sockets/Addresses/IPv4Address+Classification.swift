// The blocks are those of the IANA IPv4 Special-Purpose Address Registry.
extension IPv4Address {
    /// Whether the address is in a block given by its first address and the length of its prefix.
    @inline(__always)
    func isIn(_ base: UInt32, _ prefixLength: UInt32) -> Bool {
        (rawValue ^ base) >> (32 - prefixLength) == 0
    }

    /// Whether it is 0.0.0.0.
    public var isUnspecified: Bool { rawValue == 0 }

    /// Whether it stays inside this machine, in `127.0.0.0/8`.
    public var isLoopback: Bool { isIn(0x7F00_0000, 8) }

    /// Whether it is for private networks (RFC 1918): in `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`.
    public var isPrivate: Bool { isIn(0x0A00_0000, 8) || isIn(0xAC10_0000, 12) || isIn(0xC0A8_0000, 16) }

    /// Whether it is valid on one link only (RFC 3927), in `169.254.0.0/16`.
    public var isLinkLocal: Bool { isIn(0xA9FE_0000, 16) }

    /// Whether it is a multicast group (RFC 1112), in `224.0.0.0/4`.
    ///
    /// The corresponding C macro is `IN_MULTICAST`.
    public var isMulticast: Bool { isIn(0xE000_0000, 4) }

    /// Whether it is 255.255.255.255.
    ///
    /// The broadcast address of a network is ``IPNetwork/broadcast``.
    public var isBroadcast: Bool { rawValue == .max }

    /// Whether it is for examples (RFC 5737): in `192.0.2.0/24`, `198.51.100.0/24` or `203.0.113.0/24`.
    public var isDocumentation: Bool { isIn(0xC000_0200, 24) || isIn(0xC633_6400, 24) || isIn(0xCB00_7100, 24) }

    /// Whether it is for measuring network devices (RFC 2544), in `198.18.0.0/15`.
    public var isBenchmarking: Bool { isIn(0xC612_0000, 15) }

    /// Whether it is shared by a provider's customers behind carrier-grade translation (RFC 6598), in `100.64.0.0/10`.
    public var isShared: Bool { isIn(0x6440_0000, 10) }

    /// Whether it is reserved for the future (RFC 1112), in `240.0.0.0/4`; ``broadcast`` is in that block too.
    public var isReserved: Bool { isIn(0xF000_0000, 4) }

    /// Whether one machine can be reached at it from anywhere in the Internet.
    ///
    /// False for multicast groups and for every block that the registry of special addresses does not call globally
    /// reachable: all blocks of the other properties, `0.0.0.0/8`, and `192.0.0.0/24` but for 192.0.0.9 and 192.0.0.10.
    public var isGlobal: Bool {
        if isIn(0, 8) || isPrivate || isShared || isLoopback || isLinkLocal || isDocumentation || isBenchmarking {
            return false
        }
        if isIn(0xC000_0000, 24) { return rawValue == 0xC000_0009 || rawValue == 0xC000_000A }
        return !isMulticast && !isReserved
    }
}
