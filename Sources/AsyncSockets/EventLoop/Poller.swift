internal import CAsyncSockets

/// What a loop needs of the kernel: be told of readiness, once per change, and be woken.
///
/// Required operations: all of them, with these meanings. An implementation is used by one loop; `wait` is called by its
/// thread alone, the others by any thread.
protocol Poller: Sendable {
    /// Begins to watch a descriptor, or changes what is watched; from now on each change to readiness is one event, and so
    /// is what the descriptor is ready for already. 0 or a negative errno.
    func watch(_ number: CInt, for events: UInt32, token: UInt64, isNew: Bool) -> CInt

    /// Ends watching: no later `wait` returns the token.
    func unwatch(_ number: CInt)

    /// Sleeps until something happens or the time passes (below zero: for ever), and returns how many events were written.
    ///
    /// A negative errno when the kernel refused. Being woken can be an event of token 0.
    func wait(_ events: UnsafeMutableBufferPointer<epoll_event>, nanoseconds: Int64) -> Int

    /// Makes the `wait` that sleeps now, or the next one, return.
    func wake()

    /// Gives back what the poller holds.
    func end()
}
