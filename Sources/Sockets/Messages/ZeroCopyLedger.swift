/// What a socket has sent without copying and the kernel may still read, by the kernel's numbers, from the first sending to
/// the last one, whichever sender it had.
///
/// Notices are noted here, whoever asks for queued errors, and what is none is kept for who asks for messages. Who reads the
/// error queue past this takes notices away: then the kernel's account says that all has ended, and a notice alone says
/// which number is next.
final class ZeroCopyLedger: Sendable {
    /// What is known of the kernel's next number.
    ///
    /// It gives one to datagrams that are given up on their way, and none to what fails before.
    private enum Numbering {
        case known
        /// A sending has failed, and nobody knows whether it had the next number; its bytes. Until that is known, or
        /// everything has ended, there are no others.
        case doubtful([UInt8])
        /// Everything has ended, and the next sending goes alone, so that its notice tells its number; its bytes, once it
        /// is under way.
        case unknown([UInt8]?)
    }

    private struct State {
        var pending: [UInt32: [UInt8]] = [:]
        var next: UInt32
        var numbering = Numbering.known
        /// Whether the last sending is in its call.
        var isSending = false
        /// How many sendings have begun.
        var begun: UInt64 = 0
        var completed = 0
        var copied = 0
        /// What was sent since notices were collected last.
        var uncollected = 0
        /// Messages that were met among the notices.
        var kept: [ReceivedMessage] = []

        /// Sendings that are known to have begun, and not known to have ended.
        var underWay: Int {
            if case .unknown(_?) = numbering { return pending.count + 1 }
            return pending.count
        }

        var isEmpty: Bool {
            if case .doubtful = numbering { return false }
            return underWay == 0
        }
    }

    private let state: Lock<State>
    /// Held while the kernel's queue is asked, so that what was taken out of it has been noted, too.
    private let queue = Lock(())

    /// How many messages are kept; the kernel's queue is not endless either.
    private static let keptLimit = 1_024

    /// - Parameter first: The kernel's first number, which is 0 for a socket that has sent nothing so.
    init(first: UInt32 = 0) { state = Lock(State(next: first)) }

    var pendingCount: Int { state.withLock { $0.underWay } }
    var completedCount: Int { state.withLock { $0.completed } }
    var copiedCount: Int { state.withLock { $0.copied } }
    /// Whether the kernel reads nothing any more.
    var isEmpty: Bool { state.withLock { $0.isEmpty } }
    /// Whether the next sending may go without copying.
    var mayBegin: Bool {
        state.withLock { state in
            switch state.numbering {
            case .known, .unknown(nil): true
            case .doubtful, .unknown(_?): false
            }
        }
    }

    /// Writes down a sending before its call, so that its end cannot be told before it is known; its number, `nil` where the
    /// notice will tell it.
    func begin(_ bytes: [UInt8]) -> UInt32? {
        state.withLock { state in
            state.isSending = true
            state.begun &+= 1
            if case .unknown = state.numbering {
                state.numbering = .unknown(bytes)
                return nil
            }
            state.pending[state.next] = bytes
            defer { state.next &+= 1 }
            return state.next
        }
    }

    /// The last sending has left its call well.
    func sent() { state.withLock { $0.isSending = false } }

    /// The last sending has failed; whether its end has not been told yet.
    ///
    /// If it has been, it has had its number.
    ///
    /// - Parameter isUnnumbered: Whether it is certain that the kernel has given the number to nobody. Where it is not, the
    ///   sending may still be told.
    func failed(_ number: UInt32?, isUnnumbered: Bool) -> Bool {
        state.withLock { state in
            state.isSending = false
            guard let number else {
                guard case .unknown(_?) = state.numbering else { return false }
                if isUnnumbered { state.numbering = .unknown(nil) }
                return true
            }
            guard let bytes = state.pending.removeValue(forKey: number) else { return false }
            state.next = number
            if !isUnnumbered { state.numbering = .doubtful(bytes) }
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
            let asked = state.withLock { state -> UInt64? in
                // What is on its way into the kernel stands in no account yet.
                state.isSending || state.isEmpty ? nil : state.begun
            }
            guard let asked, ErrorQueue.hasNothingUnderWay(fd) else { return 0 }
            return state.withLock { state in
                guard state.begun == asked else { return 0 }
                let count = state.underWay
                state.pending = [:]
                // Whether it had a number was told to somebody else, or to nobody.
                if case .known = state.numbering {} else { state.numbering = .unknown(nil) }
                state.completed += count
                return count
            }
        }
    }

    /// Takes what has been told, and lets go of what has ended.
    func drain(_ fd: CInt) {
        while !isEmpty, (try? take(fd, nil)) != nil {}
        _ = settle(fd)
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
            var count = before - state.pending.count
            switch state.numbering {
            case .known: break
            case .doubtful:
                // So it has had the number.
                if state.next &- first <= distance {
                    state.numbering = .known
                    state.next &+= 1
                }
            case .unknown(let bytes):
                if bytes != nil { count += 1 }
                state.numbering = .known
                state.next = last &+ 1
            }
            state.completed += count
            if wereCopied { state.copied += count }
            return count
        }
    }
}
