import Foundation

/// A value behind a lock that the thread sanitizer sees, which the standard library's `Mutex` is not.
public final class Lock<Value>: @unchecked Sendable {
    // Sendable because `value` is only touched with the lock held.
    private let lock = NSLock()
    private var value: Value

    /// Guards a value.
    public init(_ value: Value) { self.value = value }

    /// Runs `body` with the lock held; `body` must not take the same lock.
    public func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
