internal import CSockets
internal import Glibc

/// A value behind a lock of the C library.
///
/// The standard library's `Mutex` does the same in less memory, but the thread sanitizer does not see it: it reports
/// what is handed from one thread to another under it as a race.
@safe
package final class Lock<Value>: @unchecked Sendable {
    // Sendable because `value` is only touched with the lock held, and the lock never moves.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        // Without attributes it cannot fail on Linux.
        _ = unsafe pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        // Nobody can hold it: whoever does holds a reference.
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the lock held; `body` must not take the same lock.
    package func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
