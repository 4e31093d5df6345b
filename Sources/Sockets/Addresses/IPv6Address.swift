/// An Internet address of version 6, with the zone in which it is valid when it has one.
///
///     let address = IPv6Address("2001:db8::1")
///     let scoped = IPv6Address("fe80::1%eth0")
///     print(scoped?.zone ?? "no zone")           // eth0
///
/// The corresponding C structure is `in6_addr`; the zone stands for the interface number `sin6_scope_id`.
public struct IPv6Address: Sendable {
    /// The first 64 bits as a number in the byte order of this machine.
    public var high: UInt64

    /// The last 64 bits as a number in the byte order of this machine.
    public var low: UInt64

    /// The zone in one word, because nearly every address has none.
    private var box: Zone?

    private final class Zone: Sendable {
        let name: String
        init(_ name: String) { self.name = name }
    }

    /// Creates an address of its 128 bits, without a zone.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        box = nil
    }

    /// Creates an address of its 128 bits and a zone, or nil when the zone is empty or has a NUL in it.
    public init?(high: UInt64, low: UInt64, zone: String?) {
        self.init(high: high, low: low)
        if let zone {
            guard !zone.isEmpty, !zone.utf8.contains(0) else { return nil }
            box = Zone(zone)
        }
    }

    /// Creates an address of its 128 bits as one number, without a zone.
    public init(rawValue: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: rawValue >> 64), low: UInt64(truncatingIfNeeded: rawValue))
    }

    /// Creates an address of its eight groups: `IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1)`.
    public init(
        _ first: UInt16, _ second: UInt16, _ third: UInt16, _ fourth: UInt16,
        _ fifth: UInt16, _ sixth: UInt16, _ seventh: UInt16, _ eighth: UInt16
    ) {
        self.init(
            high: UInt64(first) << 48 | UInt64(second) << 32 | UInt64(third) << 16 | UInt64(fourth),
            low: UInt64(fifth) << 48 | UInt64(sixth) << 32 | UInt64(seventh) << 16 | UInt64(eighth))
    }

    /// Creates an address of its sixteen bytes in network order, or nil when there are not sixteen.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let (high, low) = bytes.reduce((UInt64(0), UInt64(0))) { ($0.0 << 8 | $0.1 >> 56, $0.1 << 8 | UInt64($1)) }
        self.init(high: high, low: low)
    }

    /// The 128 bits as one number in the byte order of this machine.
    public var rawValue: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The sixteen bytes in network order.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64(index & 7)))
        }
    }

    /// The eight groups of the text.
    public var segments: [UInt16] { (0..<8).map { segment($0) } }

    /// The group at a position of 0…7.
    @inline(__always)
    func segment(_ index: Int) -> UInt16 {
        let word = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: word >> (48 &- 16 &* UInt64(truncatingIfNeeded: index & 3)))
    }

    /// The zone, an interface's name or number, without the `%` of the text; nil when there is none.
    public var zone: String? { box?.name }

    /// The same address in a zone, or nil when the zone is empty or has a NUL in it.
    public func withZone(_ zone: String) -> IPv6Address? {
        IPv6Address(high: high, low: low, zone: zone)
    }

    /// The same address without its zone.
    public var withoutZone: IPv6Address { IPv6Address(high: high, low: low) }

    /// The address that is `distance` further in the same zone, or nil when that is outside `::`…`ffff:…:ffff`.
    public func advanced(by distance: Int) -> IPv6Address? {
        let (sum, overflow) =
            distance < 0
            ? rawValue.subtractingReportingOverflow(UInt128(distance.magnitude))
            : rawValue.addingReportingOverflow(UInt128(distance.magnitude))
        guard !overflow else { return nil }
        var address = IPv6Address(rawValue: sum)
        address.box = box
        return address
    }
}

extension IPv6Address {
    /// No particular address, `::`: binding to it accepts on every interface.
    ///
    /// The corresponding C constant is `in6addr_any`.
    public static let any = IPv6Address(high: 0, low: 0)

    /// This machine, `::1`.
    ///
    /// The corresponding C constant is `in6addr_loopback`.
    public static let loopback = IPv6Address(high: 0, low: 1)

    /// All nodes of this link, the multicast group `ff02::1`.
    public static let allNodes = IPv6Address(high: 0xFF02_0000_0000_0000, low: 1)

    /// All routers of this link, the multicast group `ff02::2`.
    public static let allRouters = IPv6Address(high: 0xFF02_0000_0000_0000, low: 2)
}

extension IPv6Address: Hashable {
    /// Whether both addresses and the bytes of both zones are the same.
    public static func == (left: IPv6Address, right: IPv6Address) -> Bool {
        guard left.low == right.low, left.high == right.high else { return false }
        switch (left.box, right.box) {
        case (nil, nil): return true
        case (let left?, let right?):
            // By bytes: two spellings of one Unicode text are two interfaces.
            return left === right || left.name.utf8.elementsEqual(right.name.utf8)
        default: return false
        }
    }

    /// Feeds the address and the bytes of the zone to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
        if let box {
            for byte in box.name.utf8 { hasher.combine(byte) }
        }
    }
}

extension IPv6Address: Comparable {
    /// Orders addresses by number, then by zone; no zone comes first.
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.low != right.low { return left.low < right.low }
        switch (left.box, right.box) {
        case (nil, nil), (_?, nil): return false
        case (nil, _?): return true
        case (let left?, let right?): return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }
}

extension IPv6Address: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form of RFC 5952, with the zone.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
