internal import CSockets
internal import Glibc

extension Selector {
    /// Waits until something is ready, and returns it.
    ///
    /// Blocks until there is an event, ``wakeUp()`` is called, or the time has passed.
    ///
    /// - Parameter timeout: How long to wait; `nil` for ever, zero not at all.
    /// - Returns: At most one event per registration; none when the time has passed or ``wakeUp()`` was called. With epoll at
    ///   most 256, the others at the next time.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` when the selector is closed, before or meanwhile, and
    ///   ``SocketError/Code/busy`` when another thread is waiting already.
    @available(*, noasync, message: "select blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func select(timeout: Duration? = nil) throws(SocketError) -> [Event] {
        let deadline = Deadline(after: timeout)
        try begin()
        defer { finish() }
        var ready: [ReadyDescriptor] = []
        while true {
            let (backend, hasNews) = state.withLock { ($0.backend, $0.isWokenUp || !$0.closed.isEmpty || $0.isClosed) }
            ready.removeAll(keepingCapacity: true)
            let result = backend.wait(&ready, nanoseconds: hasNews ? 0 : deadline.nanosecondsLeft)
            guard result >= 0 || result == -EINTR else { throw SocketError(.select, result: result) }
            if let events = try take(ready) { return events }
            if deadline.hasPassed { return [] }
        }
    }

    private func begin() throws(SocketError) {
        try state.withLock { state throws(SocketError) in
            if state.isClosed { throw SocketError(.closed, .select) }
            if state.isSelecting {
                throw SocketError(.busy, .select, hint: "one thread at a time selects; make a selector for each")
            }
            state.isSelecting = true
        }
    }

    private func finish() {
        state.withLock { state in
            state.isSelecting = false
            if state.isClosed { free(&state) }
        }
    }

    /// Makes events of what the backend said; `nil` when there is no reason to return.
    private func take(_ ready: [ReadyDescriptor]) throws(SocketError) -> [Event]? {
        try state.withLock { state throws(SocketError) in
            if state.isClosed { throw SocketError(.closed, .select) }
            var events = state.closed.map { Event(key: $0.key, ready: .closed) }
            state.closed = []
            var strays: Set<UInt64> = []
            for item in ready {
                if item.token == 0 {
                    _ = csockets_eventfd_clear(wake)
                } else if let event = event(item, &state) {
                    events.append(event)
                } else if state.registrations[item.token] == nil {
                    strays.insert(item.token)
                }
            }
            // One stray is an event that another thread's unregister overtook. One that comes again is a descriptor that
            // was closed while a duplicate lives: the kernel reports it for ever, and it cannot be named to be removed.
            if !strays.isDisjoint(with: state.strays) { renew(&state, &events) }
            state.strays = strays
            let isWokenUp = state.isWokenUp
            state.isWokenUp = false
            return events.isEmpty && !isWokenUp ? nil : events
        }
    }

    private func event(_ item: ReadyDescriptor, _ state: inout State) -> Event? {
        guard let registration = state.registrations[item.token], registration.isArmed else { return nil }
        if Readiness(rawValue: item.bits).contains(.invalid) {
            _ = remove(item.token, &state)
            return Event(key: registration.key, ready: .closed)
        }
        let readiness = Readiness(kernel: item.bits, for: registration.key.interest)
        if readiness.isEmpty { return nil }
        if registration.key.mode.contains(.oneShot) {
            state.registrations[item.token]?.isArmed = false
            if !state.backend.modes.contains(.oneShot) {
                _ = state.backend.remove(registration.number, token: item.token)
                state.registrations[item.token]?.isAdded = false
            }
        }
        return Event(key: registration.key, ready: readiness)
    }

    /// Moves all registrations into a new backend.
    private func renew(_ state: inout State, _ events: inout [Event]) {
        guard var fresh = state.backend.fresh() else { return }
        guard fresh.add(wake, token: 0, .read, []) >= 0 else { return fresh.end() }
        swap(&state.backend, &fresh)
        fresh.end()
        for (token, var registration) in state.registrations {
            registration.isAdded = false
            let result = apply(&registration, token, &state)
            state.registrations[token] = registration
            guard result < 0, let gone = remove(token, &state) else { continue }
            events.append(Event(key: gone.key, ready: .closed))
        }
    }
}
