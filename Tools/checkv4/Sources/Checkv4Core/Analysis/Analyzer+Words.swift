/// The rules that start from an identifier.
extension Analyzer {
    mutating func visitWord(_ index: Int, _ word: Word) {
        let token = self[index]
        switch word {
        case .AF_INET, .PF_INET: visitFamily(index)
        case .sockaddr_in, .SOCKADDR_IN, .PSOCKADDR_IN, .LPSOCKADDR_IN, .SockaddrInet4, .RawSockaddrInet4:
            visitSockaddrIn(index)
        case .sockaddr, .SOCKADDR: visitSockaddr(index)
        case .s_addr, .sin_addr:
            visitInAddr(index)
            visitKey(index)
        case .in_addr, .IN_ADDR, .in_addr_t, .sin_port: visitInAddr(index)
        case .hostent, .HOSTENT, .PHOSTENT, .LPHOSTENT, .h_addr, .h_addr_list, .h_length, .h_addrtype:
            visitHostent(index)
        case .sa_len: visitLength(index)
        case .socket: visitSocketCall(index)
        case .create_server: visitCreateServer(index)
        case .TCPServer, .UDPServer, .ThreadingTCPServer, .ThreadingUDPServer, .ForkingTCPServer, .ForkingUDPServer,
            .HTTPServer, .ThreadingHTTPServer, .SimpleXMLRPCServer, .DocXMLRPCServer, .WSGIServer, .make_server:
            visitPythonServer(index)
        case .family: visitNodeFamily(index)
        case .getpeername, .getsockname, .accept, .recvfrom, .client_address, .server_address:
            visitTupleShape(index)
        case .gethostbyname, .gethostbyname_r, .gethostbyname_ex, .WSAAsyncGetHostByName, .gethostbyname2,
            .gethostbyname2_r, .gethostbyaddr, .gethostbyaddr_r, .WSAAsyncGetHostByAddr, .getservbyname,
            .getservbyport, .getaddrinfo, .GetAddrInfoA, .GetAddrInfoW, .LookupIP, .LookupHost, .LookupIPAddr,
            .AI_ADDRCONFIG:
            visitName(index)
        case .inet_addr, .inet_aton, .inet_network, .inet_ntoa, .inet_ntoa_r, .inet_pton, .inet_ntop, .InetPton,
            .InetPtonA, .InetPtonW, .InetNtop, .InetNtopA, .InetNtopW, .inet_makeaddr, .inet_lnaof, .inet_netof,
            .IN_CLASSA, .IN_CLASSB, .IN_CLASSC, .IN_CLASSD, .IN_MULTICAST, .IN_EXPERIMENTAL, .IN_BADCLASS,
            .IN_LOOPBACK, .NIPQUAD, .HIPQUAD, .IPv4Address, .IPv4Network, .IPv4Interface, .Ipv4Addr, .SocketAddrV4,
            .Ipv4Net, .Inet4Address:
            visitText(index)
        case .split, .rsplit, .partition, .rpartition, .components, .firstIndex, .lastIndex, .range, .strchr, .strrchr,
            .strtok, .strtok_r, .index, .rindex, .strsep, .indexOf, .lastIndexOf, .Split, .SplitN, .Index, .LastIndex,
            .IndexByte, .find, .rfind, .Cut, .find_first_of, .find_last_of:
            visitSplit(index)
        case .strcmp, .strcasecmp, .strncmp, .strncasecmp, .stricmp, ._stricmp: visitComparison(index)
        case .ntohl, .htonl, .bigEndian, .byteSwapped, .be32_to_cpu, .cpu_to_be32: visitByteOrder(index)
        case .INET_ADDRSTRLEN: visitTextLength(index)
        case .char, .CHAR, .TCHAR: visitCharArray(index)
        case .uint32_t, .u_int32_t, .u_int32, .uint32, .u_long, .ULONG, .DWORD, .u32, .__u32, .__be32, .be32, .guint32,
            .UINT32, .unsigned, .long, .int, .u_int, .uint, .UInt32, .Int32, .Uint32:
            visitInteger(index)
        case .pack, .unpack, .To4: visitPacking(index)
        case .IPv4, .IPv4Mask, .CIDRMask: visitGoAddress(index)
        case .INADDR_ANY: visitAnyAddress(index)
        case .IFF_LOOPBACK, .IsLoopback: visitLoopbackMark(index)
        case .ifaddresses: visitInterfaceTable(index)
        case .net_if_addrs: visitInterfaceAddresses(index)
        case .INADDR_LOOPBACK:
            visitLoopbackMark(index)
            report(.lit02, index, partner: .words([.in6addr_loopback]))
        case .INADDR_BROADCAST, .SO_BROADCAST: report(.lit03, index, partner: .ipv6)
        case .INADDR_NONE:
            // The error of inet_addr, where that is near.
            report(.lit03, index, partner: .ipv6, confidence: words(around: index).contains(.inet_addr) ? nil : .low)
        case .INADDR_ALLHOSTS_GROUP, .INADDR_UNSPEC_GROUP: report(.lit04, index, partner: .ipv6)
        case .IPPROTO_IP, .SOL_IP: visitLevel(index)
        case .IP_TTL: report(.opt02, index, partner: .words([.IPV6_UNICAST_HOPS]))
        case .IP_MULTICAST_TTL, .IP_MULTICAST_LOOP, .IP_MULTICAST_IF: report(.opt03, index, partner: .ipv6)
        case .IP_ADD_MEMBERSHIP, .IP_DROP_MEMBERSHIP, .ip_mreq, .ip_mreqn, .ip_mreq_source, .IP_ADD_SOURCE_MEMBERSHIP,
            .IP_DROP_SOURCE_MEMBERSHIP, .IP_BLOCK_SOURCE, .IP_UNBLOCK_SOURCE, .IP_MSFILTER:
            report(
                .opt04, index,
                partner: .words([
                    .MCAST_JOIN_GROUP, .MCAST_LEAVE_GROUP, .group_req, .group_source_req, .MCAST_JOIN_SOURCE_GROUP,
                ])
            )
        case .IP_TOS, .IP_RECVTOS: report(.opt05, index, partner: .ipv6)
        // What a system lacks is declared by the program.
        case .in_pktinfo where self.word(index - 1) == .struct && isOp(index + 1, Op.openBrace): break
        case .IP_PKTINFO, .in_pktinfo, .IP_RECVDSTADDR, .IP_RECVIF, .IP_RECVTTL, .IP_RECVERR, .IP_SENDSRCADDR:
            report(.opt06, index, partner: .ipv6)
        case .IP_MTU, .IP_MTU_DISCOVER, .IP_DONTFRAG: report(.opt07, index, partner: .ipv6)
        case .IP_HDRINCL, .iphdr, .ip_hl, .IPPROTO_ICMP, .IPPROTO_IGMP: report(.opt08, index, partner: .ipv6)
        case .ip where self.word(index - 1) == .struct && source.language.isCFamily:
            report(.opt08, index - 1, index, partner: .ipv6, subject: "struct ip")
        case .IP_OPTIONS, .IP_RETOPTS, .IP_RECVOPTS, .IPOPT_LSRR, .IPOPT_SSRR:
            report(.opt09, index, partner: .words([.IPV6_HOPOPTS, .IPV6_DSTOPTS, .IPV6_RTHDR]))
        case .SIOCGIFADDR, .SIOCSIFADDR, .SIOCGIFCONF, .SIOCGIFBRDADDR, .SIOCSIFBRDADDR, .SIOCGIFNETMASK,
            .SIOCSIFNETMASK, .SIOCGIFDSTADDR, .SIOCSIFDSTADDR, .ifr_addr, .ifr_broadaddr, .ifr_netmask, .ifr_dstaddr,
            .SIO_GET_INTERFACE_LIST, .GetAdaptersInfo, .GetIpAddrTable:
            visitInterfaceCall(index)
        case .SIOCGARP, .SIOCSARP, .SIOCDARP, .SendARP, .GetIpForwardTable: report(.ifc03, index, partner: .ipv6)
        case .socks4, .SOCKS4: report(.pro01, index, partner: .ipv6, confidence: .low)
        case .netloc, .Host, .hostname: visitURLHost(index)
        case .version where token.flags.contains(.isType): break
        default: break
        }
    }

    // MARK: Levels and interfaces

    mutating func visitLevel(_ index: Int) {
        // The option beside it says more, and has a rule of its own.
        if let call = enclosingCall(index), call.name >= 0 {
            for part in arguments(call.open) {
                for position in part where Self.optionWords.contains(word(position)) { return }
            }
        }
        if word(index) == .IPPROTO_IP, [.socket, .Socket].contains(enclosingCallee(index)) { return }
        report(.opt01, index, partner: .ipv6)
    }

    static let optionWords = WordSet([
        .IP_TTL, .IP_MULTICAST_TTL, .IP_MULTICAST_LOOP, .IP_MULTICAST_IF, .IP_ADD_MEMBERSHIP, .IP_DROP_MEMBERSHIP,
        .IP_ADD_SOURCE_MEMBERSHIP, .IP_DROP_SOURCE_MEMBERSHIP, .IP_BLOCK_SOURCE, .IP_UNBLOCK_SOURCE, .IP_MSFILTER,
        .IP_TOS, .IP_RECVTOS, .IP_PKTINFO, .IP_RECVDSTADDR, .IP_RECVIF, .IP_RECVTTL, .IP_RECVERR, .IP_MTU,
        .IP_MTU_DISCOVER, .IP_DONTFRAG, .IP_HDRINCL, .IP_OPTIONS, .IP_RETOPTS, .IP_RECVOPTS, .MCAST_JOIN_GROUP,
        .MCAST_LEAVE_GROUP, .MCAST_JOIN_SOURCE_GROUP, .MCAST_LEAVE_SOURCE_GROUP, .MCAST_BLOCK_SOURCE,
        .MCAST_UNBLOCK_SOURCE,
    ])

    mutating func visitInterfaceCall(_ index: Int) {
        report(
            .ifc01, index, partner: .words([.getifaddrs, .if_nameindex, .GetAdaptersAddresses])
        )
    }
}
