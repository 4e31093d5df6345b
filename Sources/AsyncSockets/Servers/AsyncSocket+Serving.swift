public import Sockets

extension AsyncSocket {
    /// Serves the clients of this listening socket, each by a task of its own, until the listener is closed or the task
    /// cancelled.
    ///
    /// ```swift
    /// let listener = try AsyncSocket.listening(on: .loopback(port: 7777))
    /// try await listener.serve { peer in
    ///     while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
    /// }
    /// ```
    ///
    /// Suspends until then. Structured: when it returns, no handler runs any more and every client's socket is closed. The errors of one client
    /// touch no other. The handlers run on the threads of ``EventLoops/shared``; what blocks or computes for long belongs
    /// elsewhere. An ``AsyncSocketServer`` can do more: stop and drain, several listeners, loops of its own.
    ///
    /// - Parameters:
    ///   - limit: The most clients that are served at the same time; others wait in the kernel's queue.
    ///   - onError: Is told of the errors of handlers, with the client's socket, and of accepting; by default they are
    ///     printed to the standard error.
    ///   - handler: Serves a client; its socket is closed afterwards.
    /// - Throws: `SocketError` with `.cancelled`, or the error that makes accepting impossible, such as `.invalidArgument` for
    ///   a socket that does not listen.
    public func serve(
        limit: Int = .max, onError: AsyncSocketServer.ErrorHandler? = nil,
        _ handler: @escaping AsyncSocketServer.Handler
    ) async throws(SocketError) {
        try await AsyncSocketServer(listener: self, limit: limit, onError: onError).run(handler)
    }
}
