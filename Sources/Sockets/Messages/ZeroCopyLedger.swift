/// What a socket has sent without copying and the kernel may still read, by the kernel's numbers, from the first sending to
/// the last one, whichever sender it had.
///
/// Its error queue is read by this alone: notices are noted here, whoever asks the queue, and what is none is kept for who
/// asks for messages.
final class ZeroCopyLedger: Sendable {
    private struct State {
        var pending: [UInt32: [UInt8]] = [:]
        var next: UInt32 = 0
        var completed = 0
        var copied = 0
        /// What was sent since notices were collected last.
        var uncollected = 0
        /// Messages that were met among the notices.
        var kept: [ReceivedMessage] = []
    }

    private let state = Lock(State())

    /// How many messages are kept; the kernel's queue is not endless either.
    private static let keptLimit = 1_024

    var pendingCount: Int { state.withLock { $0.pending.count } }
    var completedCount: Int { state.withLock { $0.completed } }
    var copiedCount: Int { state.withLock { $0.copied } }

    /// Writes down a sending before its call, so that its end cannot be told before it is known; its number.
    func begin(_ bytes: [UInt8]) -> UInt32 {
        state.withLock { state in
            state.pending[state.next] = bytes
            defer { state.next &+= 1 }
            return state.next
        }
    }

    /// Whether a sending has been told as ended.
    func hasEnded(_ number: UInt32) -> Bool { state.withLock { $0.pending[number] == nil } }

    /// The kernel has given the number of the last sending to nobody.
    func takeBack(_ number: UInt32) {
        state.withLock { state in
            state.pending[number] = nil
            state.next = number
        }
    }

    /// Whether so much was sent that it is worth collecting: the kernel puts notices of neighbours together.
    func isTimeToCollect(after count: Int) -> Bool {
        state.withLock { state in
            state.uncollected &+= count
            guard state.uncollected >= 1 << 20 || state.pending.count >= 32 else { return false }
            state.uncollected = 0
            return true
        }
    }

    /// Takes one message out of the kernel's queue.
    ///
    /// - Returns: How many sendings have ended by it, 0 for another message; `nil` when there was none.
    func take(_ fd: CInt, _ socket: Socket?) throws(SocketError) -> Int? {
        switch try ErrorQueue.next(fd, socket) {
        case nil: return nil
        case .ended(let first, let last, let wereCopied)?: return end(first, last, wereCopied)
        case .other(let message)?:
            state.withLock { state in if state.kept.count < Self.keptLimit { state.kept.append(message) } }
            return 0
        }
    }

    /// The next message that is no notice; `nil` when there is none.
    func nextMessage(_ fd: CInt, _ socket: Socket?) throws(SocketError) -> ReceivedMessage? {
        while true {
            let kept = state.withLock { $0.kept.isEmpty ? nil : $0.kept.removeFirst() }
            if let kept { return kept }
            if try take(fd, socket) == nil { return nil }
        }
    }

    /// Lets go of the sendings from the first to the last, counted modulo 2^32; how many there were.
    func end(_ first: UInt32, _ last: UInt32, _ wereCopied: Bool) -> Int {
        state.withLock { state in
            let distance = last &- first
            let before = state.pending.count
            if Int(distance) < before {
                for offset in 0...distance { state.pending[first &+ offset] = nil }
            } else {
                state.pending = state.pending.filter { $0.key &- first > distance }
            }
            let count = before - state.pending.count
            state.completed += count
            if wereCopied { state.copied += count }
            return count
        }
    }
}
