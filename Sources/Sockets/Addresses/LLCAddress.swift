/// An address of logical link control (IEEE 802.2): a hardware address and a service access point.
///
/// The sockets are `Socket(.llc, .stream)` and `Socket(.llc, .datagram)`. The corresponding C structure is `sockaddr_llc`.
public struct LLCAddress: CustomSocketAddress, Hashable {
    /// The service access point, an even number; 0 for the kernel's choice.
    public let servicePoint: UInt8
    /// The hardware address, six bytes.
    public let hardwareAddress: HardwareAddress
    /// The kind of the hardware (`ARPHRD_…`): 1 is Ethernet.
    public let hardwareType: UInt16
    /// Which commands a datagram is sent with: bit 0 TEST, bit 1 XID, bit 2 unnumbered acknowledgement.
    public let commands: UInt8

    /// Makes an address; `nil` when the hardware address has not six bytes.
    public init?(
        _ hardwareAddress: HardwareAddress, servicePoint: UInt8, hardwareType: UInt16 = 1, commands: UInt8 = 0
    ) {
        guard hardwareAddress.bytes.count == 6 else { return nil }
        self.servicePoint = servicePoint
        self.hardwareAddress = hardwareAddress
        self.hardwareType = hardwareType
        self.commands = commands & 7
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .llc), let type: UInt16 = fields.native(),
            let test: UInt8 = fields.native(), let exchange: UInt8 = fields.native(),
            let acknowledgement: UInt8 = fields.native(), let point: UInt8 = fields.native(),
            let address = fields.bytes(6).flatMap({ HardwareAddress(bytes: $0) })
        else { return nil }
        let commands = (test != 0 ? 1 : 0) | (exchange != 0 ? 2 : 0) | (acknowledgement != 0 ? 4 : 0) as UInt8
        self.init(address, servicePoint: point, hardwareType: type, commands: commands)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(hardwareType)
        for bit: UInt8 in 0..<3 { fields.native(commands >> bit & 1) }
        fields.native(servicePoint)
        fields.bytes(hardwareAddress.bytes, in: 6)
        fields.skip(2)
        return fields.raw(.llc)
    }
}

extension LLCAddress: CustomStringConvertible {
    /// Hardware address and service access point, as `02:fc:00:00:00:01 point 4`.
    public var description: String { "\(hardwareAddress) point \(servicePoint)" }
}
