/// An address of the transport protocol ISO 15765-2 on a CAN bus: an interface and the identifiers of both directions.
///
/// The socket is `Socket(.can, .datagram, .canISOTP)`. The corresponding C structure is `sockaddr_can` with its member
/// `tp`.
public struct ISOTPAddress: CustomSocketAddress, Hashable {
    /// The number of the interface.
    public let interfaceIndex: Int
    /// What comes has this identifier.
    public let receive: CANIdentifier
    /// What is sent has this identifier.
    public let transmit: CANIdentifier

    /// Makes an address.
    public init(interfaceIndex: Int, receive: CANIdentifier, transmit: CANIdentifier) {
        self.interfaceIndex = interfaceIndex
        self.receive = receive
        self.transmit = transmit
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .can), fields.skip(2),
            let index = fields.native(UInt32.self).map({ Int(clamping: $0) }),
            let receive: UInt32 = fields.native(), let transmit: UInt32 = fields.native()
        else { return nil }
        self.init(
            interfaceIndex: index, receive: CANIdentifier(rawValue: receive),
            transmit: CANIdentifier(rawValue: transmit))
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(UInt32(clamping: interfaceIndex))
        fields.native(receive.rawValue)
        fields.native(transmit.rawValue)
        fields.skip(8)
        return fields.raw(.can)
    }
}

extension ISOTPAddress: CustomStringConvertible {
    /// Interface and identifiers, as `interface 3, receive 7E8, transmit 7E0`.
    public var description: String { "interface \(interfaceIndex), receive \(receive), transmit \(transmit)" }
}
