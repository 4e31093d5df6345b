/// An address of X.25: up to 15 decimal digits (X.121).
///
/// The socket is `Socket(.x25, .sequencedPacket)`. The corresponding C structure is `sockaddr_x25`.
public struct X25Address: CustomSocketAddress, Hashable {
    /// The digits.
    public let digits: String

    /// An address of up to 15 decimal digits; `nil` for any other text.
    public init?(digits: String) {
        guard digits.utf8.count <= 15, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.digits = digits
    }

    /// Reads the address; `nil` when it is one of another family or malformed.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .x25), let digits = fields.text(16) else { return nil }
        self.init(digits: digits)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bytes(digits.utf8, in: 16)
        return fields.raw(.x25)
    }
}

extension X25Address: CustomStringConvertible {
    /// The digits.
    public var description: String { digits }
}
