internal import COpenSSL
internal import Glibc
internal import Sockets

/// A lock of the C library that is taken and given back by hand, also with a deadline.
///
/// One of a connection's directions holds it while it waits for the network; so whoever waits for it may have a deadline.
@safe
final class Turn: @unchecked Sendable {
    // Sendable because the C library takes care of it; a pthread lock must not move.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        // Without attributes it cannot fail on Linux.
        _ = unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        // Nobody can hold it: whoever does holds a reference.
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    @inline(__always)
    func take() { _ = unsafe pthread_mutex_lock(mutex) }

    @inline(__always)
    func give() { _ = unsafe pthread_mutex_unlock(mutex) }

    /// Takes it before the deadline; `false` when that passed.
    func take(until deadline: Deadline) -> Bool {
        if tryToTake() { return true }
        let left = deadline.nanosecondsLeft
        if left < 0 {
            take()
            return true
        }
        return unsafe copenssl_lock_until(mutex, left) == 0
    }

    /// Takes it when nobody has it.
    func tryToTake() -> Bool { unsafe pthread_mutex_trylock(mutex) == 0 }
}

/// A value that threads exchange for another one.
@safe
final class Exchange<Value: Sendable>: @unchecked Sendable {
    // Sendable because the value is only touched with the turn taken.
    private let turn = Turn()
    private var content: Value

    init(_ value: Value) { content = value }

    var value: Value {
        get {
            turn.take()
            defer { turn.give() }
            return content
        }
        set {
            turn.take()
            let old = content
            content = newValue
            turn.give()
            // The old one may go here, outside the turn.
            _ = old
        }
    }
}
