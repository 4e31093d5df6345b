internal import AsyncSockets
internal import Sockets

/// Tasks that wait for the handshake which another task runs.
///
/// One place for all connections: hardly one of them ever has such tasks, and an idle one should not pay for them.
enum HandshakeWaiters {
    private struct State {
        var latest: UInt64 = 0
        var waiters: [ObjectIdentifier: [UInt64: CheckedContinuation<Void, Never>]] = [:]
    }

    private static let state = Lock(State())

    /// Waits until nobody runs the handshake, the task is cancelled, or its deadline has passed.
    static func wait(for connection: Connection) async throws(TLSError) {
        let id = state.withLock { state in
            state.latest += 1
            return state.latest
        }
        let deadline = DeadlineScope.current
        var timer: Task<Void, Never>?
        if let deadline {
            timer = Task {
                await EventLoop.sleep(for: .nanoseconds(max(0, deadline.nanosecondsLeft)))
                wake(connection, id)
            }
        }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    // Whoever runs it says so before it wakes those who wait.
                    guard connection.isShakingHands, !Task.isCancelled, deadline?.hasPassed != true else {
                        return false
                    }
                    state.waiters[ObjectIdentifier(connection), default: [:]][id] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            wake(connection, id)
        }
        if Task.isCancelled { throw TLSError(.cancelled, .handshake) }
        if deadline?.hasPassed == true {
            throw TLSError(.timedOut, .handshake, hint: "its deadline has passed while another task ran the handshake")
        }
    }

    /// Wakes all that wait for a connection.
    static func wakeAll(_ connection: Connection) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: ObjectIdentifier(connection)) }
        guard let waiters else { return }
        for waiter in waiters.values { waiter.resume() }
    }

    private static func wake(_ connection: Connection, _ id: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let key = ObjectIdentifier(connection)
            let waiter = state.waiters[key]?.removeValue(forKey: id)
            if state.waiters[key]?.isEmpty == true { state.waiters[key] = nil }
            return waiter
        }
        waiter?.resume()
    }
}
