/// An address of AppleTalk: a network, a node and a port.
///
/// The socket is `Socket(.appleTalk, .datagram)`. The corresponding C structure is `sockaddr_at`.
public struct AppleTalkAddress: CustomSocketAddress, Hashable {
    /// The network; 0 is this one.
    public let network: UInt16
    /// The node; 0 for any, 255 for all.
    public let node: UInt8
    /// The port; those below 128 are privileged, 0 is the kernel's choice.
    public let port: UInt8

    /// Makes an address.
    public init(network: UInt16 = 0, node: UInt8 = 0, port: UInt8) {
        self.network = network
        self.node = node
        self.port = port
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .appleTalk), let port: UInt8 = fields.native(), fields.skip(1),
            let network: UInt16 = fields.bigEndian(), let node: UInt8 = fields.native()
        else { return nil }
        self.init(network: network, node: node, port: port)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(port)
        fields.skip(1)
        fields.bigEndian(network)
        fields.native(node)
        fields.skip(9)
        return fields.raw(.appleTalk)
    }
}

extension AppleTalkAddress: CustomStringConvertible {
    /// Network, node and port, as `65280.12:4`.
    public var description: String { "\(network).\(node):\(port)" }
}
