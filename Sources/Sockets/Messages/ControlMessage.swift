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
    /// The class of service of a packet; the corresponding C constants are `IP_TOS` and `IPV6_TCLASS`.
    case trafficClass(TrafficClass)
    /// When a packet came; only received. The corresponding C constants are `SO_TIMESTAMP`, `SO_TIMESTAMPNS` and
    /// `SCM_TIMESTAMPING`.
    case timestamp(Timestamp)
    /// The sender's process, as a descriptor (pidfd) that is closed with its owner; only received. The corresponding C
    /// constant is `SCM_PIDFD`.
    case processDescriptor(OwnedDescriptor)
    /// Any other message, as the kernel has it; one that is malformed, too.
    case other(level: CInt, type: CInt, bytes: [UInt8])
}
