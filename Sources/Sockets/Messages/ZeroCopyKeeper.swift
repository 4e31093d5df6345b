internal import CSockets

/// Keeps the bytes of closed sockets until the kernel has ended their sending: it may still send them, or send them again.
enum ZeroCopyKeeper {
    /// How long a peer may take nothing of what was sent, until its connection is reset.
    static let patience = Duration.seconds(60)

    /// The descriptor of a closed socket, or a duplicate: only an open one tells when the kernel is done.
    private struct Closing {
        let number: CInt
        let ledger: ZeroCopyLedger
        /// Whether it may be reset: nobody else has the connection.
        let isOwn: Bool
        let patience: Duration
        var unsent: CInt = -1
        var deadline: Deadline
    }

    private struct State {
        var closing: [Closing] = []
        /// How many the thread has taken to look at.
        var inHand = 0
        var isRunning = false
        /// What nobody can tell the end of.
        var eternal: [ZeroCopyLedger] = []
    }

    private static let state = Lock(State())

    /// Closes a socket that has sent without copying.
    static func close(_ socket: Socket, _ ledger: ZeroCopyLedger, patience: Duration = patience) {
        let isOwn = !socket.descriptor.isPolled && socket.type == .stream
        let isReset = isOwn && (try? socket.get(.linger)) == .some(.zero)
        let number: CInt
        switch socket.descriptor.detach() {
        case .closed: return
        // Nobody is inside, so the number itself can be kept: a duplicate could fail for want of descriptors.
        case .number(let own): number = own
        case .busy:
            guard let entry = socket.descriptor.enter(sleeping: false) else { return }
            number = csockets_dup(socket.descriptor.number)
            socket.descriptor.leave(entry)
            socket.descriptor.close()
        }
        // From here on no sending can begin; who is inside has written down what it sends.
        if ledger.isEmpty {
            if number >= 0 { _ = csockets_close(number) }
            return
        }
        guard number >= 0 else { return keep(ledger) }
        // The end for the peer, which closing alone is not while the duplicate is open.
        if isReset {
            _ = csockets_disconnect(number)
        } else if isOwn {
            _ = csockets_shutdown(number, Constants.shutdownBoth)
        }
        let closing = Closing(
            number: number, ledger: ledger, isOwn: isOwn, patience: patience,
            deadline: Deadline(after: patience))
        let mustStart = state.withLock { state in
            state.closing.append(closing)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart, Threads.start("zero-copy", stackSize: 1 << 18, run) < 0 {
            // The next one that is closed tries again.
            state.withLock { $0.isRunning = false }
        }
    }

    /// Holds what was sent for good: its descriptor is gone, or belongs to somebody else.
    static func keep(_ ledger: ZeroCopyLedger) {
        if !ledger.isEmpty { state.withLock { $0.eternal.append(ledger) } }
    }

    /// How many closed sockets wait for their end.
    static var count: Int { state.withLock { $0.closing.count + $0.inHand } }

    /// The thread: until nothing is left.
    private static func run() {
        var pause = Duration.milliseconds(1)
        while true {
            // Closing is far from hot, and its end comes with the peer's acknowledgement: asking now and then is enough.
            Threads.pause(pause)
            let before = state.withLock { state in
                defer { state.closing = [] }
                state.inHand = state.closing.count
                return state.closing
            }
            var after: [Closing] = []
            for closing in before {
                if let left = advance(closing) { after.append(left) }
            }
            let isDone = state.withLock { state in
                // What was closed meanwhile stands there already.
                state.closing += after
                state.inHand = 0
                if state.closing.isEmpty { state.isRunning = false }
                return state.closing.isEmpty
            }
            if isDone { return }
            pause = after.count < before.count ? .milliseconds(1) : min(pause * 2, .milliseconds(500))
        }
    }

    /// Hears what has ended; `nil` when all has, and the descriptor is closed.
    private static func advance(_ closing: Closing) -> Closing? {
        var closing = closing
        do throws(SocketError) {
            while !closing.ledger.isEmpty {
                if try closing.ledger.take(closing.number, nil) == nil { break }
            }
        } catch {
            // A queue that cannot be read tells nothing any more.
            keep(closing.ledger)
            _ = csockets_close(closing.number)
            return nil
        }
        _ = closing.ledger.settle(closing.number)
        if closing.ledger.isEmpty {
            _ = csockets_close(closing.number)
            return nil
        }
        let unsent = csockets_unsent(closing.number)
        if unsent != closing.unsent {
            closing.unsent = unsent
            closing.deadline = Deadline(after: closing.patience)
        } else if closing.deadline.hasPassed, closing.ledger.pendingCount == 0 {
            // Nobody will tell of what is in doubt.
            keep(closing.ledger)
            _ = csockets_close(closing.number)
            return nil
        } else if closing.isOwn, closing.deadline.hasPassed {
            // The kernel lets go of what was not sent, and tells it.
            _ = csockets_disconnect(closing.number)
            closing.deadline = Deadline(after: closing.patience)
        }
        return closing
    }
}
