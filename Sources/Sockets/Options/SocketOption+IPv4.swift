internal import CSockets

// The options of IPv4 (SOL_IP), sorted by their names in C. Those that IPv6 has as well begin with "ipv4".

extension WriteOnlySocketOption<MulticastGroup> {
    /// Joins a multicast group of IPv4.
    ///
    /// ``Socket/join(_:)-(MulticastGroup)`` does it for both versions.
    ///
    /// The corresponding C constant is `IP_ADD_MEMBERSHIP`.
    public static var addMembership: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_ADD_MEMBERSHIP, "IP_ADD_MEMBERSHIP", MulticastGroup.ipv4Codec,
            hint:
                "the address is no multicast address, no interface can be chosen for it, or the group is joined already"
        )
    }
    /// C's name of ``addMembership``.
    @available(*, unavailable, renamed: "addMembership") public static var IP_ADD_MEMBERSHIP: WriteOnlySocketOption {
        .addMembership
    }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Joins a multicast group of IPv4 for the datagrams of one source.
    ///
    /// ``Socket/join(_:from:)`` does it for both versions.
    ///
    /// The corresponding C constant is `IP_ADD_SOURCE_MEMBERSHIP`.
    public static var addSourceMembership: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_ADD_SOURCE_MEMBERSHIP, "IP_ADD_SOURCE_MEMBERSHIP",
            SourceMulticastGroup.ipv4Codec,
            hint:
                "the address is no multicast address, no interface has the address, or the group is joined for all sources"
        )
    }
    /// C's name of ``addSourceMembership``.
    @available(*, unavailable, renamed: "addSourceMembership") public static var IP_ADD_SOURCE_MEMBERSHIP:
        WriteOnlySocketOption
    { .addSourceMembership }
}

extension SocketOption<Bool> {
    /// Whether binding to port 0 leaves the choice of the port to connecting, which then has many more to choose from.
    ///
    /// The corresponding C constant is `IP_BIND_ADDRESS_NO_PORT`.
    public static var bindAddressNoPort: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_BIND_ADDRESS_NO_PORT, "IP_BIND_ADDRESS_NO_PORT", .flag)
    }
    /// C's name of ``bindAddressNoPort``.
    @available(*, unavailable, renamed: "bindAddressNoPort") public static var IP_BIND_ADDRESS_NO_PORT: SocketOption {
        .bindAddressNoPort
    }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Gets no datagrams of one source any more from a group that was joined for all.
    ///
    /// The corresponding C constant is `IP_BLOCK_SOURCE`.
    public static var blockSource: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_BLOCK_SOURCE, "IP_BLOCK_SOURCE", SourceMulticastGroup.ipv4Codec,
            hint: "join the group for all sources first")
    }
    /// C's name of ``blockSource``.
    @available(*, unavailable, renamed: "blockSource") public static var IP_BLOCK_SOURCE: WriteOnlySocketOption {
        .blockSource
    }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has its checksum, as the card computed it, with it.
    ///
    /// The corresponding C constant is `IP_CHECKSUM`.
    public static var receiveChecksum: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_CHECKSUM, "IP_CHECKSUM", .flag)
    }
    /// C's name of ``receiveChecksum``.
    @available(*, unavailable, renamed: "receiveChecksum") public static var IP_CHECKSUM: SocketOption {
        .receiveChecksum
    }
}

extension WriteOnlySocketOption<MulticastGroup> {
    /// Leaves a multicast group of IPv4.
    ///
    /// ``Socket/leave(_:)-(MulticastGroup)`` does it for both versions.
    ///
    /// The corresponding C constant is `IP_DROP_MEMBERSHIP`.
    public static var dropMembership: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_DROP_MEMBERSHIP, "IP_DROP_MEMBERSHIP", MulticastGroup.ipv4Codec,
            hint: "the socket has not joined the group on this interface")
    }
    /// C's name of ``dropMembership``.
    @available(*, unavailable, renamed: "dropMembership") public static var IP_DROP_MEMBERSHIP: WriteOnlySocketOption {
        .dropMembership
    }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Leaves a multicast group of IPv4 for the datagrams of one source.
    ///
    /// The corresponding C constant is `IP_DROP_SOURCE_MEMBERSHIP`.
    public static var dropSourceMembership: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_DROP_SOURCE_MEMBERSHIP, "IP_DROP_SOURCE_MEMBERSHIP",
            SourceMulticastGroup.ipv4Codec, hint: "the socket has not joined the group for this source")
    }
    /// C's name of ``dropSourceMembership``.
    @available(*, unavailable, renamed: "dropSourceMembership") public static var IP_DROP_SOURCE_MEMBERSHIP:
        WriteOnlySocketOption
    { .dropSourceMembership }
}

extension SocketOption<Bool> {
    /// Whether the socket may be bound to an address that no interface has, or not yet.
    ///
    /// The corresponding C constant is `IP_FREEBIND`.
    public static var ipv4FreeBind: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_FREEBIND, "IP_FREEBIND", .flag)
    }
    /// C's name of ``ipv4FreeBind``.
    @available(*, unavailable, renamed: "ipv4FreeBind") public static var IP_FREEBIND: SocketOption { .ipv4FreeBind }

    /// Whether the bytes that are sent through a raw socket begin with the IPv4 header, which the kernel then does not
    /// add.
    ///
    /// The corresponding C constant is `IP_HDRINCL`.
    public static var ipv4HeaderIncluded: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_HDRINCL, "IP_HDRINCL", .flag, hint: "the option belongs to raw sockets")
    }
    /// C's name of ``ipv4HeaderIncluded``.
    @available(*, unavailable, renamed: "ipv4HeaderIncluded") public static var IP_HDRINCL: SocketOption {
        .ipv4HeaderIncluded
    }
}

extension SocketOption<LocalPortRange> {
    /// The ports out of which the kernel chooses one for the socket.
    ///
    /// See ``LocalPortRange``.
    ///
    /// The corresponding C constant is `IP_LOCAL_PORT_RANGE`. Since Linux 6.3.
    public static var localPortRange: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_LOCAL_PORT_RANGE, "IP_LOCAL_PORT_RANGE",
            .integer(
                OptionInteger(.unsignedInt), encode: { Int(exactly: $0.word) },
                decode: { LocalPortRange(word: UInt32(truncatingIfNeeded: $0)) }),
            hint: "the first port must not be above the last")
    }
    /// C's name of ``localPortRange``.
    @available(*, unavailable, renamed: "localPortRange") public static var IP_LOCAL_PORT_RANGE: SocketOption {
        .localPortRange
    }
}

extension SocketOption<Int> {
    /// Packets that come with less time to live are dropped; 0 for none.
    ///
    /// 255 lets only neighbours in (RFC 5082).
    ///
    /// The corresponding C constant is `IP_MINTTL`.
    public static var minimumTimeToLive: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_MINTTL, "IP_MINTTL", .integer(.byte))
    }
    /// C's name of ``minimumTimeToLive``.
    @available(*, unavailable, renamed: "minimumTimeToLive") public static var IP_MINTTL: SocketOption {
        .minimumTimeToLive
    }
}

extension WriteOnlySocketOption<MulticastSourceFilter> {
    /// All the sources of a joined group of IPv4 at once.
    ///
    /// ``WriteOnlySocketOption/multicastSourceFilter`` is the same for both versions.
    ///
    /// The corresponding C constant is `IP_MSFILTER`.
    public static var ipv4SourceFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_MSFILTER, "IP_MSFILTER", MulticastSourceFilter.ipv4Codec,
            hint: "join the group first")
    }
    /// C's name of ``ipv4SourceFilter``.
    @available(*, unavailable, renamed: "ipv4SourceFilter") public static var IP_MSFILTER: WriteOnlySocketOption {
        .ipv4SourceFilter
    }
}

extension ReadOnlySocketOption<Int> {
    /// How large a packet to the connected peer may be, in bytes, as far as the kernel knows.
    ///
    /// The corresponding C constant is `IP_MTU`.
    public static var ipv4MTU: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.ip, CSockets.IP_MTU, "IP_MTU", .integer(.count), hint: "connect the socket first")
    }
    /// C's name of ``ipv4MTU``.
    @available(*, unavailable, renamed: "ipv4MTU") public static var IP_MTU: ReadOnlySocketOption { .ipv4MTU }
}

extension SocketOption<PathMTUDiscovery> {
    /// Whether packets may be cut on their way, or the largest size of the path is found out instead.
    ///
    /// The corresponding C constant is `IP_MTU_DISCOVER`, also known as `IP_PMTUDISC`.
    public static var ipv4MTUDiscovery: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_MTU_DISCOVER, "IP_MTU_DISCOVER", .named { PathMTUDiscovery(rawValue: $0) })
    }
    /// C's name of ``ipv4MTUDiscovery``.
    @available(*, unavailable, renamed: "ipv4MTUDiscovery") public static var IP_MTU_DISCOVER: SocketOption {
        .ipv4MTUDiscovery
    }
    /// C's name of ``ipv4MTUDiscovery``.
    @available(*, unavailable, renamed: "ipv4MTUDiscovery") public static var IP_PMTUDISC: SocketOption {
        .ipv4MTUDiscovery
    }
}

extension SocketOption<Bool> {
    /// Whether the socket gets the datagrams of all groups that the machine has joined, on the start, or of its own
    /// alone.
    ///
    /// The corresponding C constant is `IP_MULTICAST_ALL`.
    public static var ipv4MulticastAll: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_MULTICAST_ALL, "IP_MULTICAST_ALL", .flag)
    }
    /// C's name of ``ipv4MulticastAll``.
    @available(*, unavailable, renamed: "ipv4MulticastAll") public static var IP_MULTICAST_ALL: SocketOption {
        .ipv4MulticastAll
    }
}

extension SocketOption<MulticastInterface> {
    /// The interface through which datagrams to multicast groups are sent.
    ///
    /// Reading says its address, and ``MulticastInterface/any`` where none, or only a number, was set.
    ///
    /// The corresponding C constant is `IP_MULTICAST_IF`.
    public static var ipv4MulticastInterface: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_MULTICAST_IF, "IP_MULTICAST_IF", MulticastInterface.ipv4Codec,
            hint: "no interface of this machine has the number or address")
    }
    /// C's name of ``ipv4MulticastInterface``.
    @available(*, unavailable, renamed: "ipv4MulticastInterface") public static var IP_MULTICAST_IF: SocketOption {
        .ipv4MulticastInterface
    }
}

extension SocketOption<Bool> {
    /// Whether datagrams to multicast groups come back to members on this machine; on from the start.
    ///
    /// The corresponding C constant is `IP_MULTICAST_LOOP`.
    public static var ipv4MulticastLoop: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP", .flag)
    }
    /// C's name of ``ipv4MulticastLoop``.
    @available(*, unavailable, renamed: "ipv4MulticastLoop") public static var IP_MULTICAST_LOOP: SocketOption {
        .ipv4MulticastLoop
    }
}

extension SocketOption<Int> {
    /// How many networks a datagram to a multicast group may cross; 1, the local one alone, from the start.
    ///
    /// The corresponding C constant is `IP_MULTICAST_TTL`.
    public static var multicastTimeToLive: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_MULTICAST_TTL, "IP_MULTICAST_TTL", .integer(.byte))
    }
    /// C's name of ``multicastTimeToLive``.
    @available(*, unavailable, renamed: "multicastTimeToLive") public static var IP_MULTICAST_TTL: SocketOption {
        .multicastTimeToLive
    }
}

extension SocketOption<Bool> {
    /// Whether packets that a raw socket sends are left in their fragments by the firewall of this machine.
    ///
    /// The corresponding C constant is `IP_NODEFRAG`.
    public static var noDefragmentation: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_NODEFRAG, "IP_NODEFRAG", .flag, hint: "the option belongs to raw sockets")
    }
    /// C's name of ``noDefragmentation``.
    @available(*, unavailable, renamed: "noDefragmentation") public static var IP_NODEFRAG: SocketOption {
        .noDefragmentation
    }
}

extension SocketOption<[UInt8]> {
    /// The options of the IPv4 header of what is sent, at most 40 bytes; padded to a multiple of four when read.
    ///
    /// The corresponding C constant is `IP_OPTIONS`.
    public static var ipv4Options: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_OPTIONS, "IP_OPTIONS", .bytes(capacity: 40),
            needs: "the capability CAP_NET_RAW", hint: "the bytes are no valid options of IPv4")
    }
    /// C's name of ``ipv4Options``.
    @available(*, unavailable, renamed: "ipv4Options") public static var IP_OPTIONS: SocketOption { .ipv4Options }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has the security context of its sender with it.
    ///
    /// The corresponding C constant is `IP_PASSSEC`.
    public static var ipv4PassSecurityContext: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_PASSSEC, "IP_PASSSEC", .flag)
    }
    /// C's name of ``ipv4PassSecurityContext``.
    @available(*, unavailable, renamed: "ipv4PassSecurityContext") public static var IP_PASSSEC: SocketOption {
        .ipv4PassSecurityContext
    }

    /// Whether each datagram that comes has with it to which address and through which interface it came.
    ///
    /// The corresponding C constant is `IP_PKTINFO`.
    public static var ipv4ReceivePacketInfo: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_PKTINFO, "IP_PKTINFO", .flag)
    }
    /// C's name of ``ipv4ReceivePacketInfo``.
    @available(*, unavailable, renamed: "ipv4ReceivePacketInfo") public static var IP_PKTINFO: SocketOption {
        .ipv4ReceivePacketInfo
    }
}

extension ReadOnlySocketOption<TransportProtocol> {
    /// The protocol of a raw socket.
    ///
    /// The corresponding C constant is `IP_PROTOCOL`. Since Linux 6.4.
    public static var ipv4Protocol: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.ip, CSockets.IP_PROTOCOL, "IP_PROTOCOL", .named { TransportProtocol(rawValue: $0) })
    }
    /// C's name of ``ipv4Protocol``.
    @available(*, unavailable, renamed: "ipv4Protocol") public static var IP_PROTOCOL: ReadOnlySocketOption {
        .ipv4Protocol
    }
}

extension SocketOption<Bool> {
    /// Whether errors that the network reports, such as an unreachable host, come with all their details in the error
    /// queue.
    ///
    /// See ``ReceiveFlags/errorQueue``.
    ///
    /// The corresponding C constant is `IP_RECVERR`.
    public static var ipv4ReceiveErrors: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVERR, "IP_RECVERR", .flag)
    }
    /// C's name of ``ipv4ReceiveErrors``.
    @available(*, unavailable, renamed: "ipv4ReceiveErrors") public static var IP_RECVERR: SocketOption {
        .ipv4ReceiveErrors
    }

    /// Whether errors in the error queue have with them where the extensions of RFC 4884 begin.
    ///
    /// The corresponding C constant is `IP_RECVERR_RFC4884`. Since Linux 5.9.
    public static var ipv4ReceiveErrorExtensions: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVERR_RFC4884, "IP_RECVERR_RFC4884", .flag)
    }
    /// C's name of ``ipv4ReceiveErrorExtensions``.
    @available(*, unavailable, renamed: "ipv4ReceiveErrorExtensions") public static var IP_RECVERR_RFC4884: SocketOption
    { .ipv4ReceiveErrorExtensions }

    /// Whether each datagram that came in fragments has with it how large the largest of them was.
    ///
    /// The corresponding C constant is `IP_RECVFRAGSIZE`.
    public static var ipv4ReceiveFragmentSize: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVFRAGSIZE, "IP_RECVFRAGSIZE", .flag)
    }
    /// C's name of ``ipv4ReceiveFragmentSize``.
    @available(*, unavailable, renamed: "ipv4ReceiveFragmentSize") public static var IP_RECVFRAGSIZE: SocketOption {
        .ipv4ReceiveFragmentSize
    }

    /// Whether each datagram that comes has the options of its header with it.
    ///
    /// The corresponding C constant is `IP_RECVOPTS`.
    public static var receiveIPv4Options: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVOPTS, "IP_RECVOPTS", .flag)
    }
    /// C's name of ``receiveIPv4Options``.
    @available(*, unavailable, renamed: "receiveIPv4Options") public static var IP_RECVOPTS: SocketOption {
        .receiveIPv4Options
    }

    /// Whether each datagram that comes has with it where it was going before a transparent proxy took it.
    ///
    /// The corresponding C constant is `IP_RECVORIGDSTADDR`, also known as `IP_ORIGDSTADDR`.
    public static var ipv4ReceiveOriginalDestination: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVORIGDSTADDR, "IP_RECVORIGDSTADDR", .flag)
    }
    /// C's name of ``ipv4ReceiveOriginalDestination``.
    @available(*, unavailable, renamed: "ipv4ReceiveOriginalDestination") public static var IP_RECVORIGDSTADDR:
        SocketOption
    { .ipv4ReceiveOriginalDestination }
    /// C's name of ``ipv4ReceiveOriginalDestination``.
    @available(*, unavailable, renamed: "ipv4ReceiveOriginalDestination") public static var IP_ORIGDSTADDR: SocketOption
    { .ipv4ReceiveOriginalDestination }

    /// Whether each datagram that comes has its type of service with it.
    ///
    /// The corresponding C constant is `IP_RECVTOS`.
    public static var receiveTypeOfService: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVTOS, "IP_RECVTOS", .flag)
    }
    /// C's name of ``receiveTypeOfService``.
    @available(*, unavailable, renamed: "receiveTypeOfService") public static var IP_RECVTOS: SocketOption {
        .receiveTypeOfService
    }

    /// Whether each datagram that comes has its time to live with it.
    ///
    /// The corresponding C constant is `IP_RECVTTL`.
    public static var receiveTimeToLive: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RECVTTL, "IP_RECVTTL", .flag)
    }
    /// C's name of ``receiveTimeToLive``.
    @available(*, unavailable, renamed: "receiveTimeToLive") public static var IP_RECVTTL: SocketOption {
        .receiveTimeToLive
    }

    /// Whether each datagram that comes has with it the options of its header, changed so that they lead back to the
    /// sender.
    ///
    /// The corresponding C constant is `IP_RETOPTS`, also known as `IP_RECVRETOPTS`.
    public static var receiveIPv4ReturnOptions: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_RETOPTS, "IP_RETOPTS", .flag)
    }
    /// C's name of ``receiveIPv4ReturnOptions``.
    @available(*, unavailable, renamed: "receiveIPv4ReturnOptions") public static var IP_RETOPTS: SocketOption {
        .receiveIPv4ReturnOptions
    }
    /// C's name of ``receiveIPv4ReturnOptions``.
    @available(*, unavailable, renamed: "receiveIPv4ReturnOptions") public static var IP_RECVRETOPTS: SocketOption {
        .receiveIPv4ReturnOptions
    }

    /// Whether a raw socket gets all packets with the router alert option that are to be forwarded.
    ///
    /// The corresponding C constant is `IP_ROUTER_ALERT`.
    public static var ipv4RouterAlert: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_ROUTER_ALERT, "IP_ROUTER_ALERT", .flag,
            hint: "the option belongs to raw sockets")
    }
    /// C's name of ``ipv4RouterAlert``.
    @available(*, unavailable, renamed: "ipv4RouterAlert") public static var IP_ROUTER_ALERT: SocketOption {
        .ipv4RouterAlert
    }
}

extension SocketOption<TrafficClass> {
    /// The type of service of the packets that are sent.
    ///
    /// See ``TrafficClass``.
    /// For TCP the two bits of congestion notification are the kernel's, and stay as they are.
    ///
    /// The corresponding C constant is `IP_TOS`.
    public static var typeOfService: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_TOS, "IP_TOS",
            .integer(
                .byte, encode: { Int($0.rawValue) }, decode: { TrafficClass(rawValue: UInt8(truncatingIfNeeded: $0)) }))
    }
    /// C's name of ``typeOfService``.
    @available(*, unavailable, renamed: "typeOfService") public static var IP_TOS: SocketOption { .typeOfService }
}

extension SocketOption<Bool> {
    /// Whether the socket may be bound to addresses of others and speak for them, as a transparent proxy.
    ///
    /// The corresponding C constant is `IP_TRANSPARENT`. Switching it on needs the capability CAP_NET_ADMIN or
    /// CAP_NET_RAW.
    public static var ipv4Transparent: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_TRANSPARENT, "IP_TRANSPARENT", .flag,
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``ipv4Transparent``.
    @available(*, unavailable, renamed: "ipv4Transparent") public static var IP_TRANSPARENT: SocketOption {
        .ipv4Transparent
    }
}

extension SocketOption<Int?> {
    /// How many networks a packet may cross, 1 to 255; nil sets the default of the system, which reading then says.
    ///
    /// The corresponding C constant is `IP_TTL`.
    public static var timeToLive: SocketOption {
        SocketOption(OptionLevel.ip, CSockets.IP_TTL, "IP_TTL", .optional(OptionInteger(.int, 1...255), none: -1))
    }
    /// C's name of ``timeToLive``.
    @available(*, unavailable, renamed: "timeToLive") public static var IP_TTL: SocketOption { .timeToLive }
}

extension WriteOnlySocketOption<SourceMulticastGroup> {
    /// Gets the datagrams of a source that was blocked again.
    ///
    /// The corresponding C constant is `IP_UNBLOCK_SOURCE`.
    public static var unblockSource: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ip, CSockets.IP_UNBLOCK_SOURCE, "IP_UNBLOCK_SOURCE", SourceMulticastGroup.ipv4Codec,
            hint: "the source is not blocked")
    }
    /// C's name of ``unblockSource``.
    @available(*, unavailable, renamed: "unblockSource") public static var IP_UNBLOCK_SOURCE: WriteOnlySocketOption {
        .unblockSource
    }
}

extension SocketOption<Int> {
    /// The number of the interface through which packets are sent that are not for a multicast group; 0 for none in
    /// particular.
    ///
    /// The corresponding C constant is `IP_UNICAST_IF`.
    public static var ipv4UnicastInterface: SocketOption {
        SocketOption(
            OptionLevel.ip, CSockets.IP_UNICAST_IF, "IP_UNICAST_IF", OptionCodec.networkOrderIndex,
            hint: "no interface of this machine has the number")
    }
    /// C's name of ``ipv4UnicastInterface``.
    @available(*, unavailable, renamed: "ipv4UnicastInterface") public static var IP_UNICAST_IF: SocketOption {
        .ipv4UnicastInterface
    }
}

extension ReadOnlySocketOption<SocketAddress> {
    /// Where a connection was going before the firewall redirected it to this socket.
    ///
    /// The corresponding C constant is `SO_ORIGINAL_DST`.
    public static var ipv4OriginalDestination: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.ip, CSockets.SO_ORIGINAL_DST, "SO_ORIGINAL_DST",
            .bytes(
                capacity: 16, encode: { _ throws(OptionMisfit) in [] },
                decode: { KernelAddress(bytes: $0).address(of: nil) }),
            hint: "the firewall did not redirect the connection")
    }
    /// C's name of ``ipv4OriginalDestination``.
    @available(*, unavailable, renamed: "ipv4OriginalDestination") public static var SO_ORIGINAL_DST:
        ReadOnlySocketOption
    { .ipv4OriginalDestination }
}
