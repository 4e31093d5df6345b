/// A target of near field communication: a device of this machine, a target, and a protocol.
///
/// The socket is `Socket(.nfc, .raw)`. The corresponding C structure is `sockaddr_nfc`.
public struct NFCAddress: CustomSocketAddress, Hashable {
    /// The number of the device.
    public let device: UInt32
    /// The number of the target.
    public let target: UInt32
    /// The protocol (`NFC_PROTO_…`), as 3 for FeliCa.
    public let `protocol`: UInt32

    /// Makes an address.
    public init(device: UInt32, target: UInt32, protocol: UInt32) {
        self.device = device
        self.target = target
        self.protocol = `protocol`
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .nfc), fields.skip(2), let device: UInt32 = fields.native(),
            let target: UInt32 = fields.native(), let `protocol`: UInt32 = fields.native()
        else { return nil }
        self.init(device: device, target: target, protocol: `protocol`)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(device)
        fields.native(target)
        fields.native(`protocol`)
        return fields.raw(.nfc)
    }
}

extension NFCAddress: CustomStringConvertible {
    /// Device, target and protocol, as `device 0, target 1, protocol 5`.
    public var description: String { "device \(device), target \(target), protocol \(`protocol`)" }
}
