/// An address in a Nokia telephone: a device, an object of it, and a resource.
///
/// The socket is `Socket(.phonet, .datagram)`. The corresponding C structure is `sockaddr_pn`.
public struct PhonetAddress: CustomSocketAddress, Hashable {
    /// The device.
    public let device: UInt8
    /// The object in the device.
    public let object: UInt8
    /// The resource.
    public let resource: UInt8

    /// Makes an address.
    public init(device: UInt8, object: UInt8, resource: UInt8 = 0) {
        self.device = device
        self.object = object
        self.resource = resource
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .phonet), let object: UInt8 = fields.native(),
            let device: UInt8 = fields.native(), let resource: UInt8 = fields.native()
        else { return nil }
        self.init(device: device, object: object, resource: resource)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(object)
        fields.native(device)
        fields.native(resource)
        fields.skip(11)
        return fields.raw(.phonet)
    }
}

extension PhonetAddress: CustomStringConvertible {
    /// Device, object and resource in hexadecimal digits, as `6c:01/10`.
    public var description: String {
        let parts = [device, object, resource].map { HexadecimalText.string(of: CollectionOfOne($0)) }
        return "\(parts[0]):\(parts[1])/\(parts[2])"
    }
}
