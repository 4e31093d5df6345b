internal import CSockets

/// What a ``PacketRing`` tells about a packet besides its bytes.
public struct CapturedPacket: Hashable, Sendable {
    /// When it came or went, since 1970-01-01 00:00 UTC.
    public let sinceEpoch: Duration
    /// How many bytes it had on its link; more than were captured where it was cut.
    public let length: Int
    /// The number of the interface.
    public let interfaceIndex: Int
    /// What it carries.
    public let etherType: PacketAddress.EtherType
    /// Whom it was for.
    public let packetType: PacketAddress.PacketType
    /// The kind of the hardware (`ARPHRD_…`): 1 is Ethernet.
    public let hardwareType: UInt16
    /// The packet's virtual network; `nil` where it has none, or the tag is among its bytes.
    ///
    /// The kernel tells it to sockets that are bound to ``PacketAddress/EtherType/all``.
    public let vlan: VLANTag?
    /// Whether packets were lost before it, because the ring was full.
    public let isAfterLoss: Bool

    init(_ packet: csockets_ring_packet) {
        sinceEpoch = .seconds(Int64(packet.seconds)) + .nanoseconds(Int64(packet.nanoseconds))
        length = Int(packet.length)
        interfaceIndex = Int(packet.interface)
        etherType = PacketAddress.EtherType(rawValue: packet.ethertype)
        packetType = PacketAddress.PacketType(rawValue: packet.type)
        hardwareType = packet.hardware
        vlan = VLANTag(status: packet.status, tag: packet.tag, kind: packet.tag_kind)
        // TP_STATUS_LOSING
        isAfterLoss = packet.status & 4 != 0
    }
}
