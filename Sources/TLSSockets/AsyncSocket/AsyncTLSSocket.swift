public import AsyncSockets
internal import Sockets

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

    init(_ socket: AsyncSocket, _ context: TLSContext, _ connection: Connection?) {
        self.socket = socket
        self.context = context
        self.connection = connection
    }

    /// Takes over a connected socket for a secure connection: after STARTTLS and its like, or from the beginning.
    ///
    /// As ``TLSSocket/init(upgrading:using:serverName:session:received:)``.
    public convenience init(
        upgrading socket: AsyncSocket, using context: TLSContext, serverName: String? = nil,
        session: TLSSession? = nil, received: [UInt8] = []
    ) throws(TLSError) {
        let connection = try Connection(over: socket.type, context, serverName, session, received: received)
        self.init(socket, context, connection)
    }

    deinit { close() }

    /// The connection, of a socket that is no listener.
    @inline(__always)
    func secured(_ operation: SocketError.Operation) throws(TLSError) -> Connection {
        try connection.secured(operation)
    }
}

extension AsyncTLSSocket: SecureSocket {
    /// Where the answers come from.
    public var facts: TLSFacts { TLSFacts(connection: connection, socket: socket.below) }
}
