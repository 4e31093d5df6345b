/// An address of SAE J1939 on a CAN bus: an interface, a name or an address of a unit, and a group of parameters.
///
/// The socket is `Socket(.can, .datagram, .canJ1939)`. The corresponding C structure is `sockaddr_can` with its member
/// `j1939`.
public struct J1939Address: CustomSocketAddress, Hashable {
    /// The number of the interface.
    public let interfaceIndex: Int
    /// The name of the unit, 64 bits; ``noName`` for none.
    public let name: UInt64
    /// The number of the group of parameters, 18 bits; ``noGroup`` for none.
    public let parameterGroup: UInt32
    /// The address of the unit; ``noAddress`` for all, ``idleAddress`` for a unit that has none yet.
    public let address: UInt8

    /// No name; the corresponding C constant is `J1939_NO_NAME`.
    public static let noName: UInt64 = 0
    /// No group of parameters; the corresponding C constant is `J1939_NO_PGN`.
    public static let noGroup: UInt32 = 0x40000
    /// No address, or all of them; the corresponding C constant is `J1939_NO_ADDR`.
    public static let noAddress: UInt8 = 0xFF
    /// The address of a unit that has none yet; the corresponding C constant is `J1939_IDLE_ADDR`.
    public static let idleAddress: UInt8 = 0xFE

    /// Makes an address.
    public init(
        interfaceIndex: Int, name: UInt64 = noName, parameterGroup: UInt32 = noGroup, address: UInt8 = noAddress
    ) {
        self.interfaceIndex = interfaceIndex
        self.name = name
        self.parameterGroup = parameterGroup
        self.address = address
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .can), fields.skip(2),
            let index = fields.native(UInt32.self).map({ Int(clamping: $0) }),
            let name: UInt64 = fields.native(), let group: UInt32 = fields.native(),
            let address: UInt8 = fields.native()
        else { return nil }
        self.init(interfaceIndex: index, name: name, parameterGroup: group, address: address)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(UInt32(clamping: interfaceIndex))
        fields.native(name)
        fields.native(parameterGroup)
        fields.native(address)
        fields.skip(3)
        return fields.raw(.can)
    }
}

extension J1939Address: CustomStringConvertible {
    /// Interface, name, group and address, as `interface 3, name 0x0, group 0xee00, address 0x20`.
    public var description: String {
        """
        interface \(interfaceIndex), name 0x\(String(name, radix: 16)), group 0x\(String(parameterGroup, radix: 16)), \
        address 0x\(String(address, radix: 16))
        """
    }
}
