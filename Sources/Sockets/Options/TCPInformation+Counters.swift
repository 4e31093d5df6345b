// The fields that came with Linux 3.15 and later; nil where the running kernel does not give them.

extension TCPInformation {
    /// How many bytes per second are sent at most now; nil also where nothing limits it.
    ///
    /// The corresponding C field is `tcpi_pacing_rate`.
    public var pacingRate: Int? { number(UInt64.self, 104, unless: .max) }

    /// How many bytes per second are sent at most ever; nil also where nothing limits it.
    ///
    /// The corresponding C field is `tcpi_max_pacing_rate`.
    public var maximumPacingRate: Int? { number(UInt64.self, 112, unless: .max) }

    /// How many bytes the peer has acknowledged.
    ///
    /// The corresponding C field is `tcpi_bytes_acked`.
    public var bytesAcknowledged: Int? { number(UInt64.self, 120) }

    /// How many bytes have come.
    ///
    /// The corresponding C field is `tcpi_bytes_received`.
    public var bytesReceived: Int? { number(UInt64.self, 128) }

    /// How many segments were sent.
    ///
    /// The corresponding C field is `tcpi_segs_out`.
    public var segmentsSent: Int? { number(UInt32.self, 136) }

    /// How many segments have come.
    ///
    /// The corresponding C field is `tcpi_segs_in`.
    public var segmentsReceived: Int? { number(UInt32.self, 140) }

    /// How many bytes are queued and not sent yet.
    ///
    /// The corresponding C field is `tcpi_notsent_bytes`.
    public var bytesNotSent: Int? { number(UInt32.self, 144) }

    /// The shortest time of a round trip of late; nil also while none was measured.
    ///
    /// The corresponding C field is `tcpi_min_rtt`.
    public var minimumRoundTripTime: Duration? { time(UInt32.self, 148, .microseconds, unless: .max) }

    /// How many segments with data have come.
    ///
    /// The corresponding C field is `tcpi_data_segs_in`.
    public var dataSegmentsReceived: Int? { number(UInt32.self, 152) }

    /// How many segments with data were sent.
    ///
    /// The corresponding C field is `tcpi_data_segs_out`.
    public var dataSegmentsSent: Int? { number(UInt32.self, 156) }

    /// How many bytes per second arrived at the peer of late.
    ///
    /// The corresponding C field is `tcpi_delivery_rate`.
    public var deliveryRate: Int? { number(UInt64.self, 160) }

    /// How long there was something to send.
    ///
    /// The corresponding C field is `tcpi_busy_time`.
    public var busyTime: Duration? { time(UInt64.self, 168, .microseconds) }

    /// How much of that time the window of the peer was the limit.
    ///
    /// The corresponding C field is `tcpi_rwnd_limited`.
    public var timeLimitedByReceiver: Duration? { time(UInt64.self, 176, .microseconds) }

    /// How much of that time the own send buffer was the limit.
    ///
    /// The corresponding C field is `tcpi_sndbuf_limited`.
    public var timeLimitedBySendBuffer: Duration? { time(UInt64.self, 184, .microseconds) }

    /// How many segments have arrived, those sent twice counted twice.
    ///
    /// The corresponding C field is `tcpi_delivered`.
    public var delivered: Int? { number(UInt32.self, 192) }

    /// How many of these met congestion, as the network noted.
    ///
    /// The corresponding C field is `tcpi_delivered_ce`.
    public var deliveredWithCongestion: Int? { number(UInt32.self, 196) }

    /// How many bytes were sent, those sent twice counted twice.
    ///
    /// The corresponding C field is `tcpi_bytes_sent`.
    public var bytesSent: Int? { number(UInt64.self, 200) }

    /// How many bytes were sent again.
    ///
    /// The corresponding C field is `tcpi_bytes_retrans`.
    public var bytesRetransmitted: Int? { number(UInt64.self, 208) }

    /// How many segments the peer said it got twice.
    ///
    /// The corresponding C field is `tcpi_dsack_dups`.
    public var duplicateAcknowledgements: Int? { number(UInt32.self, 216) }

    /// How many times segments came out of order at the peer.
    ///
    /// The corresponding C field is `tcpi_reord_seen`.
    public var reorderingsSeen: Int? { number(UInt32.self, 220) }

    /// How many segments have come out of order; since Linux 5.4.
    ///
    /// The corresponding C field is `tcpi_rcv_ooopack`.
    public var outOfOrderReceived: Int? { number(UInt32.self, 224) }

    /// How many bytes the peer can take, as it said; since Linux 5.4.
    ///
    /// The corresponding C field is `tcpi_snd_wnd`.
    public var sendWindow: Int? { number(UInt32.self, 228) }

    /// How many bytes this side can take, as it said; since Linux 6.2.
    ///
    /// The corresponding C field is `tcpi_rcv_wnd`.
    public var receiveWindow: Int? { number(UInt32.self, 232) }

    /// How many times another path was tried; since Linux 6.2.
    ///
    /// The corresponding C field is `tcpi_rehash`.
    public var rehashes: Int? { number(UInt32.self, 236) }

    /// How many times an acknowledgement did not come in time; since Linux 6.7.
    ///
    /// The corresponding C field is `tcpi_total_rto`.
    public var totalTimeouts: Int? { number(UInt16.self, 240) }

    /// How many times the connection recovered from that; since Linux 6.7.
    ///
    /// The corresponding C field is `tcpi_total_rto_recoveries`.
    public var totalTimeoutRecoveries: Int? { number(UInt16.self, 242) }

    /// How long these recoveries took; since Linux 6.7.
    ///
    /// The corresponding C field is `tcpi_total_rto_time`.
    public var totalTimeoutTime: Duration? { time(UInt32.self, 244, .milliseconds) }
}
