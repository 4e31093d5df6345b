public import Sockets

extension TLSSocket {
    /// Ends sending: says goodbye (`close_notify`), so that the peer receives the end of the stream, and can still send.
    ///
    /// The socket below stays open in both directions. Blocks while the socket does not take the record, no longer than
    /// ``timeout``.
    ///
    /// - Throws: ``TLSError`` as ``handshake()``.
    public func finishWriting() throws(TLSError) { try finishWriting(until: deadline) }

    private func finishWriting(until deadline: Deadline?) throws(TLSError) {
        let connection = try secured(.shutdown)
        try take(connection.writing, deadline, .shutdown)
        defer { connection.writing.give() }
        try flush(connection, deadline)
        _ = try withNumber(.shutdown) { number throws(TLSError) in try connection.sayGoodbye(number) }
        try flush(connection, deadline)
    }

    /// Closes the connection in both directions; closing twice is no mistake.
    ///
    /// Says goodbye where that can be done without waiting, and does not wait for the peer's. Threads that are inside calls
    /// wake with ``TLSError/Code/closed``. To be sure that the peer got all, use ``closeGracefully(within:)``.
    public func close() { if sayGoodbye() { socket.close() } }

    /// Says goodbye, waits until the peer has done so too, and closes: so nothing that was sent can be lost.
    ///
    /// What the peer still sends is read and thrown away. Blocks until then, or until the time has passed; the socket is
    /// closed in any case.
    ///
    /// - Parameter limit: How long to wait for the peer.
    /// - Throws: ``TLSError`` with ``TLSError/Code/timedOut`` when the peer did not end in time, ``TLSError/Code/truncated``
    ///   when it ended without a goodbye, or the error that broke the connection.
    @available(*, noasync, message: "closeGracefully blocks its thread; call it from a thread of your own")
    public func closeGracefully(within limit: Duration) throws(TLSError) {
        defer { close() }
        let deadline = Deadline(after: max(limit, .milliseconds(1)))
        try finishWriting(until: deadline)
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while try receive(into: &buffer, until: deadline) > 0 {}
    }

    private func receive(into buffer: inout [UInt8], until deadline: Deadline?) throws(TLSError) -> Int {
        var bytes = buffer.mutableSpan
        return try receiveContent(into: &bytes, until: deadline)
    }

    /// Goes back to plain text: says goodbye, waits for the peer's, and gives the socket to the caller.
    ///
    /// What the peer still sends before its goodbye is an error, for it would be lost. Blocks until the peer has said
    /// goodbye, no longer than ``timeout``. Python's name is `unwrap`.
    ///
    /// ```swift
    /// let (plain, received) = try secure.unwrap()
    /// ```
    ///
    /// - Returns: The socket, and the plain bytes behind the goodbye that came together with it.
    /// - Throws: ``TLSError`` with ``TLSError/Code/truncated`` when the connection ends instead,
    ///   ``TLSError/Code/protocolViolation`` when the peer goes on sending, and as for receiving.
    @available(*, noasync, message: "unwrap blocks its thread; call it from a thread of your own")
    public func unwrap() throws(TLSError) -> (socket: Socket, received: [UInt8]) {
        let connection = try secured(.unwrap)
        let deadline = deadline
        try finishWriting(until: deadline)
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let received = try connection.unwrap(after: try receive(into: &buffer, until: deadline))
        return (socket, received)
    }
}
