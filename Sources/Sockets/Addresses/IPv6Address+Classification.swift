// The blocks are those of the IANA IPv6 Special-Purpose Address Registry.
extension IPv6Address {
    /// Whether the first bits are those of `base`; the prefix has at most 64 bits.
    @inline(__always)
    private func isIn(_ base: UInt64, _ prefixLength: UInt64) -> Bool {
        (high ^ base) >> (64 - prefixLength) == 0
    }

    /// Whether it is `::`, or an IPv4-mapped 0.0.0.0.
    public var isUnspecified: Bool { high == 0 && low == 0 || ipv4Mapped?.isUnspecified == true }

    /// Whether it stays inside this machine: `::1`, or an IPv4-mapped loopback address.
    public var isLoopback: Bool { high == 0 && low == 1 || ipv4Mapped?.isLoopback == true }

    /// Whether it is for private networks: unique local, or an IPv4-mapped private address.
    public var isPrivate: Bool { isUniqueLocal || ipv4Mapped?.isPrivate == true }

    /// Whether it is unique local (RFC 4193), in `fc00::/7`.
    public var isUniqueLocal: Bool { isIn(0xFC00_0000_0000_0000, 7) }

    /// Whether it is valid on one link only and needs a zone: in `fe80::/10`, or IPv4-mapped of that kind.
    ///
    /// The corresponding C macro is `IN6_IS_ADDR_LINKLOCAL`.
    public var isLinkLocal: Bool { isIn(0xFE80_0000_0000_0000, 10) || ipv4Mapped?.isLinkLocal == true }

    /// Whether it is of the site-local kind that RFC 3879 took out of use, in `fec0::/10`.
    ///
    /// The corresponding C macro is `IN6_IS_ADDR_SITELOCAL`.
    public var isSiteLocal: Bool { isIn(0xFEC0_0000_0000_0000, 10) }

    /// Whether it is a multicast group: in `ff00::/8`, or IPv4-mapped of that kind.
    ///
    /// The corresponding C macro is `IN6_IS_ADDR_MULTICAST`.
    public var isMulticast: Bool { isIn(0xFF00_0000_0000_0000, 8) || ipv4Mapped?.isMulticast == true }

    /// How far packets to the multicast group go, nil for addresses outside `ff00::/8`.
    public var multicastScope: MulticastScope? {
        guard isIn(0xFF00_0000_0000_0000, 8) else { return nil }
        return MulticastScope(rawValue: UInt8(truncatingIfNeeded: high >> 48 & 0xF))
    }

    /// Whether it is for examples: in `2001:db8::/32` (RFC 3849) or `3fff::/20` (RFC 9637), or IPv4-mapped of that kind.
    public var isDocumentation: Bool {
        isIn(0x2001_0DB8_0000_0000, 32) || isIn(0x3FFF_0000_0000_0000, 20) || ipv4Mapped?.isDocumentation == true
    }

    /// Whether it is for measuring network devices: in `2001:2::/48` (RFC 5180), or IPv4-mapped of that kind.
    public var isBenchmarking: Bool { isIn(0x2001_0002_0000_0000, 48) || ipv4Mapped?.isBenchmarking == true }

    /// Whether everything sent to it is thrown away (RFC 6666), in `100::/64`.
    public var isDiscardOnly: Bool { high == 0x0100_0000_0000_0000 }

    /// Whether one machine can be reached at it from anywhere in the Internet.
    ///
    /// False for multicast groups, for site-local addresses and for every block that the registry of special addresses
    /// does not call globally reachable. Addresses that are not handed out yet count as global. For an IPv4-mapped
    /// address the answer is that of the IPv4 address, because it is reached over IPv4.
    public var isGlobal: Bool {
        if let inner = ipv4Mapped { return inner.isGlobal }
        if isIn(0x2001_0000_0000_0000, 23) { return isGlobalProtocolAssignment }
        if high == 0 && low <= 1 { return false }
        if isMulticast || isUniqueLocal || isLinkLocal || isSiteLocal { return false }
        if isDocumentation || isDiscardOnly { return false }
        return !isIn(0x0064_FF9B_0001_0000, 48)  // local translation between IPv4 and IPv6 (RFC 8215)
            && high != 0x0100_0000_0000_0001  // dummy addresses (RFC 9780)
            && !is6to4  // reachable over relays only, and those are gone
            && !isIn(0x5F00_0000_0000_0000, 16)  // segment routing (RFC 9602)
    }

    /// Whether an address of `2001::/23`, the block for protocols, is one of those that are globally reachable.
    private var isGlobalProtocolAssignment: Bool {
        if high == 0x2001_0001_0000_0000 { return (1...3).contains(low) }  // anycast of PCP, TURN and DNS-SD
        return isIn(0x2001_0003_0000_0000, 32)  // AMT
            || isIn(0x2001_0004_0112_0000, 48)  // AS112
            || isIn(0x2001_0020_0000_0000, 28)  // ORCHIDv2
            || isIn(0x2001_0030_0000_0000, 28)  // drone identifiers
    }
}

/// How far packets to an IPv6 multicast group go (RFC 4291, RFC 7346).
public struct MulticastScope: RawRepresentable, Hashable, Comparable, Sendable {
    /// The four bits of the address.
    public let rawValue: UInt8

    /// Creates a scope of its four bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Inside one interface, `ff01::`.
    public static let interfaceLocal = MulticastScope(rawValue: 0x1)
    /// On one link, `ff02::`.
    public static let linkLocal = MulticastScope(rawValue: 0x2)
    /// In a network of one technology, `ff03::`.
    public static let realmLocal = MulticastScope(rawValue: 0x3)
    /// In a part that an administrator bounds, `ff04::`.
    public static let adminLocal = MulticastScope(rawValue: 0x4)
    /// At one site, `ff05::`.
    public static let siteLocal = MulticastScope(rawValue: 0x5)
    /// In one organisation, `ff08::`.
    public static let organizationLocal = MulticastScope(rawValue: 0x8)
    /// Everywhere, `ff0e::`.
    public static let global = MulticastScope(rawValue: 0xE)

    /// Orders scopes from near to far.
    public static func < (left: MulticastScope, right: MulticastScope) -> Bool { left.rawValue < right.rawValue }
}
