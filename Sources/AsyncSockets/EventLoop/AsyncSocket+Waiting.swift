// How every operation of an asynchronous socket asks, waits and asks again.
internal import CAsyncSockets
internal import Glibc
public import Sockets
internal import Synchronization
internal import SystemPackage

/// A wait that is about to begin, with what has to be undone at its end.
@usableFromInline
struct Wait {
    /// Of the watch.
    @usableFromInline let address: UInt
    @usableFromInline let direction: Direction
    /// What the word of the direction is to say of the task.
    @usableFromInline let flags: UInt
    /// Of the cancellation record; 0 where somebody else watches for cancellation.
    let record: UInt
    /// What it wrote into the watch as its deadline, or as a limit after which asking is tried again; `nil` where nothing.
    let deadline: Int64?

    /// Whether a task runs outside of every actor.
    ///
    /// A function, because comparing `#isolation` with nil in place makes the compiler (6.3.1) produce invalid code.
    @inlinable
    static func isNone(_ isolation: (any Actor)?) -> Bool { isolation == nil }

    /// Waits.
    @inlinable
    @inline(__always)
    func suspend() async {
        if Wait.isNone(#isolation) {
            // As Suspension.c says: without isolation, with an address that is a watch's.
            unsafe await casync_suspend(address, direction.rawValue, flags)
        } else {
            await suspendInActor()
        }
    }

    /// Waits, and comes back by way of the actor.
    @usableFromInline
    func suspendInActor() async {
        guard let watch = Watch(address: address) else { return }
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            unsafe watch.publish(continuation, direction)
        }
    }
}

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
        guard let watch else { return }
        if watch.keepReady(direction) { wakeOther(watch, direction) }
    }

    /// Wakes a task that began to wait while another one had the readiness.
    @inline(never)
    private func wakeOther(_ watch: Watch, _ direction: Direction) {
        let task = watch.announce(direction, isVague: false)
        if task != 0 { casync_resume(task) }
    }

    /// Counts one operation; `true` when the task is to let others run before the next.
    @inline(__always)
    var hasHadItsShare: Bool { casync_spend() }

    /// Counts one operation; a task that has had its share lets the others on its loop run.
    @inline(__always)
    func takeTurn(_ verb: Verb) async throws(SocketError) {
        if hasHadItsShare { try await giveWay(verb) }
    }

    /// Lets the others on the loop run.
    @usableFromInline
    func giveWay(_ verb: Verb) async throws(SocketError) {
        if EventLoop.current == nil {
            // The thread has had its share: nobody else begins to count anew here. Whose it was is not known, but a task that
            // meets the end of a share on the same socket again had one of its own in between.
            casync_set_budget(EventLoop.budget)
            let task = UInt32(truncatingIfNeeded: unsafe UInt(bitPattern: casync_current_task()) >> 4)
            if spender.exchange(task, ordering: .relaxed) != task { return }
        }
        // Who never waits would never notice.
        if Task.isCancelled { throw SocketError(.cancelled, verb.operation) }
        if DeadlineScope.current?.hasPassed == true { throw timedOut(verb) }
        if Wait.isNone(#isolation), casync_can_give_way() {
            await Watch.giveWay()
        } else {
            await Task.yield()
        }
    }

    func timedOut(_ verb: Verb) -> SocketError {
        SocketError(.timedOut, verb.operation, address: try? socket.peerAddress, hint: "its deadline has passed")
    }

    /// The socket's watch, made on the running task's loop, or else on the next one.
    ///
    /// - Parameter asked: The direction in which the kernel was asked in vain; beginning to watch tells what came since.
    @inline(never)
    private func makeWatch(_ verb: Verb, asked: Direction? = nil) throws(SocketError) -> Watch {
        let loop = preferredLoop ?? EventLoop.current ?? EventLoops.shared.next()
        guard let made = Watch(socket.number, on: loop) else {
            throw SocketError(.noBufferSpace, verb.operation, errno: .noMemory)
        }
        if let asked { _ = made.takeReady(asked) }
        let (isFirst, other) = watchAddress.compareExchange(
            expected: 0, desired: made.address, ordering: .acquiringAndReleasing)
        if isFirst { return made }
        made.free()
        guard other != Self.closedWithoutWatch, let watch = Watch(address: other) else {
            throw SocketError(.closed, verb.operation)
        }
        return watch
    }

    /// Gets everything ready for a wait: the kernel watches, the timer is set, cancellation will be told.
    ///
    /// - Parameter limit: A wait of this many nanoseconds at most, after which asking is tried again; 0 for none.
    @usableFromInline
    func beginWait(_ direction: Direction, _ verb: Verb, atMost limit: Int64 = 0) throws(SocketError) -> Wait {
        let watch = if let watch { watch } else { try makeWatch(verb, asked: direction) }
        if watch.interest & direction.events != direction.events { try register(watch, direction, verb) }
        let isLimited = limit > 0 || DeadlineScope.isUsed
        let deadline = isLimited ? try arm(watch, direction, verb, limit) : nil
        // Where somebody watches the task for the whole of its life, no handler is needed for this wait.
        let record = watch.isOwner ? 0 : unsafe UInt(bitPattern: watch.addCancellation(direction))
        return Wait(
            address: watch.address, direction: direction, flags: watch.isLocal ? Watch.localFlag : 0, record: record,
            deadline: deadline)
    }

    /// Undoes what `beginWait` did, and throws where the wait ended for another reason than readiness.
    @usableFromInline
    func endWait(_ wait: Wait, _ verb: Verb) throws(SocketError) {
        if let record = unsafe UnsafeMutableRawPointer(bitPattern: wait.record) {
            unsafe casync_remove_cancellation(record)
        }
        guard let watch = Watch(address: wait.address) else { return }
        if let deadline = wait.deadline { watch.clearDeadline(wait.direction, deadline) }
        let outcome = watch.outcome(wait.direction)
        if outcome != .ask { try settle(watch, wait.direction, outcome, verb) }
    }

    /// Waits until the kernel is to be asked again.
    @inline(__always)
    func wait(_ direction: Direction, _ verb: Verb, atMost limit: Int64 = 0) async throws(SocketError) {
        let wait = try beginWait(direction, verb, atMost: limit)
        await wait.suspend()
        try endWait(wait, verb)
    }

    /// Waits to receive, or lets others run: what the answer calls for.
    @inlinable
    @inline(__always)
    func pause(after answer: Int, _ verb: Verb) async throws(SocketError) {
        if answer == Answer.giveWay {
            try await giveWay(verb)
        } else {
            let wait = try beginWait(.read, verb, atMost: 0)
            await wait.suspend()
            try endWait(wait, verb)
        }
    }

    @inline(never)
    private func register(_ watch: Watch, _ direction: Direction, _ verb: Verb) throws(SocketError) {
        let result = watch.loop.watch(watch, for: direction)
        if result >= 0 { return }
        if socket.isClosed { throw SocketError(.closed, verb.operation) }
        if result == -ECANCELED {
            throw SocketError(.closed, verb.operation, hint: "its event loop has been stopped")
        }
        throw SocketError(verb.operation, result: result)
    }

    /// Sets the timer of a wait.
    @inline(never)
    private func arm(
        _ watch: Watch, _ direction: Direction, _ verb: Verb, _ limit: Int64
    ) throws(SocketError) -> Int64 {
        let scope = DeadlineScope.current
        if scope?.hasPassed == true { throw timedOut(verb) }
        // The deadline of the task that waits must stay.
        if watch.isWaited(direction) { throw busy(verb) }
        let end = limit > 0 ? Deadline(afterNanoseconds: limit).nanoseconds : .max
        let deadline = min(scope?.nanoseconds ?? .max, end)
        watch.setDeadline(direction, deadline)
        if deadline != .max { watch.loop.arm(watch, direction, at: deadline) }
        return deadline
    }

    /// Throws what ended a wait, if it still holds: the outcome may be that of another task, which waited or tried to
    /// between the end of this wait and now, and a timer may have been meant for the wait before.
    @inline(never)
    private func settle(
        _ watch: Watch, _ direction: Direction, _ outcome: Outcome, _ verb: Verb
    ) throws(SocketError) {
        switch outcome {
        case .ask: return
        case .cancelled:
            guard Task.isCancelled else { return }
            // It may have asked for something else than what is there, as for errors while there are bytes.
            keepReady(direction)
            throw SocketError(.cancelled, verb.operation)
        case .timedOut:
            guard DeadlineScope.current?.hasPassed == true else { return }
            keepReady(direction)
            throw timedOut(verb)
        case .closed:
            guard watch.isClosed(direction) else { return }
            throw SocketError(
                .closed, verb.operation, hint: socket.isClosed ? nil : "its event loop has been stopped")
        case .busy:
            guard unsafe watch.hasRefused(UInt(bitPattern: casync_current_task())) else { return }
            if DeadlineScope.isUsed {
                // The task that waits may have had its deadline overwritten by this one's: it looks again.
                let now = Deadline(afterNanoseconds: 0).nanoseconds
                watch.setDeadline(direction, now)
                watch.loop.arm(watch, direction, at: now)
            }
            throw busy(verb)
        }
    }

    private func busy(_ verb: Verb) -> SocketError {
        SocketError(
            .busy, verb.operation, hint: "another task waits on this socket in the same direction; one may at a time")
    }

    /// Runs an operation of the socket below, which does not block, and waits while it would have to.
    @inline(__always)
    func perform<R>(
        _ direction: Direction, _ verb: Verb, pausing: Int64 = 0,
        _ attempt: (Socket) throws(SocketError) -> R
    ) async throws(SocketError) -> R {
        try await takeTurn(verb)
        var mayAsk = mayAsk(direction)
        var pause = pausing
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
            // With a pause the kernel has no event, or not in all cases, for what this waits for.
            try await wait(direction, verb, atMost: pause)
            pause = longer(pause)
            mayAsk = self.mayAsk(direction) || pause > 0
        }
    }

    // MARK: Cancellation

    /// From now on the running task's cancellation ends all its waits on this socket, without a handler for each; until
    /// `endOwning`, which the task calls before it leaves the function.
    func beginOwning() -> UInt {
        guard let watch = try? watch ?? makeWatch(.receive) else { return 0 }
        return watch.addOwner()
    }

    func endOwning(_ record: UInt) { if record != 0 { watch?.removeOwner(record) } }

    /// Lets a task that waits to receive look around, or the next one that is about to wait.
    func nudge(_ direction: Direction = .read) {
        guard let watch else { return }
        let task = watch.announce(direction, isVague: false)
        if task != 0 { casync_resume(task) }
    }

    /// Makes sure that `nudge` finds somebody.
    func attach() throws(SocketError) {
        if watch == nil { _ = try makeWatch(.accept) }
    }

    // MARK: The end

    /// Ends watching, and wakes whoever waits; from now on nobody can wait.
    ///
    /// The descriptor is still open.
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
