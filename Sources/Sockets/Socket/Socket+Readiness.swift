internal import CSockets
internal import Glibc

extension Socket {
    /// Waits until the socket is ready, without receiving or sending anything.
    ///
    /// Blocks until it is ready or the time has passed, whatever ``timeout`` and ``isBlocking`` say. The corresponding C
    /// function is `ppoll`. For several sockets use a ``Selector``.
    ///
    /// - Parameters:
    ///   - interest: What to wait for.
    ///   - timeout: How long to wait; `nil` for ever, zero not at all.
    /// - Returns: What the socket is ready for; empty when the time has passed.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``.
    @available(*, noasync, message: "wait blocks its thread; call it from a thread of your own")
    public func wait(for interest: Interest, timeout: Duration? = nil) throws(SocketError) -> Readiness {
        let interest = interest.intersection(.all)
        let entry = try enter(.wait, sleeping: false)
        defer { descriptor.leave(entry) }
        let events = Int16(truncatingIfNeeded: interest.rawValue)
        guard let result = descriptor.wait(for: events, until: Deadline(after: timeout)) else {
            throw SocketError(.closed, .wait)
        }
        if result < 0 { throw SocketError(.wait, result: result) }
        return Readiness(kernel: UInt32(truncatingIfNeeded: result), for: interest)
    }
}
