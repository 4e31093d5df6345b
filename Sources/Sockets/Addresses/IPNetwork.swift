/// A network of either version: an address and how many of its first bits all members share.
///
///     let network = IPNetwork("192.0.2.0/24")
///     network?.contains(IPv4Address(192, 0, 2, 7))     // true
///     for half in network?.subnets(prefixLength: 25) … // 192.0.2.0/25, 192.0.2.128/25
///
/// The bits after the prefix are always 0; for an interface's address with the length of its network see
/// ``InterfaceAddress``. A network has no zone. An IPv4-mapped address is of version 6 here, and in no IPv4 network.
public struct IPNetwork: Hashable, Sendable {
    /// The first address of the network, the one in its name.
    public let address: IPAddress

    let length: UInt8

    /// How many first bits all members share: 0…32 or 0…128.
    public var prefixLength: Int { Int(length) }

    /// Creates the network of an address, or nil when the length is out of range or a bit after the prefix is not 0.
    ///
    /// A zone of the address is dropped.
    public init?(address: IPAddress, prefixLength: Int) {
        self.init(containing: address, prefixLength: prefixLength)
        guard self.address.bits == address.bits else { return nil }
    }

    /// Creates the network that an address is in, or nil when the length is not in 0…32 or 0…128.
    ///
    /// A zone of the address is dropped.
    public init?(containing address: IPAddress, prefixLength: Int) {
        guard prefixLength >= 0, prefixLength <= address.bitWidth, let length = UInt8(exactly: prefixLength) else {
            return nil
        }
        self.length = length
        self.address = address.withBits(address.bits & ~Self.hostMask(prefixLength, address.bitWidth))
    }

    /// Creates the network of exactly one address.
    public init(_ address: IPAddress) {
        self.address = address.withoutZone
        length = address.isIPv4 ? 32 : 128
    }

    /// Creates a network of its first bits; those after the prefix are cleared.
    init(like address: IPAddress, bits: UInt128, length: UInt8) {
        let length = min(length, address.isIPv4 ? 32 : 128)
        self.length = length
        self.address = address.withBits(bits & ~Self.hostMask(Int(length), address.bitWidth))
    }

    /// The bits after a prefix, set.
    private static func hostMask(_ prefixLength: Int, _ width: Int) -> UInt128 {
        // A smart shift: by 128 or more it gives 0.
        ~(UInt128.max << (width - prefixLength))
    }

    /// The bits of the first address.
    var firstBits: UInt128 { address.bits }

    /// The bits of the last address.
    var lastBits: UInt128 { address.bits | Self.hostMask(prefixLength, address.bitWidth) }

    /// Whether both networks are of one version.
    func isSameVersion(as other: IPNetwork) -> Bool { address.isIPv4 == other.address.isIPv4 }
}

extension IPNetwork {
    /// The last address of the network.
    public var lastAddress: IPAddress { address.withBits(lastBits) }

    /// The address that reaches every member of an IPv4 network: the last one; nil for IPv6, and for networks of one or
    /// two addresses, which have none (RFC 3021).
    public var broadcast: IPv4Address? {
        guard case .v4(let last) = lastAddress, prefixLength < 31 else { return nil }
        return last
    }

    /// The bits of the prefix as an address: 255.255.255.0 of a `/24`.
    public var netmask: IPAddress { address.withBits(~Self.hostMask(prefixLength, address.bitWidth)) }

    /// The bits after the prefix as an address: 0.0.0.255 of a `/24`.
    public var hostmask: IPAddress { address.withBits(Self.hostMask(prefixLength, address.bitWidth)) }

    /// The number of addresses.
    ///
    /// That of `::/0` is 2^128, which no integer here holds: it reads `UInt128.max`, 2^128 - 1.
    public var addressCount: UInt128 {
        let (count, overflow) = (lastBits - firstBits).addingReportingOverflow(1)
        return overflow ? .max : count
    }

    /// Whether an address is in the network; its zone does not matter.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv4 == address.isIPv4 else { return false }
        return (firstBits...lastBits).contains(other.bits)
    }

    /// Whether an address is in the network.
    public func contains(_ other: IPv4Address) -> Bool { contains(.v4(other)) }

    /// Whether an address is in the network; its zone does not matter.
    public func contains(_ other: IPv6Address) -> Bool { contains(.v6(other)) }

    /// Whether every address of another network is in this one; a network contains itself.
    public func contains(_ other: IPNetwork) -> Bool {
        isSameVersion(as: other) && length <= other.length && contains(other.address)
    }

    /// Whether any address is in both networks.
    public func overlaps(_ other: IPNetwork) -> Bool { contains(other) || other.contains(self) }

    /// The network with a shorter prefix that this one is in, or nil when the length is longer or negative.
    public func supernet(prefixLength: Int) -> IPNetwork? {
        guard prefixLength <= self.prefixLength else { return nil }
        return IPNetwork(containing: address, prefixLength: prefixLength)
    }

    /// The network with a prefix shorter by one bit, or nil when this one is everything.
    public var supernet: IPNetwork? { supernet(prefixLength: prefixLength - 1) }
}

extension IPNetwork: LosslessStringConvertible {
    /// Parses an address, a slash and the length of the prefix in decimal: `10.0.0.0/8`, `2001:db8::/32`.
    ///
    /// Nil when a bit after the prefix is not 0 (`10.1.2.3/8`, see ``InterfaceAddress``), without a slash, with a mask
    /// in place of the length, with leading zeros in it, or with a zone.
    public init?(_ text: String) {
        guard let (address, prefixLength) = InterfaceAddress.parse(text.utf8.span) else { return nil }
        self.init(address: address, prefixLength: prefixLength)
    }

    /// Parses an address, a slash and the length of the prefix in decimal: `10.0.0.0/8`, `2001:db8::/32`.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The first address, a slash and the length of the prefix.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension IPNetwork: Comparable {
    /// Orders by version, then by first address, then the larger network first.
    public static func < (left: IPNetwork, right: IPNetwork) -> Bool {
        left.address == right.address ? left.length < right.length : left.address < right.address
    }
}

extension IPNetwork: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
