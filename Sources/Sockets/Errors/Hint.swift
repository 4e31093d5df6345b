internal import SystemPackage

/// What a person can do about an error, for the reasons that people stumble over.
enum Hint {
    static func forError(
        _ code: SocketError.Code, _ operation: SocketError.Operation, _ errno: Errno?, _ address: SocketAddress?
    ) -> String? {
        switch (code, operation) {
        case (.permissionDenied, .bind):
            if let port = address?.port, port.isPrivileged, port != .any { return "ports below 1024 need privilege" }
            if case .unix = address { return "the folder of the path must be writable" }
            return nil
        case (.permissionDenied, .connect):
            if case .unix = address { return "the path must be writable, and its folders searchable" }
            if address?.ipAddress != nil { return "a firewall forbids it, or the address is a broadcast address" }
            return nil
        case (.permissionDenied, .send):
            if case .unix? = address {
                return
                    "the path must be writable; credentials of others need the capabilities of CAP_SYS_ADMIN, CAP_SETUID "
                    + "and CAP_SETGID"
            }
            if case .other? = address { return "sending to it needs a capability, such as CAP_NET_ADMIN for Netlink" }
            return "a firewall forbids it, or the address is a broadcast address and .broadcast is off"
        case (.permissionDenied, .socket):
            return "raw and packet sockets need the capability CAP_NET_RAW, ICMP datagrams a group in "
                + "net.ipv4.ping_group_range"
        case (_, .send) where errno?.rawValue == 3:
            return "the process whose credentials are to be sent does not exist"
        case (.addressInUse, .bind), (.addressInUse, .listen):
            if case .unix = address { return "a server answers there, or the path is a file of another kind" }
            return "another socket is bound there; `ss -lptn` tells whose"
        case (.addressNotAvailable, .bind):
            return "no interface of this machine has that address"
        case (.addressNotAvailable, .connect):
            return "the address is none to connect to, or all local ports are taken"
        case (.addressFamilyNotSupported, .connect), (.addressFamilyNotSupported, .bind),
            (.addressFamilyNotSupported, .send):
            return "the address is of another family than the socket"
        case (.addressFamilyNotSupported, .socket):
            return "this kernel lacks the family, or it is switched off"
        case (.connectionRefused, .connect):
            if case .unix(let unix) = address {
                if case .abstract = unix.kind { return "nobody has that name" }
                return "the path is there, but no server listens"
            }
            return "nobody listens there"
        case (.connectionRefused, .receive), (.connectionRefused, .send):
            return "the port of a datagram that was sent earlier was closed"
        case (.invalidArgument, .bind):
            return "the socket is bound already, or the address is of another family"
        case (.invalidArgument, .send):
            if address?.port == 0 { return "nobody is at port 0" }
            return address == nil ? nil : "the address may be of another family than the socket"
        case (.networkUnreachable, .send) where address?.ipAddress?.isMulticast == true:
            return "no route leads to the group; over IPv6 the loopback interface has none"
        case (.noSuchFile, .connect):
            if case .unix = address { return "the server has not made the path" }
            return nil
        case (.notConnected, .receive):
            return "connect the socket first; a listener's clients come by accept()"
        case (.connectionReset, .send) where errno == .brokenPipe:
            return "the peer has closed, or the socket was never connected"
        case (.invalidArgument, .accept):
            return "the socket does not listen; call listen() first"
        case (.unsupported, .socket) where errno == .socketTypeNotSupported:
            return "the family has no sockets of this type"
        case (.unsupported, .listen), (.unsupported, .accept):
            return "only stream and sequenced-packet sockets have connections"
        case (.unsupported, .socket) where errno == .protocolNotSupported:
            return "family, type and protocol do not go together; a raw socket needs a protocol, such as .icmp"
        case (.noSuchFile, .bind):
            return "the folder of the path does not exist"
        case (.wouldBlock, _):
            return "the socket does not wait (isBlocking is false, or its timeout zero)"
        case (.tooManyDescriptors, _):
            return "close sockets, or raise the limit (`ulimit -n`)"
        case (.messageTooLong, .send):
            return
                "a datagram must fit into one packet of the protocol; UDP takes at most 65,507 bytes over IPv4, 65,527 "
                + "over IPv6"
        case (.notConnected, .send):
            return "connect the socket first, or say `to:`"
        default:
            return nil
        }
    }

    /// The same for errors of the resolver.
    static func forResolver(_ code: ResolverError.Code, _ host: String?) -> String? {
        switch code {
        case .again:
            return "no name server answered; see /etc/resolv.conf and whether the network is up"
        case .nameNotFound, .noData, .nameEncoding:
            let isASCII = host.map { $0.utf8.allSatisfy { $0 < 0x80 } } ?? true
            return isASCII ? nil : "the name has letters outside ASCII; write it in its xn-- form"
        case .service:
            return "`sock services` lists the names"
        default:
            return nil
        }
    }
}
