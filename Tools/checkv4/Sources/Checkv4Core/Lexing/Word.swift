/// The identifiers that rules know by name.
///
/// Each case is spelt like the identifier.
enum Word: UInt16, CaseIterable, Sendable {
    /// Any other identifier.
    case none

    // Families.
    case AF_INET, PF_INET, AF_INET6, PF_INET6, AF_UNSPEC, PF_UNSPEC, AF_UNIX, AF_LOCAL
    case ai_family, sin_family, ss_family, sa_family, family, address_family, ai_next, ai_addr, ai_addrlen
    case ai_flags

    // Structures.
    case sockaddr_in, SOCKADDR_IN, PSOCKADDR_IN, LPSOCKADDR_IN, SockaddrInet4, RawSockaddrInet4
    case sockaddr_in6, SOCKADDR_IN6, SockaddrInet6, RawSockaddrInet6, sockaddr_storage, SOCKADDR_STORAGE
    case sockaddr, SOCKADDR, in_addr, IN_ADDR, in_addr_t, s_addr, sin_addr, sin_port, sin_zero
    case in6_addr, IN6_ADDR, s6_addr, sin6_addr, sin6_port, sin6_family, sin6_scope_id
    case hostent, HOSTENT, PHOSTENT, LPHOSTENT, h_addr, h_addr_list, h_length, h_addrtype
    case sa_len, sin_len, sizeof, MemoryLayout, addrinfo

    // Calls on sockets.
    case socket, WSASocket, WSASocketA, WSASocketW, Socket, socketpair, bind, connect, listen, accept, accept4
    case recvfrom, sendto, getsockname, getpeername, getnameinfo, recvmsg, sendmsg, setsockopt, getsockopt
    case WSAConnect, WSAAccept, WSARecvFrom, WSASendTo, ioctl, ioctlsocket
    case create_server, create_connection, TCPServer, UDPServer, ThreadingTCPServer, ThreadingUDPServer
    case ForkingTCPServer, ForkingUDPServer, HTTPServer, ThreadingHTTPServer, SimpleXMLRPCServer, WSGIServer
    case DocXMLRPCServer, make_server
    case client_address, server_address

    // Names.
    case gethostbyname, gethostbyname_r, gethostbyname_ex, gethostbyname2, gethostbyname2_r
    case WSAAsyncGetHostByName, gethostbyaddr, gethostbyaddr_r, WSAAsyncGetHostByAddr, gethostname, gethostent
    case getaddrinfo, GetAddrInfoW, GetAddrInfoA, freeaddrinfo, getservbyname, getservbyport
    case getservbyname_r, getservbyport_r
    case AI_ADDRCONFIG, AI_NUMERICHOST, AI_PASSIVE, AI_V4MAPPED, NI_NUMERICHOST
    case IPv4, IPv4Mask, CIDRMask, IPOPT_LSRR, IPOPT_SSRR
    case LookupIP, LookupHost, LookupIPAddr, LookupAddr, ResolveIPAddr, ResolveTCPAddr, ResolveUDPAddr

    // Text.
    case inet_addr, inet_aton, inet_network, inet_ntoa, inet_ntoa_r, inet_pton, inet_ntop, InetPton, InetPtonA
    case InetPtonW, InetNtop, InetNtopA, InetNtopW
    case inet_makeaddr, inet_lnaof, inet_netof, IN_CLASSA, IN_CLASSB, IN_CLASSC, IN_CLASSD, IN_MULTICAST
    case IN_EXPERIMENTAL, IN_BADCLASS, IN_LOOPBACK
    case IPv4Address, IPv6Address, IPv4Network, IPv6Network, IPv4Interface, IPv6Interface, Ipv4Addr, Ipv6Addr
    case Inet4Address, Inet6Address, SocketAddrV4, SocketAddrV6, Ipv4Net, IpAddr, ip_address, ip_network
    case ip_interface
    case NIPQUAD, HIPQUAD, NIP6, sscanf, swscanf, sscanf_s, fscanf, scanf
    case strcmp, strcasecmp, strncmp, strncasecmp, stricmp, _stricmp, memcmp
    case split, rsplit, partition, rpartition, components, firstIndex, lastIndex, range, strchr, strrchr, strtok
    case strtok_r, index, rindex, strsep, indexOf, lastIndexOf, Split, SplitN, Index, LastIndex, IndexByte
    case find, rfind, Cut, find_last_of, find_first_of
    case isEqual, isEqualToString, equals

    // Widths.
    case ntohl, htonl, bigEndian, byteSwapped, littleEndian, be32_to_cpu, cpu_to_be32
    case INET_ADDRSTRLEN, INET6_ADDRSTRLEN, NI_MAXHOST
    case uint32_t, u_int32_t, u_int32, uint32, u_long, ULONG, DWORD, u32, __u32, __be32, be32, guint32, UINT32
    case unsigned, long, int, u_int, uint, in6addr, UInt32, Int32, Uint32, PutUint32, To4, To16, Int, ushort
    case char, CHAR, TCHAR, wchar_t
    case pack, unpack, pack_into, unpack_from, from_bytes, to_bytes, inttoip
    case packed, PACKED, __packed__, __packed, pragma

    // Values.
    case INADDR_ANY, INADDR_LOOPBACK, INADDR_BROADCAST, INADDR_NONE, INADDR_ALLHOSTS_GROUP, INADDR_UNSPEC_GROUP
    case in6addr_any, IN6ADDR_ANY_INIT, in6addr_loopback, IN6ADDR_LOOPBACK_INIT, SO_BROADCAST

    // Options.
    case IPPROTO_IP, SOL_IP, IPPROTO_IPV6, SOL_IPV6
    case IP_TTL, IPV6_UNICAST_HOPS, IP_MULTICAST_TTL, IP_MULTICAST_LOOP, IP_MULTICAST_IF
    case IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_MULTICAST_IF
    case IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, ip_mreq, ip_mreqn, ip_mreq_source, IP_ADD_SOURCE_MEMBERSHIP
    case IP_DROP_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE, IP_UNBLOCK_SOURCE, IP_MSFILTER
    case IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_ADD_MEMBERSHIP, IPV6_DROP_MEMBERSHIP, ipv6_mreq
    case MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP
    case MCAST_BLOCK_SOURCE, MCAST_UNBLOCK_SOURCE, group_req, group_source_req
    case IP_TOS, IP_RECVTOS, IPV6_TCLASS, IPV6_RECVTCLASS
    case IP_PKTINFO, in_pktinfo, IP_RECVDSTADDR, IP_RECVIF, IP_RECVTTL, IP_RECVERR, IP_SENDSRCADDR
    case IPV6_PKTINFO, IPV6_RECVPKTINFO, in6_pktinfo, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, IPV6_RECVERR
    case IP_MTU, IP_MTU_DISCOVER, IP_DONTFRAG, IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_DONTFRAG
    case IP_HDRINCL, iphdr, ip, ip_hl, IPPROTO_ICMP, IPPROTO_IGMP, IPPROTO_ICMPV6, ip6_hdr, ipv6hdr
    case IPV6_CHECKSUM
    case IP_OPTIONS, IP_RETOPTS, IP_RECVOPTS, IPV6_HOPOPTS, IPV6_DSTOPTS, IPV6_RTHDR, IPV6_V6ONLY
    case dualstack_ipv6, IN6_IS_ADDR_V4MAPPED, has_dualstack_ipv6

    // Interfaces.
    case SIOCGIFADDR, SIOCSIFADDR, SIOCGIFCONF, SIOCGIFBRDADDR, SIOCSIFBRDADDR, SIOCGIFNETMASK, SIOCSIFNETMASK
    case SIOCGIFDSTADDR, SIOCSIFDSTADDR, ifr_addr, ifr_broadaddr, ifr_netmask, ifr_dstaddr
    case SIO_GET_INTERFACE_LIST, GetAdaptersInfo, GetAdaptersAddresses, SIO_ADDRESS_LIST_QUERY
    case getifaddrs, if_nameindex, IFF_LOOPBACK, IsLoopback, InterfaceAddrs, Addrs, ifaddresses, net_if_addrs
    case SIOCGARP, SIOCSARP, SIOCDARP
    case GetIpAddrTable, GetIpForwardTable, SendARP

    // Surroundings.
    case exit, abort, err, errx, die, perror, `return`, `struct`, `case`, `in`, `let`, `var`, `static`, const
    case `if`, `else`, `while`, `for`, `switch`, sprintf, snprintf, format, Sprintf, printf, fprintf, join
    case Dial, Listen, ListenPacket, DialTimeout, DialContext, ListenUDP, ListenTCP, DialTCP, DialUDP, JoinHostPort
    case ListenMulticastUDP, ParseIP, Host, hostname, netloc
    case version, Version, VERSION, len, count, length
    case _AF_INET, ipv6, IPv6, ip6, v6, inet6, IPV6, ENABLE_IPV6, HAVE_IPV6, INET6, is_ipv6
    case typedef, extern, define, include, union, Domain, ipv4, system, popen, execl, execlp, execv, execvp
    case Process, subprocess, Popen, run, call, check_output, check_call, exec, spawn, Command, launch
    case executableURL, arguments, socks4, SOCKS4

    // Facts about a function that are no identifiers.
    case markIPv6Evidence, markIPv6Literal, markAnyLiteral6, markBracket, markReverse6, markV6Word
}

/// The table from an identifier's bytes to its word.
struct WordTable: Sendable {
    /// Chains of words by bucket: the first of each bucket, then the next of each word.
    private let heads: [UInt16]
    private let nexts: [UInt16]
    private let texts: [[UInt8]]

    static let shared = WordTable()

    /// The spelling of each word.
    static let names: [String] = Word.allCases.map { String(describing: $0) }

    private static let mask = 4095

    init() {
        var heads = [UInt16](repeating: 0, count: Self.mask + 1)
        var nexts = [UInt16](repeating: 0, count: Word.allCases.count)
        let texts = Word.allCases.map { Array(String(describing: $0).utf8) }
        for (index, text) in texts.enumerated() where index > 0 {
            let bucket = Self.bucket(
                count: text.count, first: text[0], second: text[text.count > 1 ? 1 : 0],
                middle: text[text.count / 2], last: text[text.count - 1]
            )
            nexts[index] = heads[bucket]
            heads[bucket] = UInt16(index)
        }
        self.heads = heads
        self.nexts = nexts
        self.texts = texts
    }

    @inline(__always)
    private static func bucket(count: Int, first: UInt8, second: UInt8, middle: UInt8, last: UInt8) -> Int {
        var hash = UInt(bitPattern: count) &* 0x9E37
        hash = (hash ^ UInt(first)) &* 0x01_0193
        hash = (hash ^ UInt(second)) &* 0x01_0193
        hash = (hash ^ UInt(middle)) &* 0x01_0193
        hash = (hash ^ UInt(last)) &* 0x01_0193
        return Int(bitPattern: (hash ^ hash >> 15) & UInt(bitPattern: mask))
    }

    /// The word that stands at some bytes, `.none` for every other identifier.
    @inline(__always)
    func word(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Word {
        let count = end &- start
        guard count > 1, count < 32 else { return .none }
        let first = bytes[start]
        let bucket = Self.bucket(
            count: count, first: first, second: bytes[start &+ 1], middle: bytes[start &+ count / 2],
            last: bytes[end &- 1]
        )
        var candidate = Int(heads[bucket])
        while candidate != 0 {
            if matches(candidate, bytes, start, count) { return Word(rawValue: UInt16(candidate)) ?? .none }
            candidate = Int(nexts[candidate])
        }
        return .none
    }

    private func matches(_ candidate: Int, _ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Bool {
        let text = texts[candidate]
        guard text.count == count else { return false }
        var index = 0
        while index < count {
            if text[index] != bytes[start &+ index] { return false }
            index &+= 1
        }
        return true
    }
}
