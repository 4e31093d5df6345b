/// A service of a peer by near field communication (LLCP): a target, and access points or a name.
///
/// The socket is `Socket(.nfc, .stream)`. The corresponding C structure is `sockaddr_nfc_llcp`.
public struct NFCLinkAddress: CustomSocketAddress, Hashable {
    /// Device, target and protocol.
    public let target: NFCAddress
    /// The peer's access point; 0 where the name is meant.
    public let destination: UInt8
    /// The own access point.
    public let source: UInt8
    /// The name of the service, as `urn:nfc:sn:snep`; at most 63 bytes.
    public let service: String

    /// Makes an address; `nil` when the name is too long or has a NUL in it.
    public init?(_ target: NFCAddress, destination: UInt8 = 0, source: UInt8 = 0, service: String = "") {
        guard service.utf8.count <= 63, !service.utf8.contains(0) else { return nil }
        self.target = target
        self.destination = destination
        self.source = source
        self.service = service
    }

    /// Reads the address; `nil` when it is one of another family or malformed.
    public init?(_ raw: RawSocketAddress) {
        guard let target = NFCAddress(raw), var fields = AddressReader(raw, .nfc), fields.skip(14),
            let destination: UInt8 = fields.native(), let source: UInt8 = fields.native(), let name = fields.bytes(63),
            fields.skip(7), let length: UInt = fields.native(), length <= 63,
            let service = String(validating: name.prefix(Int(clamping: length)), as: UTF8.self)
        else { return nil }
        self.init(target, destination: destination, source: source, service: service)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.bytes(target.raw.bytes, in: 14)
        fields.native(destination)
        fields.native(source)
        fields.bytes(service.utf8, in: 63)
        fields.skip(7)
        fields.native(UInt(service.utf8.count))
        return fields.raw(.nfc)
    }
}

extension NFCLinkAddress: CustomStringConvertible {
    /// The target and the service, as `device 0, target 1, protocol 5, urn:nfc:sn:snep`.
    public var description: String { "\(target), \(service.isEmpty ? "access point \(destination)" : service)" }
}
