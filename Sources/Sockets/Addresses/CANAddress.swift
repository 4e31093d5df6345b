/// An address on the bus of a vehicle: an interface, for raw frames and for the broadcast manager.
///
/// ```swift
/// let socket = try Socket(.can, .raw, .canRaw)
/// try socket.bind(to: SocketAddress(CANAddress(interfaceIndex: 0)))            // frames of every bus
/// ```
///
/// Transport protocols on the bus have addresses of their own: ``ISOTPAddress`` and ``J1939Address``. The corresponding C
/// structure is `sockaddr_can`.
public struct CANAddress: CustomSocketAddress, Hashable {
    /// The number of the interface; 0 for all.
    public let interfaceIndex: Int

    /// Makes an address.
    public init(interfaceIndex: Int) { self.interfaceIndex = interfaceIndex }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .can), fields.skip(2),
            let index = fields.native(UInt32.self).map({ Int(clamping: $0) })
        else {
            return nil
        }
        self.init(interfaceIndex: index)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(UInt32(clamping: interfaceIndex))
        fields.skip(16)
        return fields.raw(.can)
    }
}

extension CANAddress: CustomStringConvertible {
    /// The interface, as `interface 3`.
    public var description: String { interfaceIndex == 0 ? "every interface" : "interface \(interfaceIndex)" }
}

extension TransportProtocol {
    /// Single frames of a CAN bus; the corresponding C constant is `CAN_RAW`.
    public static let canRaw = TransportProtocol(rawValue: 1)
    /// The broadcast manager of a CAN bus; the corresponding C constant is `CAN_BCM`.
    public static let canBroadcastManager = TransportProtocol(rawValue: 2)
    /// Long messages on a CAN bus (ISO 15765-2); the corresponding C constant is `CAN_ISOTP`.
    public static let canISOTP = TransportProtocol(rawValue: 6)
    /// SAE J1939 on a CAN bus; the corresponding C constant is `CAN_J1939`.
    public static let canJ1939 = TransportProtocol(rawValue: 7)
}
