public import Sockets

extension AsyncSocket {
    /// Makes a socket that is connected to a host: looks its name up, and tries its addresses until one answers.
    ///
    /// ```swift
    /// let socket = try await withDeadline(.seconds(10)) {
    ///     try await AsyncSocket.connected(to: "example.org", port: 80)
    /// }
    /// ```
    ///
    /// Addresses are tried as RFC 8305 ("Happy Eyeballs") says: IPv6 and IPv4 are looked up at the same time, connecting
    /// begins with the first answer, and an address that does not answer within a quarter of a second gets company by the
    /// next one, of the other family in turn. The first connection wins; the other attempts are ended and closed before
    /// this returns.
    ///
    /// Suspends until there is a connection. The deadline of ``withDeadline(_:_:)`` is one for the lookup and all attempts.
    /// When it passes, or the task is cancelled, nothing is left open. Python's name is `open_connection`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket, such as `.mptcp`.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - resolver: Who looks the name up; the system by default.
    ///   - pacing: How fast the addresses are tried.
    ///   - loop: The loop to wait on.
    /// - Returns: The connected socket.
    /// - Throws: `SocketError` with `.nameNotResolved` and its `resolverError`; `.timedOut` also when the deadline passed
    ///   while the name was looked up; `.cancelled`. When several addresses failed, `attempts` has the error of each, and
    ///   the code is theirs where they agree, else that of the last. `connectionReport` has the times.
    public static func connected(
        to host: String, port: Port, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        resolver: some AsyncResolver = SystemResolver(), pacing: ConnectionPacing = ConnectionPacing(),
        loop: EventLoop? = nil
    ) async throws(SocketError) -> AsyncSocket {
        let target = HostPort(host: host, port: port)
        return try await race(target, type, `protocol`, family, source, pacing, loop).run(resolver).result.get()
    }

    /// Makes a socket that is connected to a host and a port: looks the name up, and tries its addresses until one answers.
    ///
    /// ```swift
    /// if let target = HostPort("example.org:80") {
    ///     let socket = try await AsyncSocket.connected(to: target)
    ///     print(socket)
    /// }
    /// ```
    ///
    /// As ``connected(to:port:_:_:family:from:resolver:pacing:loop:)``.
    ///
    /// - Parameters:
    ///   - target: A name or an address, and a port.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - resolver: Who looks the name up; the system by default.
    ///   - pacing: How fast the addresses are tried.
    ///   - loop: The loop to wait on.
    /// - Returns: The connected socket.
    /// - Throws: `SocketError` as the form with `port` does.
    public static func connected(
        to target: HostPort, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        resolver: some AsyncResolver = SystemResolver(), pacing: ConnectionPacing = ConnectionPacing(),
        loop: EventLoop? = nil
    ) async throws(SocketError) -> AsyncSocket {
        try await race(target, type, `protocol`, family, source, pacing, loop).run(resolver).result.get()
    }

    /// Makes a socket that is connected to a service of a host: looks both names up, and tries the addresses until one
    /// answers.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - service: The name or the number of the service.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - resolver: Who looks the host's name up; the system by default. The service's is looked up by the system.
    ///   - pacing: How fast the addresses are tried.
    ///   - loop: The loop to wait on.
    /// - Returns: The connected socket.
    /// - Throws: `SocketError` as the form with `port` does; the reason for a service that nobody knows is
    ///   `.nameNotResolved` too.
    public static func connected(
        to host: String, service: String, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        resolver: some AsyncResolver = SystemResolver(), pacing: ConnectionPacing = ConnectionPacing(),
        loop: EventLoop? = nil
    ) async throws(SocketError) -> AsyncSocket {
        let port: Port
        if let number = Port(service) {
            port = number
        } else {
            do throws(ResolverError) {
                // An address needs no lookup of its own, and any will do.
                port =
                    try await Resolver.resolve(
                        "127.0.0.1", service: service, type: type == .datagram ? .datagram : .stream
                    ).first?.address.port ?? 0
            } catch {
                let error = ResolverError(
                    error.code, host: host, service: service, errno: error.errno, hint: error.hint)
                throw .notResolved(error, HostPort.join(host: host, service: service))
            }
        }
        return try await connected(
            to: HostPort(host: host, port: port), type, `protocol`, family: family, from: source, resolver: resolver,
            pacing: pacing, loop: loop)
    }

    /// Makes a socket that is connected to a host and a port, and tells what that took.
    ///
    /// ```swift
    /// if let target = HostPort("localhost:80") {
    ///     let (socket, report) = try await AsyncSocket.connectedWithReport(to: target)
    ///     print(report)       // localhost:80: connected to 127.0.0.1:80 after 0.6 ms …
    ///     socket.close()
    /// }
    /// ```
    ///
    /// An error has the report as well, in `connectionReport`. All else is as
    /// ``connected(to:port:_:_:family:from:resolver:pacing:loop:)``.
    ///
    /// - Parameters:
    ///   - target: A name or an address, and a port.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol of the socket.
    ///   - family: The version of the addresses to try; by default both, or that of `source`.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - resolver: Who looks the name up; the system by default.
    ///   - pacing: How fast the addresses are tried.
    ///   - loop: The loop to wait on.
    /// - Returns: The connected socket, and the answers of the resolver and all attempts with their times.
    /// - Throws: `SocketError` as the form without the report does.
    public static func connectedWithReport(
        to target: HostPort, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        resolver: some AsyncResolver = SystemResolver(), pacing: ConnectionPacing = ConnectionPacing(),
        loop: EventLoop? = nil
    ) async throws(SocketError) -> (socket: AsyncSocket, report: ConnectionReport) {
        let (result, report) = await race(target, type, `protocol`, family, source, pacing, loop).run(resolver)
        return (try result.get(), report)
    }

    private static func race(
        _ target: HostPort, _ type: SocketType, _ protocol: TransportProtocol, _ family: AddressFamily,
        _ source: SocketAddress?, _ pacing: ConnectionPacing, _ loop: EventLoop?
    ) -> ConnectionRace<AsyncSocket> {
        ConnectionRace(
            subject: target.description,
            query: ResolverQuery(
                host: target.host, port: target.port,
                family: family == .unspecified ? source?.family ?? family : family,
                type: type),
            pacing: pacing, deadline: DeadlineScope.current ?? .never,
            connect: { address throws(SocketError) in
                try await connected(to: address, type, `protocol`, from: source, loop: loop)
            },
            close: { $0.close() })
    }
}
