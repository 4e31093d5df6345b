/// What both sides of a TCP connection agreed on when it was made.
public struct TCPFeatures: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: UInt8

    /// A set by its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Time stamps; the corresponding C constant is `TCPI_OPT_TIMESTAMPS`.
    public static let timestamps = TCPFeatures(rawValue: 1)
    /// Selective acknowledgements; the corresponding C constant is `TCPI_OPT_SACK`.
    public static let selectiveAcknowledgements = TCPFeatures(rawValue: 2)
    /// Windows that are shifted; the corresponding C constant is `TCPI_OPT_WSCALE`.
    public static let windowScaling = TCPFeatures(rawValue: 4)
    /// Explicit congestion notification; the corresponding C constant is `TCPI_OPT_ECN`.
    public static let congestionNotification = TCPFeatures(rawValue: 8)
    /// A packet with it came; the corresponding C constant is `TCPI_OPT_ECN_SEEN`.
    public static let congestionNotificationSeen = TCPFeatures(rawValue: 16)
    /// Data went with the first packet; the corresponding C constant is `TCPI_OPT_SYN_DATA`.
    public static let synData = TCPFeatures(rawValue: 32)
}
