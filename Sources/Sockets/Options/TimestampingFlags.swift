/// Which time stamps a socket makes, and how it tells them (`SOF_TIMESTAMPING_…`).
///
/// The stamps of what comes are control messages of their datagrams; those of what is sent come in the error queue.
public struct TimestampingFlags: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: UInt32

    /// A set by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Stamp by the card when it sends; the corresponding C constant is `SOF_TIMESTAMPING_TX_HARDWARE`.
    public static let sendHardware = TimestampingFlags(rawValue: 1 << 0)
    /// Stamp when the packet leaves the kernel; the corresponding C constant is `SOF_TIMESTAMPING_TX_SOFTWARE`.
    public static let sendSoftware = TimestampingFlags(rawValue: 1 << 1)
    /// Stamp by the card when it receives; the corresponding C constant is `SOF_TIMESTAMPING_RX_HARDWARE`.
    public static let receiveHardware = TimestampingFlags(rawValue: 1 << 2)
    /// Stamp when the packet enters the kernel; the corresponding C constant is `SOF_TIMESTAMPING_RX_SOFTWARE`.
    public static let receiveSoftware = TimestampingFlags(rawValue: 1 << 3)
    /// Tell the stamps of the kernel; the corresponding C constant is `SOF_TIMESTAMPING_SOFTWARE`.
    public static let software = TimestampingFlags(rawValue: 1 << 4)
    /// Without effect; the corresponding C constant is `SOF_TIMESTAMPING_SYS_HARDWARE`.
    public static let systemHardware = TimestampingFlags(rawValue: 1 << 5)
    /// Tell the stamps of the card; the corresponding C constant is `SOF_TIMESTAMPING_RAW_HARDWARE`.
    public static let rawHardware = TimestampingFlags(rawValue: 1 << 6)
    /// Number what is sent, to know it again; the corresponding C constant is `SOF_TIMESTAMPING_OPT_ID`.
    public static let identifier = TimestampingFlags(rawValue: 1 << 7)
    /// Stamp when the packet enters the queueing discipline; the corresponding C constant is `SOF_TIMESTAMPING_TX_SCHED`.
    public static let sendScheduled = TimestampingFlags(rawValue: 1 << 8)
    /// Stamp when all bytes are acknowledged; the corresponding C constant is `SOF_TIMESTAMPING_TX_ACK`.
    public static let sendAcknowledged = TimestampingFlags(rawValue: 1 << 9)
    /// Give control messages for all that is sent; the corresponding C constant is `SOF_TIMESTAMPING_OPT_CMSG`.
    public static let controlMessages = TimestampingFlags(rawValue: 1 << 10)
    /// Give the stamp without the packet; the corresponding C constant is `SOF_TIMESTAMPING_OPT_TSONLY`.
    public static let withoutPacket = TimestampingFlags(rawValue: 1 << 11)
    /// Give the counters of TCP with it; the corresponding C constant is `SOF_TIMESTAMPING_OPT_STATS`.
    public static let statistics = TimestampingFlags(rawValue: 1 << 12)
    /// Give the interface of a stamp of the card; the corresponding C constant is `SOF_TIMESTAMPING_OPT_PKTINFO`.
    public static let packetInfo = TimestampingFlags(rawValue: 1 << 13)
    /// Give the stamps of kernel and card both; the corresponding C constant is `SOF_TIMESTAMPING_OPT_TX_SWHW`.
    public static let sendBoth = TimestampingFlags(rawValue: 1 << 14)
    /// Use a virtual clock of the card; the corresponding C constant is `SOF_TIMESTAMPING_BIND_PHC`.
    public static let bindClock = TimestampingFlags(rawValue: 1 << 15)
    /// Number bytes from the first that is sent now; the corresponding C constant is `SOF_TIMESTAMPING_OPT_ID_TCP`.
    public static let identifierTCP = TimestampingFlags(rawValue: 1 << 16)
    /// Tell only the stamps that this socket asked for; the corresponding C constant is
    /// `SOF_TIMESTAMPING_OPT_RX_FILTER`.
    public static let receiveFilter = TimestampingFlags(rawValue: 1 << 17)
    /// Stamp when the card has sent it; the corresponding C constant is `SOF_TIMESTAMPING_TX_COMPLETION`.
    public static let sendCompleted = TimestampingFlags(rawValue: 1 << 18)
}
