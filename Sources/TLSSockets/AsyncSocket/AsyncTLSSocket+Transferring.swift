public import AsyncSockets
internal import Sockets

extension AsyncTLSSocket {
    /// Runs the handshake: afterwards the connection is secure, and the peer is known.
    ///
    /// Calling it is not needed: the first receive or send does it. Suspends until it is over; where several tasks begin it,
    /// one runs it, and the others wait for it. When it was cancelled, a further call goes on with it.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/certificateRefused``, ``TLSError/Code/alert``,
    ///   ``TLSError/Code/nothingInCommon``, ``TLSError/Code/protocolViolation``, ``TLSError/Code/truncated``,
    ///   ``TLSError/Code/timedOut``, ``TLSError/Code/cancelled``, ``TLSError/Code/closed``.
    public func handshake() async throws(TLSError) {
        let connection = try secured(.handshake)
        while !connection.isEstablished {
            let step = try await shakeHands(connection) { mayAsk throws(TLSError) in
                try connection.handshakeNow(socket.below, mayAsk: mayAsk) { number throws(TLSError) in
                    try connection.handshake(number)
                }
            }
            if step == .end { throw TLSError(.truncated, .handshake) }
        }
    }

    /// Repeats a step of the handshake, by one task at a time, until it needs no more input; `nil`: the handshake is over.
    func shakeHands(
        _ connection: Connection, _ step: (_ mayAsk: Bool) throws(TLSError) -> Connection.Step
    ) async throws(TLSError) -> Connection.Step? {
        while !connection.beginHandshake() {
            try await HandshakeWaiters.wait(for: connection)
            if connection.isEstablished { return nil }
        }
        defer {
            connection.endHandshake()
            HandshakeWaiters.wakeAll(connection)
        }
        // A client speaks first. (Asking whether there may be input takes that fact away.)
        var mayAsk = (connection.side == .server || connection.hasBegun) && socket.mayHaveInput
        while true {
            let result: Connection.Step
            do throws(TLSError) {
                result = try step(mayAsk)
            } catch {
                // The peer shall know why.
                try? await flush(connection)
                throw error
            }
            // A server's tickets can wait, and a client's last message is with the kernel already, as a rule.
            let canWait = connection.side == .server && connection.isEstablished && !connection.hasBacklog
            if result == .needsInput || !canWait { try await flush(connection) }
            guard result == .needsInput else {
                // Whatever is left is asked for again.
                socket.keepInput(afterShortRead: false)
                return result
            }
            if connection.inputState().input == .short { socket.keepInput(afterShortRead: true) }
            do throws(SocketError) {
                try await socket.waitForInput()
            } catch {
                throw connection.handshakeError(TLSError(error))
            }
            mayAsk = true
        }
    }

    // MARK: Receiving

    /// Receives bytes into the free room of a buffer, and returns how many; 0 when the peer has said goodbye.
    ///
    /// Gives what one record held, 16,384 bytes at most. Suspends until something has come. Allocates nothing.
    ///
    /// - Parameter buffer: Gets the bytes appended.
    /// - Returns: How many bytes came; 0 at the end, and when there is no room.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/truncated`` when the connection ended without a
    ///   goodbye.
    public func receive(into buffer: inout OutputSpan<UInt8>) async throws(TLSError) -> Int {
        let connection = try await established(.receive)
        if buffer.freeCapacity == 0 { return 0 }
        var mayAsk = socket.mayHaveInput
        while true {
            let step = try connection.readNow(into: &buffer, socket.below, mayAsk: mayAsk)
            if step != .needsInput { return count(step, connection) }
            try await waitForInput(connection)
            mayAsk = true
        }
    }

    /// Appends what has come to an array, at most `count` bytes, and returns its count; 0 when the peer has said goodbye.
    ///
    /// Suspends until something has come; makes room only then.
    ///
    /// - Parameters:
    ///   - count: The most that is wanted.
    ///   - bytes: Gets the bytes appended.
    /// - Returns: How many bytes came: those of one record at most.
    /// - Throws: ``TLSError`` as the other form.
    public func receive(upTo count: Int, appendingTo bytes: inout [UInt8]) async throws(TLSError) -> Int {
        let connection = try await established(.receive)
        if count <= 0 { return 0 }
        var mayAsk = socket.mayHaveInput
        while true {
            let step = try connection.readNow(
                upTo: count, appendingTo: &bytes, socket.below, mayAsk: mayAsk)
            if step != .needsInput { return self.count(step, connection) }
            try await waitForInput(connection)
            mayAsk = true
        }
    }

    /// The connection, after its handshake.
    @inline(__always)
    private func established(_ operation: SocketError.Operation) async throws(TLSError) -> Connection {
        let connection = try secured(operation)
        if !connection.isEstablished { try await handshake() }
        do throws(SocketError) { try await socket.takeTurnToReceive() } catch { throw TLSError(error) }
        return connection
    }

    /// What a step of reading has given; remembers whether the socket may have more.
    private func count(_ step: Connection.Step, _ connection: Connection) -> Int {
        let input = connection.inputState().input
        if input != .none { socket.keepInput(afterShortRead: input == .short) }
        if case .done(let count) = step { return count }
        return 0
    }

    private func waitForInput(_ connection: Connection) async throws(TLSError) {
        // Answers that reading has made and the socket did not take; an error is for the writer to see.
        if connection.outputCount > 0 {
            offer(connection)
        }
        // An end can lie behind a short read, without news of its own.
        if connection.inputState().input == .short { socket.keepInput(afterShortRead: true) }
        if connection.hasLooseOutput { try await waitOffering(connection) }
        do throws(SocketError) { try await socket.waitForInput() } catch { throw TLSError(error) }
    }

    private func offer(_ connection: Connection) {
        try? socket.below.withNumber(closed: TLSError(.closed)) { number throws(TLSError) in
            connection.flushNow(number, evenIfFull: true)
        }
    }

    /// Waits until something has come, or what waits to be sent and nobody is sending is gone.
    ///
    /// Else both sides could wait for each other: the peer for a request of which a part is still here. Waiting in the
    /// other direction would stand in a sender's way, so the socket is asked now and then; this is rare.
    private func waitOffering(_ connection: Connection) async throws(TLSError) {
        while connection.hasLooseOutput {
            let deadline = DeadlineScope.current
            do throws(SocketError) {
                try await withDeadline(.milliseconds(20)) { () async throws(SocketError) in
                    try await socket.waitForInput()
                }
                socket.keepInput(afterShortRead: false)
                return
            } catch {
                guard error.code == .timedOut, deadline?.hasPassed != true else { throw TLSError(error) }
            }
            offer(connection)
        }
    }

    /// Asks the client for its certificate after the handshake (TLS 1.3); as ``TLSSocket/askForCertificate()``.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` when the version is older, or the client cannot.
    public func askForCertificate() async throws(TLSError) {
        let connection = try await established(.handshake)
        try socket.below.withNumber(closed: TLSError(.closed, .handshake)) { number throws(TLSError) in
            try connection.askForCertificate(number)
        }
        try await flush(connection)
    }

    /// Changes the keys of both directions (TLS 1.3); as ``TLSSocket/updateKeys()``.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/unsupported`` with older versions.
    public func updateKeys() async throws(TLSError) {
        let connection = try await established(.send)
        try socket.below.withNumber(closed: TLSError(.closed, .send)) { number throws(TLSError) in
            try connection.updateKeys(number)
        }
        try await flush(connection)
    }

    // MARK: Sending

    /// Sends bytes as one record, and returns how many of them were taken: 16,384 at most.
    ///
    /// Suspends until they are on their way. When that is cancelled after they were encrypted, they count as taken, and go
    /// with the next call.
    ///
    /// - Parameter bytes: What to send.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``TLSError`` as ``handshake()``; ``TLSError/Code/closed`` also after ``finishWriting()``.
    public func send(_ bytes: Span<UInt8>) async throws(TLSError) -> Int {
        let connection = try await established(.send)
        if bytes.isEmpty { return 0 }
        if connection.hasBacklog { try await flush(connection) }
        let count = try write(bytes, connection)
        do throws(TLSError) {
            try await flush(connection)
        } catch {
            guard error.code == .timedOut || error.code == .cancelled else { throw error }
        }
        return count
    }

    /// Sends all the bytes, with as many records as it takes.
    ///
    /// Suspends until the last one is on its way.
    ///
    /// - Parameter bytes: What to send.
    /// - Throws: ``TLSError`` as for sending; ``TLSError/bytesTransferred`` says how far it came. Bytes that were counted
    ///   there are sent by the next call, where they are not yet.
    public func sendAll(_ bytes: Span<UInt8>) async throws(TLSError) {
        let connection = try await established(.send)
        var sent = 0
        do throws(TLSError) {
            while true {
                // A few small records that wait go together with the first one.
                if sent > 0 || bytes.isEmpty || connection.hasBacklog { try await flush(connection) }
                if sent == bytes.count { return }
                sent += try write(bytes.extracting(droppingFirst: sent), connection)
            }
        } catch {
            throw sent > 0 ? error.with(bytesTransferred: sent) : error
        }
    }

    @inline(__always)
    private func write(_ bytes: Span<UInt8>, _ connection: Connection) throws(TLSError) -> Int {
        try socket.below.withNumber(closed: TLSError(.closed, .send)) { number throws(TLSError) in
            try connection.write(bytes, number)
        }
    }

    /// Sends what waits to be sent; what cannot be sent stays, and goes with the next call.
    @inline(__always)
    func flush(_ connection: Connection) async throws(TLSError) {
        if connection.outputCount == 0 { return }
        // As a rule it all goes at once.
        try socket.below.withNumber(closed: TLSError(.closed, .send)) { number throws(TLSError) in
            connection.flushNow(number)
        }
        if connection.outputCount > 0 { try await flushSlowly(connection) }
    }

    private func flushSlowly(_ connection: Connection) async throws(TLSError) {
        var isFirst = true
        while let bytes = connection.takeOutput(isFirst: isFirst) {
            isFirst = false
            do throws(SocketError) {
                try await socket.sendAll(bytes)
            } catch {
                connection.giveBack(bytes[min(bytes.count, error.bytesTransferred ?? 0)...])
                throw TLSError(error)
            }
        }
    }

    // MARK: The end

    /// Ends sending: says goodbye (`close_notify`), so that the peer receives the end of the stream, and can still send.
    ///
    /// - Throws: ``TLSError`` as for sending; ``TLSError/Code/notConnected`` before the handshake is over.
    public func finishWriting() async throws(TLSError) {
        let connection = try secured(.shutdown)
        try await flush(connection)
        _ = try socket.below.withNumber(closed: TLSError(.closed, .shutdown)) { number throws(TLSError) in
            try connection.sayGoodbye(number)
        }
        try await flush(connection)
    }

    /// Closes the connection in both directions; closing twice is no mistake.
    ///
    /// Says goodbye where that can be done at once, and does not wait for the peer's. Tasks that wait go on with
    /// ``TLSError/Code/closed``. Does not suspend.
    public func close() { if sayGoodbye() { socket.close() } }

    /// Says goodbye, waits until the peer has done so too, and closes: so nothing that was sent can be lost.
    ///
    /// What the peer still sends is read and thrown away. Put it under `withDeadline`; the socket is closed in any case.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/truncated`` when the peer ended without a goodbye, or the error that
    ///   broke the connection.
    public func closeGracefully() async throws(TLSError) {
        defer { close() }
        try await finishWriting()
        while try await receive(upTo: 16_384) != nil {}
    }

    /// Goes back to plain text: says goodbye, waits for the peer's, and gives the socket to the caller.
    ///
    /// - Returns: The socket, and the plain bytes behind the goodbye that came together with it.
    /// - Throws: ``TLSError`` with ``TLSError/Code/truncated`` when the connection ends instead,
    ///   ``TLSError/Code/protocolViolation`` when the peer goes on sending, and as for receiving.
    public func unwrap() async throws(TLSError) -> (socket: AsyncSocket, received: [UInt8]) {
        let connection = try secured(.unwrap)
        try await finishWriting()
        let received = try connection.unwrap(after: try await receive(upTo: 16_384)?.count ?? 0)
        socket.keepInput(afterShortRead: false)
        return (socket, received)
    }
}

extension AsyncTLSSocket: AsyncByteStream {
    /// The error of all operations.
    public typealias Failure = TLSError
}
