public import Sockets

extension AsyncSocket {
    /// Makes a socket that listens at an address: the stages socket, bind and listen in one call.
    ///
    /// ```swift
    /// let listener = try AsyncSocket.listening(on: .loopback(port: 8080))
    /// let everywhere = try AsyncSocket.listening(on: .anyIPv6(port: 8080), dualStack: true)
    /// let local = try AsyncSocket.listening(on: .unix(path: "/run/echo.sock"))
    /// ```
    ///
    /// Does not suspend. What `Socket.listening` does about addresses in use and left Unix paths, this does too. Python's
    /// name is `start_server`.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - type: A type with connections.
    ///   - protocol: The protocol, such as `.mptcp`.
    ///   - backlog: How many clients may wait to be accepted; the kernel's limit is the default.
    ///   - dualStack: Whether an IPv6 listener takes IPv4 clients too, as `::ffff:` addresses.
    ///   - reusePort: Whether several sockets may listen there, and the kernel spreads the clients over them.
    ///   - loop: The loop to wait on.
    /// - Returns: The listening socket.
    /// - Throws: `SocketError` as for each of the stages.
    public static func listening(
        on address: SocketAddress, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        backlog: Int = .max, dualStack: Bool = false, reusePort: Bool = false, loop: EventLoop? = nil
    ) throws(SocketError) -> AsyncSocket {
        try AsyncSocket(
            Socket.listening(
                on: address, type, `protocol`, backlog: backlog, dualStack: dualStack, reusePort: reusePort),
            on: loop)
    }

    /// Makes a datagram socket that is bound to an address.
    ///
    /// ```swift
    /// let receiver = try AsyncSocket.bound(to: .any(port: 5353))
    /// let (bytes, sender) = try await receiver.receiveFrom(upTo: 65_535)
    /// ```
    ///
    /// Does not suspend.
    ///
    /// - Parameters:
    ///   - address: The local address.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol.
    ///   - dualStack: Whether an IPv6 socket takes IPv4 datagrams too, as from `::ffff:` addresses.
    ///   - reuseAddress: Whether several sockets may be bound there, as multicast receivers are.
    ///   - reusePort: Whether several sockets may be bound there, and the kernel spreads the datagrams over them.
    ///   - loop: The loop to wait on.
    /// - Returns: The bound socket.
    /// - Throws: `SocketError` as for each of the stages.
    public static func bound(
        to address: SocketAddress, _ type: SocketType = .datagram, _ protocol: TransportProtocol = .default,
        dualStack: Bool = false, reuseAddress: Bool = false, reusePort: Bool = false, loop: EventLoop? = nil
    ) throws(SocketError) -> AsyncSocket {
        try AsyncSocket(
            Socket.bound(
                to: address, type, `protocol`, dualStack: dualStack, reuseAddress: reuseAddress, reusePort: reusePort),
            on: loop)
    }

    /// Makes a socket that is connected to an address: the stages socket and connect in one call.
    ///
    /// Suspends until the peer has answered; put it under ``withDeadline(_:_:)`` to limit the time.
    ///
    /// - Parameters:
    ///   - address: The peer.
    ///   - type: The type of the socket.
    ///   - protocol: The protocol.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - loop: The loop to wait on.
    /// - Returns: The connected socket.
    /// - Throws: `SocketError` as for each of the stages.
    public static func connected(
        to address: SocketAddress, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default,
        from source: SocketAddress? = nil, loop: EventLoop? = nil
    ) async throws(SocketError) -> AsyncSocket {
        let socket = try AsyncSocket(address.family, type, `protocol`, on: loop)
        if let source { try socket.bind(to: source) }
        do throws(SocketError) {
            try await socket.connect(to: address)
        } catch {
            socket.close()
            throw error
        }
        return socket
    }
}
