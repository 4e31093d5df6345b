/// An address of a Bluetooth controller: which one of this machine, and what of it.
///
/// The socket is `Socket(.bluetooth, .raw, .bluetoothHCI)`. The corresponding C structure is `sockaddr_hci`.
public struct HCIAddress: CustomSocketAddress, Hashable {
    /// The number of the controller; ``noController`` for none.
    public let controller: UInt16
    /// What of it: 0 its commands and events, 1 the device alone, 2 what others send, 3 its management, 4 its log.
    public let channel: UInt16

    /// No controller; the corresponding C constant is `HCI_DEV_NONE`.
    public static let noController = UInt16.max

    /// Makes an address.
    public init(controller: UInt16, channel: UInt16 = 0) {
        self.controller = controller
        self.channel = channel
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .bluetooth), let controller: UInt16 = fields.native(),
            let channel: UInt16 = fields.native()
        else { return nil }
        self.init(controller: controller, channel: channel)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(controller)
        fields.native(channel)
        return fields.raw(.bluetooth)
    }
}

extension HCIAddress: CustomStringConvertible {
    /// Controller and channel, as `hci0 channel 1`.
    public var description: String { "hci\(controller) channel \(channel)" }
}
