package import Sockets

/// Lookups that block, run on the resolver's threads for tasks that suspend.
///
/// Tasks that ask for the same while it is being looked up share one lookup, so that a name server that is slow takes one
/// thread for each name, however many tasks want it. A task that is cancelled goes on at once; the lookup ends by itself,
/// and is not begun when nobody waits for it any more.
package final class SharedLookups<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Flight: Sendable {
        let number: UInt64
        var hasBegun = false
        var waiters: [Waiter]
    }

    private struct State: Sendable {
        var flights: [Key: Flight] = [:]
        var started: UInt64 = 0
    }

    private let threads: ResolverThreads
    private let state = Lock(State())

    package init(threads: ResolverThreads = .shared) { self.threads = threads }

    /// How many lookups run or wait for a thread.
    package var count: Int { state.withLock { $0.flights.count } }

    /// The value for a key, which `body` finds on another thread; waits until the task's deadline at most.
    package func value(
        for key: Key, _ body: @escaping @Sendable () throws(ResolverError) -> Value
    ) async throws(ResolverError) -> Value {
        guard let left = DeadlineScope.current?.left else { return try await result(for: key, body).get() }
        let first = await withTaskGroup(of: Result<Value, ResolverError>.self) { group in
            group.addTask { await self.result(for: key, body) }
            group.addTask {
                await EventLoop.sleep(for: left)
                return .failure(ResolverError(Task.isCancelled ? .cancelled : .timedOut))
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        // Both have a result, so there is a first one.
        return try (first ?? .failure(ResolverError(.cancelled))).get()
    }

    private func result(
        for key: Key, _ body: @escaping @Sendable () throws(ResolverError) -> Value
    ) async -> Result<Value, ResolverError> {
        let waiter = Waiter()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if waiter.begin(continuation) { join(key, waiter, body) }
            }
        } onCancel: {
            waiter.finish(.failure(ResolverError(.cancelled)))
            leave(key, waiter)
        }
    }

    private func join(
        _ key: Key, _ waiter: Waiter, _ body: @escaping @Sendable () throws(ResolverError) -> Value
    ) {
        let started = state.withLock { state -> UInt64? in
            if state.flights[key] != nil {
                state.flights[key]?.waiters.append(waiter)
                return nil
            }
            state.started &+= 1
            state.flights[key] = Flight(number: state.started, waiters: [waiter])
            return state.started
        }
        if let started {
            do throws(ResolverError) {
                try threads.start(
                    isWanted: { self.isFlying(key, started) },
                    body: { if self.begin(key, started) { self.end(key, started, Result(catching: body)) } })
            } catch {
                end(key, started, .failure(error))
            }
        }
        // It was cancelled before it had joined.
        if waiter.isFinished { leave(key, waiter) }
    }

    private func leave(_ key: Key, _ waiter: Waiter) {
        state.withLock { state in
            guard let index = state.flights[key]?.waiters.firstIndex(where: { $0 === waiter }) else { return }
            state.flights[key]?.waiters.remove(at: index)
            if let flight = state.flights[key], flight.waiters.isEmpty, !flight.hasBegun { state.flights[key] = nil }
        }
    }

    private func isFlying(_ key: Key, _ number: UInt64) -> Bool {
        state.withLock { $0.flights[key]?.number == number }
    }

    private func begin(_ key: Key, _ number: UInt64) -> Bool {
        state.withLock { state in
            guard state.flights[key]?.number == number else { return false }
            state.flights[key]?.hasBegun = true
            return true
        }
    }

    private func end(_ key: Key, _ number: UInt64, _ result: Result<Value, ResolverError>) {
        let waiters = state.withLock { state in
            guard let flight = state.flights[key], flight.number == number else { return [Waiter]() }
            state.flights[key] = nil
            return flight.waiters
        }
        for waiter in waiters { waiter.finish(result) }
    }

    /// A task that waits, and goes on once: with the value, or because it was cancelled.
    private final class Waiter: Sendable {
        private enum State: Sendable {
            case idle
            case waiting(CheckedContinuation<Result<Value, ResolverError>, Never>)
            case finished(Result<Value, ResolverError>)
        }

        private let state = Lock(State.idle)

        var isFinished: Bool {
            state.withLock { if case .finished = $0 { true } else { false } }
        }

        /// Whether the task waits now; if not, it has gone on already.
        func begin(_ continuation: CheckedContinuation<Result<Value, ResolverError>, Never>) -> Bool {
            let finished = state.withLock { state -> Result<Value, ResolverError>? in
                if case .finished(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            guard let finished else { return true }
            continuation.resume(returning: finished)
            return false
        }

        func finish(_ result: Result<Value, ResolverError>) {
            let waiting = state.withLock { state -> CheckedContinuation<Result<Value, ResolverError>, Never>? in
                switch state {
                case .idle:
                    state = .finished(result)
                    return nil
                case .waiting(let continuation):
                    state = .finished(result)
                    return continuation
                case .finished: return nil
                }
            }
            waiting?.resume(returning: result)
        }
    }
}
