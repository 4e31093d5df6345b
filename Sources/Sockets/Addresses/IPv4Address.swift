/// An Internet address of version 4.
///
///     let address = IPv4Address(192, 0, 2, 1)
///     let parsed = IPv4Address("192.0.2.1")    // nil when the text is not exactly an address
///     print(IPv4Address.loopback.isLoopback)   // true
///
/// The corresponding C structure is `in_addr`.
public struct IPv4Address: RawRepresentable, Hashable, Sendable {
    /// The 32 bits as a number in the byte order of this machine: 0x7F000001 is 127.0.0.1.
    public var rawValue: UInt32

    /// Creates an address of its 32 bits in the byte order of this machine.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Creates an address of its four numbers: `IPv4Address(127, 0, 0, 1)`.
    public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        rawValue = UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
    }

    /// Creates an address of its four bytes in network order, or nil when there are not four.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 else { return nil }
        rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The four bytes in network order.
    public var bytes: [UInt8] {
        let (first, second, third, fourth) = octets
        return [first, second, third, fourth]
    }

    /// The four numbers of the dotted text, without an allocation.
    public var octets: (UInt8, UInt8, UInt8, UInt8) {
        (
            UInt8(truncatingIfNeeded: rawValue >> 24), UInt8(truncatingIfNeeded: rawValue >> 16),
            UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)
        )
    }

    /// The address that is `distance` further, or nil when that is outside 0.0.0.0…255.255.255.255.
    public func advanced(by distance: Int) -> IPv4Address? {
        let (sum, overflow) = Int(rawValue).addingReportingOverflow(distance)
        guard !overflow, let rawValue = UInt32(exactly: sum) else { return nil }
        return IPv4Address(rawValue: rawValue)
    }

    /// The number of steps from this address to `other`, negative when `other` is lower.
    public func distance(to other: IPv4Address) -> Int {
        Int(other.rawValue) - Int(rawValue)
    }
}

extension IPv4Address {
    /// No particular address, 0.0.0.0: binding to it accepts on every interface.
    ///
    /// The corresponding C constant is `INADDR_ANY`.
    public static let any = IPv4Address(rawValue: 0)

    /// This machine, 127.0.0.1.
    ///
    /// The corresponding C constant is `INADDR_LOOPBACK`.
    public static let loopback = IPv4Address(rawValue: 0x7F00_0001)

    /// Every machine of the local network, 255.255.255.255; sending to it needs the option `broadcast`.
    ///
    /// The corresponding C constant is `INADDR_BROADCAST`.
    public static let broadcast = IPv4Address(rawValue: 0xFFFF_FFFF)

    /// All systems of this link, the multicast group 224.0.0.1.
    ///
    /// The corresponding C constant is `INADDR_ALLHOSTS_GROUP`.
    public static let allHosts = IPv4Address(rawValue: 0xE000_0001)
}

extension IPv4Address: Comparable {
    /// Orders addresses by number.
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: Codable {
    /// Decodes the dotted text.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the dotted text.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
