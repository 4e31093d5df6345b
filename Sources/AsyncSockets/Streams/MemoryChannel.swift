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
        try Self.checkCancellation(.receive)
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
        try Self.checkCancellation(.receive)
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
        try Self.checkCancellation(.send)
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
            try Self.checkCancellation(.send)
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
            }
        }
    }

    private func wait(_ ticket: UInt64, _ operation: SocketError.Operation) async -> MemoryPipeWake {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                // Cancelled before the waiter is in its place: seen here. Afterwards: the handler finds the waiter.
                let wake = pipe.withLock { pipe in
                    operation == .receive
                        ? pipe.waitToReceive(ticket, isCancelled: Task.isCancelled, waiter)
                        : pipe.waitToSend(ticket, isCancelled: Task.isCancelled, waiter)
                }
                if let wake { waiter.resume(returning: wake) }
            }
        } onCancel: {
            pipe.withLock { $0.cancel(ticket) }?.resume(returning: .cancelled)
        }
    }

    private static func checkCancellation(_ operation: SocketError.Operation) throws(SocketError) {
        if Task.isCancelled { throw SocketError(.cancelled, operation) }
    }
}
