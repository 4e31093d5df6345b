/// A TCP or UDP port number.
///
/// A literal outside 0…65535 does not compile; text and other integers go through initialisers that can fail.
///
///     let port: Port = 8080
///     let other = Port("443")             // nil when it is not a number up to 65535
///
/// Port 0 is ``any``: binding to it lets the system choose a free one. In a file that imports Foundation, which has a class
/// of the same name, write the type as `Sockets.Port`.
public struct Port: RawRepresentable, Hashable, Sendable {
    /// The number in the byte order of this machine; the library swaps it for the network.
    public var rawValue: UInt16

    /// Creates a port of its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Creates a port of its number.
    public init(_ number: UInt16) {
        self.init(rawValue: number)
    }

    /// Creates a port of any integer, or nil when it is not in 0…65535.
    public init?(exactly number: some BinaryInteger) {
        guard let rawValue = UInt16(exactly: number) else { return nil }
        self.init(rawValue: rawValue)
    }

    /// Whether binding to the port needs a privilege: below 1024, and not ``any``.
    ///
    /// The corresponding C constant is `IPPORT_RESERVED`. Linux asks for `CAP_NET_BIND_SERVICE`, and lets the
    /// administrator move the border (`net.ipv4.ip_unprivileged_port_start`), which this property does not look at.
    public var isPrivileged: Bool { rawValue < 1024 && rawValue != 0 }

    /// Whether the port is in the range for temporary use, 49152…65535 (RFC 6335).
    ///
    /// Linux hands out a wider range when asked for any port (`net.ipv4.ip_local_port_range`).
    public var isDynamic: Bool { rawValue >= 49_152 }
}

extension Port: ExpressibleByIntegerLiteral {
    /// Creates a port of a literal; one outside 0…65535 is a compile error.
    public init(integerLiteral value: UInt16) {
        self.init(rawValue: value)
    }
}

extension Port: Comparable {
    /// Orders ports by number.
    public static func < (left: Port, right: Port) -> Bool { left.rawValue < right.rawValue }
}

extension Port: LosslessStringConvertible {
    /// Parses one to five decimal digits, at most 65535; nil for a sign, a space or anything else.
    ///
    /// Leading zeros are accepted (`080`) up to five digits in all. Service names are not looked up here, see
    /// ``init(wellKnownService:over:)``.
    public init?(_ text: String) {
        self.init(utf8: text.utf8.span)
    }

    /// Parses one to five decimal digits, at most 65535; nil for a sign, a space or anything else.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// Parses one to five decimal digits, at most 65535, from the bytes of a text.
    public init?(utf8 text: Span<UInt8>) {
        guard (1...5).contains(text.count) else { return nil }
        var number: UInt32 = 0
        for index in text.indices {
            let digit = text[index] &- 0x30
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ UInt32(digit)
        }
        self.init(exactly: number)
    }

    /// The number in decimal.
    public var description: String { String(rawValue) }
}

extension Port: Codable {
    /// Decodes a number, or a text as ``init(_:)-(String)`` parses it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt16.self) {
            self.init(rawValue: number)
        } else {
            self = try container.decodeText()
        }
    }

    /// Encodes the port as a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
