/// The address of a Bluetooth device: six bytes, written as `00:1A:7D:DA:71:13`.
///
/// The corresponding C type is `bdaddr_t`, which has the bytes the other way round.
public struct BluetoothAddress: Hashable, Sendable {
    /// The bytes in the order in which they are written.
    public let bytes: [UInt8]

    /// An address of six bytes, in the order in which they are written; `nil` for another number of them.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.bytes = Array(bytes)
    }

    private init(all byte: UInt8) { bytes = Array(repeating: byte, count: 6) }

    /// Any device, to bind to; the corresponding C constant is `BDADDR_ANY`.
    public static let any = BluetoothAddress(all: 0)

    /// What kind of address it is (`BDADDR_BREDR` and its like); an open set.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The number of the kernel.
        public let rawValue: UInt8

        /// A kind by its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Of classic Bluetooth; the corresponding C constant is `BDADDR_BREDR`.
        public static let classic = Kind(rawValue: 0)
        /// Of Bluetooth Low Energy, given by the maker; the corresponding C constant is `BDADDR_LE_PUBLIC`.
        public static let lowEnergyPublic = Kind(rawValue: 1)
        /// Of Bluetooth Low Energy, by chance; the corresponding C constant is `BDADDR_LE_RANDOM`.
        public static let lowEnergyRandom = Kind(rawValue: 2)
    }
}

extension BluetoothAddress: LosslessStringConvertible {
    /// Parses six pairs of hexadecimal digits with colons or hyphens between them.
    public init?(_ text: String) {
        guard let address = HardwareAddress(text) else { return nil }
        self.init(bytes: address.bytes)
    }

    /// Six pairs of hexadecimal digits with colons between them.
    public var description: String {
        bytes.map { HexadecimalText.string(of: CollectionOfOne($0)).uppercased() }.joined(separator: ":")
    }
}

extension AddressReader {
    /// Reads a device's address, whose bytes the kernel has the other way round.
    mutating func bluetoothAddress() -> BluetoothAddress? {
        bytes(6).flatMap { BluetoothAddress(bytes: $0.reversed()) }
    }
}

extension AddressWriter {
    /// Writes a device's address, whose bytes the kernel has the other way round.
    mutating func bluetoothAddress(_ address: BluetoothAddress) { bytes(address.bytes.reversed(), in: 6) }
}

extension TransportProtocol {
    /// Channels of Bluetooth; the corresponding C constant is `BTPROTO_L2CAP`.
    public static let bluetoothL2CAP = TransportProtocol(rawValue: 0)
    /// The controller of Bluetooth itself; the corresponding C constant is `BTPROTO_HCI`.
    public static let bluetoothHCI = TransportProtocol(rawValue: 1)
    /// Speech by Bluetooth; the corresponding C constant is `BTPROTO_SCO`.
    public static let bluetoothSCO = TransportProtocol(rawValue: 2)
    /// Serial lines by Bluetooth; the corresponding C constant is `BTPROTO_RFCOMM`.
    public static let bluetoothRFCOMM = TransportProtocol(rawValue: 3)
}
