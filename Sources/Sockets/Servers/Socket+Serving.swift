extension Socket {
    /// Serves each client of this listening socket in a thread of its own, until the socket is closed.
    ///
    /// ```swift
    /// let listener = try Socket.listening(on: .loopback(port: 7777))
    /// try listener.serve { peer, address in
    ///     while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
    /// }
    /// ```
    ///
    /// Blocks. Closing the listener, from any thread, ends it: it returns when the last handler has ended. For more
    /// control use a ``ThreadedServer``.
    ///
    /// - Parameters:
    ///   - limit: How many clients to serve at the same time.
    ///   - accepts: Decides on each client before it is served.
    ///   - onError: Gets what handlers throw; by default it is printed on standard error.
    ///   - handler: Serves a client; its socket is closed afterwards.
    /// - Throws: ``SocketError`` as ``ThreadedServer/run(_:)``.
    @available(*, noasync, message: "serve blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func serve(
        limit: Int = 512, accepts: ThreadedServer.Admission? = nil, onError: ThreadedServer.ErrorHandler? = nil,
        _ handler: @escaping ThreadedServer.Handler
    ) throws(SocketError) {
        try ThreadedServer(self, limit: limit, accepts: accepts, onError: onError).run(handler)
    }
}
