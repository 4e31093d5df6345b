internal import CSockets

/// Keeps the bytes of closed sockets until the kernel has ended their sending: it may still send them, or send them again.
enum ZeroCopyKeeper {
    /// How long a peer may take nothing of what was sent, until its connection is reset.
    static let patience = Duration.seconds(60)

    /// How many closed sockets wait at most, before the oldest connection is reset.
    private static let limit = 1_024

    /// The descriptor of a closed socket, or a duplicate: only an open one tells when the kernel is done.
    private struct Closing {
        let number: CInt
        let ledger: ZeroCopyLedger
        /// Whether it may be reset: a connection that nobody else has.
        let isOwnConnection: Bool
        let patience: Duration
        var wasReset = false
        var unsent: CInt = -1
        var deadline: Deadline
    }

    private struct State {
        var closing: [Closing] = []
        /// Those that the thread has taken to look at.
        var inHand: [Closing] = []
        var isRunning = false
        /// What nobody can tell the end of.
        var eternal: [ZeroCopyLedger] = []
    }

    private static let state = Lock(State())

    /// Closes a socket that has sent without copying.
    static func close(_ socket: Socket, _ ledger: ZeroCopyLedger, patience: Duration = patience) {
        let isOwn = !socket.descriptor.isPolled
        let lingering = isOwn && socket.type == .stream ? (try? socket.get(.linger)) ?? nil : nil
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
        guard number >= 0 else { return keep(ledger) }
        ledger.drain(number)
        if ledger.isEmpty {
            _ = csockets_close(number)
            return
        }
        if isOwn { end(number, socket, lingering) }
        let closing = Closing(
            number: number, ledger: ledger, isOwnConnection: isOwn && socket.type == .stream, patience: patience,
            deadline: Deadline(after: patience))
        let mustStart = state.withLock { state in
            state.closing.append(closing)
            let surplus = state.closing.count - limit
            if surplus > 0 { state.closing[surplus - 1].deadline = Deadline(after: .zero) }
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart, Threads.start("zero-copy", stackSize: 1 << 18, run) < 0 {
            // The next one that is closed tries again.
            state.withLock { $0.isRunning = false }
        }
    }

    /// What closing does at once, and cannot do as long as the descriptor is kept: the end for the peer.
    private static func end(_ number: CInt, _ socket: Socket, _ lingering: Duration?) {
        guard socket.type == .stream else {
            // What is corked would stay for ever; what belongs to a filter stands in the account that is to become nothing.
            if socket.protocol == .udp { clear(number, OptionLevel.udp, CSockets.UDP_CORK) }
            clear(number, OptionLevel.socket, CSockets.SO_DETACH_FILTER)
            return
        }
        if lingering == .zero {
            _ = csockets_disconnect(number)
            return
        }
        // The thread that closes in the end is not to wait for one peer while others wait for it.
        if lingering != nil { clear(number, OptionLevel.socket, CSockets.SO_LINGER) }
        _ = csockets_shutdown(number, Constants.shutdownBoth)
    }

    /// Sets an option to zero.
    private static func clear(_ number: CInt, _ level: CInt, _ name: CInt) {
        // What cannot be set is as it was, and closing goes on.
        _ = csockets_clear_option(number, level, name)
    }

    /// Holds what was sent for good: its descriptor is gone, or belongs to somebody else.
    static func keep(_ ledger: ZeroCopyLedger) {
        if !ledger.isEmpty { state.withLock { $0.eternal.append(ledger) } }
    }

    /// Whether a closed socket waits for the end of these sendings.
    static func isKeeping(_ ledger: ZeroCopyLedger) -> Bool {
        state.withLock { state in (state.closing + state.inHand).contains { $0.ledger === ledger } }
    }

    /// The thread: until nothing is left.
    private static func run() {
        var pause = Duration.milliseconds(1)
        while true {
            // Closing is far from hot, and its end comes with the peer's acknowledgement: asking now and then is enough.
            Threads.pause(pause)
            let before = state.withLock { state in
                defer { state.closing = [] }
                state.inHand = state.closing
                return state.inHand
            }
            var after: [Closing] = []
            for closing in before {
                if let left = advance(closing) { after.append(left) }
            }
            let isDone = state.withLock { state in
                // What was closed meanwhile stands there already.
                state.closing += after
                state.inHand = []
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
        closing.ledger.drain(closing.number)
        if closing.ledger.isEmpty {
            _ = csockets_close(closing.number)
            return nil
        }
        let unsent = csockets_unsent(closing.number)
        if unsent != closing.unsent, closing.unsent >= 0, !closing.deadline.hasPassed {
            closing.deadline = Deadline(after: closing.patience)
        }
        closing.unsent = unsent
        guard closing.deadline.hasPassed else { return closing }
        if closing.isOwnConnection, !closing.wasReset, closing.ledger.pendingCount > 0 {
            // The kernel lets go of what was not sent, and tells it.
            _ = csockets_disconnect(closing.number)
            closing.wasReset = true
            closing.deadline = Deadline(after: closing.patience)
            return closing
        }
        // Nobody will tell.
        keep(closing.ledger)
        _ = csockets_close(closing.number)
        return nil
    }
}
