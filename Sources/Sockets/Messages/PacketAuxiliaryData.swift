/// What the kernel tells about a packet that a packet socket has received, besides its bytes.
///
/// ```swift
/// try socket.set(.receivePacketAuxiliaryData, true)
/// if let facts = try socket.receiveMessage(upTo: 64)?.details.packetAuxiliaryData {
///     print(facts.length, "bytes, of which", facts.capturedLength, "are here", facts.vlan?.identifier as Any)
/// }
/// ```
///
/// The corresponding C structure is `tpacket_auxdata`.
public struct PacketAuxiliaryData: Hashable, Sendable {
    /// Bits of the kernel (`TP_STATUS_…`).
    public let status: UInt32
    /// How many bytes the packet had on its link.
    public let length: Int
    /// How many of them a filter has let through; the call may have given fewer.
    public let capturedLength: Int
    /// Where the network's header begins, from the beginning of the packet's bytes.
    public let networkHeaderOffset: Int
    /// The packet's virtual network; `nil` where it has none, or the tag is among its bytes.
    public let vlan: VLANTag?

    /// Whether packets were lost before it.
    public var isAfterLoss: Bool { status & 4 != 0 }
    /// Whether the checksum is still to be filled in, as with packets of this machine.
    public var isChecksumMissing: Bool { status & 8 != 0 }
    /// Whether the checksum was found right already.
    public var isChecksumValid: Bool { status & 128 != 0 }

    init?(bytes: [UInt8]) {
        guard let status = bytes.native(UInt32.self, at: 0), let length = bytes.native(UInt32.self, at: 4),
            let captured = bytes.native(UInt32.self, at: 8), let link = bytes.native(UInt16.self, at: 12),
            let network = bytes.native(UInt16.self, at: 14), let tag = bytes.native(UInt16.self, at: 16),
            let kind = bytes.native(UInt16.self, at: 18)
        else { return nil }
        self.status = status
        self.length = Int(length)
        capturedLength = Int(captured)
        networkHeaderOffset = Int(network) - Int(link)
        vlan = VLANTag(status: status, tag: tag, kind: kind)
    }
}
