// How every operation of an asynchronous socket asks, waits and asks again.
internal import CAsyncSockets
internal import Glibc
internal import Sockets
internal import Synchronization
internal import SystemPackage

/// Whether a task runs outside of every actor.
///
/// A function, because comparing `#isolation` with nil in place makes the compiler (6.3.1) produce invalid code.
private func isNone(_ isolation: (any Actor)?) -> Bool { isolation == nil }

extension AsyncSocket {
    /// The value of `watchAddress` after a close that found no watch.
    static let closedWithoutWatch: UInt = 1

    /// Where readiness is remembered, once something had to wait.
    @inline(__always)
    var watch: Watch? {
        let address = watchAddress.load(ordering: .acquiring)
        return address > Self.closedWithoutWatch ? Watch(address: address) : nil
    }

    /// Whether the kernel is to be asked before anything else; else it is known to have nothing.
    @inline(__always)
    func mayAsk(_ direction: Direction) -> Bool {
        guard let watch else { return true }
        return watch.takeReady(direction)
    }

    /// Whether the kernel may take bytes; unlike `mayAsk` it leaves the readiness as it is, which is right as long as
    /// everything is taken.
    @inline(__always)
    var isWritable: Bool {
        guard let watch else { return true }
        return watch.isReady(.write)
    }

    /// Remembers that the kernel may have more.
    @inline(__always)
    func keepReady(_ direction: Direction) {
        watch?.keepReady(direction)
    }

    /// Whether a read that did not fill its buffer has taken all there was: so TCP has it, until an end or urgent data come.
    @inline(__always)
    var isDrainedByShortRead: Bool {
        guard isTCP, let watch else { return false }
        return !watch.isVague(.read)
    }

    /// Counts one operation; `true` when the task is to let others run before the next.
    @inline(__always)
    var hasHadItsShare: Bool { casync_spend() }

    /// Counts one operation; a task that has had its share lets the others on its loop run.
    @inline(__always)
    func takeTurn(_ operation: SocketError.Operation) async throws(SocketError) {
        if casync_spend() { try await giveWay(operation) }
    }

    @inline(never)
    private func giveWay(_ operation: SocketError.Operation) async throws(SocketError) {
        // Who never waits would never notice.
        if Task.isCancelled { throw SocketError(.cancelled, operation) }
        if DeadlineScope.current?.hasPassed == true { throw timedOut(operation) }
        if isNone(#isolation) { await Watch.giveWay() } else { await Task.yield() }
    }

    func timedOut(_ operation: SocketError.Operation) -> SocketError {
        SocketError(.timedOut, operation, address: try? socket.peerAddress, hint: "its deadline has passed")
    }

    /// The socket's watch, made on the running task's loop, or else on the next one.
    private func attached(_ operation: SocketError.Operation) throws(SocketError) -> Watch {
        if let watch { return watch }
        let loop = preferredLoop ?? EventLoop.current ?? EventLoops.shared.next()
        guard let made = Watch(socket.number, on: loop) else {
            throw SocketError(.noBufferSpace, operation, errno: .noMemory)
        }
        let (isFirst, other) = watchAddress.compareExchange(
            expected: 0, desired: made.address, ordering: .acquiringAndReleasing)
        if isFirst { return made }
        made.free()
        guard other != Self.closedWithoutWatch, let watch = Watch(address: other) else {
            throw SocketError(.closed, operation)
        }
        return watch
    }

    /// Waits until the kernel is to be asked again.
    ///
    /// - Parameter limit: A wait of this many nanoseconds at most, after which asking is tried again.
    @inline(__always)
    func wait(
        _ direction: Direction, _ operation: SocketError.Operation, atMost limit: Int64? = nil
    ) async throws(SocketError) {
        let watch = try attached(operation)
        let isLocal = watch.isLocal
        if watch.interest & direction.events != direction.events { try register(watch, direction, operation) }
        var deadline = DeadlineScope.nanoseconds
        let isLimited = deadline != .max || limit != nil
        if isLimited { deadline = try arm(watch, direction, operation, deadline, limit) }
        // Where somebody watches the task for the whole of its life, no handler is needed for this wait.
        let task = unsafe UInt(bitPattern: casync_current_task())
        let record = unsafe owner.load(ordering: .relaxed) == task ? nil : watch.addCancellation(direction)
        if isNone(#isolation) {
            await watch.suspend(direction, isLocal: isLocal)
        } else {
            // An actor's task comes back by way of its actor.
            unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                unsafe watch.publish(continuation, direction)
            }
        }
        if let record = unsafe record { unsafe watch.removeCancellation(record) }
        if isLimited { watch.setDeadline(direction, .max) }
        let outcome = watch.outcome(direction)
        if outcome != .ask { try settle(outcome, operation, isPause: limit != nil) }
    }

    @inline(never)
    private func register(
        _ watch: Watch, _ direction: Direction, _ operation: SocketError.Operation
    ) throws(SocketError) {
        let result = watch.loop.watch(watch, for: direction)
        if result >= 0 { return }
        if socket.isClosed { throw SocketError(.closed, operation) }
        if result == -ECANCELED {
            throw SocketError(.closed, operation, hint: "its event loop has been stopped")
        }
        throw SocketError(operation, result: result)
    }

    /// Sets the timer of a wait; returns its deadline.
    @inline(never)
    private func arm(
        _ watch: Watch, _ direction: Direction, _ operation: SocketError.Operation, _ deadline: Int64, _ limit: Int64?
    ) throws(SocketError) -> Int64 {
        if DeadlineScope.current?.hasPassed == true { throw timedOut(operation) }
        let deadline = min(deadline, limit.map { Deadline(afterNanoseconds: $0).nanoseconds } ?? .max)
        watch.setDeadline(direction, deadline)
        watch.loop.arm(watch, direction, at: deadline)
        return deadline
    }

    @inline(never)
    private func settle(
        _ outcome: Outcome, _ operation: SocketError.Operation, isPause: Bool
    ) throws(SocketError) {
        switch outcome {
        case .ask: return
        case .cancelled: throw SocketError(.cancelled, operation)
        case .timedOut:
            if isPause, DeadlineScope.current?.hasPassed != true { return }
            throw timedOut(operation)
        case .closed:
            throw SocketError(
                .closed, operation, hint: socket.isClosed ? nil : "its event loop has been stopped")
        case .busy:
            throw SocketError(
                .busy, operation, hint: "another task waits on this socket in the same direction; one may at a time")
        }
    }

    /// Runs an operation of the socket below, which does not block, and waits while it would have to.
    @inline(__always)
    func perform<R>(
        _ direction: Direction, _ operation: SocketError.Operation, pausing: Bool = false,
        _ attempt: (Socket) throws(SocketError) -> R
    ) async throws(SocketError) -> R {
        try await takeTurn(operation)
        var mayAsk = mayAsk(direction)
        var pause: Int64 = 1_000_000
        while true {
            if mayAsk {
                do throws(SocketError) {
                    let result = try attempt(socket)
                    // Nobody knows whether that was all.
                    keepReady(direction)
                    return result
                } catch {
                    if error.code != .wouldBlock {
                        keepReady(direction)
                        throw error
                    }
                }
            }
            if pausing {
                // The kernel has no event for what this waits for.
                try await wait(direction, operation, atMost: pause)
                pause = min(pause * 2, 16_000_000)
            } else {
                try await wait(direction, operation)
            }
            mayAsk = true
        }
    }

    // MARK: Cancellation

    /// Runs `body` with one cancellation handler for all its waits on this socket, instead of one for each.
    func withOneCancellationHandler(_ body: () async throws -> Void) async throws {
        let task = unsafe UInt(bitPattern: casync_current_task())
        owner.store(task, ordering: .relaxed)
        defer { owner.store(0, ordering: .relaxed) }
        try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            guard let watch else { return }
            for direction in [Direction.read, .write] {
                let task = watch.endWait(direction, .cancelled, of: task)
                if task != 0 { casync_resume(task) }
            }
        }
    }

    /// Lets a task that waits to receive look around, or the next one that is about to wait.
    func nudge() {
        guard let watch else { return }
        let task = watch.announce(.read, isVague: false)
        if task != 0 { casync_resume(task) }
    }

    /// Makes sure that `nudge` finds somebody.
    func attach() throws(SocketError) { _ = try attached(.accept) }

    // MARK: The end

    /// Ends watching, and wakes whoever waits; from now on nobody can wait. The descriptor is still open.
    func endWatching() {
        // Before the first wait there is nothing to end, and nothing can begin any more.
        let (isFirst, address) = watchAddress.compareExchange(
            expected: 0, desired: Self.closedWithoutWatch, ordering: .acquiringAndReleasing)
        if !isFirst, address != Self.closedWithoutWatch, let watch = Watch(address: address) { close(watch) }
    }

    private func close(_ watch: Watch) {
        let reader = watch.close(.read)
        let writer = watch.close(.write)
        let loop = watch.loop
        loop.unwatch(watch)
        if reader != 0 { loop.resume(reader) }
        if writer != 0 { loop.resume(writer) }
    }
}
