internal import CSockets

/// What the kernel says about a message that was received (`msg_flags`).
public struct MessageFlags: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: CInt

    /// Flags by their bits.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Control messages were lost for want of room; the corresponding C constant is `MSG_CTRUNC`.
    public static let controlTruncated = MessageFlags(rawValue: Constants.controlTruncated)
    /// A record ends with these bytes; the corresponding C constant is `MSG_EOR`.
    public static let endOfRecord = MessageFlags(rawValue: Constants.endOfRecord)
    /// The message comes from the socket's error queue; the corresponding C constant is `MSG_ERRQUEUE`.
    public static let errorQueue = MessageFlags(rawValue: Constants.errorQueue)
    /// The bytes are out-of-band data; the corresponding C constant is `MSG_OOB`.
    public static let outOfBand = MessageFlags(rawValue: Constants.outOfBand)
    /// The end of the message was lost for want of room; the corresponding C constant is `MSG_TRUNC`.
    public static let truncated = MessageFlags(rawValue: Constants.truncated)

    /// The C name of ``controlTruncated``.
    @available(*, unavailable, renamed: "controlTruncated") public static var MSG_CTRUNC: MessageFlags {
        .controlTruncated
    }
    /// The C name of ``endOfRecord``.
    @available(*, unavailable, renamed: "endOfRecord") public static var MSG_EOR: MessageFlags { .endOfRecord }
    /// The C name of ``errorQueue``.
    @available(*, unavailable, renamed: "errorQueue") public static var MSG_ERRQUEUE: MessageFlags { .errorQueue }
    /// The C name of ``outOfBand``.
    @available(*, unavailable, renamed: "outOfBand") public static var MSG_OOB: MessageFlags { .outOfBand }
    /// The C name of ``truncated``.
    @available(*, unavailable, renamed: "truncated") public static var MSG_TRUNC: MessageFlags { .truncated }
}
