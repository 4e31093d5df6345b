import Foundation
import Sockets

/// Work on a thread of its own, for the other side of a blocking call.
///
/// Swift Testing runs tests on as many threads as there are cores: a test that blocks must never wait for a task.
///
///     let server = Background { try listener.accept().socket.sendAll("hello") }
///     …
///     try server.join()
public final class Background<Value: Sendable>: Sendable {
    private let result = Lock<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Starts the work.
    public init(_ work: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            let outcome = Result { try work() }
            result.withLock { $0 = outcome }
            done.signal()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Waits for the end of the work, and returns or throws what it did.
    public func join(within seconds: Double = 30) throws -> Value {
        guard done.wait(timeout: .now() + seconds) == .success else { throw Hung(seconds: seconds) }
        done.signal()
        guard let outcome = result.withLock({ $0 }) else { throw Hung(seconds: seconds) }
        return try outcome.get()
    }

    /// Whether the work has ended.
    public var isDone: Bool { result.withLock { $0 != nil } }
}

/// Work that did not end in time.
public struct Hung: Error {
    let seconds: Double
}
