/// What the kernel knows about a TCP connection: its state, times, sizes and counts.
///
/// ```swift
/// let information = try socket.get(.tcpInformation)
/// print(information.state, information.roundTripTime, information.totalRetransmissions)
/// ```
///
/// What an older kernel does not tell is nil. Counts of segments and bytes start with the connection. The corresponding C
/// structure is `tcp_info`.
public struct TCPInformation: Hashable, Sendable {
    /// The bytes that the kernel gave, as many as it has.
    let bytes: [UInt8]

    /// Nil for fewer bytes than every kernel gives.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 104 else { return nil }
        self.bytes = bytes
    }

    /// A field; nil where the kernel did not give it, or it has the value that stands for none.
    func number<T: FixedWidthInteger>(_ type: T.Type, _ offset: Int, unless none: T? = nil) -> Int? {
        guard let value = OptionBytes.load(T.self, bytes, at: offset), value != none else { return nil }
        return Int(clamping: value)
    }

    func time<T: FixedWidthInteger>(
        _ type: T.Type, _ offset: Int, _ unit: OptionTimeUnit, unless none: T? = nil
    ) -> Duration? {
        number(type, offset, unless: none).map { unit.duration($0) }
    }

    private func byte(_ offset: Int) -> UInt8 { OptionBytes.load(UInt8.self, bytes, at: offset) ?? 0 }

    /// The state of the connection.
    ///
    /// The corresponding C field is `tcpi_state`.
    public var state: TCPState { TCPState(rawValue: byte(0)) }

    /// The state of the congestion control.
    ///
    /// The corresponding C field is `tcpi_ca_state`.
    public var congestionState: TCPCongestionState { TCPCongestionState(rawValue: byte(1)) }

    /// What both sides agreed on.
    ///
    /// The corresponding C field is `tcpi_options`.
    public var options: TCPFeatures { TCPFeatures(rawValue: byte(5)) }

    /// By how many bits the window of the peer is shifted.
    ///
    /// The corresponding C field is `tcpi_snd_wscale`.
    public var sendWindowScale: Int { Int(nibbles.first) }

    /// By how many bits the own window is shifted.
    ///
    /// The corresponding C field is `tcpi_rcv_wscale`.
    public var receiveWindowScale: Int { Int(nibbles.second) }

    /// Whether the sender, and not the network, was the limit when ``deliveryRate`` was measured.
    ///
    /// The corresponding C field is `tcpi_delivery_rate_app_limited`.
    public var isDeliveryRateLimitedByApplication: Bool {
        #if _endian(little)
        byte(7) & 1 != 0
        #else
        byte(7) & 0x80 != 0
        #endif
    }

    /// Two bit fields of C in one byte, in the order of their declaration.
    private var nibbles: (first: UInt8, second: UInt8) {
        #if _endian(little)
        (byte(6) & 0xF, byte(6) >> 4)
        #else
        (byte(6) >> 4, byte(6) & 0xF)
        #endif
    }

    /// How many times in a row the oldest segment without an acknowledgement was sent again.
    ///
    /// The corresponding C field is `tcpi_retransmits`.
    public var retransmissions: Int { number(UInt8.self, 2) ?? 0 }

    /// How many questions (keep-alive, or for the window) are without an answer.
    ///
    /// The corresponding C field is `tcpi_probes`.
    public var probes: Int { number(UInt8.self, 3) ?? 0 }

    /// How many times in a row the time until sending again was doubled.
    ///
    /// The corresponding C field is `tcpi_backoff`.
    public var backoff: Int { number(UInt8.self, 4) ?? 0 }

    /// How long the kernel waits for an acknowledgement before it sends again.
    ///
    /// The corresponding C field is `tcpi_rto`.
    public var retransmissionTimeout: Duration { time(UInt32.self, 8, .microseconds) ?? .zero }

    /// How long the kernel holds an acknowledgement back.
    ///
    /// The corresponding C field is `tcpi_ato`.
    public var acknowledgementTimeout: Duration { time(UInt32.self, 12, .microseconds) ?? .zero }

    /// How many bytes a segment that is sent has at most.
    ///
    /// The corresponding C field is `tcpi_snd_mss`.
    public var sendMaximumSegmentSize: Int { number(UInt32.self, 16) ?? 0 }

    /// How many bytes the segments that come seem to have at most.
    ///
    /// The corresponding C field is `tcpi_rcv_mss`.
    public var receiveMaximumSegmentSize: Int { number(UInt32.self, 20) ?? 0 }

    /// How many segments are on their way; for a listener, how many connections wait to be accepted.
    ///
    /// The corresponding C field is `tcpi_unacked`.
    public var unacknowledged: Int { number(UInt32.self, 24) ?? 0 }

    /// How many of these have come out of order; for a listener, the length of its queue.
    ///
    /// The corresponding C field is `tcpi_sacked`.
    public var selectivelyAcknowledged: Int { number(UInt32.self, 28) ?? 0 }

    /// How many of these seem to be lost.
    ///
    /// The corresponding C field is `tcpi_lost`.
    public var lost: Int { number(UInt32.self, 32) ?? 0 }

    /// How many of these were sent again.
    ///
    /// The corresponding C field is `tcpi_retrans`.
    public var retransmitted: Int { number(UInt32.self, 36) ?? 0 }

    /// Always 0 since Linux 4.15.
    ///
    /// The corresponding C field is `tcpi_fackets`.
    public var forwardAcknowledged: Int { number(UInt32.self, 40) ?? 0 }

    /// How long ago data was last sent.
    ///
    /// The corresponding C field is `tcpi_last_data_sent`.
    public var sinceDataSent: Duration { time(UInt32.self, 44, .milliseconds) ?? .zero }

    /// Always zero: the kernel does not remember it.
    ///
    /// The corresponding C field is `tcpi_last_ack_sent`.
    public var sinceAcknowledgementSent: Duration { time(UInt32.self, 48, .milliseconds) ?? .zero }

    /// How long ago data last came.
    ///
    /// The corresponding C field is `tcpi_last_data_recv`.
    public var sinceDataReceived: Duration { time(UInt32.self, 52, .milliseconds) ?? .zero }

    /// How long ago an acknowledgement last came.
    ///
    /// The corresponding C field is `tcpi_last_ack_recv`.
    public var sinceAcknowledgementReceived: Duration { time(UInt32.self, 56, .milliseconds) ?? .zero }

    /// How many bytes a packet on the path has at most.
    ///
    /// The corresponding C field is `tcpi_pmtu`.
    public var pathMTU: Int { number(UInt32.self, 60) ?? 0 }

    /// Up to how many bytes the own window grows fast.
    ///
    /// The corresponding C field is `tcpi_rcv_ssthresh`.
    public var receiveSlowStartThreshold: Int { number(UInt32.self, 64) ?? 0 }

    /// How long a segment and its acknowledgement take, smoothed.
    ///
    /// The corresponding C field is `tcpi_rtt`.
    public var roundTripTime: Duration { time(UInt32.self, 68, .microseconds) ?? .zero }

    /// How much that varies.
    ///
    /// The corresponding C field is `tcpi_rttvar`.
    public var roundTripTimeVariation: Duration { time(UInt32.self, 72, .microseconds) ?? .zero }

    /// Up to how many segments the congestion window grows fast.
    ///
    /// The corresponding C field is `tcpi_snd_ssthresh`.
    public var sendSlowStartThreshold: Int { number(UInt32.self, 76) ?? 0 }

    /// How many segments may be on their way.
    ///
    /// The corresponding C field is `tcpi_snd_cwnd`.
    public var congestionWindow: Int { number(UInt32.self, 80) ?? 0 }

    /// The largest segment that the peer was told.
    ///
    /// The corresponding C field is `tcpi_advmss`.
    public var advertisedMaximumSegmentSize: Int { number(UInt32.self, 84) ?? 0 }

    /// By how many places segments may be out of order before one counts as lost.
    ///
    /// The corresponding C field is `tcpi_reordering`.
    public var reordering: Int { number(UInt32.self, 88) ?? 0 }

    /// The time of a round trip, as the receiver sees it.
    ///
    /// The corresponding C field is `tcpi_rcv_rtt`.
    public var receiveRoundTripTime: Duration { time(UInt32.self, 92, .microseconds) ?? .zero }

    /// How many bytes the kernel plans for the receive queue.
    ///
    /// The corresponding C field is `tcpi_rcv_space`.
    public var receiveSpace: Int { number(UInt32.self, 96) ?? 0 }

    /// How many segments were sent again in all.
    ///
    /// The corresponding C field is `tcpi_total_retrans`.
    public var totalRetransmissions: Int { number(UInt32.self, 100) ?? 0 }
}

extension TCPInformation: CustomStringConvertible {
    /// State, time of a round trip, congestion window and retransmissions.
    public var description: String {
        "\(state), round trip \(roundTripTime), congestion window \(congestionWindow) segments, "
            + "\(totalRetransmissions) retransmissions"
    }
}
