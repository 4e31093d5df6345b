public import AsyncSockets
internal import Sockets
internal import Synchronization

/// A secure socket whose operations suspend instead of blocking: the twin of ``TLSSocket``, with the same names.
///
/// ```swift
/// let context = try TLSContext.server(certificateChain: "server.pem", privateKey: "server.key")
/// let listener = try AsyncTLSSocket.listening(on: .any(port: 8443), using: context)
/// try await listener.serve { peer in
///     while let bytes = try await peer.receive(upTo: 16_384) { try await peer.sendAll(bytes) }
/// }
/// ```
///
/// What ``TLSSocket`` says about verification, truncation and goodbyes holds here too. An operation ends early when its
/// task is cancelled, or when the deadline of `withDeadline` passes; no byte is lost by it, and the connection stays
/// usable.
///
/// One task may receive while another sends. A second task that would have to wait in the same direction gets
/// ``TLSError/Code/busy``.
public final class AsyncTLSSocket: Sendable {
    /// The socket below.
    ///
    /// What is sent or received on it directly breaks the connection.
    public let socket: AsyncSocket
    /// The settings.
    public let context: TLSContext
    /// `nil`: the socket listens.
    let connection: Connection?
    let isUnwrapped = Atomic(false)

    init(_ socket: AsyncSocket, _ context: TLSContext, _ connection: Connection?) {
        self.socket = socket
        self.context = context
        self.connection = connection
    }

    /// Takes over a connected socket for a secure connection: after STARTTLS and its like, or from the beginning.
    ///
    /// As ``TLSSocket/init(upgrading:using:serverName:session:received:)``.
    ///
    /// - Parameters:
    ///   - socket: The socket; from now on nobody else should use it.
    ///   - context: The settings; they say which side this is.
    ///   - serverName: The name or the address of the server, for a client: its certificate has to be for it.
    ///   - session: A session to resume, for a client.
    ///   - received: Bytes of the peer's TLS that were received already.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for a name that no certificate can have, or when a client
    ///   that is to verify the name has none.
    public convenience init(
        upgrading socket: AsyncSocket, using context: TLSContext, serverName: String? = nil,
        session: TLSSession? = nil, received: [UInt8] = []
    ) throws(TLSError) {
        guard socket.type == .stream else {
            throw TLSError(.unsupported, .handshake, hint: "TLS needs a stream; this is a \(socket.type) socket")
        }
        var name: PeerName?
        if let serverName { name = try PeerName(serverName) }
        let connection = try Connection(context.storage, peerName: name, session: session)
        if !received.isEmpty { connection.feed(received) }
        self.init(socket, context, connection)
    }

    deinit { close() }

    /// The connection, of a socket that is no listener.
    func secured(_ operation: SocketError.Operation) throws(TLSError) -> Connection {
        guard let connection else { throw TLSError(.notConnected, operation, hint: "the socket listens") }
        return connection
    }
}

extension AsyncTLSSocket: SecureConnection {
    /// What is known about the connection; `nil` when the socket listens.
    public var facts: TLSFacts? { connection.map { TLSFacts(connection: $0) } }

    /// The name or the address that the server's certificate has to be for.
    public var verifiedName: String? { connection?.peerName?.text }
}

extension AsyncTLSSocket: Hashable {
    /// Whether both are the same object.
    public static func == (first: AsyncTLSSocket, second: AsyncTLSSocket) -> Bool { first === second }

    /// Hashes the identity of the object.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension AsyncTLSSocket: CustomStringConvertible {
    /// The version, the cipher suite and the socket below.
    public var description: String {
        guard connection != nil else { return "TLS on \(socket)" }
        guard let version, let cipherSuite else { return "TLS before the handshake on \(socket)" }
        return "\(version) \(cipherSuite) on \(socket)"
    }
}
