/// An address of a serial line by Bluetooth: a device and a channel.
///
/// The socket is `Socket(.bluetooth, .stream, .bluetoothRFCOMM)`. The corresponding C structure is `sockaddr_rc`.
public struct RFCOMMAddress: CustomSocketAddress, Hashable {
    /// The device.
    public let device: BluetoothAddress
    /// The channel, 1 to 30; 0 for the kernel's choice, to bind to.
    public let channel: UInt8

    /// Makes an address.
    public init(_ device: BluetoothAddress, channel: UInt8) {
        self.device = device
        self.channel = channel
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .bluetooth), let device = fields.bluetoothAddress(),
            let channel: UInt8 = fields.native()
        else { return nil }
        self.init(device, channel: channel)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bluetoothAddress(device)
        fields.native(channel)
        fields.skip(1)
        return fields.raw(.bluetooth)
    }
}

extension RFCOMMAddress: CustomStringConvertible {
    /// Device and channel, as `00:1A:7D:DA:71:13 channel 3`.
    public var description: String { "\(device) channel \(channel)" }
}
