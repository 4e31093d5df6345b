extension Socket {
    /// Receives what the error queue tells: a lost datagram with its reason, or a time of sending.
    ///
    /// ```swift
    /// try socket.set(.ipv4ReceiveErrors, true)
    /// try socket.send("anybody there?")
    /// let message = try socket.receiveError()
    /// print(message.extendedError as Any)     // port unreachable …
    /// ```
    ///
    /// Blocks until there is something, no longer than ``timeout``; ``queuedError(upTo:controlCapacity:)`` does not. The
    /// corresponding C constant is `MSG_ERRQUEUE`, which never waits in C.
    ///
    /// - Parameters:
    ///   - count: The most bytes of the lost datagram that are wanted.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    /// - Returns: The bytes of the datagram, where it was to go, and in its details the ``MessageDetails/extendedError``.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(
        *, noasync, message: "receiveError blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func receiveError(
        upTo count: Int = 1_500, controlCapacity: Int = defaultControlCapacity
    ) throws(SocketError) -> ReceivedMessage {
        while true {
            // The error queue has no end.
            if let message = try receiveMessage(upTo: count, controlCapacity: controlCapacity, flags: .errorQueue) {
                return message
            }
        }
    }

    /// Takes what the error queue tells, if it tells anything.
    ///
    /// ```swift
    /// while let message = try socket.queuedError() {
    ///     if let error = message.extendedError { print(error, "for the datagram to", message.address as Any) }
    /// }
    /// ```
    ///
    /// Does not block.
    ///
    /// - Parameters:
    ///   - count: The most bytes of the lost datagram that are wanted.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    /// - Returns: As ``receiveError(upTo:controlCapacity:)``; `nil` when the queue is empty.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    public func queuedError(
        upTo count: Int = 1_500, controlCapacity: Int = defaultControlCapacity
    ) throws(SocketError) -> ReceivedMessage? {
        let capacity = try Self.capacity(count)
        var details: MessageDetails?
        let bytes = try [UInt8](capacity: capacity) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            details = try pendingError(into: &buffer, controlCapacity: controlCapacity)
        }
        return details.map { ReceivedMessage(bytes: bytes, details: $0) }
    }
}
