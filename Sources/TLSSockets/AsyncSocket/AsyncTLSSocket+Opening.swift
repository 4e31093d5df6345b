public import AsyncSockets
public import Sockets

extension AsyncTLSSocket {
    /// Makes a secure connection to an address, and runs the handshake.
    ///
    /// Suspends until the connection is secure; put it under `withDeadline` to limit the time.
    ///
    /// - Parameters:
    ///   - address: The peer: of the Internet, or a Unix name.
    ///   - context: The settings.
    ///   - serverName: The name that the certificate has to be for; `nil`: the address itself.
    ///   - session: A session to resume.
    ///   - earlyData: What to send before the handshake is over, where the session allows it; see
    ///     ``TLSSocket/sendEarlyData(_:)-(Span<UInt8>)`` about its danger. What became of it says ``SecureConnection/earlyDataStatus``.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - loop: The loop to wait on.
    /// - Returns: The socket; the peer is known.
    /// - Throws: ``TLSError`` as ``handshake()``, and with the socket's error.
    public static func connected(
        to address: SocketAddress, using context: TLSContext, serverName: String? = nil, session: TLSSession? = nil,
        earlyData: [UInt8] = [], from source: SocketAddress? = nil, loop: EventLoop? = nil
    ) async throws(TLSError) -> AsyncTLSSocket {
        try context.checkConnects()
        let name = serverName ?? address.ipAddress?.description
        if let name { _ = try PeerName(name) }
        let socket: AsyncSocket
        do throws(SocketError) {
            socket = try await AsyncSocket.connected(to: address, from: source, loop: loop)
        } catch {
            throw TLSError(error)
        }
        return try await secure(socket, context, name, session, earlyData)
    }

    /// Makes a secure connection to a host: looks its name up, tries its addresses side by side (RFC 8305), and runs the
    /// handshake with the first that answers.
    ///
    /// ```swift
    /// let socket = try await withDeadline(.seconds(10)) {
    ///     try await AsyncTLSSocket.connected(to: "example.org", port: 443, using: .client())
    /// }
    /// ```
    ///
    /// Suspends until the connection is secure; put it under `withDeadline` to limit the time of all of it.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port.
    ///   - context: The settings.
    ///   - serverName: The name that the certificate has to be for, where it is not `host`.
    ///   - session: A session to resume.
    ///   - earlyData: What to send before the handshake is over, where the session allows it; see
    ///     ``TLSSocket/sendEarlyData(_:)-(Span<UInt8>)`` about its danger. What became of it says ``SecureConnection/earlyDataStatus``.
    ///   - family: The version of the addresses to try; by default both.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - resolver: Who looks the name up; the system by default.
    ///   - pacing: How fast the addresses are tried.
    ///   - loop: The loop to wait on.
    /// - Returns: The socket; the peer is known.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/connection`` and the socket's error.
    public static func connected(
        to host: String, port: Port, using context: TLSContext, serverName: String? = nil, session: TLSSession? = nil,
        earlyData: [UInt8] = [], family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        resolver: some AsyncResolver = SystemResolver(), pacing: ConnectionPacing = ConnectionPacing(),
        loop: EventLoop? = nil
    ) async throws(TLSError) -> AsyncTLSSocket {
        // What is wrong is said before anything is sent.
        try context.checkConnects()
        let name = serverName ?? host
        _ = try PeerName(name)
        let socket: AsyncSocket
        do throws(SocketError) {
            socket = try await AsyncSocket.connected(
                to: host, port: port, family: family, from: source, resolver: resolver, pacing: pacing, loop: loop)
        } catch {
            throw TLSError(error)
        }
        return try await secure(socket, context, name, session, earlyData)
    }

    static func secure(
        _ socket: AsyncSocket, _ context: TLSContext, _ name: String?, _ session: TLSSession?, _ earlyData: [UInt8]
    ) async throws(TLSError) -> AsyncTLSSocket {
        TLSSocket.noDelay(socket.below)
        let secure = try AsyncTLSSocket(upgrading: socket, using: context, serverName: name, session: session)
        do throws(TLSError) {
            if secure.takes(earlyData) { try await secure.sendEarlyData(earlyData) }
            try await secure.handshake()
        } catch {
            secure.close()
            throw error
        }
        return secure
    }

    /// Makes a listening socket whose connections are secure.
    ///
    /// Does not suspend.
    ///
    /// - Parameters:
    ///   - address: The local address; port 0 lets the kernel choose.
    ///   - context: The settings of a server.
    ///   - backlog: How many clients may wait.
    ///   - dualStack: Whether an IPv6 socket takes IPv4 clients too.
    ///   - reusePort: Whether several sockets may listen there.
    ///   - loop: The loop to wait on.
    /// - Returns: The listening socket.
    /// - Throws: ``TLSError`` with the socket's error, or ``TLSError/Code/badSetting`` for the context of a client.
    public static func listening(
        on address: SocketAddress, using context: TLSContext, backlog: Int = .max, dualStack: Bool = false,
        reusePort: Bool = false, loop: EventLoop? = nil
    ) throws(TLSError) -> AsyncTLSSocket {
        let socket: AsyncSocket
        do throws(SocketError) {
            socket = try AsyncSocket.listening(
                on: address, backlog: backlog, dualStack: dualStack, reusePort: reusePort, loop: loop)
        } catch {
            throw TLSError(error)
        }
        return try AsyncTLSSocket(listener: socket, using: context)
    }

    /// Takes over a listening socket, whose connections are secure from now on.
    ///
    /// - Parameters:
    ///   - socket: A socket that listens.
    ///   - context: The settings of a server.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for the context of a client.
    public convenience init(listener socket: AsyncSocket, using context: TLSContext) throws(TLSError) {
        try context.checkListens()
        self.init(socket, context, nil)
    }

    /// Accepts a client; its handshake is not run yet, so that a slow one keeps nobody waiting.
    ///
    /// It has no limit but yours: that of `serve` is `serve`'s alone.
    ///
    /// Suspends until a client has connected.
    ///
    /// - Returns: The client's socket and address.
    /// - Throws: ``TLSError`` with the socket's error.
    public func accept() async throws(TLSError) -> (socket: AsyncTLSSocket, address: SocketAddress) {
        let accepted: (socket: AsyncSocket, address: SocketAddress)
        do throws(SocketError) {
            accepted = try await socket.accept()
        } catch {
            throw TLSError(error)
        }
        return (try Self.accepted(accepted.socket, context), accepted.address)
    }

    static func accepted(_ peer: AsyncSocket, _ context: TLSContext) throws(TLSError) -> AsyncTLSSocket {
        TLSSocket.noDelay(peer.below)
        return try AsyncTLSSocket(upgrading: peer, using: context)
    }

    /// Serves the clients of this listening socket, each by a task of its own, until the listener is closed or the task
    /// cancelled.
    ///
    /// Structured: when it returns, no handler runs any more and every client's socket is closed. The errors of one client
    /// touch no other. Handshakes run in the clients' tasks.
    ///
    /// - Parameters:
    ///   - limit: The most clients that are served at the same time.
    ///   - handshakeLimit: How long a client may take for its handshake.
    ///   - loops: On whose threads the handlers run.
    ///   - onError: Is told of the errors of handshakes and handlers; by default they are printed to the standard error.
    ///   - handler: Serves a client; its socket is closed afterwards.
    /// - Throws: ``TLSError`` with ``TLSError/Code/cancelled``, or the socket's error that makes accepting impossible.
    public func serve(
        limit: Int = .max, handshakeLimit: Duration = .seconds(10), loops: EventLoops = .shared,
        onError: AsyncSocketServer.ErrorHandler? = nil,
        _ handler: @escaping @Sendable (_ peer: AsyncTLSSocket) async throws -> Void
    ) async throws(TLSError) {
        let context = context
        do throws(SocketError) {
            let server = AsyncSocketServer(listener: socket, limit: limit, loops: loops, onError: onError)
            try await server.run { peer in
                let secure = try AsyncTLSSocket.accepted(peer, context)
                defer { secure.close() }
                try await withDeadline(handshakeLimit) { () throws(TLSError) in try await secure.handshake() }
                try await handler(secure)
            }
        } catch {
            throw TLSError(error)
        }
    }
}
