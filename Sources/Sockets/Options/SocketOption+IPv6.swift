internal import CSockets

// The options of IPv6 (SOL_IPV6), sorted by their names in C. Those that IPv4 has as well begin with "ipv6".

extension ReadOnlySocketOption<SocketAddress> {
    /// Where a connection was going before the firewall redirected it to this socket.
    ///
    /// The corresponding C constant is `IP6T_SO_ORIGINAL_DST`.
    public static var ipv6OriginalDestination: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.ipv6, CSockets.IP6T_SO_ORIGINAL_DST, "IP6T_SO_ORIGINAL_DST",
            .bytes(
                capacity: 28, encode: { _ throws(OptionMisfit) in [] },
                decode: { KernelAddress(bytes: $0).address(of: nil) }),
            hint: "the firewall did not redirect the connection")
    }
    /// C's name of ``ipv6OriginalDestination``.
    @available(*, unavailable, renamed: "ipv6OriginalDestination") public static var IP6T_SO_ORIGINAL_DST:
        ReadOnlySocketOption
    { .ipv6OriginalDestination }
}

extension SocketOption<AddressFamily> {
    /// The family of the socket; setting it to ``AddressFamily/ipv4`` makes a connected socket with an IPv4-mapped peer
    /// one of IPv4.
    ///
    /// ``Socket/family`` stays as it was.
    ///
    /// The corresponding C constant is `IPV6_ADDRFORM`.
    public static var addressForm: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_ADDRFORM, "IPV6_ADDRFORM", .named { AddressFamily(rawValue: $0) },
            hint: "connect the socket to an IPv4-mapped address first")
    }
    /// C's name of ``addressForm``.
    @available(*, unavailable, renamed: "addressForm") public static var IPV6_ADDRFORM: SocketOption { .addressForm }
}

extension SocketOption<IPv6AddressPreferences> {
    /// Which kind of own address the kernel prefers for what is sent (RFC 5014).
    ///
    /// The corresponding C constant is `IPV6_ADDR_PREFERENCES`.
    public static var addressPreferences: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_ADDR_PREFERENCES, "IPV6_ADDR_PREFERENCES",
            .flags { IPv6AddressPreferences(rawValue: $0) }, hint: "two preferences contradict each other")
    }
    /// C's name of ``addressPreferences``.
    @available(*, unavailable, renamed: "addressPreferences") public static var IPV6_ADDR_PREFERENCES: SocketOption {
        .addressPreferences
    }
}

extension SocketOption<Bool> {
    /// Whether the kernel gives the packets of a flow a label.
    ///
    /// The corresponding C constant is `IPV6_AUTOFLOWLABEL`.
    public static var automaticFlowLabel: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_AUTOFLOWLABEL, "IPV6_AUTOFLOWLABEL", .flag)
    }
    /// C's name of ``automaticFlowLabel``.
    @available(*, unavailable, renamed: "automaticFlowLabel") public static var IPV6_AUTOFLOWLABEL: SocketOption {
        .automaticFlowLabel
    }
}

extension SocketOption<Int?> {
    /// Where in the packets of a raw socket the kernel writes and checks a checksum, an even number of bytes; nil for
    /// not at all.
    ///
    /// The corresponding C constant is `IPV6_CHECKSUM`.
    public static var checksumOffset: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_CHECKSUM, "IPV6_CHECKSUM", .optional(.count, none: -1),
            hint: "the option belongs to raw sockets other than of ICMPv6, and the offset must be even")
    }
    /// C's name of ``checksumOffset``.
    @available(*, unavailable, renamed: "checksumOffset") public static var IPV6_CHECKSUM: SocketOption {
        .checksumOffset
    }
}

extension SocketOption<Bool> {
    /// Whether a datagram that is too large for the path is an error, and is not cut.
    ///
    /// The corresponding C constant is `IPV6_DONTFRAG`.
    public static var ipv6DontFragment: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_DONTFRAG, "IPV6_DONTFRAG", .flag)
    }
    /// C's name of ``ipv6DontFragment``.
    @available(*, unavailable, renamed: "ipv6DontFragment") public static var IPV6_DONTFRAG: SocketOption {
        .ipv6DontFragment
    }
}

extension SocketOption<[UInt8]> {
    /// The destination options header of the packets that are sent, with its first two bytes; empty for none.
    ///
    /// The corresponding C constant is `IPV6_DSTOPTS`. Setting it needs the capability CAP_NET_RAW.
    public static var destinationOptions: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_DSTOPTS, "IPV6_DSTOPTS", .bytes(capacity: 2048),
            needs: "the capability CAP_NET_RAW", hint: "the bytes are no valid header")
    }
    /// C's name of ``destinationOptions``.
    @available(*, unavailable, renamed: "destinationOptions") public static var IPV6_DSTOPTS: SocketOption {
        .destinationOptions
    }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has its flow label and traffic class with it.
    ///
    /// The corresponding C constant is `IPV6_FLOWINFO`.
    public static var receiveFlowInfo: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_FLOWINFO, "IPV6_FLOWINFO", .flag)
    }
    /// C's name of ``receiveFlowInfo``.
    @available(*, unavailable, renamed: "receiveFlowInfo") public static var IPV6_FLOWINFO: SocketOption {
        .receiveFlowInfo
    }

    /// Whether the flow label of the address to which something is sent is put into its packets.
    ///
    /// Only labels that were asked for by `IPV6_FLOWLABEL_MGR` can be sent then.
    ///
    /// The corresponding C constant is `IPV6_FLOWINFO_SEND`.
    public static var sendFlowInfo: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_FLOWINFO_SEND, "IPV6_FLOWINFO_SEND", .flag)
    }
    /// C's name of ``sendFlowInfo``.
    @available(*, unavailable, renamed: "sendFlowInfo") public static var IPV6_FLOWINFO_SEND: SocketOption {
        .sendFlowInfo
    }

    /// Whether the socket may be bound to an address that no interface has, or not yet.
    ///
    /// The corresponding C constant is `IPV6_FREEBIND`.
    public static var ipv6FreeBind: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_FREEBIND, "IPV6_FREEBIND", .flag)
    }
    /// C's name of ``ipv6FreeBind``.
    @available(*, unavailable, renamed: "ipv6FreeBind") public static var IPV6_FREEBIND: SocketOption { .ipv6FreeBind }

    /// Whether the bytes that are sent through a raw socket begin with the IPv6 header, which the kernel then does not
    /// add.
    ///
    /// The corresponding C constant is `IPV6_HDRINCL`.
    public static var ipv6HeaderIncluded: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_HDRINCL, "IPV6_HDRINCL", .flag, hint: "the option belongs to raw sockets")
    }
    /// C's name of ``ipv6HeaderIncluded``.
    @available(*, unavailable, renamed: "ipv6HeaderIncluded") public static var IPV6_HDRINCL: SocketOption {
        .ipv6HeaderIncluded
    }
}

extension SocketOption<[UInt8]> {
    /// The hop-by-hop options header of the packets that are sent, with its first two bytes; empty for none.
    ///
    /// The corresponding C constant is `IPV6_HOPOPTS`. Setting it needs the capability CAP_NET_RAW.
    public static var hopByHopOptions: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_HOPOPTS, "IPV6_HOPOPTS", .bytes(capacity: 2048),
            needs: "the capability CAP_NET_RAW", hint: "the bytes are no valid header")
    }
    /// C's name of ``hopByHopOptions``.
    @available(*, unavailable, renamed: "hopByHopOptions") public static var IPV6_HOPOPTS: SocketOption {
        .hopByHopOptions
    }
}

extension WriteOnlySocketOption<IPv6Address> {
    /// Makes this machine answer to an anycast address, on the interface that is its zone.
    ///
    /// The corresponding C constant is `IPV6_JOIN_ANYCAST`. Setting it needs the capability CAP_NET_ADMIN.
    public static var joinAnycast: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_JOIN_ANYCAST, "IPV6_JOIN_ANYCAST", IPv6Address.membershipCodec,
            needs: "the capability CAP_NET_ADMIN", hint: "the zone must be an interface in the network of the address")
    }
    /// C's name of ``joinAnycast``.
    @available(*, unavailable, renamed: "joinAnycast") public static var IPV6_JOIN_ANYCAST: WriteOnlySocketOption {
        .joinAnycast
    }
}

extension WriteOnlySocketOption<MulticastGroup> {
    /// Joins a multicast group of IPv6.
    ///
    /// ``Socket/join(_:)-(MulticastGroup)`` does it for both versions.
    ///
    /// The corresponding C constant is `IPV6_JOIN_GROUP`, also known as `IPV6_ADD_MEMBERSHIP`.
    public static var joinGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_JOIN_GROUP, "IPV6_JOIN_GROUP", MulticastGroup.ipv6Codec,
            hint:
                "the address is no multicast address, no interface can be chosen for it, or the group is joined already"
        )
    }
    /// C's name of ``joinGroup``.
    @available(*, unavailable, renamed: "joinGroup") public static var IPV6_JOIN_GROUP: WriteOnlySocketOption {
        .joinGroup
    }
    /// C's name of ``joinGroup``.
    @available(*, unavailable, renamed: "joinGroup") public static var IPV6_ADD_MEMBERSHIP: WriteOnlySocketOption {
        .joinGroup
    }
}

extension WriteOnlySocketOption<IPv6Address> {
    /// Does not answer to an anycast address any more.
    ///
    /// The corresponding C constant is `IPV6_LEAVE_ANYCAST`.
    public static var leaveAnycast: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_LEAVE_ANYCAST, "IPV6_LEAVE_ANYCAST", IPv6Address.membershipCodec,
            hint: "the socket has not joined the address on this interface")
    }
    /// C's name of ``leaveAnycast``.
    @available(*, unavailable, renamed: "leaveAnycast") public static var IPV6_LEAVE_ANYCAST: WriteOnlySocketOption {
        .leaveAnycast
    }
}

extension WriteOnlySocketOption<MulticastGroup> {
    /// Leaves a multicast group of IPv6.
    ///
    /// ``Socket/leave(_:)-(MulticastGroup)`` does it for both versions.
    ///
    /// The corresponding C constant is `IPV6_LEAVE_GROUP`, also known as `IPV6_DROP_MEMBERSHIP`.
    public static var leaveGroup: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_LEAVE_GROUP, "IPV6_LEAVE_GROUP", MulticastGroup.ipv6Codec,
            hint: "the socket has not joined the group on this interface")
    }
    /// C's name of ``leaveGroup``.
    @available(*, unavailable, renamed: "leaveGroup") public static var IPV6_LEAVE_GROUP: WriteOnlySocketOption {
        .leaveGroup
    }
    /// C's name of ``leaveGroup``.
    @available(*, unavailable, renamed: "leaveGroup") public static var IPV6_DROP_MEMBERSHIP: WriteOnlySocketOption {
        .leaveGroup
    }
}

extension SocketOption<Int> {
    /// Packets that come with a smaller hop limit are dropped; 0 for none.
    ///
    /// The corresponding C constant is `IPV6_MINHOPCOUNT`.
    public static var minimumHopCount: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_MINHOPCOUNT, "IPV6_MINHOPCOUNT", .integer(.byte))
    }
    /// C's name of ``minimumHopCount``.
    @available(*, unavailable, renamed: "minimumHopCount") public static var IPV6_MINHOPCOUNT: SocketOption {
        .minimumHopCount
    }

    /// How large a packet to the connected peer may be, in bytes, as far as the kernel knows; setting it, to 1280 at
    /// least, limits it for this socket.
    ///
    /// The corresponding C constant is `IPV6_MTU`.
    public static var ipv6MTU: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_MTU, "IPV6_MTU", .integer(.count),
            hint: "reading needs a connected socket, setting at least 1280 bytes")
    }
    /// C's name of ``ipv6MTU``.
    @available(*, unavailable, renamed: "ipv6MTU") public static var IPV6_MTU: SocketOption { .ipv6MTU }
}

extension SocketOption<PathMTUDiscovery> {
    /// Whether the largest size of the path is found out, or packets are cut to the size that every path has.
    ///
    /// The corresponding C constant is `IPV6_MTU_DISCOVER`.
    public static var ipv6MTUDiscovery: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER", .named { PathMTUDiscovery(rawValue: $0) }
        )
    }
    /// C's name of ``ipv6MTUDiscovery``.
    @available(*, unavailable, renamed: "ipv6MTUDiscovery") public static var IPV6_MTU_DISCOVER: SocketOption {
        .ipv6MTUDiscovery
    }
}

extension SocketOption<Bool> {
    /// Whether the socket gets the datagrams of all groups that the machine has joined, on the start, or of its own
    /// alone.
    ///
    /// The corresponding C constant is `IPV6_MULTICAST_ALL`.
    public static var ipv6MulticastAll: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_MULTICAST_ALL, "IPV6_MULTICAST_ALL", .flag)
    }
    /// C's name of ``ipv6MulticastAll``.
    @available(*, unavailable, renamed: "ipv6MulticastAll") public static var IPV6_MULTICAST_ALL: SocketOption {
        .ipv6MulticastAll
    }
}

extension SocketOption<Int?> {
    /// How many networks a datagram to a multicast group may cross, 0 to 255; nil sets the default, 1, which reading
    /// then says.
    ///
    /// The corresponding C constant is `IPV6_MULTICAST_HOPS`.
    public static var multicastHops: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_MULTICAST_HOPS, "IPV6_MULTICAST_HOPS", .optional(.byte, none: -1))
    }
    /// C's name of ``multicastHops``.
    @available(*, unavailable, renamed: "multicastHops") public static var IPV6_MULTICAST_HOPS: SocketOption {
        .multicastHops
    }
}

extension SocketOption<MulticastInterface> {
    /// The interface through which datagrams to multicast groups are sent.
    ///
    /// Reading says its number, or ``MulticastInterface/any``.
    ///
    /// The corresponding C constant is `IPV6_MULTICAST_IF`.
    public static var ipv6MulticastInterface: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_MULTICAST_IF, "IPV6_MULTICAST_IF", MulticastInterface.ipv6Codec,
            hint: "no interface of this machine has the number")
    }
    /// C's name of ``ipv6MulticastInterface``.
    @available(*, unavailable, renamed: "ipv6MulticastInterface") public static var IPV6_MULTICAST_IF: SocketOption {
        .ipv6MulticastInterface
    }
}

extension SocketOption<Bool> {
    /// Whether datagrams to multicast groups come back to members on this machine; on from the start.
    ///
    /// The corresponding C constant is `IPV6_MULTICAST_LOOP`.
    public static var ipv6MulticastLoop: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_MULTICAST_LOOP, "IPV6_MULTICAST_LOOP", .flag)
    }
    /// C's name of ``ipv6MulticastLoop``.
    @available(*, unavailable, renamed: "ipv6MulticastLoop") public static var IPV6_MULTICAST_LOOP: SocketOption {
        .ipv6MulticastLoop
    }
}

extension ReadOnlySocketOption<Int> {
    /// How large a packet to the connected peer may be, in bytes.
    ///
    /// The address that is in the structure of C as well is not given.
    ///
    /// The corresponding C constant is `IPV6_PATHMTU`.
    public static var pathMTU: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_PATHMTU, "IPV6_PATHMTU",
            .bytes(
                capacity: 32, encode: { _ throws(OptionMisfit) in [] },
                decode: { OptionBytes.load(UInt32.self, $0, at: 28).map { Int(clamping: $0) } }),
            hint: "connect the socket first")
    }
    /// C's name of ``pathMTU``.
    @available(*, unavailable, renamed: "pathMTU") public static var IPV6_PATHMTU: ReadOnlySocketOption { .pathMTU }
}

extension WriteOnlySocketOption<IPv6Address> {
    /// The own address, and as its zone the interface, that everything is sent from; ``IPv6Address/any`` for none in
    /// particular.
    ///
    /// The corresponding C constant is `IPV6_PKTINFO`.
    public static var ipv6Source: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.ipv6, CSockets.IPV6_PKTINFO, "IPV6_PKTINFO", IPv6Address.packetInfoCodec,
            hint: "no interface of this machine has the address")
    }
    /// C's name of ``ipv6Source``.
    @available(*, unavailable, renamed: "ipv6Source") public static var IPV6_PKTINFO: WriteOnlySocketOption {
        .ipv6Source
    }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has its destination options with it.
    ///
    /// The corresponding C constant is `IPV6_RECVDSTOPTS`.
    public static var receiveDestinationOptions: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVDSTOPTS, "IPV6_RECVDSTOPTS", .flag)
    }
    /// C's name of ``receiveDestinationOptions``.
    @available(*, unavailable, renamed: "receiveDestinationOptions") public static var IPV6_RECVDSTOPTS: SocketOption {
        .receiveDestinationOptions
    }

    /// Whether errors that the network reports, such as an unreachable host, come with all their details in the error
    /// queue.
    ///
    /// See ``ReceiveFlags/errorQueue``.
    ///
    /// The corresponding C constant is `IPV6_RECVERR`.
    public static var ipv6ReceiveErrors: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVERR, "IPV6_RECVERR", .flag)
    }
    /// C's name of ``ipv6ReceiveErrors``.
    @available(*, unavailable, renamed: "ipv6ReceiveErrors") public static var IPV6_RECVERR: SocketOption {
        .ipv6ReceiveErrors
    }

    /// Whether errors in the error queue have with them where the extensions of RFC 4884 begin.
    ///
    /// The corresponding C constant is `IPV6_RECVERR_RFC4884`. Since Linux 5.9.
    public static var ipv6ReceiveErrorExtensions: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVERR_RFC4884, "IPV6_RECVERR_RFC4884", .flag)
    }
    /// C's name of ``ipv6ReceiveErrorExtensions``.
    @available(*, unavailable, renamed: "ipv6ReceiveErrorExtensions") public static var IPV6_RECVERR_RFC4884:
        SocketOption
    { .ipv6ReceiveErrorExtensions }

    /// Whether each datagram that came in fragments has with it how large the largest of them was.
    ///
    /// The corresponding C constant is `IPV6_RECVFRAGSIZE`.
    public static var ipv6ReceiveFragmentSize: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVFRAGSIZE, "IPV6_RECVFRAGSIZE", .flag)
    }
    /// C's name of ``ipv6ReceiveFragmentSize``.
    @available(*, unavailable, renamed: "ipv6ReceiveFragmentSize") public static var IPV6_RECVFRAGSIZE: SocketOption {
        .ipv6ReceiveFragmentSize
    }

    /// Whether each datagram that comes has its hop limit with it.
    ///
    /// The corresponding C constant is `IPV6_RECVHOPLIMIT`.
    public static var receiveHopLimit: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT", .flag)
    }
    /// C's name of ``receiveHopLimit``.
    @available(*, unavailable, renamed: "receiveHopLimit") public static var IPV6_RECVHOPLIMIT: SocketOption {
        .receiveHopLimit
    }

    /// Whether each datagram that comes has its hop-by-hop options with it.
    ///
    /// The corresponding C constant is `IPV6_RECVHOPOPTS`.
    public static var receiveHopByHopOptions: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVHOPOPTS, "IPV6_RECVHOPOPTS", .flag)
    }
    /// C's name of ``receiveHopByHopOptions``.
    @available(*, unavailable, renamed: "receiveHopByHopOptions") public static var IPV6_RECVHOPOPTS: SocketOption {
        .receiveHopByHopOptions
    }

    /// Whether each datagram that comes has with it where it was going before a transparent proxy took it.
    ///
    /// The corresponding C constant is `IPV6_RECVORIGDSTADDR`, also known as `IPV6_ORIGDSTADDR`.
    public static var ipv6ReceiveOriginalDestination: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVORIGDSTADDR, "IPV6_RECVORIGDSTADDR", .flag)
    }
    /// C's name of ``ipv6ReceiveOriginalDestination``.
    @available(*, unavailable, renamed: "ipv6ReceiveOriginalDestination") public static var IPV6_RECVORIGDSTADDR:
        SocketOption
    { .ipv6ReceiveOriginalDestination }
    /// C's name of ``ipv6ReceiveOriginalDestination``.
    @available(*, unavailable, renamed: "ipv6ReceiveOriginalDestination") public static var IPV6_ORIGDSTADDR:
        SocketOption
    { .ipv6ReceiveOriginalDestination }

    /// Whether a message comes each time that a datagram was larger than the path allows.
    ///
    /// The corresponding C constant is `IPV6_RECVPATHMTU`.
    public static var receivePathMTU: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVPATHMTU, "IPV6_RECVPATHMTU", .flag)
    }
    /// C's name of ``receivePathMTU``.
    @available(*, unavailable, renamed: "receivePathMTU") public static var IPV6_RECVPATHMTU: SocketOption {
        .receivePathMTU
    }

    /// Whether each datagram that comes has with it to which address and through which interface it came.
    ///
    /// The corresponding C constant is `IPV6_RECVPKTINFO`.
    public static var ipv6ReceivePacketInfo: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO", .flag)
    }
    /// C's name of ``ipv6ReceivePacketInfo``.
    @available(*, unavailable, renamed: "ipv6ReceivePacketInfo") public static var IPV6_RECVPKTINFO: SocketOption {
        .ipv6ReceivePacketInfo
    }

    /// Whether each datagram that comes has its routing header with it.
    ///
    /// The corresponding C constant is `IPV6_RECVRTHDR`.
    public static var receiveRoutingHeader: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVRTHDR, "IPV6_RECVRTHDR", .flag)
    }
    /// C's name of ``receiveRoutingHeader``.
    @available(*, unavailable, renamed: "receiveRoutingHeader") public static var IPV6_RECVRTHDR: SocketOption {
        .receiveRoutingHeader
    }

    /// Whether each datagram that comes has its traffic class with it.
    ///
    /// The corresponding C constant is `IPV6_RECVTCLASS`.
    public static var receiveTrafficClass: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_RECVTCLASS, "IPV6_RECVTCLASS", .flag)
    }
    /// C's name of ``receiveTrafficClass``.
    @available(*, unavailable, renamed: "receiveTrafficClass") public static var IPV6_RECVTCLASS: SocketOption {
        .receiveTrafficClass
    }
}

extension SocketOption<Int?> {
    /// Which packets with the router alert option a raw socket gets, by the value of that option; nil for none.
    ///
    /// The corresponding C constant is `IPV6_ROUTER_ALERT`.
    public static var ipv6RouterAlert: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_ROUTER_ALERT, "IPV6_ROUTER_ALERT", .optional(.count, none: -1),
            hint: "the option belongs to raw sockets that were made with the protocol .raw")
    }
    /// C's name of ``ipv6RouterAlert``.
    @available(*, unavailable, renamed: "ipv6RouterAlert") public static var IPV6_ROUTER_ALERT: SocketOption {
        .ipv6RouterAlert
    }
}

extension SocketOption<Bool> {
    /// Whether packets with the router alert option come from the network namespace of the socket alone.
    ///
    /// The corresponding C constant is `IPV6_ROUTER_ALERT_ISOLATE`. Since Linux 5.1.
    public static var isolateRouterAlert: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_ROUTER_ALERT_ISOLATE, "IPV6_ROUTER_ALERT_ISOLATE", .flag)
    }
    /// C's name of ``isolateRouterAlert``.
    @available(*, unavailable, renamed: "isolateRouterAlert") public static var IPV6_ROUTER_ALERT_ISOLATE: SocketOption
    { .isolateRouterAlert }
}

extension SocketOption<[UInt8]> {
    /// The routing header of the packets that are sent, with its first two bytes; empty for none.
    ///
    /// The corresponding C constant is `IPV6_RTHDR`. Setting it needs the capability CAP_NET_RAW.
    public static var routingHeader: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_RTHDR, "IPV6_RTHDR", .bytes(capacity: 2048),
            needs: "the capability CAP_NET_RAW",
            hint: "the bytes are no valid header, or of a type that the kernel does not send")
    }
    /// C's name of ``routingHeader``.
    @available(*, unavailable, renamed: "routingHeader") public static var IPV6_RTHDR: SocketOption { .routingHeader }

    /// The destination options header in front of the routing header of the packets that are sent; empty for none.
    ///
    /// The corresponding C constant is `IPV6_RTHDRDSTOPTS`. Setting it needs the capability CAP_NET_RAW.
    public static var routingDestinationOptions: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_RTHDRDSTOPTS, "IPV6_RTHDRDSTOPTS", .bytes(capacity: 2048),
            needs: "the capability CAP_NET_RAW", hint: "the bytes are no valid header")
    }
    /// C's name of ``routingDestinationOptions``.
    @available(*, unavailable, renamed: "routingDestinationOptions") public static var IPV6_RTHDRDSTOPTS: SocketOption {
        .routingDestinationOptions
    }
}

extension SocketOption<TrafficClass> {
    /// The traffic class of the packets that are sent.
    ///
    /// See ``TrafficClass``.
    ///
    /// The corresponding C constant is `IPV6_TCLASS`.
    public static var trafficClass: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_TCLASS, "IPV6_TCLASS",
            .integer(
                .byte, encode: { Int($0.rawValue) }, decode: { TrafficClass(rawValue: UInt8(truncatingIfNeeded: $0)) }))
    }
    /// C's name of ``trafficClass``.
    @available(*, unavailable, renamed: "trafficClass") public static var IPV6_TCLASS: SocketOption { .trafficClass }
}

extension SocketOption<Bool> {
    /// Whether the socket may be bound to addresses of others and speak for them, as a transparent proxy.
    ///
    /// The corresponding C constant is `IPV6_TRANSPARENT`. Switching it on needs the capability CAP_NET_ADMIN or
    /// CAP_NET_RAW.
    public static var ipv6Transparent: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_TRANSPARENT, "IPV6_TRANSPARENT", .flag,
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``ipv6Transparent``.
    @available(*, unavailable, renamed: "ipv6Transparent") public static var IPV6_TRANSPARENT: SocketOption {
        .ipv6Transparent
    }
}

extension SocketOption<Int?> {
    /// How many networks a packet may cross, 0 to 255; nil sets the default of the system, which reading then says.
    ///
    /// The corresponding C constant is `IPV6_UNICAST_HOPS`.
    public static var unicastHops: SocketOption {
        SocketOption(OptionLevel.ipv6, CSockets.IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS", .optional(.byte, none: -1))
    }
    /// C's name of ``unicastHops``.
    @available(*, unavailable, renamed: "unicastHops") public static var IPV6_UNICAST_HOPS: SocketOption {
        .unicastHops
    }
}

extension SocketOption<Int> {
    /// The number of the interface through which packets are sent that are not for a multicast group; 0 for none in
    /// particular.
    ///
    /// The corresponding C constant is `IPV6_UNICAST_IF`.
    public static var ipv6UnicastInterface: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_UNICAST_IF, "IPV6_UNICAST_IF", OptionCodec.networkOrderIndex,
            hint: "no interface of this machine has the number")
    }
    /// C's name of ``ipv6UnicastInterface``.
    @available(*, unavailable, renamed: "ipv6UnicastInterface") public static var IPV6_UNICAST_IF: SocketOption {
        .ipv6UnicastInterface
    }
}

extension SocketOption<Bool> {
    /// Whether the socket speaks IPv6 alone, and not with IPv4 peers in their mapped form as well.
    ///
    /// Set it before binding.
    ///
    /// The corresponding C constant is `IPV6_V6ONLY`.
    public static var ipv6Only: SocketOption {
        SocketOption(
            OptionLevel.ipv6, CSockets.IPV6_V6ONLY, "IPV6_V6ONLY", .flag, hint: "set it before the socket is bound")
    }
    /// C's name of ``ipv6Only``.
    @available(*, unavailable, renamed: "ipv6Only") public static var IPV6_V6ONLY: SocketOption { .ipv6Only }
}
