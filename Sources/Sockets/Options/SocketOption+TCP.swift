internal import CSockets

// The options of TCP, sorted by their names in C. TCP_ZEROCOPY_RECEIVE is missing: it is no option, but a call that
// receives into mapped memory.

extension ReadOnlySocketOption<[UInt8]> {
    /// What the congestion control tells about itself, in a structure of its own; empty where it tells nothing.
    ///
    /// The corresponding C constant is `TCP_CC_INFO`.
    public static var congestionControlInformation: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.tcp, CSockets.TCP_CC_INFO, "TCP_CC_INFO", .bytes(capacity: 256))
    }
    /// C's name of ``congestionControlInformation``.
    @available(*, unavailable, renamed: "congestionControlInformation") public static var TCP_CC_INFO:
        ReadOnlySocketOption
    { .congestionControlInformation }
}

extension SocketOption<String> {
    /// The congestion control by its name, as `cubic`.
    ///
    /// The corresponding C constant is `TCP_CONGESTION`. Names outside
    /// `/proc/sys/net/ipv4/tcp_allowed_congestion_control` need the capability CAP_NET_ADMIN.
    public static var congestionControl: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_CONGESTION, "TCP_CONGESTION", .text(capacity: 15),
            needs: "the capability CAP_NET_ADMIN, or a name out of /proc/sys/net/ipv4/tcp_allowed_congestion_control",
            hint:
                "this kernel has no such congestion control, or not without privilege; see /proc/sys/net/ipv4/tcp_available_congestion_control"
        )
    }
    /// C's name of ``congestionControl``.
    @available(*, unavailable, renamed: "congestionControl") public static var TCP_CONGESTION: SocketOption {
        .congestionControl
    }
}

extension SocketOption<Bool> {
    /// Whether short segments are held back, for 200 ms at most, until it is switched off.
    ///
    /// For a header that is sent before a file; ``SendFlags/more`` does the same call by call.
    ///
    /// The corresponding C constant is `TCP_CORK`.
    public static var tcpCork: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_CORK, "TCP_CORK", .flag)
    }
    /// C's name of ``tcpCork``.
    @available(*, unavailable, renamed: "tcpCork") public static var TCP_CORK: SocketOption { .tcpCork }
}

extension SocketOption<Duration> {
    /// How long a listener holds a connection back until its first bytes have come; zero for not at all.
    ///
    /// Rounded up to seconds, and then by the kernel to the time of a whole number of retransmissions.
    ///
    /// The corresponding C constant is `TCP_DEFER_ACCEPT`.
    public static var deferAccept: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", .duration(.seconds))
    }
    /// C's name of ``deferAccept``.
    @available(*, unavailable, renamed: "deferAccept") public static var TCP_DEFER_ACCEPT: SocketOption { .deferAccept }

    /// How long an acknowledgement is held back at most; rounded up to microseconds, at least a tick of the kernel.
    ///
    /// The corresponding C constant is `TCP_DELACK_MAX_US`. Since Linux 6.16.
    public static var maximumDelayedAcknowledgement: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_DELACK_MAX_US, "TCP_DELACK_MAX_US", .duration(.microseconds),
            hint: "the kernel takes one tick (1 to 10 ms) to 200 ms")
    }
    /// C's name of ``maximumDelayedAcknowledgement``.
    @available(*, unavailable, renamed: "maximumDelayedAcknowledgement") public static var TCP_DELACK_MAX_US:
        SocketOption
    { .maximumDelayedAcknowledgement }
}

extension SocketOption<Int> {
    /// How many connections that came with data, and are not established yet, a listener holds; 0 takes none (RFC
    /// 7413).
    ///
    /// The second bit of `/proc/sys/net/ipv4/tcp_fastopen` must be set too.
    ///
    /// The corresponding C constant is `TCP_FASTOPEN`.
    public static var fastOpen: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_FASTOPEN, "TCP_FASTOPEN", .integer(.count),
            hint: "set it on a socket that is not connected")
    }
    /// C's name of ``fastOpen``.
    @available(*, unavailable, renamed: "fastOpen") public static var TCP_FASTOPEN: SocketOption { .fastOpen }
}

extension SocketOption<Bool> {
    /// Whether connecting waits for the first bytes and sends them with the first packet (RFC 7413).
    ///
    /// The corresponding C constant is `TCP_FASTOPEN_CONNECT`.
    public static var fastOpenConnect: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_FASTOPEN_CONNECT, "TCP_FASTOPEN_CONNECT", .flag,
            hint: "set it before connecting; and the first bit of /proc/sys/net/ipv4/tcp_fastopen must be set")
    }
    /// C's name of ``fastOpenConnect``.
    @available(*, unavailable, renamed: "fastOpenConnect") public static var TCP_FASTOPEN_CONNECT: SocketOption {
        .fastOpenConnect
    }
}

extension SocketOption<[UInt8]> {
    /// The key, 16 bytes, or the key and its predecessor, 32 bytes, of the cookies by which a listener knows its peers
    /// again.
    ///
    /// The corresponding C constant is `TCP_FASTOPEN_KEY`. Since Linux 5.1.
    public static var fastOpenKey: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_FASTOPEN_KEY, "TCP_FASTOPEN_KEY", .bytes(capacity: 32),
            hint: "a key has 16 bytes, and a second one may follow")
    }
    /// C's name of ``fastOpenKey``.
    @available(*, unavailable, renamed: "fastOpenKey") public static var TCP_FASTOPEN_KEY: SocketOption { .fastOpenKey }
}

extension SocketOption<Bool> {
    /// Whether data is taken and sent with the first packet without a cookie; for networks that are safe.
    ///
    /// The corresponding C constant is `TCP_FASTOPEN_NO_COOKIE`.
    public static var fastOpenNoCookie: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_FASTOPEN_NO_COOKIE, "TCP_FASTOPEN_NO_COOKIE", .flag)
    }
    /// C's name of ``fastOpenNoCookie``.
    @available(*, unavailable, renamed: "fastOpenNoCookie") public static var TCP_FASTOPEN_NO_COOKIE: SocketOption {
        .fastOpenNoCookie
    }
}

extension ReadOnlySocketOption<TCPInformation> {
    /// What the kernel knows about the connection: state, times, sizes, counts.
    ///
    /// See ``TCPInformation``.
    ///
    /// The corresponding C constant is `TCP_INFO`.
    public static var tcpInformation: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.tcp, CSockets.TCP_INFO, "TCP_INFO",
            .bytes(
                capacity: 512, encode: { _ throws(OptionMisfit) in [] }, decode: { TCPInformation(bytes: $0) }))
    }
    /// C's name of ``tcpInformation``.
    @available(*, unavailable, renamed: "tcpInformation") public static var TCP_INFO: ReadOnlySocketOption {
        .tcpInformation
    }
}

extension SocketOption<Bool> {
    /// Whether each receiving call that takes control messages is told how many bytes are left to read.
    ///
    /// The corresponding C constant is `TCP_INQ`, also known as `TCP_CM_INQ`.
    public static var receiveInQueue: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_INQ, "TCP_INQ", .flag)
    }
    /// C's name of ``receiveInQueue``.
    @available(*, unavailable, renamed: "receiveInQueue") public static var TCP_INQ: SocketOption { .receiveInQueue }
    /// C's name of ``receiveInQueue``.
    @available(*, unavailable, renamed: "receiveInQueue") public static var TCP_CM_INQ: SocketOption { .receiveInQueue }
}

extension ReadOnlySocketOption<Bool> {
    /// Whether the connection runs over MPTCP, and has not fallen back to TCP.
    ///
    /// The corresponding C constant is `TCP_IS_MPTCP`. Since Linux 6.10.
    public static var isMultipath: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.tcp, CSockets.TCP_IS_MPTCP, "TCP_IS_MPTCP", .flag)
    }
    /// C's name of ``isMultipath``.
    @available(*, unavailable, renamed: "isMultipath") public static var TCP_IS_MPTCP: ReadOnlySocketOption {
        .isMultipath
    }
}

extension SocketOption<Int> {
    /// How many questions of ``SocketOption/keepAlive`` a peer may leave without an answer; 1 to 127.
    ///
    /// The corresponding C constant is `TCP_KEEPCNT`.
    public static var keepAliveCount: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_KEEPCNT, "TCP_KEEPCNT", .integer(OptionInteger(.int, 1...127)))
    }
    /// C's name of ``keepAliveCount``.
    @available(*, unavailable, renamed: "keepAliveCount") public static var TCP_KEEPCNT: SocketOption {
        .keepAliveCount
    }
}

extension SocketOption<Duration> {
    /// How long a connection is silent before ``SocketOption/keepAlive`` asks; rounded up to seconds, 1 to 32767.
    ///
    /// The corresponding C constant is `TCP_KEEPIDLE`.
    public static var keepAliveIdle: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_KEEPIDLE, "TCP_KEEPIDLE", .duration(.seconds, 1...32_767))
    }
    /// C's name of ``keepAliveIdle``.
    @available(*, unavailable, renamed: "keepAliveIdle") public static var TCP_KEEPIDLE: SocketOption { .keepAliveIdle }

    /// How long ``SocketOption/keepAlive`` waits for an answer before it asks again; rounded up to seconds, 1 to 32767.
    ///
    /// The corresponding C constant is `TCP_KEEPINTVL`.
    public static var keepAliveInterval: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_KEEPINTVL, "TCP_KEEPINTVL", .duration(.seconds, 1...32_767))
    }
    /// C's name of ``keepAliveInterval``.
    @available(*, unavailable, renamed: "keepAliveInterval") public static var TCP_KEEPINTVL: SocketOption {
        .keepAliveInterval
    }
}

extension SocketOption<Duration?> {
    /// How long a closed socket waits for the end of its peer (`FIN_WAIT_2`); nil for not at all, zero for the time of
    /// the system.
    ///
    /// Rounded up to seconds; at most 120.
    ///
    /// The corresponding C constant is `TCP_LINGER2`.
    public static var finWait2Timeout: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_LINGER2, "TCP_LINGER2",
            .integer(
                OptionInteger(.int, 0...Int(Int32.max), unit: "seconds", none: -1),
                encode: { time in
                    guard let time else { return -1 }
                    return OptionTimeUnit.seconds.count(time).flatMap { $0 < 0 ? nil : $0 }
                }, decode: { $0 < 0 ? nil : .seconds($0) }))
    }
    /// C's name of ``finWait2Timeout``.
    @available(*, unavailable, renamed: "finWait2Timeout") public static var TCP_LINGER2: SocketOption {
        .finWait2Timeout
    }
}

extension SocketOption<Int> {
    /// How many bytes of data a segment has at most; 88 to 32767, or 0 for what the interface has.
    ///
    /// On a connection, reading says what is really used.
    ///
    /// The corresponding C constant is `TCP_MAXSEG`.
    public static var maximumSegmentSize: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_MAXSEG, "TCP_MAXSEG", .integer(OptionInteger(.int, 0...32_767)),
            hint: "the kernel takes 0, and 88 to 32767")
    }
    /// C's name of ``maximumSegmentSize``.
    @available(*, unavailable, renamed: "maximumSegmentSize") public static var TCP_MAXSEG: SocketOption {
        .maximumSegmentSize
    }
}

extension WriteOnlySocketOption<TCPSignatureKey> {
    /// The key by which segments from and to a peer are signed (RFC 2385).
    ///
    /// See ``TCPSignatureKey``.
    ///
    /// The corresponding C constant is `TCP_MD5SIG`.
    public static var md5Signature: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.tcp, CSockets.TCP_MD5SIG, "TCP_MD5SIG",
            .bytes(
                capacity: 216, encode: { key throws(OptionMisfit) in try key.bytes(extended: false) },
                decode: { _ in nil }),
            hint: "this kernel was built without signatures of TCP, or it has no such key to take away")
    }
    /// C's name of ``md5Signature``.
    @available(*, unavailable, renamed: "md5Signature") public static var TCP_MD5SIG: WriteOnlySocketOption {
        .md5Signature
    }

    /// The key for all the peers of a network, or of an interface.
    ///
    /// See ``TCPSignatureKey``.
    ///
    /// The corresponding C constant is `TCP_MD5SIG_EXT`.
    public static var md5SignatureExtended: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.tcp, CSockets.TCP_MD5SIG_EXT, "TCP_MD5SIG_EXT",
            .bytes(
                capacity: 216, encode: { key throws(OptionMisfit) in try key.bytes(extended: true) },
                decode: { _ in nil }),
            hint: "this kernel was built without signatures of TCP, or it has no such key to take away")
    }
    /// C's name of ``md5SignatureExtended``.
    @available(*, unavailable, renamed: "md5SignatureExtended") public static var TCP_MD5SIG_EXT: WriteOnlySocketOption
    { .md5SignatureExtended }
}

extension SocketOption<Bool> {
    /// Whether short segments are sent at once, and not held back until what was sent before is acknowledged.
    ///
    /// Switch it on for conversations of short messages. It switches the algorithm of Nagle off (RFC 896).
    ///
    /// The corresponding C constant is `TCP_NODELAY`.
    public static var noDelay: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_NODELAY, "TCP_NODELAY", .flag)
    }
    /// C's name of ``noDelay``.
    @available(*, unavailable, renamed: "noDelay") public static var TCP_NODELAY: SocketOption { .noDelay }
}

extension SocketOption<Int?> {
    /// How many bytes that are not sent yet the kernel takes before the socket stops counting as writable; nil for no
    /// limit.
    ///
    /// The corresponding C constant is `TCP_NOTSENT_LOWAT`.
    public static var unsentLowWater: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_NOTSENT_LOWAT, "TCP_NOTSENT_LOWAT",
            .integer(
                OptionInteger(.unsignedInt, 0...Int(Int32.max), none: -1),
                encode: { value in value.map { $0 == -1 ? nil : $0 } ?? -1 },
                decode: { $0 == 0 || $0 > Int(Int32.max) ? nil : $0 }))
    }
    /// C's name of ``unsentLowWater``.
    @available(*, unavailable, renamed: "unsentLowWater") public static var TCP_NOTSENT_LOWAT: SocketOption {
        .unsentLowWater
    }
}

extension SocketOption<UInt32> {
    /// The sequence number of the queue that ``SocketOption/repairQueue`` chose.
    ///
    /// The corresponding C constant is `TCP_QUEUE_SEQ`. It needs a socket in repair mode, and so the capability
    /// CAP_NET_ADMIN.
    public static var queueSequence: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_QUEUE_SEQ, "TCP_QUEUE_SEQ", .unsigned,
            needs: "a socket in repair mode, for which it needs the capability CAP_NET_ADMIN",
            hint: "the socket must be in repair mode, with a queue chosen")
    }
    /// C's name of ``queueSequence``.
    @available(*, unavailable, renamed: "queueSequence") public static var TCP_QUEUE_SEQ: SocketOption {
        .queueSequence
    }
}

extension SocketOption<Bool> {
    /// Whether acknowledgements are sent at once; the kernel may switch it back as it sees fit.
    ///
    /// The corresponding C constant is `TCP_QUICKACK`.
    public static var quickAcknowledgement: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_QUICKACK, "TCP_QUICKACK", .flag)
    }
    /// C's name of ``quickAcknowledgement``.
    @available(*, unavailable, renamed: "quickAcknowledgement") public static var TCP_QUICKACK: SocketOption {
        .quickAcknowledgement
    }
}

extension SocketOption<TCPRepairMode> {
    /// Whether the connection is being moved to another process or machine, and its state can be read and written.
    ///
    /// The corresponding C constant is `TCP_REPAIR`. Setting it needs the capability CAP_NET_ADMIN.
    public static var repair: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_REPAIR, "TCP_REPAIR", .named { TCPRepairMode(rawValue: $0) },
            needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``repair``.
    @available(*, unavailable, renamed: "repair") public static var TCP_REPAIR: SocketOption { .repair }
}

extension WriteOnlySocketOption<[TCPRepairOption]> {
    /// What was agreed on when the connection was made.
    ///
    /// See ``TCPRepairOption``.
    /// Only before anything is sent.
    ///
    /// The corresponding C constant is `TCP_REPAIR_OPTIONS`. It needs a socket in repair mode, and so the capability
    /// CAP_NET_ADMIN.
    public static var repairOptions: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.tcp, CSockets.TCP_REPAIR_OPTIONS, "TCP_REPAIR_OPTIONS",
            .bytes(
                capacity: 0,
                encode: { options throws(OptionMisfit) in
                    options.flatMap { OptionBytes.store($0.code) + OptionBytes.store($0.value) }
                }, decode: { _ in nil }),
            needs:
                "a socket in repair mode, for which it needs the capability CAP_NET_ADMIN, and nothing may have been sent yet",
            hint: "the socket must be in repair mode")
    }
    /// C's name of ``repairOptions``.
    @available(*, unavailable, renamed: "repairOptions") public static var TCP_REPAIR_OPTIONS: WriteOnlySocketOption {
        .repairOptions
    }
}

extension SocketOption<TCPRepairQueue> {
    /// Which queue of a connection that is being moved the next calls read or fill.
    ///
    /// The corresponding C constant is `TCP_REPAIR_QUEUE`. It needs a socket in repair mode, and so the capability
    /// CAP_NET_ADMIN.
    public static var repairQueue: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_REPAIR_QUEUE, "TCP_REPAIR_QUEUE", .named { TCPRepairQueue(rawValue: $0) },
            needs: "a socket in repair mode, for which it needs the capability CAP_NET_ADMIN",
            hint: "the socket must be in repair mode, with a queue chosen")
    }
    /// C's name of ``repairQueue``.
    @available(*, unavailable, renamed: "repairQueue") public static var TCP_REPAIR_QUEUE: SocketOption { .repairQueue }
}

extension SocketOption<TCPRepairWindow> {
    /// The windows of a connection that is being moved.
    ///
    /// The corresponding C constant is `TCP_REPAIR_WINDOW`. It needs a socket in repair mode, and so the capability
    /// CAP_NET_ADMIN.
    public static var repairWindow: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_REPAIR_WINDOW, "TCP_REPAIR_WINDOW",
            .bytes(
                capacity: 20, encode: { window throws(OptionMisfit) in window.bytes },
                decode: { TCPRepairWindow(bytes: $0) }),
            needs: "a socket in repair mode, for which it needs the capability CAP_NET_ADMIN",
            hint: "the socket must be in repair mode, with a queue chosen")
    }
    /// C's name of ``repairWindow``.
    @available(*, unavailable, renamed: "repairWindow") public static var TCP_REPAIR_WINDOW: SocketOption {
        .repairWindow
    }
}

extension SocketOption<Duration> {
    /// How long the kernel waits at most before it sends again what was not acknowledged; rounded up to milliseconds, 1
    /// to 120 seconds.
    ///
    /// The corresponding C constant is `TCP_RTO_MAX_MS`. Since Linux 6.15.
    public static var maximumRetransmissionTimeout: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_RTO_MAX_MS, "TCP_RTO_MAX_MS", .duration(.milliseconds, 1_000...120_000))
    }
    /// C's name of ``maximumRetransmissionTimeout``.
    @available(*, unavailable, renamed: "maximumRetransmissionTimeout") public static var TCP_RTO_MAX_MS: SocketOption {
        .maximumRetransmissionTimeout
    }

    /// How long the kernel waits at least before it sends again what was not acknowledged; rounded up to microseconds,
    /// at most 200 ms.
    ///
    /// The corresponding C constant is `TCP_RTO_MIN_US`. Since Linux 6.16.
    public static var minimumRetransmissionTimeout: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_RTO_MIN_US, "TCP_RTO_MIN_US", .duration(.microseconds),
            hint: "the kernel takes one tick (1 to 10 ms) to 200 ms")
    }
    /// C's name of ``minimumRetransmissionTimeout``.
    @available(*, unavailable, renamed: "minimumRetransmissionTimeout") public static var TCP_RTO_MIN_US: SocketOption {
        .minimumRetransmissionTimeout
    }
}

extension ReadOnlySocketOption<[UInt8]> {
    /// The headers of the packet with which an accepted connection began, from that of IP on; empty where they were not
    /// saved.
    ///
    /// Reading it frees them, so that the second time is empty. See ``SocketOption/saveSYN``.
    ///
    /// The corresponding C constant is `TCP_SAVED_SYN`.
    public static var savedSYN: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.tcp, CSockets.TCP_SAVED_SYN, "TCP_SAVED_SYN", .bytes(capacity: 512))
    }
    /// C's name of ``savedSYN``.
    @available(*, unavailable, renamed: "savedSYN") public static var TCP_SAVED_SYN: ReadOnlySocketOption { .savedSYN }
}

extension SocketOption<TCPHeaderSaving> {
    /// Whether a listener keeps the headers of the packets with which connections begin, for
    /// ``ReadOnlySocketOption/savedSYN``.
    ///
    /// The corresponding C constant is `TCP_SAVE_SYN`.
    public static var saveSYN: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_SAVE_SYN, "TCP_SAVE_SYN", .named { TCPHeaderSaving(rawValue: $0) },
            hint: "saving from the link layer on needs Linux 5.10")
    }
    /// C's name of ``saveSYN``.
    @available(*, unavailable, renamed: "saveSYN") public static var TCP_SAVE_SYN: SocketOption { .saveSYN }
}

extension SocketOption<Int> {
    /// How many times connecting asks again before it gives up; 1 to 127.
    ///
    /// The corresponding C constant is `TCP_SYNCNT`.
    public static var synRetransmissions: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_SYNCNT, "TCP_SYNCNT", .integer(OptionInteger(.int, 1...127)))
    }
    /// C's name of ``synRetransmissions``.
    @available(*, unavailable, renamed: "synRetransmissions") public static var TCP_SYNCNT: SocketOption {
        .synRetransmissions
    }
}

extension SocketOption<Bool> {
    /// Without effect since Linux 4.11; always reads as off.
    ///
    /// The corresponding C constant is `TCP_THIN_DUPACK`.
    public static var thinDuplicateAcknowledgements: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_THIN_DUPACK, "TCP_THIN_DUPACK", .flag)
    }
    /// C's name of ``thinDuplicateAcknowledgements``.
    @available(*, unavailable, renamed: "thinDuplicateAcknowledgements") public static var TCP_THIN_DUPACK: SocketOption
    { .thinDuplicateAcknowledgements }

    /// Whether a connection that has little to send asks again in even intervals, and not in growing ones.
    ///
    /// The corresponding C constant is `TCP_THIN_LINEAR_TIMEOUTS`.
    public static var thinLinearTimeouts: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_THIN_LINEAR_TIMEOUTS, "TCP_THIN_LINEAR_TIMEOUTS", .flag)
    }
    /// C's name of ``thinLinearTimeouts``.
    @available(*, unavailable, renamed: "thinLinearTimeouts") public static var TCP_THIN_LINEAR_TIMEOUTS: SocketOption {
        .thinLinearTimeouts
    }
}

extension SocketOption<UInt32> {
    /// The clock of the time stamps of the connection.
    ///
    /// The corresponding C constant is `TCP_TIMESTAMP`.
    public static var tcpTimestamp: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_TIMESTAMP, "TCP_TIMESTAMP", .unsigned, needs: "a socket in repair mode",
            hint: "the socket must be in repair mode")
    }
    /// C's name of ``tcpTimestamp``.
    @available(*, unavailable, renamed: "tcpTimestamp") public static var TCP_TIMESTAMP: SocketOption { .tcpTimestamp }
}

extension SocketOption<Duration> {
    /// How long every packet is held back, to try out how a slow network feels; rounded up to microseconds.
    ///
    /// Needs the queueing discipline `fq`.
    ///
    /// The corresponding C constant is `TCP_TX_DELAY`. Since Linux 5.3.
    public static var transmitDelay: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_TX_DELAY, "TCP_TX_DELAY", .duration(.microseconds))
    }
    /// C's name of ``transmitDelay``.
    @available(*, unavailable, renamed: "transmitDelay") public static var TCP_TX_DELAY: SocketOption { .transmitDelay }
}

extension SocketOption<String> {
    /// The protocol that the kernel runs on top of the connection, as `tls`; empty for none.
    ///
    /// The corresponding C constant is `TCP_ULP`.
    public static var upperLayerProtocol: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_ULP, "TCP_ULP", .text(capacity: 15),
            hint: "this kernel has no such protocol on top of TCP, or the socket is not connected")
    }
    /// C's name of ``upperLayerProtocol``.
    @available(*, unavailable, renamed: "upperLayerProtocol") public static var TCP_ULP: SocketOption {
        .upperLayerProtocol
    }
}

extension SocketOption<Duration> {
    /// How long bytes may stay without an acknowledgement before the connection is given up; rounded up to
    /// milliseconds, zero for the system's way.
    ///
    /// The error is then ``SocketError/Code/timedOut`` (RFC 5482).
    ///
    /// The corresponding C constant is `TCP_USER_TIMEOUT`.
    public static var userTimeout: SocketOption {
        SocketOption(OptionLevel.tcp, CSockets.TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT", .duration(.milliseconds))
    }
    /// C's name of ``userTimeout``.
    @available(*, unavailable, renamed: "userTimeout") public static var TCP_USER_TIMEOUT: SocketOption { .userTimeout }
}

extension SocketOption<Int> {
    /// How many bytes the peer is told at most that it may send; 0 for no limit of its own.
    ///
    /// The corresponding C constant is `TCP_WINDOW_CLAMP`.
    public static var windowClamp: SocketOption {
        SocketOption(
            OptionLevel.tcp, CSockets.TCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP", .integer(.count),
            hint: "0 is taken only while the socket is not connected")
    }
    /// C's name of ``windowClamp``.
    @available(*, unavailable, renamed: "windowClamp") public static var TCP_WINDOW_CLAMP: SocketOption { .windowClamp }
}
