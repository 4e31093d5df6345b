/// Flags of one sending call (`MSG_…`).
///
/// `MSG_NOSIGNAL` is always on: SIGPIPE never comes from this library. `MSG_DONTWAIT` is the library's too: use
/// ``Socket/isBlocking`` or ``Socket/timeout``.
public struct SendFlags: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: CInt

    /// Flags by their bits; `MSG_DONTWAIT` is not taken, and neither is `MSG_ZEROCOPY`, because nobody would keep the bytes:
    /// use ``ZeroCopySender``.
    public init(rawValue: CInt) { self.rawValue = rawValue & ~(Constants.zeroCopy | Constants.dontWait) }

    private init(unchecked rawValue: CInt) { self.rawValue = rawValue }

    /// For ``ZeroCopySender`` alone.
    static let zeroCopy = SendFlags(unchecked: Constants.zeroCopy)

    /// The peer has moved, so keep the neighbour entry; the corresponding C constant is `MSG_CONFIRM`.
    public static let confirm = SendFlags(rawValue: Constants.confirm)
    /// Send only to hosts on a directly connected network; the corresponding C constant is `MSG_DONTROUTE`.
    public static let dontRoute = SendFlags(rawValue: Constants.dontRoute)
    /// The end of a record; the corresponding C constant is `MSG_EOR`.
    public static let endOfRecord = SendFlags(rawValue: Constants.endOfRecord)
    /// Connect and send in one packet; the corresponding C constant is `MSG_FASTOPEN`.
    public static let fastOpen = SendFlags(rawValue: Constants.fastOpen)
    /// More follows, so do not send a short packet yet; the corresponding C constant is `MSG_MORE`.
    public static let more = SendFlags(rawValue: Constants.more)
    /// Out-of-band data: one urgent byte with TCP; the corresponding C constant is `MSG_OOB`.
    public static let outOfBand = SendFlags(rawValue: Constants.outOfBand)

    /// The name in C of ``confirm``.
    @available(*, unavailable, renamed: "confirm")
    public static var MSG_CONFIRM: SendFlags { .confirm }
    /// The name in C of ``dontRoute``.
    @available(*, unavailable, renamed: "dontRoute")
    public static var MSG_DONTROUTE: SendFlags { .dontRoute }
    /// The name in C of ``endOfRecord``.
    @available(*, unavailable, renamed: "endOfRecord")
    public static var MSG_EOR: SendFlags { .endOfRecord }
    /// The name in C of ``fastOpen``.
    @available(*, unavailable, renamed: "fastOpen")
    public static var MSG_FASTOPEN: SendFlags { .fastOpen }
    /// The name in C of ``more``.
    @available(*, unavailable, renamed: "more")
    public static var MSG_MORE: SendFlags { .more }
    /// The name in C of ``outOfBand``.
    @available(*, unavailable, renamed: "outOfBand")
    public static var MSG_OOB: SendFlags { .outOfBand }
}

/// Flags of one receiving call (`MSG_…`).
public struct ReceiveFlags: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: CInt

    /// Flags by their bits; `MSG_DONTWAIT` is not taken: use ``Socket/isBlocking`` or ``Socket/timeout``.
    public init(rawValue: CInt) { self.rawValue = rawValue & ~Constants.dontWait }

    /// Take a message of the socket's error queue; the corresponding C constant is `MSG_ERRQUEUE`.
    ///
    /// The call waits as it does for other messages; ``Socket/queuedError(upTo:controlCapacity:)`` does not.
    public static let errorQueue = ReceiveFlags(rawValue: Constants.errorQueue)
    /// Out-of-band data: one urgent byte with TCP; the corresponding C constant is `MSG_OOB`.
    public static let outOfBand = ReceiveFlags(rawValue: Constants.outOfBand)
    /// Leave the bytes in the queue; the corresponding C constant is `MSG_PEEK`.
    public static let peek = ReceiveFlags(rawValue: Constants.peek)
    /// Return the real length of a datagram, also when it was cut; the corresponding C constant is `MSG_TRUNC`.
    public static let truncate = ReceiveFlags(rawValue: Constants.truncate)
    /// Wait until the whole buffer is full; the corresponding C constant is `MSG_WAITALL`.
    public static let waitAll = ReceiveFlags(rawValue: Constants.waitAll)

    /// The name in C of ``errorQueue``.
    @available(*, unavailable, renamed: "errorQueue")
    public static var MSG_ERRQUEUE: ReceiveFlags { .errorQueue }
    /// The name in C of ``outOfBand``.
    @available(*, unavailable, renamed: "outOfBand")
    public static var MSG_OOB: ReceiveFlags { .outOfBand }
    /// The name in C of ``peek``.
    @available(*, unavailable, renamed: "peek")
    public static var MSG_PEEK: ReceiveFlags { .peek }
    /// The name in C of ``truncate``.
    @available(*, unavailable, renamed: "truncate")
    public static var MSG_TRUNC: ReceiveFlags { .truncate }
    /// The name in C of ``waitAll``.
    @available(*, unavailable, renamed: "waitAll")
    public static var MSG_WAITALL: ReceiveFlags { .waitAll }
}
