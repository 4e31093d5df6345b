/// An address of the Xerox Network Systems: a network, a host and a socket number.
///
/// No kernel of Linux has had the family, so its number here, ``AddressFamily/xns``, is this library's own, and making a
/// socket of it is ``SocketError/Code/addressFamilyNotSupported``. The bytes are those of 4.3BSD's `sockaddr_ns`.
public struct XNSAddress: CustomSocketAddress, Hashable {
    /// The network; 0 is this one, 0xFFFFFFFF all.
    public let network: UInt32
    /// The host, 48 bits; 0xFFFFFFFFFFFF is all of them.
    public let host: HardwareAddress
    /// The socket number; those below 3000 are privileged.
    public let port: Port

    /// Makes an address; `nil` when the host has not six bytes.
    public init?(network: UInt32 = 0, host: HardwareAddress, port: Port) {
        guard host.bytes.count == 6 else { return nil }
        self.network = network
        self.host = host
        self.port = port
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .xns), let network: UInt32 = fields.bigEndian(),
            let host = fields.bytes(6).flatMap({ HardwareAddress(bytes: $0) }), let port: UInt16 = fields.bigEndian()
        else { return nil }
        self.init(network: network, host: host, port: Port(rawValue: port))
    }

    /// The address in the layout of 4.3BSD.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bigEndian(network)
        fields.bytes(host.bytes, in: 6)
        fields.bigEndian(port.rawValue)
        fields.skip(2)
        return fields.raw(.xns)
    }
}

extension XNSAddress: CustomStringConvertible {
    /// Network, host and socket number in hexadecimal digits, as `2a.0000aa001234.451`.
    public var description: String {
        "\(String(network, radix: 16)).\(HexadecimalText.string(of: host.bytes)).\(String(port.rawValue, radix: 16))"
    }
}

extension AddressFamily {
    /// The Xerox Network Systems, `AF_NS` of 4.3BSD; the number is this library's own, because Linux uses that of BSD for
    /// another family.
    public static let xns = AddressFamily(rawValue: 0x4E53)
}
