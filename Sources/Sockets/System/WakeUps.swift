internal import CSockets
internal import Glibc

/// The threads that sleep in `Descriptor.wait`, each with an event counter by which closing wakes it.
///
/// shutdown(2) wakes sleepers too, but it also ends the connection for everybody who shares the description, and some
/// families have no shutdown. Counters are kept and used again; there are as many as threads ever slept at one time.
final class WakeUps: Sendable {
    static let shared = WakeUps()

    private struct State {
        var sleeping: [CInt: [CInt]] = [:]
        var idle: [CInt] = []
        var watchers: [CInt: [Watch]] = [:]
    }

    /// Who is to be told when a descriptor is closed, and by which token of its own.
    private struct Watch {
        /// Weak, because the watcher holds the sockets that it watches, and may go without a word.
        weak var watcher: (any ClosingWatcher)?
        let identity: ObjectIdentifier
        let token: UInt64
    }

    private let state = Lock(State())

    /// An event counter registered for the descriptor, or a negative errno.
    func begin(_ descriptor: CInt) -> CInt {
        let kept = state.withLock { state -> CInt? in
            guard let wake = state.idle.popLast() else { return nil }
            state.sleeping[descriptor, default: []].append(wake)
            return wake
        }
        if let kept { return kept }
        let wake = csockets_eventfd()
        if wake >= 0 { state.withLock { $0.sleeping[descriptor, default: []].append(wake) } }
        return wake
    }

    func end(_ descriptor: CInt, _ wake: CInt) {
        state.withLock { state in
            if var wakes = state.sleeping[descriptor], let index = wakes.firstIndex(of: wake) {
                wakes.remove(at: index)
                state.sleeping[descriptor] = wakes.isEmpty ? nil : wakes
            } else {
                // It was taken out to be signalled.
                _ = csockets_eventfd_clear(wake)
            }
            state.idle.append(wake)
        }
    }

    func wake(_ descriptor: CInt) {
        let watchers = state.withLock { state in
            for wake in state.sleeping.removeValue(forKey: descriptor) ?? [] { _ = csockets_eventfd_signal(wake) }
            return (state.watchers.removeValue(forKey: descriptor) ?? []).map { ($0.watcher, $0.token) }
        }
        for (watcher, token) in watchers { watcher?.descriptorWasClosed(token) }
    }

    /// From now on the watcher is told when the descriptor is closed.
    ///
    /// The watcher stays inside the descriptor, by an entry.
    func watch(_ descriptor: CInt, _ watcher: any ClosingWatcher, token: UInt64) {
        state.withLock {
            $0.watchers[descriptor, default: []].append(
                Watch(watcher: watcher, identity: ObjectIdentifier(watcher), token: token))
        }
    }

    func unwatch(_ descriptor: CInt, _ watcher: any ClosingWatcher, token: UInt64) {
        state.withLock { state in
            guard var watches = state.watchers[descriptor] else { return }
            watches.removeAll { $0.identity == ObjectIdentifier(watcher) && $0.token == token }
            state.watchers[descriptor] = watches.isEmpty ? nil : watches
        }
    }
}

/// Whoever holds sockets that others may close.
protocol ClosingWatcher: AnyObject, Sendable {
    /// Called by the thread that closes, with no lock of `WakeUps` held.
    func descriptorWasClosed(_ token: UInt64)
}
