/// What a socket has sent without copying and the kernel may still read, by the kernel's numbers, from the first sending to
/// the last one, whichever sender it had.
///
/// Its error queue is read by this alone: notices are noted here, whoever asks the queue, and what is none is kept for who
/// asks for messages.
final class ZeroCopyLedger: Sendable {
    private struct State {
        var pending: [UInt32: [UInt8]] = [:]
        var next: UInt32 = 0
        /// Whether the last number is in its call.
        var isSending = false
        /// A sending that failed, and of which nobody knows whether the kernel has given it the number; until that is
        /// known there are no others.
        var doubtful: (number: UInt32, bytes: [UInt8])?
        var completed = 0
        var copied = 0
        /// What was sent since notices were collected last.
        var uncollected = 0
        /// Messages that were met among the notices.
        var kept: [ReceivedMessage] = []
    }

    private let state = Lock(State())
    /// Held while the kernel's queue is asked, so that what was taken out of it has been noted, too.
    private let queue = Lock(())

    /// How many messages are kept; the kernel's queue is not endless either.
    private static let keptLimit = 1_024

    var pendingCount: Int { state.withLock { $0.pending.count } }
    var completedCount: Int { state.withLock { $0.completed } }
    var copiedCount: Int { state.withLock { $0.copied } }
    /// Whether it is unknown which number comes next.
    var isInDoubt: Bool { state.withLock { $0.doubtful != nil } }
    /// Whether the kernel reads nothing any more.
    var isEmpty: Bool { state.withLock { $0.pending.isEmpty && $0.doubtful == nil } }

    /// Writes down a sending before its call, so that its end cannot be told before it is known; its number.
    func begin(_ bytes: [UInt8]) -> UInt32 {
        state.withLock { state in
            state.pending[state.next] = bytes
            state.isSending = true
            defer { state.next &+= 1 }
            return state.next
        }
    }

    /// The last sending has left its call well.
    func sent() { state.withLock { $0.isSending = false } }

    /// The last sending has failed; nothing more is to do when its end has been told, so that it has had its number.
    ///
    /// - Parameter isUnnumbered: Whether it is certain that the kernel has given the number to nobody. Where it is not, the
    ///   sending may still be told.
    func failed(_ number: UInt32, isUnnumbered: Bool) -> Bool {
        state.withLock { state in
            state.isSending = false
            guard let bytes = state.pending.removeValue(forKey: number) else { return false }
            state.next = number
            if !isUnnumbered { state.doubtful = (number, bytes) }
            return true
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
        try queue.withLock { (_: inout Void) throws(SocketError) -> Int? in
            switch try ErrorQueue.next(fd, socket) {
            case nil: return nil
            case .ended(let first, let last, let wereCopied)?: return end(first, last, wereCopied)
            case .other(let message)?:
                state.withLock { state in if state.kept.count < Self.keptLimit { state.kept.append(message) } }
                return 0
            }
        }
    }

    /// Lets go of everything when the kernel's account says that nothing is under way: notices may have been taken by who
    /// reads the error queue by other means.
    ///
    /// - Returns: How many sendings have ended so.
    func settle(_ fd: CInt) -> Int {
        queue.withLock { _ in
            let asked = state.withLock { state -> (limit: UInt32, wasInDoubt: Bool)? in
                // What is on its way into the kernel stands in no account yet.
                let isVain = state.isSending || state.pending.isEmpty && state.doubtful == nil
                return isVain ? nil : (state.next, state.doubtful != nil)
            }
            guard let (limit, wasInDoubt) = asked, ErrorQueue.hasNothingUnderWay(fd) else { return 0 }
            return state.withLock { state in
                let before = state.pending.count
                // What was sent meanwhile has a number from the limit on.
                state.pending = state.pending.filter { Int32(bitPattern: limit &- $0.key) <= 0 }
                // It would have been told.
                if wasInDoubt { state.doubtful = nil }
                let count = before - state.pending.count
                state.completed += count
                return count
            }
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
            if let doubtful = state.doubtful, doubtful.number &- first <= distance {
                // So it has had the number.
                state.doubtful = nil
                state.next = doubtful.number &+ 1
            }
            let count = before - state.pending.count
            state.completed += count
            if wereCopied { state.copied += count }
            return count
        }
    }
}
