internal import Sockets

/// One direction of a pair in memory: a ``MemoryPipe`` behind a lock, and the waiting.
final class MemoryChannel: Sendable {
    private typealias Waiter = CheckedContinuation<MemoryPipeWake, Never>

    private let pipe: Lock<MemoryPipe<Waiter>>

    init(capacity: Int, receiveLimit: Int, sendLimit: Int) {
        pipe = Lock(MemoryPipe(capacity: capacity, receiveLimit: receiveLimit, sendLimit: sendLimit))
    }

    /// Whether a receive waits, and whether a send does.
    var waits: (receive: Bool, send: Bool) { pipe.withLock { $0.waits } }

    // MARK: Receiving

    func receive(into buffer: inout OutputSpan<UInt8>) async throws(SocketError) -> Int {
        var ticket: UInt64?
        try await takeTurn(.receive)
        while true {
            let (outcome, waiter) = pipe.withLock { pipe in
                pipe.receive(upTo: buffer.freeCapacity, ticket: &ticket) { bytes in
                    for index in bytes.indices { buffer.append(bytes[index]) }
                }
            }
            waiter?.resume(returning: .changed)
            guard let count = try await settle(outcome, .receive, ticket) else { continue }
            return count
        }
    }

    func receive(upTo count: Int, appendingTo array: inout [UInt8]) async throws(SocketError) -> Int {
        var ticket: UInt64?
        try await takeTurn(.receive)
        while true {
            let (outcome, waiter) = pipe.withLock { pipe in
                pipe.receive(upTo: count, ticket: &ticket) { bytes in
                    array.append(addingCapacity: bytes.count) { room in
                        for index in bytes.indices { room.append(bytes[index]) }
                    }
                }
            }
            waiter?.resume(returning: .changed)
            guard let count = try await settle(outcome, .receive, ticket) else { continue }
            return count
        }
    }

    // MARK: Sending

    func send(_ bytes: Span<UInt8>) async throws(SocketError) -> Int {
        var ticket: UInt64?
        try await takeTurn(.send)
        while true {
            let (outcome, waiter) = pipe.withLock { $0.send(bytes, ticket: &ticket) }
            waiter?.resume(returning: .changed)
            guard let count = try await settle(outcome, .send, ticket) else { continue }
            return count
        }
    }

    func sendAll(_ bytes: Span<UInt8>) async throws(SocketError) {
        var ticket: UInt64?
        var sent = 0
        do {
            try await takeTurn(.send)
            repeat {
                let rest = bytes.extracting(droppingFirst: sent)
                let (outcome, waiter) = pipe.withLock { $0.send(rest, ticket: &ticket, isWhole: true) }
                waiter?.resume(returning: .changed)
                sent += try await settle(outcome, .send, ticket) ?? 0
            } while sent < bytes.count
        } catch {
            throw SocketError(
                error.code, .send, hint: error.hint, bytesTransferred: sent > 0 ? sent : nil)
        }
    }

    // MARK: Ending

    func finish() throws(SocketError) {
        let waiters = try pipe.withLock { pipe throws(SocketError) in
            if pipe.hasClosedWriter { throw SocketError(.closed, .shutdown) }
            return pipe.finish()
        }
        Self.wake(waiters)
    }

    func closeWriter() { Self.wake(pipe.withLock { $0.closeWriter() }) }

    func closeReader() { Self.wake(pipe.withLock { $0.closeReader() }) }

    private static func wake(_ waiters: (Waiter?, Waiter?)) {
        waiters.0?.resume(returning: .changed)
        waiters.1?.resume(returning: .changed)
    }

    // MARK: Waiting

    /// The count that a try moved, or `nil` after a wait.
    private func settle(
        _ outcome: MemoryPipe<Waiter>.Outcome, _ operation: SocketError.Operation, _ ticket: UInt64?
    ) async throws(SocketError) -> Int? {
        switch outcome {
        case .moved(let count): return count
        case .end: return 0
        case .failed(let error): throw error
        case .wait:
            guard let ticket else { return nil }
            switch await wait(ticket, operation) {
            case .changed: return nil
            case .cancelled: throw SocketError(.cancelled, operation)
            case .timedOut: throw Self.timedOut(operation)
            }
        }
    }

    private func wait(_ ticket: UInt64, _ operation: SocketError.Operation) async -> MemoryPipeWake {
        var timer: Task<Void, Never>?
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                // Cancelled before the waiter is in its place: seen here. Afterwards: the handler finds the waiter.
                let wake = pipe.withLock { pipe in
                    operation == .receive
                        ? pipe.waitToReceive(ticket, isCancelled: Task.isCancelled, waiter)
                        : pipe.waitToSend(ticket, isCancelled: Task.isCancelled, waiter)
                }
                if let wake {
                    waiter.resume(returning: wake)
                } else if let left = DeadlineScope.current?.left {
                    timer = end(ticket, after: left)
                }
            }
        } onCancel: {
            end(ticket, .cancelled)
        }
        timer?.cancel()
        return wake
    }

    /// Ends a wait, if it goes on still.
    private func end(_ ticket: UInt64, _ wake: MemoryPipeWake) {
        pipe.withLock { $0.cancel(ticket) }?.resume(returning: wake)
    }

    private func end(_ ticket: UInt64, after left: Duration) -> Task<Void, Never> {
        Task.detached {
            await EventLoop.sleep(for: left)
            if !Task.isCancelled { self.end(ticket, .timedOut) }
        }
    }

    /// Counts one operation; who never waits lets others run every now and then, and notices then that it was cancelled.
    private func takeTurn(_ operation: SocketError.Operation) async throws(SocketError) {
        guard pipe.withLock({ $0.takeTurn(operation) }) else { return }
        if Task.isCancelled { throw SocketError(.cancelled, operation) }
        if DeadlineScope.current?.hasPassed == true { throw Self.timedOut(operation) }
        await Task.yield()
    }

    private static func timedOut(_ operation: SocketError.Operation) -> SocketError {
        SocketError(.timedOut, operation, hint: "its deadline has passed")
    }
}
