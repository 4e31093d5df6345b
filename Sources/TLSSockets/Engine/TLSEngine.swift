internal import Sockets

/// TLS over memory, without any input or output: for transports of your own, and for tests.
///
/// Records go in by ``feed(_:)`` and come out by ``takeOutput()``; what is between them and the network is yours.
///
/// ```swift
/// let client = try TLSEngine(clientContext, serverName: "example.org")
/// while try !client.handshake() {
///     transport.send(client.takeOutput())
///     client.feed(transport.receive())
/// }
/// transport.send(client.takeOutput())  // its last message
/// ```
///
/// Nothing here waits. It may be used from several threads; each call is one step of its own. Python's names are
/// `SSLObject` and `MemoryBIO`.
public final class TLSEngine: Sendable {
    let connection: Connection

    /// Makes one side of a connection.
    ///
    /// - Parameters:
    ///   - context: Its settings; the side is the context's.
    ///   - serverName: The name or the address of the server, for a client.
    ///   - session: A session to resume, for a client.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for a name that no certificate can have, or for a client
    ///   that is to verify the name and has none.
    public init(_ context: TLSContext, serverName: String? = nil, session: TLSSession? = nil) throws(TLSError) {
        connection = try Connection(
            context.storage, peerName: serverName.map { name throws(TLSError) in try PeerName(name) }, session: session)
    }

    /// Goes on with the handshake.
    ///
    /// - Returns: Whether it is over. Take the output in any case; `false` means that input is needed.
    /// - Throws: ``TLSError`` with the reason why there is no connection; there may be an alert in the output then.
    public func handshake() throws(TLSError) -> Bool {
        switch try connection.handshake() {
        case .done: true
        case .needsInput: false
        case .end: throw TLSError(.truncated, .handshake)
        }
    }

    /// Gives records that have come from the peer; they are kept until they are needed.
    ///
    /// - Parameter records: The bytes as they came, in pieces of any size.
    public func feed(_ records: [UInt8]) { connection.feed(records) }

    /// Says that the peer's transport has ended: reading ends with ``TLSError/Code/truncated`` then, unless the peer has
    /// said goodbye before.
    public func endInput() { connection.endInput() }

    /// Takes the records that are to be sent to the peer; empty when there are none.
    public func takeOutput() -> [UInt8] {
        guard let bytes = connection.takeOutput(isFirst: true) else { return [] }
        connection.giveBack([])
        return bytes
    }

    /// What a reading step came to.
    @nonexhaustive public enum Content: Hashable, Sendable {
        /// Bytes of the peer.
        case bytes([UInt8])
        /// More input is needed.
        case needsInput
        /// The peer has said that it sends no more.
        case end
    }

    /// Decrypts the next bytes of the peer.
    ///
    /// - Parameter count: The most that is wanted; a record has at most 16,384.
    /// - Returns: The bytes, or why there are none.
    /// - Throws: ``TLSError`` with the reason why the connection is broken.
    public func read(upTo count: Int = 16_384) throws(TLSError) -> Content {
        var step = Connection.Step.needsInput
        let bytes = try [UInt8](capacity: min(max(1, count), 1 << 24)) {
            (buffer: inout OutputSpan<UInt8>) throws(TLSError) in
            step = try connection.read(into: &buffer, -1)
        }
        return Content(step, bytes)
    }

    /// Decrypts what a client has sent before the handshake is over (0-RTT); for a server, and before ``handshake()``.
    ///
    /// As ``TLSSocket/receiveEarlyData(upTo:)``, and with the same danger: it may be a copy that somebody else has sent. Take
    /// the output in any case.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; ``Content/end``: there are no more of them, and ``handshake()`` comes next.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/unsupported`` for a client.
    public func readEarlyData(upTo count: Int = 16_384) throws(TLSError) -> Content {
        if isEstablished { return .end }
        let (step, bytes) = try connection.readEarly(upTo: count)
        return Content(step, bytes)
    }

    /// Encrypts bytes for the peer before the handshake is over (0-RTT); the records are in the output.
    ///
    /// As ``TLSSocket/sendEarlyData(_:)-(Span<UInt8>)``, and with the same danger.
    ///
    /// - Parameter bytes: What the peer shall get.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` and ``TLSError/Code/limitExceeded`` as there.
    public func writeEarlyData(_ bytes: [UInt8]) throws(TLSError) { try connection.writeEarly(bytes.span) }

    /// Encrypts bytes for the peer; the records are in the output.
    ///
    /// - Parameter bytes: What the peer shall get, any number.
    /// - Throws: ``TLSError`` with ``TLSError/Code/notConnected`` before the handshake is over, or the reason why the
    ///   connection is broken.
    public func write(_ bytes: Span<UInt8>) throws(TLSError) {
        guard isEstablished else { throw TLSError(.notConnected, .send, hint: "the handshake is not over") }
        var rest = bytes
        while rest.count > 0 { rest = rest.extracting(droppingFirst: try connection.write(rest, -1)) }
    }

    /// Encrypts an array for the peer; as ``write(_:)-(Span<UInt8>)``.
    public func write(_ bytes: [UInt8]) throws(TLSError) { try write(bytes.span) }

    /// Encrypts a text for the peer; as ``write(_:)-(Span<UInt8>)``.
    public func write(_ text: String) throws(TLSError) { try write(text.utf8.span) }

    /// Says that this side sends no more; the record is in the output.
    ///
    /// - Returns: Whether the peer has said so as well.
    /// - Throws: ``TLSError`` with ``TLSError/Code/notConnected`` before the handshake is over.
    @discardableResult
    public func finishWriting() throws(TLSError) -> Bool { try connection.sayGoodbye() }
}

extension TLSEngine: SecureConnection {
    /// Where the answers come from.
    public var facts: TLSFacts { TLSFacts(connection: connection, socket: nil) }
}

extension TLSEngine.Content {
    fileprivate init(_ step: Connection.Step, _ bytes: [UInt8]) {
        self =
            switch step {
            case .done: .bytes(bytes)
            case .needsInput: .needsInput
            case .end: .end
            }
    }
}
