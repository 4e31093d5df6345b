/// The tag of a virtual network (IEEE 802.1Q), which the kernel takes out of a packet's bytes before it gives them away.
public struct VLANTag: Hashable, Sendable {
    /// The number of the network, the priority and the drop bit, as they stand in the tag.
    public let rawValue: UInt16
    /// The kind of the tag, as ``PacketAddress/EtherType/vlan``; `nil` where the kernel does not tell it.
    public let etherType: PacketAddress.EtherType?

    /// The number of the network, 0 to 4,095.
    public var identifier: Int { Int(rawValue & 0xFFF) }
    /// The priority, 0 to 7.
    public var priority: Int { Int(rawValue >> 13) }
    /// Whether the packet may be dropped before others.
    public var mayBeDropped: Bool { rawValue & 0x1000 != 0 }

    /// From what the kernel tells of a packet; `nil` where it had no tag, or has it among its bytes.
    init?(status: UInt32, tag: UInt16, kind: UInt16) {
        // TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID
        guard status & 16 != 0 else { return nil }
        rawValue = tag
        etherType = status & 64 == 0 ? nil : PacketAddress.EtherType(rawValue: kind)
    }
}

extension VLANTag: CustomStringConvertible {
    /// The number of the network, and the priority where it is not 0: `291, priority 5`.
    public var description: String { priority == 0 ? "\(identifier)" : "\(identifier), priority \(priority)" }
}
