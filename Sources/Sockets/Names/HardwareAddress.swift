/// The address of an interface on its link, as `02:fc:00:00:00:01`; on Ethernet it has six bytes.
public struct HardwareAddress: Hashable, Sendable {
    /// The bytes, at most 32.
    public let bytes: [UInt8]

    /// Makes an address of 1 to 32 bytes; nil for any other number.
    public init?(bytes: some Collection<UInt8>) {
        guard (1...32).contains(bytes.count) else { return nil }
        self.bytes = Array(bytes)
    }

    /// Whether the address belongs to a group of interfaces: the lowest bit of the first byte.
    public var isMulticast: Bool { (bytes.first ?? 0) & 1 != 0 }

    /// Whether the address was given locally rather than by the maker: the second bit of the first byte.
    public var isLocallyAdministered: Bool { (bytes.first ?? 0) & 2 != 0 }
}

extension HardwareAddress: LosslessStringConvertible {
    /// Parses pairs of hexadecimal digits with colons or hyphens between them.
    public init?(_ text: String) {
        let separator: UInt8 = text.utf8.contains(0x2D) ? 0x2D : 0x3A
        var bytes: [UInt8] = []
        for part in text.utf8.split(separator: separator, maxSplits: 32, omittingEmptySubsequences: false) {
            guard part.count == 2, let high = part.first.flatMap(HexadecimalText.value),
                let low = part.last.flatMap(HexadecimalText.value)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(bytes: bytes)
    }

    /// Two hexadecimal digits for each byte, with colons between them.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension HardwareAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
