import AsyncSockets
import Dispatch
import Sockets
import TestSupport

/// Runs work on the thread of a loop of its own, with its child tasks.
func onLoop<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let loop = EventLoop(name: "test")
    defer { loop.stop() }
    return try await Task(executorPreference: loop) { try await work() }.value
}

/// Runs work on the thread of a loop of its own, in the namespaces of the calling thread, which waits.
func onLoopHere<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) throws -> Value {
    let loop = EventLoop(name: "test")
    defer { loop.stop() }
    let done = DispatchSemaphore(value: 0)
    let result = Lock<Result<Value, any Error>?>(nil)
    // The loop's thread is started here, by the first task.
    Task(executorPreference: loop) {
        do {
            let value = try await work()
            result.withLock { $0 = .success(value) }
        } catch {
            result.withLock { $0 = .failure(error) }
        }
        done.signal()
    }
    guard done.wait(timeout: .now() + 50) == .success, let result = result.withLock({ $0 }) else {
        throw DidNotEnd()
    }
    return try result.get()
}

/// A task took longer than any should.
struct DidNotEnd: Error {}
