/// An address of Novell's IPX: a network, a node and a socket number.
///
/// Linux had the family until 5.14. The corresponding C structure is `sockaddr_ipx`.
public struct IPXAddress: CustomSocketAddress, Hashable {
    /// The network; 0 is this one.
    public let network: UInt32
    /// The node, six bytes.
    public let node: HardwareAddress
    /// The socket number.
    public let port: Port
    /// The type of the packets, as 0x11 for NCP.
    public let packetType: UInt8

    /// Makes an address; `nil` when the node has not six bytes.
    public init?(network: UInt32, node: HardwareAddress, port: Port, packetType: UInt8 = 0) {
        guard node.bytes.count == 6 else { return nil }
        self.network = network
        self.node = node
        self.port = port
        self.packetType = packetType
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .ipx), let port: UInt16 = fields.bigEndian(),
            let network: UInt32 = fields.bigEndian(), let node = fields.bytes(6).flatMap({ HardwareAddress(bytes: $0) })
        else { return nil }
        self.init(network: network, node: node, port: Port(rawValue: port), packetType: fields.native() ?? 0)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bigEndian(port.rawValue)
        fields.bigEndian(network)
        fields.bytes(node.bytes, in: 6)
        fields.native(packetType)
        fields.skip(1)
        return fields.raw(.ipx)
    }
}

extension IPXAddress: CustomStringConvertible {
    /// Network, node and socket number in hexadecimal digits, as `0000002a:00001b000001:0451`.
    public var description: String {
        func digits(_ bytes: [UInt8]) -> String { HexadecimalText.string(of: bytes) }
        return """
            \(digits(OptionBytes.store(network.bigEndian))):\(digits(node.bytes)):\
            \(digits(OptionBytes.store(port.rawValue.bigEndian)))
            """
    }
}
