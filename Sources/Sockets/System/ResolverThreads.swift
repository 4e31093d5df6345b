internal import CSockets
internal import Glibc
internal import SystemPackage

/// The threads for calls of the C library that nothing can interrupt, so that their callers can go on at a deadline.
///
/// A thread starts with the work that it is for, in the caller's namespaces, and ends when no more is queued. When
/// `limit` of them are busy, work waits in the queue; what its caller has given up there is never begun.
package final class ResolverThreads: Sendable {
    package static let shared = ResolverThreads(limit: 16)

    private struct State: Sendable {
        var running = 0
        var queue: [Job] = []
        /// The length of the queue at which it is looked through for what nobody wants.
        var sweepAt = 64
    }

    private let limit: Int
    private let state = Lock(State())

    package init(limit: Int) { self.limit = limit }

    /// How many threads there are now.
    package var running: Int { state.withLock { $0.running } }

    /// Runs `body` on another thread; `nil` when the deadline comes first, and then the late value is thrown away.
    func run<Value: Sendable>(
        until deadline: Deadline, _ body: @escaping @Sendable () -> Value
    ) throws(ResolverError) -> Value? {
        let wake = csockets_eventfd()
        guard wake >= 0 else { throw ResolverError(.system, errno: Errno(rawValue: -wake)) }
        let slot = Slot<Value>(wake: wake)
        do throws(ResolverError) {
            try start(isWanted: { slot.isWanted }, body: { slot.fill(body()) })
        } catch {
            _ = slot.take()
            throw error
        }
        while !slot.isFilled {
            let result = csockets_wait(wake, Constants.pollIn, -1, deadline.nanosecondsLeft)
            if result == 0 || result < 0 && result != -EINTR { break }
        }
        return slot.take()
    }

    /// Runs `body` on another thread, as soon as one is free, unless it is no longer wanted then.
    ///
    /// `isWanted` may be called with the pool's lock held; so hold no lock here that it takes.
    package func start(
        isWanted: @escaping @Sendable () -> Bool, body: @escaping @Sendable () -> Void
    ) throws(ResolverError) {
        let error = begin(Job(pool: self, isWanted: isWanted, body: body))
        guard error != 0 else { return }
        throw ResolverError(
            .system, errno: Errno(rawValue: error),
            hint: "a lookup with a time limit needs a thread, and there is none to be had")
    }

    /// Starts a thread for the job, or queues it; the error number where a thread cannot be started.
    private func begin(_ job: Job) -> CInt {
        let start = state.withLock { state -> Bool in
            if state.running >= limit {
                // What was given up goes now and then, so that a name server that is dead does not fill the memory.
                if state.queue.count >= state.sweepAt {
                    state.queue.removeAll { !$0.isWanted() }
                    state.sweepAt = 2 * state.queue.count + 64
                }
                state.queue.append(job)
                return false
            }
            state.running += 1
            return true
        }
        guard start else { return 0 }
        // The thread takes the reference back.
        let context = unsafe Unmanaged.passRetained(job)
        let error = unsafe csockets_start_thread(
            { context in
                // The pointer is the job that was retained for this thread.
                if let context = unsafe context {
                    let job = unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
                    job.pool.work(beginningWith: job)
                }
                return nil
            }, context.toOpaque())
        if error != 0 {
            unsafe context.release()
            state.withLock { $0.running -= 1 }
        }
        return error
    }

    private func work(beginningWith first: Job) {
        var next: Job? = first
        while let job = next {
            if job.isWanted() { job.body() }
            next = state.withLock { state in
                if state.queue.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.queue.removeFirst()
            }
        }
    }

    private final class Job: Sendable {
        let pool: ResolverThreads
        let isWanted: @Sendable () -> Bool
        let body: @Sendable () -> Void

        init(
            pool: ResolverThreads, isWanted: @escaping @Sendable () -> Bool, body: @escaping @Sendable () -> Void
        ) {
            self.pool = pool
            self.isWanted = isWanted
            self.body = body
        }
    }

    /// Where the thread leaves the value, and the event counter that tells the caller.
    private final class Slot<Value: Sendable>: Sendable {
        private struct State: Sendable {
            var value: Value?
            /// -1 when the caller has gone.
            var wake: CInt
        }

        private let state: Lock<State>

        init(wake: CInt) { state = Lock(State(wake: wake)) }

        var isWanted: Bool { state.withLock { $0.wake >= 0 } }
        var isFilled: Bool { state.withLock { $0.value != nil } }

        func fill(_ value: Value) {
            state.withLock { state in
                // Under the lock, so that the number is still ours.
                guard state.wake >= 0 else { return }
                state.value = value
                _ = csockets_eventfd_signal(state.wake)
            }
        }

        func take() -> Value? {
            state.withLock { state in
                if state.wake >= 0 { _ = csockets_close(state.wake) }
                state.wake = -1
                return state.value.take()
            }
        }
    }
}
