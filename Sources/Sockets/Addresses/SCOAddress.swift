/// An address of a line for speech by Bluetooth: a device.
///
/// The socket is `Socket(.bluetooth, .sequencedPacket, .bluetoothSCO)`. The corresponding C structure is `sockaddr_sco`.
public struct SCOAddress: CustomSocketAddress, Hashable {
    /// The device.
    public let device: BluetoothAddress

    /// Makes an address.
    public init(_ device: BluetoothAddress) { self.device = device }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .bluetooth), let device = fields.bluetoothAddress() else { return nil }
        self.init(device)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bluetoothAddress(device)
        return fields.raw(.bluetooth)
    }
}

extension SCOAddress: CustomStringConvertible {
    /// The device, as `00:1A:7D:DA:71:13`.
    public var description: String { device.description }
}
