internal import AsyncSockets
internal import Sockets

extension AsyncTLSSocket {
    /// Sends bytes before the handshake is over (0-RTT): a client's first request, or a server's answer to it.
    ///
    /// As ``TLSSocket/sendEarlyData(_:)-(Span<UInt8>)``, and with the same danger: somebody else can send a copy of them.
    /// Suspends until they are on their way.
    ///
    /// - Parameter bytes: What to send.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` where the session, or the state of the handshake, does not
    ///   allow it, and ``TLSError/Code/limitExceeded`` where the server takes fewer bytes; nothing was sent then. Else as
    ///   ``handshake()``.
    public func sendEarlyData(_ bytes: Span<UInt8>) async throws(TLSError) {
        let connection = try secured(.send)
        try socket.below.withNumber(closed: TLSError(.closed, .send)) { number throws(TLSError) in
            try connection.writeEarly(bytes, number)
        }
        try await flush(connection)
    }

    /// Sends an array before the handshake is over; as ``sendEarlyData(_:)-(Span<UInt8>)``.
    public func sendEarlyData(_ bytes: [UInt8]) async throws(TLSError) { try await sendEarlyData(bytes.span) }

    /// Receives what the client has sent before the handshake is over (0-RTT), and returns it; `nil` at its end.
    ///
    /// As ``TLSSocket/receiveEarlyData(upTo:)``, and with the same danger: it may be a copy that somebody else has sent.
    /// Suspends until something has come.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; `nil` when there are no more.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/unsupported`` for a client.
    public func receiveEarlyData(upTo count: Int) async throws(TLSError) -> [UInt8]? {
        let connection = try secured(.receive)
        if connection.isEstablished { return nil }
        var bytes: [UInt8] = []
        let step = try await shakeHands(connection) { mayAsk throws(TLSError) in
            try connection.handshakeNow(socket.below, mayAsk: mayAsk) { number throws(TLSError) in
                let result = try connection.readEarly(upTo: count, number)
                bytes = result.bytes
                return result.step
            }
        }
        guard case .done? = step else { return nil }
        return bytes
    }
}
