public import Sockets

extension AsyncSocket {
    /// The clients of a listening socket, one after the other, without an end until the listener is closed.
    ///
    /// ```swift
    /// for try await peer in listener.connections {
    ///     group.addTask { … }
    /// }
    /// ```
    ///
    /// ``serve(limit:onError:_:)`` is what most servers want: it keeps the errors of one client from the others. Clients that
    /// went away while they waited are passed over; other errors of accepting are thrown, and the iteration can go on after
    /// them. When the task is cancelled, or the listener closed, the sequence ends.
    public var connections: Connections { Connections(listener: self) }
}

/// The clients of a listening socket; see ``AsyncSocket/connections``.
public struct Connections: AsyncSequence, Sendable {
    /// A client.
    public typealias Element = AsyncSocket
    /// The errors of accepting.
    public typealias Failure = SocketError

    let listener: AsyncSocket

    /// Begins to accept.
    public func makeAsyncIterator() -> Iterator { Iterator(listener: listener) }

    /// Accepts the clients one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let listener: AsyncSocket

        /// The next client; `nil` when the listener has been closed or the task was cancelled.
        ///
        /// - Throws: `SocketError` as ``AsyncSocket/accept()``: `.tooManyDescriptors`, `.timedOut`, …
        public mutating func next() async throws(SocketError) -> AsyncSocket? { try await next(isolation: #isolation) }

        /// The next client; `nil` when the listener has been closed or the task was cancelled.
        ///
        /// - Parameter isolation: The caller's actor.
        /// - Throws: `SocketError` as ``AsyncSocket/accept()``: `.tooManyDescriptors`, `.timedOut`, …
        public mutating func next(isolation: isolated (any Actor)?) async throws(SocketError) -> AsyncSocket? {
            do throws(SocketError) {
                return try await listener.acceptPeer(on: nil, isStopping: { false })
            } catch {
                guard error.code == .closed || error.code == .cancelled else { throw error }
                return nil
            }
        }
    }
}
