public import Sockets

extension AsyncSocket {
    /// Receives what the error queue tells: a lost datagram with its reason, or a time of sending.
    ///
    /// ```swift
    /// try socket.set(.ipv4ReceiveErrors, true)
    /// try await socket.send("anybody there?")
    /// let message = try await socket.receiveError(upTo: 1_500)
    /// print(message.details.extendedError)            // port unreachable …
    /// ```
    ///
    /// Suspends until there is something. It waits in the direction of receiving, so not while another task receives. While
    /// there are bytes that nobody receives, it asks again every few milliseconds, because the kernel has no event for this
    /// queue alone. The corresponding C constant is `MSG_ERRQUEUE`.
    ///
    /// - Parameters:
    ///   - count: The most bytes of the lost datagram that are wanted.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    /// - Returns: The bytes of the datagram, where it was to go, and in its details the `extendedError`.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveError(
        upTo count: Int = 1_500, controlCapacity: Int = Socket.defaultControlCapacity
    ) async throws(SocketError) -> ReceivedMessage {
        try await performOnErrorQueue(.read, .receive) { socket throws(SocketError) in
            try socket.queuedError(upTo: count, controlCapacity: controlCapacity)
        }
    }

    /// Takes what the error queue tells, if it tells anything; as `Socket/queuedError(upTo:controlCapacity:)`.
    ///
    /// Does not suspend.
    ///
    /// - Parameters:
    ///   - count: The most bytes of the lost datagram that are wanted.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    /// - Returns: As ``receiveError(upTo:controlCapacity:)``; `nil` when the queue is empty.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func queuedError(
        upTo count: Int = 1_500, controlCapacity: Int = Socket.defaultControlCapacity
    ) throws(SocketError) -> ReceivedMessage? {
        try socket.queuedError(upTo: count, controlCapacity: controlCapacity)
    }

    /// Waits until an attempt on the error queue comes to something, and leaves the readiness of the direction as it was.
    func performOnErrorQueue<R>(
        _ direction: Direction, _ verb: Verb, _ attempt: (Socket) throws(SocketError) -> R?
    ) async throws(SocketError) -> R {
        try await takeTurn(verb)
        var pause: Int64 = 1_000_000
        while true {
            // Taken before asking, so that what comes afterwards ends the wait.
            let wasReady = mayAsk(direction)
            do throws(SocketError) {
                if let result = try attempt(socket) {
                    if wasReady { keepReady(direction) }
                    return result
                }
                try await wait(direction, verb, atMost: pause)
            } catch {
                keepReady(direction)
                throw error
            }
            // Whatever ended the wait may concern somebody else.
            keepReady(direction)
            pause = min(pause * 2, 16_000_000)
        }
    }
}
