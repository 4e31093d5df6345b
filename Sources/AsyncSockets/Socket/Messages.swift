public import Sockets

extension AsyncSocket {
    /// The messages that come, one after the other, with their senders and all that came with them.
    ///
    /// ```swift
    /// for try await message in socket.messages() {
    ///     print(message.address, message.bytes.count)
    /// }
    /// ```
    ///
    /// Errors of receiving are thrown, and the iteration can go on after them: a connected datagram socket is told so that
    /// its peer has gone. The sequence ends when the socket is closed, when the task is cancelled, and with a connection.
    ///
    /// - Parameters:
    ///   - count: The most bytes of a message that are wanted; the rest of a longer one is lost, and it is `isTruncated`.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    /// - Returns: The sequence.
    public func messages(
        upTo count: Int = 65_536, controlCapacity: Int = Socket.defaultControlCapacity
    ) -> Messages {
        Messages(socket: self, count: count, controlCapacity: controlCapacity)
    }
}

/// The messages that come on a socket; see ``AsyncSocket/messages(upTo:controlCapacity:)``.
public struct Messages: AsyncSequence, Sendable {
    /// A message.
    public typealias Element = ReceivedMessage
    /// The errors of receiving.
    public typealias Failure = SocketError

    let socket: AsyncSocket
    let count: Int
    let controlCapacity: Int

    /// Begins to receive.
    public func makeAsyncIterator() -> Iterator { Iterator(messages: self) }

    /// Receives the messages one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let messages: Messages

        /// The next message; `nil` when the socket has been closed or the task was cancelled.
        ///
        /// - Throws: `SocketError` as ``AsyncSocket/receiveMessage(upTo:controlCapacity:flags:)``.
        public mutating func next() async throws(SocketError) -> ReceivedMessage? {
            try await next(isolation: #isolation)
        }

        /// The next message; `nil` when the socket has been closed or the task was cancelled.
        ///
        /// - Parameter isolation: The caller's actor.
        /// - Throws: `SocketError` as ``AsyncSocket/receiveMessage(upTo:controlCapacity:flags:)``.
        public mutating func next(
            isolation: isolated (any Actor)?
        ) async throws(SocketError) -> ReceivedMessage? {
            do throws(SocketError) {
                return try await messages.socket.receiveMessage(
                    upTo: messages.count, controlCapacity: messages.controlCapacity)
            } catch {
                guard error.code == .closed || error.code == .cancelled else { throw error }
                return nil
            }
        }
    }
}
