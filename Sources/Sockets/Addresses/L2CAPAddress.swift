/// An address of Bluetooth's channels: a device, and a service or a channel.
///
/// The socket is `Socket(.bluetooth, .sequencedPacket, .bluetoothL2CAP)`. The corresponding C structure is `sockaddr_l2`.
public struct L2CAPAddress: CustomSocketAddress, Hashable {
    /// The device.
    public let device: BluetoothAddress
    /// The kind of the device's address.
    public let kind: BluetoothAddress.Kind
    /// The service (PSM); 0 where a channel is meant.
    public let service: UInt16
    /// The fixed channel; 0 where a service is meant.
    public let channel: UInt16

    /// Makes an address.
    public init(
        _ device: BluetoothAddress, service: UInt16 = 0, channel: UInt16 = 0, kind: BluetoothAddress.Kind = .classic
    ) {
        self.device = device
        self.kind = kind
        self.service = service
        self.channel = channel
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .bluetooth), let service: UInt16 = fields.littleEndian(),
            let device = fields.bluetoothAddress(), let channel: UInt16 = fields.littleEndian(),
            let kind: UInt8 = fields.native()
        else { return nil }
        self.init(device, service: service, channel: channel, kind: BluetoothAddress.Kind(rawValue: kind))
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.littleEndian(service)
        fields.bluetoothAddress(device)
        fields.littleEndian(channel)
        fields.native(kind.rawValue)
        fields.skip(1)
        return fields.raw(.bluetooth)
    }
}

extension L2CAPAddress: CustomStringConvertible {
    /// Device and service or channel, as `00:1A:7D:DA:71:13 service 25`.
    public var description: String { channel == 0 ? "\(device) service \(service)" : "\(device) channel \(channel)" }
}
