internal import CSockets
internal import Glibc
internal import Synchronization

extension Socket {
    /// How long a call of this socket may wait; `nil`, the start, means for ever.
    ///
    /// It holds for each call by itself: receiving, sending, accepting, connecting; for calls that loop, such as
    /// `sendAll`, it is the limit of the whole. When it passes, the call throws ``SocketError/Code/timedOut``; the socket
    /// stays usable, and no byte is lost. A timeout costs nothing until a call has to wait. Zero, or less, means not to
    /// wait at all, as ``isBlocking`` `= false`. Sockets that were accepted start without a timeout.
    public var timeout: Duration? {
        get {
            let nanoseconds = timeoutNanoseconds.load(ordering: .relaxed)
            return nanoseconds == .max ? nil : .nanoseconds(nanoseconds)
        }
        set {
            let nanoseconds = max(0, newValue?.clampedNanoseconds ?? .max)
            timeoutNanoseconds.store(nanoseconds, ordering: .relaxed)
            descriptor.setNonBlocking(nanoseconds == 0)
            descriptor.setTimed(nanoseconds != .max)
            // Calls that are inside wait by themselves, and must find the flag set; to the others it does no harm.
            if nanoseconds != .max || !descriptor.isInUse { setKernelNonBlocking(nanoseconds != .max) }
        }
    }

    /// Whether a call waits when it cannot go on at once; else it throws ``SocketError/Code/wouldBlock``.
    ///
    /// Setting it to `true` clears ``timeout``. The corresponding C flag is `O_NONBLOCK`, turned round.
    public var isBlocking: Bool {
        get { !descriptor.isNonBlocking }
        set { timeout = newValue ? nil : .zero }
    }

    /// Sets the flag of the description, for accept(2) and for code that gets the descriptor.
    func setKernelNonBlocking(_ nonBlocking: Bool) {
        guard let entry = descriptor.enter(sleeping: false) else { return }
        defer { descriptor.leave(entry) }
        let flags = csockets_fcntl_getfl(descriptor.number)
        // These cannot fail for an open descriptor; and calls ask with MSG_DONTWAIT in any case.
        guard flags >= 0, (flags & O_NONBLOCK != 0) != nonBlocking else { return }
        _ = csockets_fcntl_setfl(descriptor.number, nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)
    }
}
