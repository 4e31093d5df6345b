/// What travels beside the bytes of a message: descriptors, credentials, facts about the packet.
///
/// ```swift
/// try socket.sendMessage("take this", control: [.descriptors([OwnedDescriptor(duplicating: file)])])
/// ```
///
/// New cases may come with new versions of the library, so a `switch` needs `@unknown default`. The corresponding C
/// structure is `cmsghdr`.
@nonexhaustive
public enum ControlMessage: Hashable, Sendable {
    /// Open descriptors, at most 253, over a Unix socket; the corresponding C constant is `SCM_RIGHTS`.
    case descriptors([OwnedDescriptor])
    /// Who sent the message, over a Unix socket; the corresponding C constant is `SCM_CREDENTIALS`.
    case credentials(Credentials)
    /// The local address and interface of a packet; the corresponding C constants are `IP_PKTINFO` and `IPV6_PKTINFO`.
    case packetInfo(PacketInfo)
    /// How many routers a packet may pass; the corresponding C constants are `IP_TTL` and `IPV6_HOPLIMIT`.
    case timeToLive(Int)
    /// The class of service of a packet, with its mark of congestion (``TrafficClass/congestion``); the corresponding C
    /// constants are `IP_TOS` and `IPV6_TCLASS`.
    case trafficClass(TrafficClass)
    /// When a packet came; only received. The corresponding C constants are `SO_TIMESTAMP`, `SO_TIMESTAMPNS` and
    /// `SCM_TIMESTAMPING`.
    case timestamp(Timestamp)
    /// The sender's process, as a descriptor (pidfd) that is closed with its owner; only received. The corresponding C
    /// constant is `SCM_PIDFD`.
    case processDescriptor(OwnedDescriptor)
    /// Of how many bytes each datagram is: the kernel is to cut what is sent (`UDP_SEGMENT`), or has put several together
    /// that came (`UDP_GRO`). The last one may be shorter.
    case segmentSize(Int)
    /// Why a datagram could not be delivered, or what became of it; only received, from the error queue. The corresponding
    /// C constants are `IP_RECVERR` and `IPV6_RECVERR`.
    case extendedError(ExtendedError)
    /// How many packets the socket has lost for want of room, since it was made; only received. The corresponding C
    /// constant is `SO_RXQ_OVFL`.
    case dropCount(UInt32)
    /// Where a packet was to go before a firewall turned it here; only received. The corresponding C constants are
    /// `IP_ORIGDSTADDR` and `IPV6_ORIGDSTADDR`.
    case originalDestination(SocketAddress)
    /// When a packet is to leave, by the clock of ``SocketOption/transmitTime``, since its zero; only sent. The
    /// corresponding C constant is `SCM_TXTIME`.
    case transmitTime(Duration)
    /// The number by which the timestamp of what is sent is told; only sent. The corresponding C constant is
    /// `SCM_TS_OPT_ID`. Since Linux 6.13.
    case timestampIdentifier(UInt32)
    /// The interface and the length of a packet that the network adapter has stamped; only received. The corresponding C
    /// constant is `SCM_TIMESTAMPING_PKTINFO`.
    case stampedPacket(interfaceIndex: Int, length: Int)
    /// The mark of a packet for firewalls and routes; the corresponding C constant is `SO_MARK`.
    case mark(UInt32)
    /// The priority of a packet in the queues of this machine; the corresponding C constant is `SO_PRIORITY`.
    case priority(UInt32)
    /// The size of the largest fragment that a packet came in; only received. The corresponding C constants are
    /// `IP_RECVFRAGSIZE` and `IPV6_RECVFRAGSIZE`.
    case fragmentSize(Int)
    /// What the kernel tells about a packet of a packet socket; only received. The corresponding C constant is
    /// `PACKET_AUXDATA`.
    case packetAuxiliaryData(PacketAuxiliaryData)
    /// Any other message, as the kernel has it; one that is malformed, too.
    case other(level: CInt, type: CInt, bytes: [UInt8])
}
