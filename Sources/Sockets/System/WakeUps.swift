internal import CSockets
internal import Glibc
internal import Synchronization

/// The threads that sleep in `Descriptor.wait`, each with an event counter by which closing wakes it.
///
/// shutdown(2) wakes sleepers too, but it also ends the connection for everybody who shares the description, and some
/// families have no shutdown. Counters are kept and used again; there are as many as threads ever slept at one time.
final class WakeUps: Sendable {
    static let shared = WakeUps()

    private struct State {
        var sleeping: [CInt: [CInt]] = [:]
        var idle: [CInt] = []
    }

    private let state = Mutex(State())

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
            }
            // Under the lock, so that nobody signals it between this and its next use. EAGAIN: it was not signalled.
            _ = csockets_eventfd_clear(wake)
            state.idle.append(wake)
        }
    }

    func wake(_ descriptor: CInt) {
        state.withLock { state in
            for wake in state.sleeping[descriptor] ?? [] { _ = csockets_eventfd_signal(wake) }
        }
    }
}
