internal import Sockets

extension TLSSocket {
    /// Runs the handshake: afterwards the connection is secure, and the peer is known.
    ///
    /// Calling it is not needed: the first receive or send does it. Blocks until it is over; ``timeout`` is the limit of
    /// the whole. When the time ran out, a further call goes on with it. Python's name is `do_handshake`.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/certificateRefused``, ``TLSError/Code/alert``,
    ///   ``TLSError/Code/nothingInCommon``, ``TLSError/Code/protocolViolation``, ``TLSError/Code/truncated``,
    ///   ``TLSError/Code/timedOut``, ``TLSError/Code/wouldBlock``, ``TLSError/Code/closed``.
    @available(*, noasync, message: "handshake blocks its thread; call it from a thread of your own")
    public func handshake() throws(TLSError) { try handshake(until: deadline) }

    func handshake(until deadline: Deadline?) throws(TLSError) {
        let connection = try secured(.handshake)
        if connection.isEstablished { return }
        let step = try shakeHands(connection, until: deadline) { number throws(TLSError) in
            try connection.handshake(number)
        }
        if step == .end { throw TLSError(.truncated, .handshake) }
    }

    /// Repeats a step of the handshake until it needs no more input; `nil`: the handshake is over.
    func shakeHands(
        _ connection: Connection, until deadline: Deadline?, _ step: (CInt) throws(TLSError) -> Connection.Step
    ) throws(TLSError) -> Connection.Step? {
        // Who waits for a turn of a direction, when the handshake is over, would wait for those who receive and send.
        try take(connection.shaking, deadline, .handshake)
        defer { connection.shaking.give() }
        if connection.isEstablished { return nil }
        try take(connection.reading, deadline, .handshake)
        defer { connection.reading.give() }
        try take(connection.writing, deadline, .handshake)
        defer { connection.writing.give() }
        // It comes by flights, each with one system call: the socket is not asked for the pieces of it.
        connection.noteInput(.none)
        var result = try withNumber(.handshake, step)
        while true {
            // A server's tickets can wait, and a client's last message is with the kernel already, as a rule.
            let canWait = connection.side == .server && connection.isEstablished && !connection.hasBacklog
            do throws(TLSError) {
                if result == .needsInput || !canWait { try flush(connection, deadline) }
                if result != .needsInput { return result }
                result = try receiveFlight(connection, deadline, step)
            } catch {
                throw connection.handshakeError(error)
            }
        }
    }

    /// Asks the client for its certificate after the handshake (TLS 1.3); it comes with what is received next.
    ///
    /// Until then ``SecureConnection/peerCertificate`` is as it was. A client that has none breaks the connection off. Python's name is
    /// `verify_client_post_handshake`.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` when the version is older, or the client cannot.
    @available(*, noasync, message: "askForCertificate blocks its thread; call it from a thread of your own")
    public func askForCertificate() throws(TLSError) {
        let connection = try secured(.handshake)
        let deadline = deadline
        try handshake(until: deadline)
        try take(connection.writing, deadline, .handshake)
        defer { connection.writing.give() }
        try withNumber(.handshake) { number throws(TLSError) in try connection.askForCertificate(number) }
        try flush(connection, deadline)
    }

    /// Changes the keys of both directions (TLS 1.3), as after very many bytes; the peer's answer comes with what is
    /// received next.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` with older versions.
    @available(*, noasync, message: "updateKeys blocks its thread; call it from a thread of your own")
    public func updateKeys() throws(TLSError) {
        let connection = try secured(.send)
        let deadline = deadline
        try handshake(until: deadline)
        try take(connection.writing, deadline, .send)
        defer { connection.writing.give() }
        try withNumber(.send) { number throws(TLSError) in try connection.updateKeys(number) }
        try flush(connection, deadline)
    }

    // MARK: Waiting

    /// When a call that begins now has to end; `nil`: never, or at once, as the socket does by itself.
    var deadline: Deadline? {
        guard let timeout = socket.timeout, timeout > .zero else { return nil }
        return Deadline(after: timeout)
    }

    /// Takes a turn, or throws that the time has passed.
    func take(_ turn: Turn, _ deadline: Deadline?, _ operation: SocketError.Operation) throws(TLSError) {
        if turn.tryToTake() { return }
        if !socket.isBlocking && deadline == nil { throw TLSError(.wouldBlock, operation) }
        guard turn.take(until: deadline ?? .never) else { throw TLSError(.timedOut, operation) }
    }

    /// Runs a step with the number of the socket, which stays open meanwhile.
    @inline(__always)
    func withNumber<Value>(
        _ operation: SocketError.Operation, _ body: (CInt) throws(TLSError) -> Value
    ) throws(TLSError) -> Value {
        try socket.withNumber(closed: TLSError(.closed, operation), body)
    }

    /// Waits until something has come, and sends meanwhile what waits to be sent and nobody is sending.
    ///
    /// Else both sides could wait for each other: the peer for a request of which a part is still here.
    func waitOffering(_ connection: Connection, _ deadline: Deadline?) throws(TLSError) {
        while connection.hasLooseOutput, socket.isBlocking || deadline != nil {
            let readiness: Readiness
            do throws(SocketError) {
                readiness = try socket.wait(for: [.read, .write], timeout: deadline?.left)
            } catch {
                throw TLSError(error)
            }
            // What else there is to say, receiving says.
            guard readiness == .write else { return }
            try withNumber(.send) { number throws(TLSError) in connection.flushNow(number, evenIfFull: true) }
        }
    }

    /// Sends what waits to be sent; what cannot be sent in time stays, and goes with the next call.
    ///
    /// The caller has the turn of writing.
    func flush(_ connection: Connection, _ deadline: Deadline?) throws(TLSError) {
        guard connection.outputCount > 0 else { return }
        // As a rule it all goes at once.
        try withNumber(.send) { number throws(TLSError) in connection.flushNow(number) }
        var isFirst = true
        while let bytes = connection.takeOutput(isFirst: isFirst) {
            isFirst = false
            var sent = 0
            do throws(SocketError) {
                while sent < bytes.count {
                    sent += try socket.send(bytes.span.extracting(droppingFirst: sent), until: deadline)
                }
            } catch {
                connection.giveBack(bytes[sent...])
                throw TLSError(error)
            }
        }
    }
}
