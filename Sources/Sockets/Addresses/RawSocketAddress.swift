/// A socket address of any family as the kernel holds it: the family's number and the bytes after it.
///
/// Families that the library has no case for travel like this. A package that knows one conforms its own type to
/// ``CustomSocketAddress``.
public struct RawSocketAddress: Hashable, Sendable {
    /// The number of the address family, `AF_…`; the C field is `sa_family`.
    public let family: UInt16

    /// The bytes after the family, in the layout of the family's `sockaddr_…`.
    public let bytes: [UInt8]

    /// The most bytes that an address can have after its family: `sockaddr_storage` has 128 in all.
    public static let maximumByteCount = 126

    /// Creates an address of a family and the bytes after it.
    public init(family: UInt16, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }
}

extension RawSocketAddress: LosslessStringConvertible {
    /// Parses the family's number in decimal, a colon, and two hexadecimal digits for each byte: `40:0000ffff`.
    public init?(_ text: String) {
        let utf8 = text.utf8.span
        guard let colon = utf8.indices.first(where: { utf8[$0] == 0x3A }),
            let family = Port(utf8: utf8.extracting(0..<colon)),
            let bytes = HexadecimalText.bytes(of: utf8.extracting(droppingFirst: colon + 1))
        else { return nil }
        self.init(family: family.rawValue, bytes: bytes)
    }

    /// The family's number in decimal, a colon, and two hexadecimal digits for each byte: `40:0000ffff`.
    public var description: String { "\(family):\(HexadecimalText.string(of: bytes))" }
}

extension RawSocketAddress: Comparable {
    /// Orders by family, then by bytes.
    public static func < (left: RawSocketAddress, right: RawSocketAddress) -> Bool {
        left.family == right.family ? left.bytes.lexicographicallyPrecedes(right.bytes) : left.family < right.family
    }
}

extension RawSocketAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}

/// An address of a family that another package brings.
///
/// Conform a value to it, and it goes wherever a ``SocketAddress`` goes:
///
///     struct BluetoothAddress: CustomSocketAddress {
///         init?(_ raw: RawSocketAddress) { … }      // nil when raw.family is another one
///         var raw: RawSocketAddress { … }
///     }
///     try socket.connect(to: SocketAddress(headset))
///     let peer = try socket.peerAddress.as(BluetoothAddress.self)
public protocol CustomSocketAddress: Sendable {
    /// Reads the address, or returns nil when it is not one of this family or is malformed.
    init?(_ raw: RawSocketAddress)

    /// The address as the kernel holds it.
    var raw: RawSocketAddress { get }
}
