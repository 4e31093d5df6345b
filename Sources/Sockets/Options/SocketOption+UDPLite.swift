internal import CSockets

// The options of UDP-Lite, sorted by their names in C.

extension SocketOption<Int> {
    /// How many bytes of a datagram, its header counted, must be covered by its checksum; those with less are dropped.
    ///
    /// 0 is the whole; 1 to 7 are taken as 8, the header (RFC 3828).
    ///
    /// The corresponding C constant is `UDPLITE_RECV_CSCOV`.
    public static var receiveChecksumCoverage: SocketOption {
        SocketOption(
            OptionLevel.udpLite, CSockets.UDPLITE_RECV_CSCOV, "UDPLITE_RECV_CSCOV",
            .integer(OptionInteger(.int, 0...65_535)))
    }
    /// C's name of ``receiveChecksumCoverage``.
    @available(*, unavailable, renamed: "receiveChecksumCoverage") public static var UDPLITE_RECV_CSCOV: SocketOption {
        .receiveChecksumCoverage
    }

    /// How many bytes of a datagram, its header counted, its checksum covers.
    ///
    /// 0 is the whole; 1 to 7 are taken as 8, the header (RFC 3828).
    ///
    /// The corresponding C constant is `UDPLITE_SEND_CSCOV`.
    public static var sendChecksumCoverage: SocketOption {
        SocketOption(
            OptionLevel.udpLite, CSockets.UDPLITE_SEND_CSCOV, "UDPLITE_SEND_CSCOV",
            .integer(OptionInteger(.int, 0...65_535)))
    }
    /// C's name of ``sendChecksumCoverage``.
    @available(*, unavailable, renamed: "sendChecksumCoverage") public static var UDPLITE_SEND_CSCOV: SocketOption {
        .sendChecksumCoverage
    }
}
