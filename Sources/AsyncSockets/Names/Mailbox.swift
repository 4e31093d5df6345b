internal import Sockets

/// Messages from many tasks to one, in the order in which they were sent.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State: Sendable {
        var messages: [Message] = []
        var waiter: CheckedContinuation<Message?, Never>?
        /// The receiver was cancelled.
        var isCancelled = false
        var isClosed = false
    }

    private let state = Lock(State())

    /// Leaves a message; `false` when nobody is going to read it.
    @discardableResult
    func send(_ message: Message) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Message?, Never>?) in
            if state.isClosed { return (false, nil) }
            if let waiter = state.waiter.take() { return (true, waiter) }
            state.messages.append(message)
            return (true, nil)
        }
        waiter?.resume(returning: message)
        return isTaken
    }

    /// Waits for the next message; `nil` as soon as the task is cancelled.
    ///
    /// One task receives.
    func next() async -> Message? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isThere, message) = state.withLock { state -> (Bool, Message?) in
                    if state.isCancelled || state.isClosed || state.waiter != nil { return (true, nil) }
                    if !state.messages.isEmpty { return (true, state.messages.removeFirst()) }
                    state.waiter = continuation
                    return (false, nil)
                }
                if isThere { continuation.resume(returning: message) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Message?, Never>? in
                state.isCancelled = true
                return state.waiter.take()
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Takes no more messages, and returns those that nobody has read.
    func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            defer { state.messages = [] }
            return state.messages
        }
    }
}
