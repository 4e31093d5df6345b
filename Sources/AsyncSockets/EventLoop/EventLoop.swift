internal import CAsyncSockets
internal import CSockets
internal import Glibc
internal import Sockets
internal import Synchronization

/// One thread that waits for sockets and runs the tasks that use them.
///
/// You need none for using ``AsyncSocket``: sockets find their loops by themselves. Where many connections are served,
/// tasks that run on a loop's thread are several times faster than tasks on the global pool, because readiness resumes
/// them without a way from thread to thread. ``AsyncSocket/serve(limit:onError:_:)`` places its tasks so; your own are
/// placed by the loop's being a task executor:
///
/// ```swift
/// await withTaskGroup { group in
///     group.addTask(executorPreference: EventLoops.shared.next()) {
///         // this task, and its child tasks, run on that loop's thread
///     }
/// }
/// ```
///
/// A task on a loop shares its thread with the others there: what computes for long, or blocks, belongs elsewhere, as in a
/// `Task.detached`.
///
/// The thread is started when it is first needed.
@safe
public final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Sendable because `mine` is touched by the loop's thread alone, and everything else is locked or atomic.

    /// A name for people, which the thread has as well.
    public let name: String

    private let makePoller: @Sendable () -> (poller: (any Poller)?, result: CInt)
    private let inbox = Lock(Inbox())
    /// Whether the thread sleeps, or is about to: then somebody has to wake it.
    private let isSleeping = Atomic(false)
    /// Whether the inbox has something: the thread looks at it each time round, and takes the lock only then.
    private let hasMail = Atomic(false)
    private let mine: UnsafeMutablePointer<Mine>

    /// What other threads leave for the loop's.
    private struct Inbox {
        /// There once the loop has been started.
        var poller: (any Poller)?
        var jobs: [UnownedJob] = []
        var retired: [Watch] = []
        var timers: [(watch: Watch, direction: Direction, deadline: Int64)] = []
        var watches = Watch.List()
        var isStopping = false
        var hasEnded = false
    }

    /// What only the loop's thread touches.
    @safe
    private struct Mine {
        var ready: [UnownedJob] = []
        var running: [UnownedJob] = []
        var timers = TimerHeap()
        /// Watches whose sockets are gone; freed between two waits, when no event can name them.
        var retired: [Watch] = []
        /// Whether resumed tasks may be run at once: no job is running.
        var isDispatching = false
        /// The two words of this executor's reference: who, and how to ask it.
        var executor: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) = (nil, nil)
        /// Where short reads go before they get a buffer of their size.
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: EventLoop.scratchSize, alignment: 64)
    }

    /// The most that is received at once without a buffer of the caller's.
    static let scratchSize = 65_536
    /// How many operations a task may do before others get their turn.
    static let budget: Int32 = 64

    /// Makes a loop; its thread is started when it is first needed.
    ///
    /// - Parameter name: A name for people; the thread has its first 15 bytes.
    public convenience init(name: String = "event loop") {
        self.init(name: name) {
            let (poller, result) = EpollPoller.make()
            return (poller, result)
        }
    }

    /// Makes a loop over another poller.
    init(name: String, makePoller: @escaping @Sendable () -> (poller: (any Poller)?, result: CInt)) {
        self.name = name
        self.makePoller = makePoller
        unsafe self.mine = .allocate(capacity: 1)
        unsafe self.mine.initialize(to: Mine())
    }

    deinit {
        // The thread has ended, or was never started: it holds the loop while it runs.
        inbox.withLock { inbox in inbox.poller?.end() }
        unsafe mine.pointee.scratch.deallocate()
        unsafe mine.deinitialize(count: 1)
        unsafe mine.deallocate()
    }

    /// The loop whose thread this is; `nil` on all other threads.
    public static var current: EventLoop? {
        guard let loop = unsafe casync_current_loop() else { return nil }
        // The thread holds the loop.
        return unsafe Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue()
    }

    /// Whether this is the loop's own thread.
    @inline(__always)
    var isCurrent: Bool { unsafe casync_current_loop() == Unmanaged.passUnretained(self).toOpaque() }

    // MARK: Starting

    /// Starts the thread if it has not been started; 0 or a negative errno.
    private func start(_ inbox: inout Inbox) -> CInt {
        if inbox.poller != nil { return 0 }
        let (made, result) = makePoller()
        guard let made else { return result }
        // The thread holds the loop until it ends.
        let started = Threads.start(name, stackSize: 1 << 20) { [self] in run(made) }
        if started < 0 {
            made.end()
            return started
        }
        inbox.poller = made
        return 0
    }

    /// Leaves something for the loop's thread, and wakes it; `false` when there is no thread and none can be started.
    private func leave(_ body: (inout Inbox) -> Void) -> Bool {
        let (isTaken, sleeper) = inbox.withLock { inbox -> (Bool, (any Poller)?) in
            if inbox.hasEnded || start(&inbox) < 0 { return (false, nil) }
            body(&inbox)
            hasMail.store(true, ordering: .sequentiallyConsistent)
            let mustWake = isSleeping.exchange(false, ordering: .sequentiallyConsistent)
            return (true, mustWake ? inbox.poller : nil)
        }
        sleeper?.wake()
        return isTaken
    }

    // MARK: Jobs

    /// Queues a job; Swift calls it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            unsafe mine.pointee.ready.append(job)
        } else if !leave({ inbox in inbox.jobs.append(job) }) {
            // The loop has ended, or has no thread: the job runs where all others run.
            globalConcurrentExecutor.enqueue(ExecutorJob(job))
        }
    }

    // MARK: Watches

    /// Watches a socket for what one direction needs; 0 or a negative errno.
    func watch(_ watch: Watch, for direction: Direction) -> CInt {
        inbox.withLock { inbox in
            if inbox.hasEnded || inbox.isStopping { return -ECANCELED }
            // Its number may be another file's already: closing marks the watch first, and ends watching under this lock.
            if watch.isClosed(direction) { return -EBADF }
            let started = start(&inbox)
            guard started >= 0, let poller = inbox.poller else { return started }
            let before = watch.interest
            let events = before | direction.events
            if events == before { return 0 }
            let result = poller.watch(watch.number, for: events, token: UInt64(watch.address), isNew: before == 0)
            if result < 0 { return result }
            watch.setInterest(events)
            if before == 0 { inbox.watches.add(watch) }
            return 0
        }
    }

    /// Ends watching; the descriptor is still open.
    func unwatch(_ watch: Watch) {
        inbox.withLock { inbox in
            guard watch.interest != 0 else { return }
            watch.setInterest(0)
            inbox.watches.remove(watch)
            inbox.poller?.unwatch(watch.number)
        }
    }

    /// Takes in a watch without a socket, for a task that only waits; `false` when the loop has ended or cannot start.
    func begin(sleeping watch: Watch) -> Bool {
        inbox.withLock { inbox in
            if inbox.hasEnded || inbox.isStopping || start(&inbox) < 0 { return false }
            inbox.watches.add(watch)
            return true
        }
    }

    func end(sleeping watch: Watch) {
        inbox.withLock { inbox in inbox.watches.remove(watch) }
        retire(watch)
    }

    /// Frees a watch as soon as no event and no timer can name it; its socket is gone.
    func retire(_ watch: Watch) {
        if isCurrent {
            unsafe mine.pointee.retired.append(watch)
            return
        }
        // Nobody is in a hurry: the thread is woken only when many are there.
        let (isTaken, sleeper) = inbox.withLock { inbox -> (Bool, (any Poller)?) in
            guard !inbox.hasEnded, let poller = inbox.poller else { return (false, nil) }
            inbox.retired.append(watch)
            hasMail.store(true, ordering: .sequentiallyConsistent)
            let mustWake =
                inbox.retired.count >= 256 && isSleeping.exchange(false, ordering: .sequentiallyConsistent)
            return (true, mustWake ? poller : nil)
        }
        sleeper?.wake()
        if !isTaken { watch.free() }
    }

    /// Sets a timer for a wait that is about to begin, whose deadline stands in the watch.
    func arm(_ watch: Watch, _ direction: Direction, at deadline: Int64) {
        if isCurrent {
            unsafe mine.pointee.timers.arm(watch, direction, at: deadline)
        } else {
            _ = leave { inbox in inbox.timers.append((watch, direction, deadline)) }
        }
    }

    /// Resumes a task that was taken out of a watch's word.
    @inline(__always)
    func resume(_ task: UInt) {
        if task & Watch.localFlag != 0, isCurrent, unsafe mine.pointee.isDispatching {
            // It was suspended on this thread, and no other job is running: its turn is now.
            run(task & ~Watch.flags)
        } else {
            casync_resume(task)
        }
    }

    @inline(__always)
    private func run(_ task: UInt) {
        guard let task = unsafe UnsafeMutableRawPointer(bitPattern: task) else { return }
        unsafe mine.pointee.isDispatching = false
        casync_set_budget(Self.budget)
        unsafe casync_run(task, mine.pointee.executor.0, mine.pointee.executor.1)
        afterJob()
        unsafe mine.pointee.isDispatching = true
    }

    /// Queues the task that gave way, if the job that just ran did.
    @inline(__always)
    private func afterJob() {
        guard let task = unsafe casync_take_yielded() else { return }
        // A job is a pointer to its task.
        unsafe mine.pointee.ready.append(unsafeBitCast(task, to: UnownedJob.self))
    }

    /// Where the running task may receive before it knows how much, valid until it suspends; `nil` on threads that are no
    /// loop's.
    @inline(__always)
    static var scratch: UnsafeMutableRawPointer? { unsafe casync_scratch() }

    // MARK: The thread

    private func run(_ poller: any Poller) {
        unsafe casync_set_current_loop(Unmanaged.passUnretained(self).toOpaque(), mine.pointee.scratch.baseAddress)
        let executor = unsafe asUnownedTaskExecutor()
        unsafe mine.pointee.executor = unsafeBitCast(
            executor, to: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?).self)
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)
        defer { unsafe events.deallocate() }
        while true {
            if unsafe !mine.pointee.ready.isEmpty { unsafe runReadyJobs(executor) }
            let mustStop = takeInbox()
            // After the timers that others set were taken, and before those that come due let sockets go whose timers
            // are still on their way.
            if unsafe !mine.pointee.retired.isEmpty { freeRetired() }
            unsafe mine.pointee.isDispatching = true
            if unsafe mine.pointee.timers.next != nil { fireTimers() }
            unsafe mine.pointee.isDispatching = false
            if mustStop, end() { break }
            let count = unsafe poller.wait(events, nanoseconds: timeToSleep())
            isSleeping.store(false, ordering: .relaxed)
            guard count > 0 else {
                // Interrupted by a signal, or out of memory for a moment: ask again. Else somebody has closed the poller's
                // descriptor, and there is nothing to wait with.
                if count < 0, count != -Int(EINTR), count != -Int(ENOMEM) { stopForGood() }
                continue
            }
            unsafe mine.pointee.isDispatching = true
            if let first = events.baseAddress {
                for index in 0..<count { unsafe dispatch(first + index) }
            }
            unsafe mine.pointee.isDispatching = false
        }
        casync_set_current_loop(nil, nil)
    }

    private func runReadyJobs(_ executor: UnownedTaskExecutor) {
        // One round: what these jobs queue comes after the next look at the sockets.
        unsafe swap(&mine.pointee.ready, &mine.pointee.running)
        var place = 0
        while unsafe place < mine.pointee.running.count {
            let job = unsafe mine.pointee.running[place]
            casync_set_budget(Self.budget)
            unsafe job.runSynchronously(on: executor)
            afterJob()
            place += 1
        }
        unsafe mine.pointee.running.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private func dispatch(_ event: UnsafeMutablePointer<epoll_event>) {
        guard let watch = unsafe Watch(address: UInt(casync_event_token(event))) else { return }
        let events = unsafe casync_event_bits(event)
        let isVague = events & Direction.vagueEvents != 0
        // Both are taken before either runs: running can free the socket, though not yet the watch.
        var reader: UInt = 0
        var writer: UInt = 0
        if Direction.read.concerns(events) {
            reader = watch.announce(.read, isVague: isVague)
        }
        if Direction.write.concerns(events) {
            writer = watch.announce(.write, isVague: isVague)
        }
        if reader != 0 { resume(reader) }
        if writer != 0 { resume(writer) }
    }

    /// How long nothing has to be done: 0 when something has, below zero for ever.
    private func timeToSleep() -> Int64 {
        if unsafe !mine.pointee.ready.isEmpty { return 0 }
        // From here on others wake the thread; what they left before is seen now.
        isSleeping.store(true, ordering: .sequentiallyConsistent)
        if hasMail.load(ordering: .sequentiallyConsistent) {
            isSleeping.store(false, ordering: .relaxed)
            return 0
        }
        guard let next = unsafe mine.pointee.timers.next else { return -1 }
        return max(0, next &- csockets_monotonic())
    }

    /// Takes what others left; true when the loop is to stop.
    private func takeInbox() -> Bool {
        guard hasMail.load(ordering: .acquiring) else { return false }
        return inbox.withLock { inbox in
            // A loop that stops looks again, until nothing is left.
            hasMail.store(inbox.isStopping, ordering: .relaxed)
            if !inbox.jobs.isEmpty {
                unsafe mine.pointee.ready.append(contentsOf: inbox.jobs)
                inbox.jobs.removeAll(keepingCapacity: true)
            }
            if !inbox.timers.isEmpty {
                for timer in inbox.timers {
                    unsafe mine.pointee.timers.arm(timer.watch, timer.direction, at: timer.deadline)
                }
                inbox.timers.removeAll(keepingCapacity: true)
            }
            if !inbox.retired.isEmpty {
                unsafe mine.pointee.retired.append(contentsOf: inbox.retired)
                inbox.retired.removeAll(keepingCapacity: true)
            }
            return inbox.isStopping
        }
    }

    private func fireTimers() {
        let now = csockets_monotonic()
        while let (watch, direction) = unsafe mine.pointee.timers.popDue(at: now) {
            let deadline = watch.deadline(direction)
            // The wait that set the timer has ended, and a later one has a later deadline, or none.
            if deadline > now {
                if deadline != .max { unsafe mine.pointee.timers.arm(watch, direction, at: deadline) }
                continue
            }
            let task = watch.endWait(direction, .timedOut)
            if task != 0 {
                resume(task)
            } else {
                // The wait that set it on another thread has not begun yet, or has just ended.
                unsafe mine.pointee.timers.arm(watch, direction, at: now + 1_000_000)
            }
        }
    }

    private func freeRetired() {
        for watch in unsafe mine.pointee.retired {
            unsafe mine.pointee.timers.disarm(watch)
            watch.free()
        }
        unsafe mine.pointee.retired.removeAll(keepingCapacity: true)
    }

    // MARK: The end

    /// Stops the loop: whoever waits on a socket of it gets `SocketError` with `.closed`, and the thread ends.
    ///
    /// Tasks that prefer the loop go on, on Swift's global pool. Returns at once. The loops of ``EventLoops/shared`` cannot
    /// be stopped: they live as long as the process.
    public func stop() {
        if EventLoops.isShared(self) { return }
        let sleeper = inbox.withLock { inbox -> (any Poller)? in
            inbox.isStopping = true
            hasMail.store(true, ordering: .sequentiallyConsistent)
            // A loop that was never started has no thread to end.
            guard let poller = inbox.poller else {
                inbox.hasEnded = true
                return nil
            }
            return isSleeping.exchange(false, ordering: .sequentiallyConsistent) ? poller : nil
        }
        sleeper?.wake()
    }

    /// The same for every loop, on its own thread.
    private func stopForGood() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            hasMail.store(true, ordering: .sequentiallyConsistent)
        }
    }

    /// Whether the loop was stopped, and its thread is done with it.
    public var hasEnded: Bool { inbox.withLock { inbox in inbox.hasEnded } }

    /// Wakes the tasks that wait; true when the thread has nothing left to do.
    private func end() -> Bool {
        var waiting: [UInt] = []
        inbox.withLock { inbox in
            inbox.watches.visit { watch in
                for direction in [Direction.read, .write] {
                    let task = watch.close(direction)
                    if task != 0 { waiting.append(task) }
                }
            }
        }
        for task in waiting { casync_resume(task) }
        guard waiting.isEmpty else { return false }
        // Nobody can begin to wait here any more. What is still to run runs where all others do, so that a task which never
        // waits does not keep the loop.
        let jobs = inbox.withLock { inbox in
            inbox.hasEnded = true
            unsafe mine.pointee.retired.append(contentsOf: inbox.retired)
            inbox.retired = []
            inbox.timers = []
            defer { inbox.jobs = [] }
            return unsafe mine.pointee.ready + inbox.jobs
        }
        unsafe mine.pointee.ready = []
        for job in jobs { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        freeRetired()
        return true
    }
}

extension EventLoop: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
