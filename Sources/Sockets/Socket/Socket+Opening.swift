internal import CSockets
internal import Glibc
internal import SystemPackage

extension Socket {
    /// Makes a socket that listens at an address: the stages socket, bind and listen in one call.
    ///
    /// ```swift
    /// let listener = try Socket.listening(on: .loopback(port: 8080))
    /// let everywhere = try Socket.listening(on: .anyIPv6(port: 8080), dualStack: true)
    /// let local = try Socket.listening(on: .unix(path: "/run/echo.sock"))
    /// ```
    ///
    /// On Internet addresses `SO_REUSEADDR` is set, so that a server can be started again at once. A Unix path that was
    /// left by a server that is gone is replaced, but only when it is a socket and nobody answers there; a server that does
    /// answer sees a client that ends at once. Python's name
    /// is `create_server`.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - type: A type with connections.
    ///   - protocol: The protocol, such as ``TransportProtocol/mptcp``.
    ///   - backlog: How many clients may wait to be accepted; the kernel's limit is the default.
    ///   - dualStack: Whether an IPv6 listener takes IPv4 clients too, as `::ffff:` addresses; the listener then does so
    ///     whatever the system's default is, and does not without.
    ///   - reusePort: Whether several sockets may listen there, and the kernel spreads the clients over them.
    /// - Returns: The listening socket.
    /// - Throws: ``SocketError`` as for each of the stages.
    public static func listening(
        on address: SocketAddress, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        backlog: Int = .max, dualStack: Bool = false, reusePort: Bool = false
    ) throws(SocketError) -> Socket {
        let socket = try Socket(address.family, type, `protocol`)
        switch address {
        case .ipv4, .ipv6:
            try socket.setFlag(SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR", true)
            if socket.family == .ipv6 { try socket.setFlag(CInt(IPPROTO_IPV6), IPV6_V6ONLY, "IPV6_V6ONLY", !dualStack) }
        case .unix, .other: break
        }
        if reusePort { try socket.setFlag(SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT", true) }
        if case .unix(let name) = address, let path = name.path {
            try UnixPathLock.listen(socket, on: address, path: path, backlog: backlog)
        } else {
            try socket.bind(to: address)
            try socket.listen(backlog: backlog)
        }
        return socket
    }

    /// Makes a datagram socket that is bound to an address.
    ///
    /// ```swift
    /// let receiver = try Socket.bound(to: .any(port: 5353))
    /// let (bytes, sender) = try receiver.receiveFrom(upTo: 65_535)
    /// ```
    ///
    /// - Parameters:
    ///   - address: The local address.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol.
    ///   - dualStack: Whether an IPv6 socket takes IPv4 datagrams too, as from `::ffff:` addresses.
    ///   - reuseAddress: Whether several sockets may be bound there, as multicast receivers are.
    ///   - reusePort: Whether several sockets may be bound there, and the kernel spreads the datagrams over them.
    /// - Returns: The bound socket.
    /// - Throws: ``SocketError`` as for each of the stages.
    public static func bound(
        to address: SocketAddress, _ type: SocketType = .datagram, _ protocol: TransportProtocol = .default,
        dualStack: Bool = false, reuseAddress: Bool = false, reusePort: Bool = false
    ) throws(SocketError) -> Socket {
        let socket = try Socket(address.family, type, `protocol`)
        if socket.family == .ipv6 { try socket.setFlag(CInt(IPPROTO_IPV6), IPV6_V6ONLY, "IPV6_V6ONLY", !dualStack) }
        if reuseAddress { try socket.setFlag(SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR", true) }
        if reusePort { try socket.setFlag(SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT", true) }
        try socket.bind(to: address)
        return socket
    }

    /// Makes a socket that is connected to an address: the stages socket and connect in one call.
    ///
    /// Blocks until the peer has answered, or the time has passed.
    ///
    /// ```swift
    /// let socket = try Socket.connected(to: .loopback(port: 7777), timeout: .seconds(5))
    /// ```
    ///
    /// - Parameters:
    ///   - address: The peer.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The connected socket.
    /// - Throws: ``SocketError`` as for each of the stages.
    @available(
        *, noasync, message: "connected blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public static func connected(
        to address: SocketAddress, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        from source: SocketAddress? = nil, timeout: Duration? = nil
    ) throws(SocketError) -> Socket {
        try connected(to: address, type, `protocol`, from: source, until: Deadline(after: timeout))
    }

    static func connected(
        to address: SocketAddress, _ type: SocketType, _ protocol: TransportProtocol,
        from source: SocketAddress?, until deadline: Deadline
    ) throws(SocketError) -> Socket {
        let socket = try Socket(address.family, type, `protocol`)
        if let source { try socket.bind(to: source) }
        try socket.connect(to: address, until: deadline)
        return socket
    }

    /// Makes a socket that is connected to a host: looks its name up, and tries its addresses one after the other.
    ///
    /// Blocks until one of the addresses has answered, or the time has passed. The limit is one for all of it, looking up
    /// and every attempt; each attempt gets a fair share of what is left, and at least two seconds when there is so much.
    ///
    /// ```swift
    /// let socket = try Socket.connected(to: "example.org", port: 80, timeout: .seconds(10))
    /// ```
    ///
    /// Python's name is `create_connection`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket, such as ``TransportProtocol/mptcp``.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The connected socket.
    /// - Throws: ``SocketError`` with ``SocketError/Code/nameNotResolved`` and ``SocketError/resolverError``;
    ///   ``SocketError/Code/timedOut`` also when the time passed while the name was looked up. When several addresses
    ///   failed, ``SocketError/attempts`` has the error of each, and the code is theirs where they agree, else that of the
    ///   last.
    @available(
        *, noasync, message: "connected blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public static func connected(
        to host: String, port: Port, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil, timeout: Duration? = nil
    ) throws(SocketError) -> Socket {
        try connected(
            toHost: host, service: port.description, type, `protocol`, family: family, from: source,
            until: Deadline(after: timeout))
    }

    /// Makes a socket that is connected to a host and a port: looks the name up, and tries its addresses one after the other.
    ///
    /// ```swift
    /// if let target = HostPort("example.org:80") {
    ///     let socket = try Socket.connected(to: target, timeout: .seconds(10))
    ///     print(socket)
    /// }
    /// ```
    ///
    /// As ``connected(to:port:_:_:family:from:timeout:)``.
    ///
    /// - Parameters:
    ///   - target: A name or an address, and a port.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The connected socket.
    /// - Throws: ``SocketError`` as the form with `port` does.
    @available(*, noasync, message: "connected blocks its thread; call it from a thread of your own")
    public static func connected(
        to target: HostPort, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil, timeout: Duration? = nil
    ) throws(SocketError) -> Socket {
        try connected(
            toHost: target.host, service: target.port.description, type, `protocol`, family: family, from: source,
            until: Deadline(after: timeout))
    }

    /// Makes a socket that is connected to a service of a host: looks both names up, and tries the addresses one after
    /// the other.
    ///
    /// ```swift
    /// let socket = try Socket.connected(to: "example.org", service: "http", timeout: .seconds(10))
    /// ```
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - service: The name or the number of the service.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The connected socket.
    /// - Throws: ``SocketError`` as ``connected(to:port:_:_:family:from:timeout:)`` does; the reason for a service that
    ///   nobody knows is ``SocketError/Code/nameNotResolved`` too.
    @available(
        *, noasync, message: "connected blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public static func connected(
        to host: String, service: String, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil, timeout: Duration? = nil
    ) throws(SocketError) -> Socket {
        try connected(
            toHost: host, service: service, type, `protocol`, family: family, from: source,
            until: Deadline(after: timeout))
    }

    static func connected(
        toHost host: String, service: String, _ type: SocketType, _ protocol: TransportProtocol,
        family: AddressFamily, from source: SocketAddress?, until deadline: Deadline,
        using lookup: @escaping Resolver.Lookup = AddressInfo.resolve
    ) throws(SocketError) -> Socket {
        let subject = HostPort.join(host: host, service: service)
        let clock = Stopwatch()
        let answers: [ResolvedAddress]
        do throws(ResolverError) {
            // The resolver knows TCP and UDP alone: the socket's own protocol is none of its business.
            answers = try Resolver.resolve(
                AddressInfo.Query(
                    host: host, service: service, family: family == .unspecified ? source?.family ?? family : family,
                    type: type == .datagram ? .datagram : .stream),
                until: deadline, using: lookup)
        } catch {
            throw SocketError.notResolved(error, subject)
        }
        let lookup = ConnectionReport.Answer(
            family: family, addresses: answers.map(\.address), time: clock.elapsed)
        var errors: [SocketError] = []
        var attempts: [ConnectionAttempt] = []
        for (index, answer) in answers.enumerated() {
            if index > 0, deadline.hasPassed { break }
            let start = clock.elapsed
            do throws(SocketError) {
                return try connected(
                    to: answer.address, type, `protocol`, from: source,
                    until: deadline.share(among: answers.count - index))
            } catch {
                errors.append(error.with(address: answer.address))
                attempts.append(
                    ConnectionAttempt(
                        address: answer.address, start: start, duration: clock.elapsed - start,
                        outcome: .failed(error)))
            }
        }
        let report = ConnectionReport(
            host: subject, answers: IPAddress(host) == nil ? [lookup] : [], attempts: attempts, duration: clock.elapsed)
        throw SocketError.allFailed(errors, of: answers.count, subject).with(connectionReport: report)
    }

    private func setFlag(_ level: CInt, _ name: CInt, _ text: String, _ value: Bool) throws(SocketError) {
        let result = Syscalls.setOption(descriptor.number, level, name, to: CInt(value ? 1 : 0))
        if result < 0 { throw SocketError(.setOption, result: result, subject: text) }
    }
}

extension SocketAddress {
    /// The family of sockets that the address belongs to.
    public var family: AddressFamily {
        switch self {
        case .ipv4: .ipv4
        case .ipv6: .ipv6
        case .unix: .unix
        case .other(let raw): AddressFamily(rawValue: CInt(raw.family))
        }
    }
}

extension Deadline {
    /// The end of the first of `count` attempts that have to share what is left: at least two seconds of it each, when
    /// there is so much.
    func share(among count: Int) -> Deadline {
        guard self != .never else { return self }
        let left = nanosecondsLeft
        let share = max(left / Int64(max(1, count)), min(left, 2_000_000_000))
        return min(self, Deadline(afterNanoseconds: share))
    }
}
