public import Sockets

extension TLSSocket {
    /// Makes a secure connection to a host: looks its name up, tries its addresses, and runs the handshake.
    ///
    /// Blocks until the connection is secure, or the time has passed; the limit is one for all of it.
    ///
    /// ```swift
    /// let socket = try TLSSocket.connected(to: "example.org", port: 443, using: .client(), timeout: .seconds(10))
    /// ```
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
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The socket; the peer is known.
    /// - Throws: ``TLSError`` with ``TLSError/Code/certificateRefused``, ``TLSError/Code/alert``,
    ///   ``TLSError/Code/nothingInCommon``, ``TLSError/Code/timedOut``, or ``TLSError/Code/connection`` with the socket's
    ///   error.
    @available(*, noasync, message: "connected blocks its thread; call it from a thread of your own")
    public static func connected(
        to host: String, port: Port, using context: TLSContext, serverName: String? = nil, session: TLSSession? = nil,
        earlyData: [UInt8] = [], family: AddressFamily = .unspecified, from source: SocketAddress? = nil,
        timeout: Duration? = nil
    ) throws(TLSError) -> TLSSocket {
        // What is wrong is said before anything is sent.
        try context.checkConnects()
        let name = serverName ?? host
        _ = try PeerName(name)
        let deadline = Deadline(after: timeout)
        let socket: Socket
        do throws(SocketError) {
            socket = try Socket.connected(to: host, port: port, family: family, from: source, timeout: timeout)
        } catch {
            throw TLSError(error)
        }
        return try secure(socket, context, name, session, earlyData, deadline)
    }

    /// Makes a secure connection to an address, and runs the handshake.
    ///
    /// - Parameters:
    ///   - address: The peer: of the Internet, or a Unix name.
    ///   - context: The settings.
    ///   - serverName: The name that the certificate has to be for; `nil`: the address itself.
    ///   - session: A session to resume.
    ///   - earlyData: What to send before the handshake is over, where the session allows it; see
    ///     ``TLSSocket/sendEarlyData(_:)-(Span<UInt8>)`` about its danger. What became of it says ``SecureConnection/earlyDataStatus``.
    ///   - source: The local address to use; the kernel chooses one by default.
    ///   - timeout: How long to try; afterwards the socket has no timeout.
    /// - Returns: The socket; the peer is known.
    /// - Throws: ``TLSError`` as ``connected(to:port:using:serverName:session:earlyData:family:from:timeout:)``.
    @available(*, noasync, message: "connected blocks its thread; call it from a thread of your own")
    public static func connected(
        to address: SocketAddress, using context: TLSContext, serverName: String? = nil, session: TLSSession? = nil,
        earlyData: [UInt8] = [], from source: SocketAddress? = nil, timeout: Duration? = nil
    ) throws(TLSError) -> TLSSocket {
        try context.checkConnects()
        let name = serverName ?? address.ipAddress?.description
        if let name { _ = try PeerName(name) }
        let deadline = Deadline(after: timeout)
        let socket: Socket
        do throws(SocketError) {
            socket = try Socket.connected(to: address, from: source, timeout: timeout)
        } catch {
            throw TLSError(error)
        }
        return try secure(socket, context, name, session, earlyData, deadline)
    }

    private static func secure(
        _ socket: Socket, _ context: TLSContext, _ name: String?, _ session: TLSSession?,
        _ earlyData: [UInt8], _ deadline: Deadline
    ) throws(TLSError) -> TLSSocket {
        noDelay(socket)
        let secure = try TLSSocket(upgrading: socket, using: context, serverName: name, session: session)
        do throws(TLSError) {
            if secure.takes(earlyData) { try secure.sendEarlyData(earlyData.span, until: deadline) }
            try secure.handshake(until: deadline)
        } catch {
            secure.close()
            throw error
        }
        return secure
    }

    /// Records are whole messages already: waiting for more of them costs time alone.
    static func noDelay(_ socket: Socket) {
        if socket.family == .ipv4 || socket.family == .ipv6 { try? socket.set(.noDelay, true) }
    }

    /// Makes a listening socket whose connections are secure.
    ///
    /// ```swift
    /// let context = try TLSContext.server(certificateChain: "server.pem", privateKey: "server.key")
    /// let listener = try TLSSocket.listening(on: .any(port: 8443), using: context)
    /// ```
    ///
    /// - Parameters:
    ///   - address: The local address; port 0 lets the kernel choose.
    ///   - context: The settings of a server.
    ///   - backlog: How many clients may wait.
    ///   - dualStack: Whether an IPv6 socket takes IPv4 clients too.
    ///   - reusePort: Whether several sockets may listen there.
    /// - Returns: The listening socket.
    /// - Throws: ``TLSError`` with the socket's error, or ``TLSError/Code/badSetting`` for the context of a client.
    public static func listening(
        on address: SocketAddress, using context: TLSContext, backlog: Int = .max, dualStack: Bool = false,
        reusePort: Bool = false
    ) throws(TLSError) -> TLSSocket {
        let socket: Socket
        do throws(SocketError) {
            socket = try Socket.listening(on: address, backlog: backlog, dualStack: dualStack, reusePort: reusePort)
        } catch {
            throw TLSError(error)
        }
        return try TLSSocket(listener: socket, using: context)
    }

    /// Takes over a listening socket, whose connections are secure from now on.
    ///
    /// - Parameters:
    ///   - socket: A socket that listens.
    ///   - context: The settings of a server.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for the context of a client.
    public convenience init(listener socket: Socket, using context: TLSContext) throws(TLSError) {
        try context.checkListens()
        self.init(socket, context, nil)
    }

    /// Accepts a client; its handshake is not run yet, so that a slow one keeps nobody waiting.
    ///
    /// It has no limit but yours: that of `serve` is `serve`'s alone.
    ///
    /// Blocks until a client has connected, no longer than ``timeout``.
    ///
    /// - Returns: The client's socket and address.
    /// - Throws: ``TLSError`` with the socket's error.
    @available(*, noasync, message: "accept blocks its thread; call it from a thread of your own")
    public func accept() throws(TLSError) -> (socket: TLSSocket, address: SocketAddress) {
        let accepted: (socket: Socket, address: SocketAddress)
        do throws(SocketError) {
            accepted = try socket.accept()
        } catch {
            throw TLSError(error)
        }
        return (try Self.accepted(accepted.socket, context), accepted.address)
    }

    static func accepted(_ peer: Socket, _ context: TLSContext) throws(TLSError) -> TLSSocket {
        noDelay(peer)
        return try TLSSocket(upgrading: peer, using: context)
    }

    /// Serves each client in a thread of its own, until the listening socket is closed.
    ///
    /// ```swift
    /// try listener.serve { peer, address in
    ///     while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
    /// }
    /// ```
    ///
    /// Blocks. Each client's handshake runs in its thread.
    ///
    /// - Parameters:
    ///   - limit: How many clients to serve at the same time.
    ///   - handshakeLimit: How long a client may take for its handshake.
    ///   - onError: Gets what handlers and handshakes throw; by default it is printed on standard error.
    ///   - handler: Serves a client; its socket is closed afterwards.
    /// - Throws: ``TLSError`` with the socket's error.
    @available(*, noasync, message: "serve blocks its thread; call it from a thread of your own")
    public func serve(
        limit: Int = 512, handshakeLimit: Duration = .seconds(10), onError: ThreadedServer.ErrorHandler? = nil,
        _ handler: @escaping @Sendable (_ peer: TLSSocket, _ client: SocketAddress) throws -> Void
    ) throws(TLSError) {
        let context = context
        do throws(SocketError) {
            try socket.serve(limit: limit, onError: onError) { peer, address in
                let secure = try TLSSocket.accepted(peer, context)
                defer { secure.close() }
                try secure.handshake(until: Deadline(after: handshakeLimit))
                try handler(secure, address)
            }
        } catch {
            throw TLSError(error)
        }
    }
}
