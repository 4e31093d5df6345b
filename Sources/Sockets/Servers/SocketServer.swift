/// What all servers have in common: where they listen, and how they end.
///
/// ``ThreadedServer`` serves each client in a thread, ``ProcessServer`` in a program of its own, ``DatagramServer`` takes
/// datagrams. Each has a `run` that blocks until the server is stopped, and that can be called once.
public protocol SocketServer: AnyObject, Sendable {
    /// The address that the server listens on, with the port that the kernel chose.
    var localAddress: SocketAddress { get }

    /// Ends the server: no client is accepted any more, and `run` returns when the last handler has ended by itself.
    ///
    /// Returns at once; may be called from any thread, a handler's too, and before `run`. A listener that the server made
    /// is closed; one that it was given stays open.
    func stop()

    /// Ends the server within a time.
    ///
    /// Blocks until all handlers have ended by themselves, or the time has passed; then they are ended by force. Not to be
    /// called from a handler, which would wait for itself.
    ///
    /// - Parameter limit: How long the handlers may take.
    /// - Returns: Whether all of them had ended by themselves.
    @discardableResult
    @available(*, noasync, message: "stop(within:) blocks its thread; call it from a thread of your own")
    func stop(within limit: Duration) -> Bool
}
