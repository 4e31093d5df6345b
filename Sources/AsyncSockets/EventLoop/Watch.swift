internal import CAsyncSockets

/// One socket as a loop sees it: for each direction a word that tells readiness and names the task that waits.
///
/// It is memory of C, because threads share the words and the kernel keeps the address. Its ``AsyncSocket`` makes it,
/// and hands it to the loop to be freed when the socket goes: nobody uses one for longer.
@safe
struct Watch: @unchecked Sendable {
    // Sendable because the words are atomic, and the timers' places are the loop thread's.
    private let pointer: UnsafeMutableRawPointer

    /// In a task's address as it is taken out of a word: it was suspended by the thread of the watch's loop.
    static let localFlag = UInt(CASYNC_LOCAL)
    static let flags = UInt(CASYNC_FLAGS)

    private init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }

    /// Makes one, which holds the loop; `nil` when there is no memory.
    init?(_ number: CInt, on loop: EventLoop) {
        let retained = unsafe Unmanaged.passRetained(loop)
        guard let made = unsafe casync_watch_make(number, retained.toOpaque()) else {
            unsafe retained.release()
            return nil
        }
        unsafe self.init(made)
    }

    /// The one at an address; `nil` for none.
    @inline(__always)
    init?(address: UInt) {
        guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return nil }
        unsafe self.init(pointer)
    }

    var address: UInt { unsafe UInt(bitPattern: pointer) }
    var number: CInt { unsafe casync_watch_number(pointer) }

    var loop: EventLoop {
        // Held since it was made.
        unsafe Unmanaged<EventLoop>.fromOpaque(casync_watch_loop(pointer)).takeUnretainedValue()
    }

    /// Frees it; nobody knows its address any more.
    func free() {
        let loop = unsafe Unmanaged<EventLoop>.fromOpaque(casync_watch_loop(pointer))
        unsafe casync_watch_free(pointer)
        unsafe loop.release()
    }

    // MARK: Being watched, under the loop's lock

    /// The events that the kernel has been asked for.
    var interest: UInt32 { unsafe casync_interest(pointer) }
    func setInterest(_ events: UInt32) { unsafe casync_set_interest(pointer, events) }

    /// The watches of a loop, from each to the next.
    @safe
    final class List {
        /// At a fixed address, because the first watch points back to it.
        private let first: UnsafeMutablePointer<UnsafeMutableRawPointer?>

        init() {
            unsafe first = .allocate(capacity: 1)
            unsafe first.initialize(to: nil)
        }

        deinit { unsafe first.deallocate() }

        func add(_ watch: Watch) { unsafe casync_watch_link(watch.pointer, first) }
        func remove(_ watch: Watch) { unsafe casync_watch_unlink(watch.pointer) }

        func visit(_ body: (Watch) -> Void) {
            var next = unsafe first.pointee
            while let pointer = unsafe next {
                unsafe body(Watch(pointer))
                unsafe next = casync_watch_next(pointer)
            }
        }
    }

    // MARK: Readiness

    /// Whether the kernel is to be asked; takes the readiness away, to be told anew.
    @inline(__always)
    func takeReady(_ direction: Direction) -> Bool { unsafe casync_take_ready(pointer, direction.rawValue) }

    @inline(__always)
    func isReady(_ direction: Direction) -> Bool { unsafe casync_is_ready(pointer, direction.rawValue) }

    /// Whether nobody can wait any more.
    func isClosed(_ direction: Direction) -> Bool {
        unsafe casync_word(pointer, direction.rawValue) & UInt(CASYNC_CLOSED) != 0
    }

    /// The last call did not use up what was there; `true` when another task began to wait meanwhile.
    @inline(__always)
    @discardableResult
    func keepReady(_ direction: Direction) -> Bool { unsafe casync_keep_ready(pointer, direction.rawValue) }

    /// Whether a short read may leave something behind.
    @inline(__always)
    func isVague(_ direction: Direction) -> Bool { unsafe casync_is_vague(pointer, direction.rawValue) }

    /// Notes what the kernel announced, and takes the task that waits for it; 0: none does.
    @inline(__always)
    func announce(_ direction: Direction, isVague: Bool) -> UInt {
        unsafe UInt(casync_announce(pointer, direction.rawValue, isVague))
    }

    // MARK: Waiting

    /// Lets a task wait, by its address; else tells why not.
    func publish(_ task: UInt, _ direction: Direction) -> (waits: Bool, outcome: Outcome) {
        var waits = false
        let outcome = unsafe casync_publish(pointer, direction.rawValue, task, &waits)
        return (waits, Outcome(rawValue: outcome) ?? .ask)
    }

    /// Ends a wait for another reason than readiness; the task that waits is to be resumed, unless it is 0.
    func endWait(_ direction: Direction, _ outcome: Outcome) -> UInt {
        unsafe UInt(casync_end_wait(pointer, direction.rawValue, outcome.rawValue, 0, 0))
    }

    /// The same, if the task that waits is this one.
    func endWait(_ direction: Direction, _ outcome: Outcome, of task: UInt) -> UInt {
        unsafe UInt(casync_end_wait(pointer, direction.rawValue, outcome.rawValue, task, 0))
    }

    /// From now on nobody can wait; the task that waits is to be resumed, unless it is 0.
    func close(_ direction: Direction) -> UInt {
        unsafe UInt(
            casync_end_wait(pointer, direction.rawValue, Outcome.closed.rawValue, 0, UInt(CASYNC_CLOSED)))
    }

    /// Why the last wait ended, for the task that waited.
    func outcome(_ direction: Direction) -> Outcome {
        unsafe Outcome(rawValue: casync_outcome(pointer, direction.rawValue)) ?? .ask
    }

    /// Tells a task that cannot wait why.
    func refuse(_ direction: Direction, _ outcome: Outcome, _ task: UInt) {
        unsafe casync_refuse(pointer, direction.rawValue, outcome.rawValue, task)
    }

    /// Whether it was this task that could not wait because another one does.
    func hasRefused(_ task: UInt) -> Bool { unsafe casync_refused(pointer) == task }

    /// Whether a task waits.
    func isWaited(_ direction: Direction) -> Bool {
        unsafe casync_waiting(casync_word(pointer, direction.rawValue)) != 0
    }

    /// Whether this is the thread of the watch's loop.
    @inline(__always)
    var isLocal: Bool { unsafe casync_watch_loop(pointer) == casync_current_loop() }

    /// Lets the task of a continuation wait; where it cannot, it goes on at once, and the outcome tells why.
    func publish(_ continuation: UnsafeContinuation<Void, Never>, _ direction: Direction) {
        // A continuation is a pointer to its task.
        let task = unsafe unsafeBitCast(continuation, to: UInt.self)
        let (waits, outcome) = publish(task, direction)
        if !waits {
            refuse(direction, outcome, task)
            unsafe continuation.resume()
        } else if Task.isCancelled, endWait(direction, .cancelled, of: task) != 0 {
            unsafe continuation.resume()
        }
    }

    /// Ends the waits in one direction when the running task is cancelled, until the record is removed: by the same task,
    /// and before it leaves the function.
    @inline(__always)
    func addCancellation(_ direction: Direction) -> UnsafeMutableRawPointer {
        unsafe casync_add_cancellation(pointer, direction.rawValue)
    }

    /// Whether the running task's cancellation is looked after by `addOwner`.
    @inline(__always)
    var isOwner: Bool { unsafe casync_is_owner(pointer) }

    func addOwner() -> UInt { unsafe UInt(bitPattern: casync_add_owner(pointer)) }
    func removeOwner(_ record: UInt) {
        guard let record = unsafe UnsafeMutableRawPointer(bitPattern: record) else { return }
        unsafe casync_remove_owner(pointer, record)
    }

    // MARK: Deadlines

    /// The deadline of the wait, in nanoseconds of the monotonic clock.
    func deadline(_ direction: Direction) -> Int64 { unsafe casync_deadline(pointer, direction.rawValue) }
    func setDeadline(_ direction: Direction, _ nanoseconds: Int64) {
        unsafe casync_set_deadline(pointer, direction.rawValue, nanoseconds)
    }

    /// Forgets a deadline, unless another task has set its own meanwhile.
    func clearDeadline(_ direction: Direction, _ nanoseconds: Int64) {
        unsafe casync_clear_deadline(pointer, direction.rawValue, nanoseconds)
    }

    /// The place of the direction's timer among the loop's; below 0 without one.
    func timer(_ direction: Direction) -> Int { unsafe Int(casync_timer(pointer, direction.rawValue)) }
    func setTimer(_ direction: Direction, _ place: Int) {
        unsafe casync_set_timer(pointer, direction.rawValue, Int32(truncatingIfNeeded: place))
    }
}

/// Suspends the running task until its wait ends: the function in `Suspension.c`, to be called without isolation, with the
/// address of a watch.
@_silgen_name("casync_suspend")
@usableFromInline
@unsafe
func casync_suspend(_ watch: UInt, _ direction: CInt, _ flags: UInt) async

/// The function in `Suspension.c`.
@_silgen_name("casync_give_way")
private func casync_give_way() async

extension Watch {
    /// Lets the other tasks of the running loop have their turn; the running task has no isolation.
    static func giveWay() async { await casync_give_way() }
}
