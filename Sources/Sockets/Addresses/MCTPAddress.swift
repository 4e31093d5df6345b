/// An address of a management component inside a machine (DMTF DSP0236): a network, an endpoint, and what is spoken.
///
/// The socket is `Socket(.mctp, .datagram)`. The corresponding C structure is `sockaddr_mctp`.
public struct MCTPAddress: CustomSocketAddress, Hashable {
    /// The network; 0 for any.
    public let network: UInt32
    /// The endpoint; 0 for none, 255 for any.
    public let endpoint: UInt8
    /// What is spoken: 0 is control, 1 PLDM.
    public let messageType: UInt8
    /// The number of a question; bit 3 marks that this side asks (`MCTP_TAG_OWNER`).
    public let tag: UInt8

    /// Makes an address.
    public init(network: UInt32 = 0, endpoint: UInt8, messageType: UInt8, tag: UInt8 = 0) {
        self.network = network
        self.endpoint = endpoint
        self.messageType = messageType
        self.tag = tag
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .mctp), fields.skip(2), let network: UInt32 = fields.native(),
            let endpoint: UInt8 = fields.native(), let type: UInt8 = fields.native(), let tag: UInt8 = fields.native()
        else { return nil }
        self.init(network: network, endpoint: endpoint, messageType: type, tag: tag)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(network)
        fields.native(endpoint)
        fields.native(messageType)
        fields.native(tag)
        fields.skip(1)
        return fields.raw(.mctp)
    }
}

extension MCTPAddress: CustomStringConvertible {
    /// Network, endpoint and type, as `1:8 type 0`.
    public var description: String { "\(network):\(endpoint) type \(messageType)" }
}
