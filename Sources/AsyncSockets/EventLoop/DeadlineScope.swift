package import Sockets
internal import Synchronization

/// The deadline of the running task, which its child tasks inherit.
package final class DeadlineScope: Sendable {
    private let deadline: Deadline
    /// Whether `withDeadline` has returned: tasks that were started in it and are no children of it go on without.
    private let isOver = Atomic(false)

    private init(_ deadline: Deadline) { self.deadline = deadline }

    @TaskLocal private static var innermost: DeadlineScope?

    /// The point in time; `nil` for none.
    package static var current: Deadline? {
        guard isUsed, let scope = innermost, !scope.isOver.load(ordering: .relaxed) else { return nil }
        return scope.deadline
    }

    /// Runs `body` with a deadline.
    fileprivate static func run<R, E: Error>(
        until deadline: Deadline, _ body: () async throws(E) -> R
    ) async -> Result<R, E> {
        let scope = DeadlineScope(deadline)
        // The task itself sees the change at once, and its children are started after it.
        count.wrappingAdd(1, ordering: .relaxed)
        defer {
            scope.isOver.store(true, ordering: .relaxed)
            count.wrappingSubtract(1, ordering: .relaxed)
        }
        return await $innermost.withValue(scope) { () async -> Result<R, E> in
            do throws(E) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
    }

    /// How many scopes there are in the process.
    ///
    /// While there is none, nobody has to look for one.
    private static let count = Atomic(0)

    /// Whether a task may have a deadline.
    @inline(__always)
    static var isUsed: Bool { count.load(ordering: .relaxed) != 0 }
}

/// Ends every wait in `body` that goes on after the time has passed with `.timedOut`.
///
/// ```swift
/// let greeting = try await withDeadline(.seconds(5)) {
///     let socket = try await AsyncSocket.connected(to: "example.org", port: 25)
///     return try await socket.reader().line()
/// }
/// ```
///
/// The deadline is one for all that `body` does, and for the tasks that it starts as children: connecting, sending,
/// receiving, accepting. An operation that waits when it passes throws `SocketError` with `.timedOut`, as does one
/// that begins to wait later; the sockets stay usable, and no byte is lost. A deadline inside another one can only be
/// earlier. It costs nothing until something has to wait. It is noticed by the operations of these modules alone: other
/// things that suspend, such as `Task.sleep`, are not ended, and neither are tasks that are no children (`Task { … }`) and
/// outlive the call.
///
/// - Parameters:
///   - limit: How long from now.
///   - body: What to do.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withDeadline<R, E: Error>(
    _ limit: Duration, _ body: () async throws(E) -> R
) async throws(E) -> R {
    let deadline = min(Deadline(after: limit), DeadlineScope.current ?? .never)
    return try await DeadlineScope.run(until: deadline, body).get()
}
