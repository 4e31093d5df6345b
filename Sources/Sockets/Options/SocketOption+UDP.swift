internal import CSockets

// The options of UDP, sorted by their names in C.

extension SocketOption<Bool> {
    /// Whether what is sent is gathered into one datagram, which goes when it is switched off.
    ///
    /// The corresponding C constant is `UDP_CORK`.
    public static var udpCork: SocketOption {
        SocketOption(OptionLevel.udp, CSockets.UDP_CORK, "UDP_CORK", .flag)
    }
    /// C's name of ``udpCork``.
    @available(*, unavailable, renamed: "udpCork") public static var UDP_CORK: SocketOption { .udpCork }
}

extension SocketOption<UDPEncapsulation> {
    /// Which packets of another protocol the kernel takes out of the datagrams that come.
    ///
    /// The corresponding C constant is `UDP_ENCAP`.
    public static var encapsulation: SocketOption {
        SocketOption(
            OptionLevel.udp, CSockets.UDP_ENCAP, "UDP_ENCAP", .named { UDPEncapsulation(rawValue: $0) },
            hint: "this kernel does not have the protocol")
    }
    /// C's name of ``encapsulation``.
    @available(*, unavailable, renamed: "encapsulation") public static var UDP_ENCAP: SocketOption { .encapsulation }
}

extension SocketOption<Bool> {
    /// Whether several datagrams of one sender may come as one, with a message that says how large each was.
    ///
    /// The corresponding C constant is `UDP_GRO`. Since Linux 5.0.
    public static var receiveOffload: SocketOption {
        SocketOption(OptionLevel.udp, CSockets.UDP_GRO, "UDP_GRO", .flag)
    }
    /// C's name of ``receiveOffload``.
    @available(*, unavailable, renamed: "receiveOffload") public static var UDP_GRO: SocketOption { .receiveOffload }

    /// Whether datagrams over IPv6 that have no checksum are taken.
    ///
    /// The corresponding C constant is `UDP_NO_CHECK6_RX`.
    public static var acceptNoChecksumIPv6: SocketOption {
        SocketOption(OptionLevel.udp, CSockets.UDP_NO_CHECK6_RX, "UDP_NO_CHECK6_RX", .flag)
    }
    /// C's name of ``acceptNoChecksumIPv6``.
    @available(*, unavailable, renamed: "acceptNoChecksumIPv6") public static var UDP_NO_CHECK6_RX: SocketOption {
        .acceptNoChecksumIPv6
    }

    /// Whether datagrams over IPv6 are sent without a checksum.
    ///
    /// The corresponding C constant is `UDP_NO_CHECK6_TX`.
    public static var noChecksumIPv6: SocketOption {
        SocketOption(OptionLevel.udp, CSockets.UDP_NO_CHECK6_TX, "UDP_NO_CHECK6_TX", .flag)
    }
    /// C's name of ``noChecksumIPv6``.
    @available(*, unavailable, renamed: "noChecksumIPv6") public static var UDP_NO_CHECK6_TX: SocketOption {
        .noChecksumIPv6
    }
}

extension SocketOption<Int> {
    /// Into datagrams of how many bytes the kernel cuts what is sent by one call; 0 for not at all.
    ///
    /// The corresponding C constant is `UDP_SEGMENT`.
    public static var segmentSize: SocketOption {
        SocketOption(OptionLevel.udp, CSockets.UDP_SEGMENT, "UDP_SEGMENT", .integer(OptionInteger(.int, 0...65_535)))
    }
    /// C's name of ``segmentSize``.
    @available(*, unavailable, renamed: "segmentSize") public static var UDP_SEGMENT: SocketOption { .segmentSize }
}
