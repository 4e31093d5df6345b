public import Sockets

/// A socket whose bytes are encrypted, and whose peer is known: the methods of `Socket`, over TLS.
///
/// ```swift
/// let socket = try TLSSocket.connected(to: "example.org", port: 443, using: .client())
/// try socket.sendAll("GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
/// while let bytes = try socket.receive(upTo: 16_384) { print(String(decoding: bytes, as: UTF8.self), terminator: "") }
/// ```
///
/// A client verifies the server's certificate: its chain up to an authority that the system trusts, and that it is for the
/// name that was asked for. The handshake runs with the first call that needs it, or by ``handshake()``; no byte is given
/// out, and none is sent, before it is over.
///
/// The end of the stream is `nil` only when the peer said goodbye (`close_notify`); a connection that just ends throws
/// ``TLSError/Code/truncated``, because an attacker can cut it anywhere.
///
/// One thread may receive while another sends; further ones wait for their turn. Closing wakes them all. Python's name is
/// `ssl.SSLSocket`.
public final class TLSSocket: Sendable {
    /// The socket below.
    ///
    /// What is sent or received on it directly breaks the connection.
    public let socket: Socket
    /// The settings.
    public let context: TLSContext
    /// `nil`: the socket listens.
    let connection: Connection?

    init(_ socket: Socket, _ context: TLSContext, _ connection: Connection?) {
        self.socket = socket
        self.context = context
        self.connection = connection
    }

    /// Takes over a connected socket for a secure connection: after STARTTLS and its like, or from the beginning.
    ///
    /// ```swift
    /// try plain.sendAll("STARTTLS\r\n")
    /// guard try plain.receive(until: Array("\r\n".utf8))?.starts(with: "220".utf8) == true else { return }
    /// let secure = try TLSSocket(upgrading: plain, using: .client(), serverName: "mail.example.org")
    /// ```
    ///
    /// Nothing is sent yet. Any stream will do: TCP, a Unix name, one of a pair. What a reader with a buffer has read
    /// ahead must not be left behind: an attacker may have put it there, so treat it as an error, or give it in `received`
    /// where the protocol sends the first record right behind the answer.
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
        upgrading socket: Socket, using context: TLSContext, serverName: String? = nil, session: TLSSession? = nil,
        received: [UInt8] = []
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

extension TLSSocket: SecureSocket {
    /// Where the answers come from.
    public var facts: TLSFacts { TLSFacts(connection: connection, socket: socket) }
}
