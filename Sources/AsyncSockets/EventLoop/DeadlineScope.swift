package import Sockets

/// The deadline of the running task, which its child tasks inherit.
package enum DeadlineScope {
    /// The point in time; `nil` for none.
    @TaskLocal package static var current: Deadline?

    /// The same in nanoseconds of the monotonic clock.
    @inline(__always)
    static var nanoseconds: Int64 { current?.nanoseconds ?? .max }
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
/// receiving, accepting. An operation that waits when it passes throws ``Sockets/SocketError`` with `.timedOut`, as does one
/// that begins to wait later; the sockets stay usable, and no byte is lost. A deadline inside another one can only be
/// earlier. It costs nothing until something has to wait. It is noticed by the operations of these modules alone: other
/// things that suspend, such as `Task.sleep`, are not ended.
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
    let result = await DeadlineScope.$current.withValue(deadline) { () async -> Result<R, E> in
        do throws(E) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}
