internal import CSockets
internal import Glibc
internal import Synchronization

/// The owner of a descriptor's number: closes it once, and never while a call is inside.
///
/// `state` holds the life of the number in one word, so that entering and leaving a call is one atomic addition each:
///
///     63 closed · 62 released (the number has been given back) · 61 nonBlocking · 60 polled · 59 timed
///     32–55 calls that sleep in the kernel · 0–31 all calls inside
///
/// `close` sets the closed bit; whoever is last out gives the number back to the kernel. So a number cannot be reused for
/// another file while a thread is still inside a call with it.
struct Descriptor: ~Copyable, Sendable {
    let number: CInt
    private let state: Atomic<UInt64>

    private static let closed: UInt64 = 1 << 63
    private static let released: UInt64 = 1 << 62
    private static let nonBlocking: UInt64 = 1 << 61
    private static let polled: UInt64 = 1 << 60
    private static let timed: UInt64 = 1 << 59
    private static let sleeper: UInt64 = 1 << 32
    private static let sleepers: UInt64 = 0x00FF_FFFF << 32
    private static let inside: UInt64 = 0xFFFF_FFFF

    /// Takes over the number.
    init(_ number: CInt, polled: Bool) {
        self.number = number
        self.state = Atomic(polled ? Self.polled : 0)
    }

    deinit {
        // Nobody can be inside: a call holds the socket. Released means closed or detached.
        if state.load(ordering: .acquiring) & Self.released == 0 { _ = csockets_close(number) }
    }

    /// How a call that is inside has to wait.
    struct Entry {
        /// What to take away from the state on leaving.
        fileprivate let weight: UInt64
        /// EAGAIN is an answer, not a reason to wait.
        let isNonBlocking: Bool
        /// The call may sleep in the kernel; else it asks without waiting, and sleeps in `wait`.
        let maySleep: Bool
        /// The description may be shared, with flags that others set.
        let isPolled: Bool
    }

    var isClosed: Bool { state.load(ordering: .acquiring) & Self.closed != 0 }
    /// Whether a call is inside.
    var isInUse: Bool { state.load(ordering: .sequentiallyConsistent) & Self.inside != 0 }
    /// Whether the description may be shared, or calls cannot be woken in the kernel.
    var isPolled: Bool { state.load(ordering: .acquiring) & Self.polled != 0 }
    var isNonBlocking: Bool { state.load(ordering: .acquiring) & Self.nonBlocking != 0 }

    /// Enters a call; `nil` when the descriptor is closed.
    @inline(__always)
    func enter(sleeping: Bool) -> Entry? {
        // One addition for both counts; taken back in the rare case that the call must not sleep.
        let weight = sleeping ? Self.sleeper | 1 : 1
        let before = state.wrappingAdd(weight, ordering: .acquiring).oldValue
        if before & (Self.closed | Self.nonBlocking | Self.polled | Self.timed) == 0 {
            return Entry(weight: weight, isNonBlocking: false, maySleep: true, isPolled: false)
        }
        return enterSlowly(weight: weight, before: before)
    }

    /// Enters a call that may sleep in the kernel; `false`, and nothing has happened, when it must not for any reason.
    ///
    /// This and `leavePlainly` are what the hot path consists of beside the system call.
    @inline(__always)
    func enterPlainly() -> Bool {
        let before = state.wrappingAdd(Self.sleeper | 1, ordering: .acquiring).oldValue
        if before & (Self.closed | Self.nonBlocking | Self.polled | Self.timed) == 0 { return true }
        leavePlainly()
        return false
    }

    @inline(__always)
    func leavePlainly() {
        let now = state.wrappingSubtract(Self.sleeper | 1, ordering: .acquiringAndReleasing).newValue
        if now & Self.closed != 0 { release(now) }
    }

    /// Enters a call that does not wait.
    ///
    /// When this is `false` the descriptor is closed, and `leaveAsking` is due as well.
    @inline(__always)
    func enterUnlessClosed() -> Bool {
        state.wrappingAdd(1, ordering: .acquiring).oldValue & Self.closed == 0
    }

    @inline(__always)
    func leaveAsking() {
        let now = state.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
        if now & Self.closed != 0 { release(now) }
    }

    @inline(never)
    private func enterSlowly(weight: UInt64, before: UInt64) -> Entry? {
        if before & Self.closed != 0 {
            leave(Entry(weight: weight, isNonBlocking: false, maySleep: false, isPolled: false))
            return nil
        }
        if weight != 1 { state.wrappingSubtract(Self.sleeper, ordering: .relaxed) }
        return Entry(
            weight: 1, isNonBlocking: before & Self.nonBlocking != 0, maySleep: false,
            isPolled: before & Self.polled != 0)
    }

    @inline(__always)
    func leave(_ entry: Entry) {
        let now = state.wrappingSubtract(entry.weight, ordering: .acquiringAndReleasing).newValue
        if now & Self.closed != 0 { release(now) }
    }

    /// Gives the number back when nobody is inside and nobody has done so.
    @inline(never)
    private func release(_ seen: UInt64) {
        var seen = seen
        // A setting that changes meanwhile is no reason to keep the number; a call that comes in is, and releases it later.
        while seen & (Self.inside | Self.released) == 0 {
            let (done, now) = state.compareExchange(
                expected: seen, desired: seen | Self.released, ordering: .acquiringAndReleasing)
            if done {
                _ = csockets_close(number)
                return
            }
            seen = now
        }
    }

    /// Closes: later calls find it closed, sleeping ones wake, the last one out gives the number back.
    func close() {
        // Inside before the others can see it closed: else the last of them could give the number back, and the wake-up
        // would reach whatever file has got it since.
        state.wrappingAdd(1, ordering: .acquiring)
        let before = state.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing).oldValue
        if before & Self.closed == 0, before & Self.inside > 1 {
            if before & Self.sleepers != 0 { _ = csockets_shutdown(number, Constants.shutdownBoth) }
            WakeUps.shared.wake(number)
        }
        leave(Entry(weight: 1, isNonBlocking: false, maySleep: false, isPolled: false))
    }

    /// Gives the number away; `nil` when it is closed already; `busy` when calls are inside.
    func detach() -> Detached {
        let before = state.load(ordering: .acquiring)
        if before & Self.closed != 0 { return .closed }
        if before & Self.inside != 0 { return .busy }
        let done = state.compareExchange(
            expected: before, desired: before | Self.closed | Self.released, ordering: .acquiringAndReleasing)
        if done.exchanged { return .number(number) }
        return done.original & Self.closed != 0 ? .closed : .busy
    }

    enum Detached {
        case number(CInt)
        case closed
        case busy
    }

    /// From now on calls do not sleep in the kernel but in `wait`: the description is shared or has no shutdown.
    func setPolled() { state.bitwiseOr(Self.polled, ordering: .acquiringAndReleasing) }

    /// Whether calls have a time limit, and so sleep in `wait`.
    func setTimed(_ timed: Bool) { set(Self.timed, timed) }

    func setNonBlocking(_ nonBlocking: Bool) { set(Self.nonBlocking, nonBlocking) }

    private func set(_ bit: UInt64, _ value: Bool) {
        if value {
            state.bitwiseOr(bit, ordering: .acquiringAndReleasing)
        } else {
            state.bitwiseAnd(~bit, ordering: .acquiringAndReleasing)
        }
    }

    /// Sleeps until the events happen (their bits), the deadline passes (0), or the descriptor is closed (`nil`).
    ///
    /// The caller is inside. A negative number is an errno of poll(2) or eventfd(2).
    ///
    /// The events are those of this descriptor, or of another one that the caller keeps open.
    func wait(for events: Int16, of other: CInt? = nil, until deadline: Deadline) -> CInt? {
        if isClosed { return nil }
        let wake = WakeUps.shared.begin(number)
        if wake < 0 { return wake }
        defer { WakeUps.shared.end(number, wake) }
        // Closing sets the bit first and wakes afterwards: one of both is seen here.
        while !isClosed {
            let result = csockets_wait(other ?? number, events, wake, deadline.nanosecondsLeft)
            if result == -EINTR { continue }
            if result < 0 { return result }
            if isClosed { return nil }
            return result & 0xFFFF
        }
        return nil
    }
}
