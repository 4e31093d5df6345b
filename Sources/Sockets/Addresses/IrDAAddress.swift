/// An address by infrared: a device, and a service by its name or its selector.
///
/// Linux had the family until 4.16. The corresponding C structure is `sockaddr_irda`.
public struct IrDAAddress: CustomSocketAddress, Hashable {
    /// The selector of the service's access point; ``anySelector`` where the name is meant.
    public let selector: UInt8
    /// The device.
    public let device: UInt32
    /// The name of the service, as `OBEX`; at most 24 bytes.
    public let service: String

    /// The selector of the named service; the corresponding C constant is `LSAP_ANY`.
    public static let anySelector: UInt8 = 0xFF

    /// Makes an address; `nil` when the name is too long or has a NUL in it.
    public init?(device: UInt32, service: String, selector: UInt8 = anySelector) {
        guard service.utf8.count <= 24, !service.utf8.contains(0) else { return nil }
        self.selector = selector
        self.device = device
        self.service = service
    }

    /// Reads the address; `nil` when it is one of another family or malformed.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .irda), let selector: UInt8 = fields.native(), fields.skip(1),
            let device: UInt32 = fields.native(), let service = fields.text(25)
        else { return nil }
        self.init(device: device, service: service, selector: selector)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(selector)
        fields.skip(1)
        fields.native(device)
        fields.bytes(service.utf8, in: 28)
        return fields.raw(.irda)
    }
}

extension IrDAAddress: CustomStringConvertible {
    /// Device and service, as `0x12345678 OBEX`.
    public var description: String {
        "0x\(String(device, radix: 16)) \(service.isEmpty ? "selector \(selector)" : service)"
    }
}
