internal import Sockets

/// Why a waiter at a ``MemoryPipe`` is woken.
enum MemoryPipeWake: Sendable {
    /// Something has changed: try again.
    case changed
    /// The ticket is not valid any more: the task was cancelled.
    case cancelled
    /// The ticket is not valid any more: the deadline has passed.
    case timedOut
}

/// One direction of a pair in memory: a buffer with an end for each side, and those who wait.
///
/// A pure value: it never waits and wakes nobody, but says what is to be done. `Waiter` is whatever is to be woken.
///
/// A call that has to wait gets a ticket, and keeps its side until it is done, so that nobody overtakes a waiter that was
/// woken and has not run yet. It has no ticket any more when the side is free again.
struct MemoryPipe<Waiter> {
    /// What came of a try to move bytes.
    enum Outcome {
        /// So many were moved.
        case moved(Int)
        /// The stream has ended.
        case end
        /// Wait with the ticket, then try again with it.
        case wait
        case failed(SocketError)
    }

    private enum Side {
        case free
        /// Somebody is on it: about to wait, or woken and about to try again.
        case taken(UInt64)
        case waiting(UInt64, Waiter)

        var ticket: UInt64? {
            switch self {
            case .free: nil
            case .taken(let ticket), .waiting(let ticket, _): ticket
            }
        }

        /// Takes the waiter off; its call keeps the side.
        mutating func wake() -> Waiter? {
            guard case .waiting(let ticket, let waiter) = self else { return nil }
            self = .taken(ticket)
            return waiter
        }
    }

    let capacity: Int
    /// The most that one call moves.
    let receiveLimit: Int
    let sendLimit: Int

    private var storage: [UInt8] = []
    private var start = 0
    private var isFinished = false
    private var isWriterClosed = false
    private var isReaderClosed = false
    private var reader = Side.free
    private var writer = Side.free
    private var lastTicket: UInt64 = 0
    private var turns: (receive: UInt8, send: UInt8) = (0, 0)

    init(capacity: Int, receiveLimit: Int = .max, sendLimit: Int = .max) {
        self.capacity = min(max(1, capacity), 1 << 30)
        self.receiveLimit = max(1, receiveLimit)
        self.sendLimit = max(1, sendLimit)
    }

    /// How many bytes are on their way.
    var count: Int { storage.count - start }

    /// Whether a receive waits, and whether a send does.
    var waits: (receive: Bool, send: Bool) { (Self.isWaiting(reader), Self.isWaiting(writer)) }

    private static func isWaiting(_ side: Side) -> Bool {
        if case .waiting = side { true } else { false }
    }

    /// Counts an operation of one side; true for every 64th.
    mutating func takeTurn(_ operation: SocketError.Operation) -> Bool {
        if operation == .receive {
            turns.receive &+= 1
            return turns.receive % 64 == 0
        }
        turns.send &+= 1
        return turns.send % 64 == 0
    }

    // MARK: Receiving

    /// Whether a receive would not wait.
    private var isReadable: Bool { count > 0 || isFinished || isReaderClosed }

    /// Hands at most `limit` bytes to `deliver`.
    ///
    /// - Parameters:
    ///   - limit: The most that is wanted.
    ///   - ticket: The one of an earlier try.
    ///   - deliver: Copies the bytes to where they belong.
    /// - Returns: What came of it, and a writer to be woken.
    mutating func receive(
        upTo limit: Int, ticket: inout UInt64?, _ deliver: (Span<UInt8>) -> Void
    ) -> (Outcome, wakes: Waiter?) {
        if let other = reader.ticket, other != ticket { return (.failed(Self.busy(.receive, "receives")), nil) }
        guard isReadable else {
            Self.hold(&reader, &ticket, &lastTicket)
            return (.wait, nil)
        }
        Self.release(&reader, &ticket)
        if isReaderClosed { return (.failed(SocketError(.closed, .receive)), nil) }
        guard count > 0 else { return (.end, nil) }
        let moved = min(max(0, limit), receiveLimit, count)
        deliver(storage.span.extracting(start..<start + moved))
        start += moved
        if start == storage.count {
            // An idle pair holds no buffer.
            storage.removeAll(keepingCapacity: storage.capacity <= 1024)
            start = 0
        }
        return (.moved(moved), moved > 0 ? writer.wake() : nil)
    }

    // MARK: Sending

    /// Whether a send would not wait.
    private var isWritable: Bool { count < capacity || isFinished || isReaderClosed }

    /// Takes bytes, as many as there is room for.
    ///
    /// - Parameters:
    ///   - bytes: What is to be sent.
    ///   - ticket: The one of an earlier try.
    ///   - isWhole: Whether the side is kept until the last byte is taken.
    /// - Returns: What came of it, and a reader to be woken.
    mutating func send(
        _ bytes: Span<UInt8>, ticket: inout UInt64?, isWhole: Bool = false
    ) -> (Outcome, wakes: Waiter?) {
        if let other = writer.ticket, other != ticket { return (.failed(Self.busy(.send, "sends")), nil) }
        guard isWritable || bytes.isEmpty else {
            Self.hold(&writer, &ticket, &lastTicket)
            return (.wait, nil)
        }
        Self.release(&writer, &ticket)
        if isWriterClosed { return (.failed(SocketError(.closed, .send)), nil) }
        if isFinished {
            return (.failed(SocketError(.connectionReset, .send, hint: "sending was ended by finishWriting()")), nil)
        }
        if isReaderClosed { return (.failed(SocketError(.connectionReset, .send, hint: "the peer has closed")), nil) }
        let moved = min(bytes.count, sendLimit, max(0, capacity - count))
        if start > storage.count - start {
            storage.removeFirst(start)
            start = 0
        }
        for index in 0..<moved { storage.append(bytes[index]) }
        if isWhole, moved < bytes.count { Self.hold(&writer, &ticket, &lastTicket) }
        return (.moved(moved), moved > 0 ? reader.wake() : nil)
    }

    // MARK: Waiting

    private static func hold(_ side: inout Side, _ ticket: inout UInt64?, _ last: inout UInt64) {
        last &+= ticket == nil ? 1 : 0
        let held = ticket ?? last
        ticket = held
        side = .taken(held)
    }

    private static func release(_ side: inout Side, _ ticket: inout UInt64?) {
        side = .free
        ticket = nil
    }

    /// Lets a reader wait; returns why it is to be woken at once, if so.
    mutating func waitToReceive(_ ticket: UInt64, isCancelled: Bool, _ waiter: Waiter) -> MemoryPipeWake? {
        Self.wait(&reader, isReady: isReadable, ticket, isCancelled: isCancelled, waiter)
    }

    /// Lets a writer wait; returns why it is to be woken at once, if so.
    mutating func waitToSend(_ ticket: UInt64, isCancelled: Bool, _ waiter: Waiter) -> MemoryPipeWake? {
        Self.wait(&writer, isReady: isWritable, ticket, isCancelled: isCancelled, waiter)
    }

    private static func wait(
        _ side: inout Side, isReady: Bool, _ ticket: UInt64, isCancelled: Bool, _ waiter: Waiter
    ) -> MemoryPipeWake? {
        guard side.ticket == ticket else { return .cancelled }
        if isCancelled {
            side = .free
            return .cancelled
        }
        if isReady { return .changed }
        side = .waiting(ticket, waiter)
        return nil
    }

    /// Takes back a wait that is cancelled; returns whom to wake for that.
    mutating func cancel(_ ticket: UInt64) -> Waiter? {
        if case .waiting(ticket, let waiter) = reader {
            reader = .free
            return waiter
        }
        if case .waiting(ticket, let waiter) = writer {
            writer = .free
            return waiter
        }
        return nil
    }

    // MARK: Ending

    /// Ends the stream after what is on its way; returns whom to wake.
    mutating func finish() -> (Waiter?, Waiter?) {
        isFinished = true
        return (reader.wake(), writer.wake())
    }

    /// Ends the stream, because its writer goes away; returns whom to wake.
    mutating func closeWriter() -> (Waiter?, Waiter?) {
        isWriterClosed = true
        return finish()
    }

    /// Whether the writer has gone away.
    var hasClosedWriter: Bool { isWriterClosed }

    /// Throws away what is on its way, because the reader goes away; returns whom to wake.
    mutating func closeReader() -> (Waiter?, Waiter?) {
        isReaderClosed = true
        storage = []
        start = 0
        return (reader.wake(), writer.wake())
    }

    private static func busy(_ operation: SocketError.Operation, _ verb: String) -> SocketError {
        SocketError(.busy, operation, hint: "another task \(verb) on this stream already; let it finish, or cancel it")
    }
}
