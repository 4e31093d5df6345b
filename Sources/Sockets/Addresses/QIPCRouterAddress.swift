/// An address of the router between Qualcomm's processors: a node and a port.
///
/// The socket is `Socket(.qipcrtr, .datagram)`. The corresponding C structure is `sockaddr_qrtr`.
public struct QIPCRouterAddress: CustomSocketAddress, Hashable {
    /// The node, a processor.
    public let node: UInt32
    /// The port; 0xFFFFFFFE is the control port.
    public let port: UInt32

    /// Every node; the corresponding C constant is `QRTR_NODE_BCAST`.
    public static let everyNode = UInt32.max
    /// The control port; the corresponding C constant is `QRTR_PORT_CTRL`.
    public static let controlPort: UInt32 = 0xFFFF_FFFE

    /// Makes an address.
    public init(node: UInt32, port: UInt32) {
        self.node = node
        self.port = port
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .qipcrtr), fields.skip(2), let node: UInt32 = fields.native(),
            let port: UInt32 = fields.native()
        else { return nil }
        self.init(node: node, port: port)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(node)
        fields.native(port)
        return fields.raw(.qipcrtr)
    }
}

extension QIPCRouterAddress: CustomStringConvertible {
    /// Node and port, as `1:16388`.
    public var description: String { "\(node):\(port)" }
}
