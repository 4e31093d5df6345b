public import Sockets
internal import Synchronization

/// What ``TLSSocket`` and ``AsyncTLSSocket`` have in common beside the connection: a socket below, and their settings.
public protocol SecureSocket: SecureConnection, Hashable, CustomStringConvertible {
    /// The settings.
    var context: TLSContext { get }
}

extension SecureSocket {
    /// Whether the socket has been closed or unwrapped.
    public var isClosed: Bool {
        let facts = facts
        return facts.socket?.isClosed != false || facts.connection?.isUnwrapped.load(ordering: .acquiring) == true
    }

    /// The address that the socket is bound to; as `Socket/localAddress`.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/closed``.
    public var localAddress: SocketAddress {
        get throws(TLSError) { try ask(.localAddress) { socket throws(SocketError) in try socket.localAddress } }
    }

    /// The address of the peer; as `Socket/peerAddress`.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/connection`` or ``TLSError/Code/closed``.
    public var peerAddress: SocketAddress {
        get throws(TLSError) { try ask(.peerAddress) { socket throws(SocketError) in try socket.peerAddress } }
    }

    private func ask(
        _ operation: SocketError.Operation, _ body: (Socket) throws(SocketError) -> SocketAddress
    ) throws(TLSError) -> SocketAddress {
        guard let socket = facts.socket else { throw TLSError(.notConnected, operation) }
        do throws(SocketError) { return try body(socket) } catch { throw TLSError(error) }
    }

    /// Says goodbye as well as that can be done at once; `false`: the socket below is not this one's to close.
    func sayGoodbye() -> Bool {
        let facts = facts
        guard let connection = facts.connection else { return true }
        guard !connection.isUnwrapped.load(ordering: .acquiring) else { return false }
        if let socket = facts.socket, !socket.isClosed {
            try? socket.withNumber(closed: TLSError(.closed)) { number throws(TLSError) in connection.close(number) }
        }
        return true
    }

    /// Whether both are the same object.
    public static func == (first: Self, second: Self) -> Bool { first === second }

    /// Hashes the identity of the object.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// The version, the cipher suite and the socket below.
    public var description: String {
        let facts = facts
        let below = facts.socket.map { "\($0)" } ?? "memory"
        guard facts.connection != nil else { return "TLS on \(below)" }
        guard let version, let cipherSuite else { return "TLS before the handshake on \(below)" }
        return "\(version) \(cipherSuite) on \(below)"
    }
}

extension Connection? {
    /// The connection, of a socket that is no listener.
    @inline(__always)
    func secured(_ operation: SocketError.Operation) throws(TLSError) -> Connection {
        guard let self else { throw TLSError(.notConnected, operation, hint: "the socket listens") }
        return self
    }
}

extension Connection {
    /// Makes the connection over a socket of a type.
    ///
    /// - Parameter received: Bytes of the peer's TLS that were received already.
    convenience init(
        over type: SocketType, _ context: TLSContext, _ serverName: String?, _ session: TLSSession?,
        received: [UInt8]
    ) throws(TLSError) {
        guard type == .stream else {
            throw TLSError(.unsupported, .handshake, hint: "TLS needs a stream; this is a \(type) socket")
        }
        var name: PeerName?
        if let serverName { name = try PeerName(serverName) }
        try self.init(context.storage, peerName: name, session: session)
        if !received.isEmpty { feed(received) }
    }

    /// The error of the socket below, where it has ended the handshake.
    func handshakeError(_ error: TLSError) -> TLSError {
        guard let socketError = error.socketError else { return error }
        return TLSError(
            error.code, .handshake, subject: peerName?.text, socketError: socketError,
            hint: error.code == .timedOut
                ? "the peer says nothing; does it speak TLS there, or does it wait for STARTTLS?" : nil)
    }

    /// Ends the connection, and leaves the socket to its owner.
    ///
    /// - Parameter count: How many bytes the peer has sent instead of its goodbye.
    /// - Returns: What has come behind the goodbye.
    func unwrap(after count: Int) throws(TLSError) -> [UInt8] {
        if count > 0 {
            throw TLSError(
                .protocolViolation, .unwrap, hint: "the peer sent \(count) bytes more; receive to the end before")
        }
        let received = takeRest()
        isUnwrapped.store(true, ordering: .releasing)
        close(-1)
        return received
    }
}

extension TLSContext {
    /// Throws unless the context is a client's.
    func checkConnects() throws(TLSError) {
        guard side == .client else {
            throw TLSError(
                .badSetting, .connect, subject: "context", hint: "connecting needs the context of a client")
        }
    }

    /// Throws unless the context is a server's.
    func checkListens() throws(TLSError) {
        guard side == .server else {
            throw TLSError(.badSetting, .listen, subject: "context", hint: "a listener needs the context of a server")
        }
    }
}
