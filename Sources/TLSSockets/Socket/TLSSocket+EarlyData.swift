internal import Sockets

extension TLSSocket {
    /// Sends bytes before the handshake is over (0-RTT): a client's first request, or a server's answer to it.
    ///
    /// A client does it before ``handshake()``, with a session whose ``TLSSession/maximumEarlyData`` is not 0; what became
    /// of the bytes, ``SecureConnection/earlyDataStatus`` says afterwards. Bytes that were rejected are lost: sending them
    /// again is the program's choice.
    ///
    /// **Danger.** Whoever listens on the way can send a copy of these bytes to another server of the same name, or to this
    /// one after it was started again; and they are not protected against a later theft of the session's key. So send only
    /// what does no harm when it is done twice, as a question is.
    ///
    /// ```swift
    /// let plain = try Socket.connected(to: "example.org", port: 443)
    /// let socket = try TLSSocket(upgrading: plain, using: context, serverName: "example.org", session: session)
    /// try socket.sendEarlyData(request.utf8.span)
    /// try socket.handshake()
    /// if socket.earlyDataStatus != .accepted { try socket.sendAll(request) }
    /// ```
    ///
    /// A server does it between ``receiveEarlyData(upTo:)`` and the end of the handshake. It does not know yet whether the
    /// client is there: what came early may be a copy.
    ///
    /// Blocks until the bytes are on their way, no longer than ``timeout``. The corresponding C function is
    /// `SSL_write_early_data`.
    ///
    /// - Parameter bytes: What to send.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` where the session, or the state of the handshake, does not
    ///   allow it, and ``TLSError/Code/limitExceeded`` where the server takes fewer bytes; nothing was sent then. Else as
    ///   ``handshake()``.
    @available(*, noasync, message: "sendEarlyData blocks its thread; call it from a thread of your own")
    public func sendEarlyData(_ bytes: Span<UInt8>) throws(TLSError) { try sendEarlyData(bytes, until: deadline) }

    /// Sends an array before the handshake is over; as ``sendEarlyData(_:)-(Span<UInt8>)``.
    @available(*, noasync, message: "sendEarlyData blocks its thread; call it from a thread of your own")
    public func sendEarlyData(_ bytes: [UInt8]) throws(TLSError) { try sendEarlyData(bytes.span) }

    func sendEarlyData(_ bytes: Span<UInt8>, until deadline: Deadline?) throws(TLSError) {
        let connection = try secured(.send)
        try take(connection.writing, deadline, .send)
        defer { connection.writing.give() }
        try withNumber(.send) { number throws(TLSError) in try connection.writeEarly(bytes, number) }
        try flush(connection, deadline)
    }

    /// Receives what the client has sent before the handshake is over (0-RTT), and returns it; `nil` at its end.
    ///
    /// For a server whose ``TLSSettings/maximumEarlyData`` is not 0, as the first call on an accepted connection; repeat it
    /// until it gives `nil`, which also means that there is none. A server that does not call it, and begins with
    /// ``handshake()`` or the first receive, rejects what was sent early.
    ///
    /// **Danger.** The bytes are the client's, but they may be a copy that somebody else has sent (a replay). OpenSSL takes
    /// each session for it once; a second process, or this one after a start, does not know what the first one took. So do
    /// with them only what does no harm when it is done twice, and wait with the rest until ``handshake()`` is over, which
    /// no copy can bring to its end.
    ///
    /// ```swift
    /// let (peer, _) = try listener.accept()
    /// while let question = try peer.receiveEarlyData(upTo: 4096) { try peer.sendEarlyData(answer(question)) }
    /// try peer.handshake()
    /// ```
    ///
    /// Blocks until something has come, no longer than ``timeout``. The corresponding C function is `SSL_read_early_data`.
    ///
    /// - Parameter count: The most that is wanted.
    /// - Returns: The bytes; `nil` when there are no more.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/unsupported`` for a client.
    @available(*, noasync, message: "receiveEarlyData blocks its thread; call it from a thread of your own")
    public func receiveEarlyData(upTo count: Int) throws(TLSError) -> [UInt8]? {
        let connection = try secured(.receive)
        if connection.isEstablished { return nil }
        var bytes: [UInt8] = []
        let step = try shakeHands(connection, until: deadline) { number throws(TLSError) in
            let result = try connection.readEarly(upTo: count, number)
            bytes = result.bytes
            return result.step
        }
        guard case .done? = step else { return nil }
        return bytes
    }
}
