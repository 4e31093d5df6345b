/// An address of an interface together with the length of its network's prefix, as `ip addr` prints it: `192.0.2.7/24`.
///
/// The network alone, without the bits of the host, is ``network``.
public struct InterfaceAddress: Hashable, Sendable {
    /// The address, without a zone.
    public let address: IPAddress

    /// The network that the address is in.
    public let network: IPNetwork

    /// How many first bits the members of the network share.
    public var prefixLength: Int { network.prefixLength }

    /// Creates the pair, or nil when the length is not in 0…32 or 0…128.
    ///
    /// A zone of the address is dropped.
    public init?(address: IPAddress, prefixLength: Int) {
        guard let network = IPNetwork(containing: address, prefixLength: prefixLength) else { return nil }
        self.address = address.withoutZone
        self.network = network
    }

    /// Reads an address without a zone, a slash, and a length without leading zeros.
    static func parse(_ text: Span<UInt8>) -> (address: IPAddress, prefixLength: Int)? {
        guard let slash = text.indices.last(where: { text[$0] == 0x2F }) else { return nil }
        let digits = text.extracting(droppingFirst: slash + 1)
        guard (1...3).contains(digits.count), digits.count == 1 || digits[0] != 0x30,
            let length = Port(utf8: digits),
            let address = IPAddress(utf8: text.extracting(0..<slash)), address.zone == nil
        else { return nil }
        return (address, Int(length.rawValue))
    }
}

extension InterfaceAddress: LosslessStringConvertible {
    /// Parses an address, a slash and the length of the prefix in decimal: `192.0.2.7/24`.
    ///
    /// Nil without a slash, with a mask in place of the length, with leading zeros in it, or with a zone.
    public init?(_ text: String) {
        guard let (address, prefixLength) = Self.parse(text.utf8.span) else { return nil }
        self.init(address: address, prefixLength: prefixLength)
    }

    /// Parses an address, a slash and the length of the prefix in decimal: `192.0.2.7/24`.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The address, a slash and the length of the prefix.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension InterfaceAddress: Comparable {
    /// Orders by address, then the larger network first.
    public static func < (left: InterfaceAddress, right: InterfaceAddress) -> Bool {
        (left.address, left.prefixLength) < (right.address, right.prefixLength)
    }
}

extension InterfaceAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
