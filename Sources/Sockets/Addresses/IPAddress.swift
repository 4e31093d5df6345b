/// An Internet address of either version, without a port.
///
///     if let address = IPAddress("2001:db8::1"), !address.isLoopback { … }
///
/// Use it where the version does not matter; ``IPv4Address`` and ``IPv6Address`` where it does.
public enum IPAddress: Hashable, Sendable {
    /// An address of version 4.
    case v4(IPv4Address)
    /// An address of version 6, which may have a zone.
    case v6(IPv6Address)

    /// Creates an address of its four or sixteen bytes in network order, or nil for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        if let address = IPv4Address(bytes: bytes) {
            self = .v4(address)
        } else if let address = IPv6Address(bytes: bytes) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Creates an address of version 4.
    public init(_ address: IPv4Address) { self = .v4(address) }

    /// Creates an address of version 6.
    public init(_ address: IPv6Address) { self = .v6(address) }

    /// The four or sixteen bytes in network order, without the zone.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let address): address.bytes
        case .v6(let address): address.bytes
        }
    }

    /// The number of bits: 32 or 128.
    public var bitWidth: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    /// Whether the address is of version 4.
    public var isIPv4: Bool {
        if case .v4 = self { true } else { false }
    }

    /// Whether the address is of version 6.
    public var isIPv6: Bool { !isIPv4 }

    /// The address of version 4, also when it is in an IPv4-mapped one of version 6 (`::ffff:192.0.2.1`).
    ///
    /// A socket that serves both versions shows its IPv4 peers in the mapped form; compare unmapped addresses.
    public var unmapped: IPAddress {
        if case .v6(let address) = self, let inner = address.ipv4Mapped { .v4(inner) } else { self }
    }

    /// The address without its zone.
    public var withoutZone: IPAddress {
        if case .v6(let address) = self { .v6(address.withoutZone) } else { self }
    }

    /// The zone of an address of version 6, nil when there is none.
    public var zone: String? {
        if case .v6(let address) = self { address.zone } else { nil }
    }

    /// The address that is `distance` further, or nil when the version has no such address.
    public func advanced(by distance: Int) -> IPAddress? {
        switch self {
        case .v4(let address): address.advanced(by: distance).map(IPAddress.v4)
        case .v6(let address): address.advanced(by: distance).map(IPAddress.v6)
        }
    }

    /// The name under which the domain name system keeps the name of the address.
    public var reverseName: String {
        switch self {
        case .v4(let address): address.reverseName
        case .v6(let address): address.reverseName
        }
    }

    /// The bits as one number.
    var bits: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.rawValue)
        case .v6(let address): address.rawValue
        }
    }

    /// The address with the given bits of the same version, without a zone; bits that do not fit are cut.
    func withBits(_ bits: UInt128) -> IPAddress {
        switch self {
        case .v4: .v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: bits)))
        case .v6: .v6(IPv6Address(rawValue: bits))
        }
    }
}

extension IPAddress: LosslessStringConvertible {
    /// Parses an address of either version, see ``IPv4Address/init(_:)-(String)`` and ``IPv6Address/init(_:)-(String)``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8.span)
    }

    /// Parses an address of either version.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// Parses an address of either version from the bytes of a text.
    public init?(utf8 text: Span<UInt8>) {
        // A colon is in the first five bytes of every IPv6 address and in no IPv4 address.
        for index in 0..<min(text.count, 5) where text[index] == 0x3A {
            guard let address = IPv6Address(utf8: text) else { return nil }
            self = .v6(address)
            return
        }
        guard let address = IPv4Address(utf8: text) else { return nil }
        self = .v4(address)
    }

    /// The text of the address: dotted, or as RFC 5952 says.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

extension IPAddress: Comparable {
    /// Orders all addresses of version 4 before those of version 6, and those of one version by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left), .v6(let right)): left < right
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
