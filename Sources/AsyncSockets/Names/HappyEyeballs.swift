package import Sockets

/// Connecting to a host of several addresses by RFC 8305, as a value: it is told what happened, and says what to do.
///
/// It knows neither sockets nor clocks. Times are durations since the beginning; whoever drives it tells the present one
/// with every input, and must do all the actions that come back, in their order.
package struct HappyEyeballs: Sendable {
    /// What happened.
    package enum Input: Hashable, Sendable {
        /// The resolver gave addresses, the best ones first, and has answered for a family; `.unspecified` means all.
        case answered(AddressFamily, [SocketAddress])
        /// The resolver is going to give no more.
        case resolutionEnded
        case attemptFailed(Int)
        case attemptSucceeded(Int)
        /// The time of the timer has come.
        case timePassed
        /// The time for all of it is over, or nobody wants the connection any more.
        case stopped
    }

    /// What to do.
    package enum Action: Hashable, Sendable {
        /// Begin to connect; attempts are numbered from 0.
        case start(attempt: Int, SocketAddress)
        /// Say ``Input/timePassed`` at this time; the timer that was set before need not fire any more.
        case setTimer(Duration)
        /// Give an attempt up, or close the connection that it made.
        case close(attempt: Int)
        /// This attempt's connection is the one.
        case finish(attempt: Int)
        /// There is no connection.
        case fail
    }

    /// The addresses of one family that were not tried yet.
    private struct Queue: Sendable {
        let family: AddressFamily
        var addresses: [SocketAddress] = []
        var started = 0
    }

    private enum Phase: Sendable {
        /// Nothing was tried yet; with a time, the Resolution Delay runs until then.
        case resolving(until: Duration?)
        case racing
        case ended
    }

    private let pacing: ConnectionPacing
    private var phase = Phase.resolving(until: nil)
    /// By preference, and then as they came.
    private var queues: [Queue]
    /// The families that the resolver was asked for and has not answered.
    private var unanswered: Set<AddressFamily>
    private var isResolving = true
    private var seen: Set<SocketAddress> = []
    /// The index in `queues` of the family that was tried last.
    private var lastQueue: Int?
    private var attemptCount = 0
    private var inFlight: [Int] = []
    /// When the next attempt may start, although the ones before it are still under way.
    private var nextStart = Duration.zero
    private var timer: Duration?
    private var now = Duration.zero

    /// Begins.
    ///
    /// - Parameters:
    ///   - families: The families that the resolver is asked for, in any order.
    ///   - pacing: The delays, and the family to prefer.
    package init(families: [AddressFamily], pacing: ConnectionPacing = ConnectionPacing()) {
        self.pacing = pacing
        let preferred = families.filter { $0 == pacing.preferredFamily }
        queues = (preferred.prefix(1) + families.filter { $0 != pacing.preferredFamily }).map { Queue(family: $0) }
        unanswered = Set(families)
    }

    /// Whether it has said ``Action/finish(attempt:)`` or ``Action/fail``.
    package var hasEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    /// Addresses that are known, and were not tried.
    package var untriedCount: Int { queues.reduce(0) { $0 + $1.addresses.count } }

    /// Takes what happened, and says what to do.
    ///
    /// What cannot have happened, as the end of an attempt that was never started, changes nothing.
    package mutating func handle(_ input: Input, at time: Duration) -> [Action] {
        now = max(now, time)
        if hasEnded {
            // A loser that connected in the same moment.
            if case .attemptSucceeded(let attempt) = input, let index = inFlight.firstIndex(of: attempt) {
                inFlight.remove(at: index)
                return [.close(attempt: attempt)]
            }
            return []
        }
        switch input {
        case .answered(let family, let addresses):
            unanswered = family == .unspecified ? [] : unanswered.subtracting([family])
            add(addresses)
        case .resolutionEnded:
            isResolving = false
            unanswered = []
        case .timePassed:
            if let timer, timer <= now { self.timer = nil }
        case .attemptFailed(let attempt):
            guard let index = inFlight.firstIndex(of: attempt) else { break }
            inFlight.remove(at: index)
            // Waiting for the newest attempt has no sense any more; the older ones have had their time.
            if attempt == attemptCount - 1 { nextStart = now }
        case .attemptSucceeded(let attempt):
            guard let index = inFlight.firstIndex(of: attempt) else { break }
            inFlight.remove(at: index)
            return [.finish(attempt: attempt)] + end()
        case .stopped:
            return end() + [.fail]
        }
        return proceed()
    }

    private mutating func end() -> [Action] {
        phase = .ended
        timer = nil
        return inFlight.map { .close(attempt: $0) }
    }

    private mutating func add(_ addresses: [SocketAddress]) {
        for address in addresses where seen.insert(address).inserted {
            if let index = queues.firstIndex(where: { $0.family == address.family }) {
                queues[index].addresses.append(address)
            } else {
                queues.append(Queue(family: address.family, addresses: [address]))
            }
        }
    }

    private mutating func proceed() -> [Action] {
        if case .resolving(let limit) = phase {
            guard untriedCount > 0 else { return isResolving ? [] : end() + [.fail] }
            if !mayBegin(limit) {
                let limit = limit ?? now + pacing.resolutionDelay
                phase = .resolving(until: limit)
                return setTimer(limit)
            }
            phase = .racing
        }
        if inFlight.isEmpty || nextStart <= now, let address = takeNext() {
            let attempt = attemptCount
            attemptCount += 1
            inFlight.append(attempt)
            nextStart = now + pacing.attemptDelay
            let start = Action.start(attempt: attempt, address)
            return untriedCount > 0 ? [start] + setTimer(nextStart) : [start]
        }
        if untriedCount > 0 { return setTimer(nextStart) }
        return inFlight.isEmpty && !isResolving ? end() + [.fail] : []
    }

    /// Whether the first attempt can start: at once with an address of the preferred family, or when that has none; else
    /// when the Resolution Delay is over.
    private func mayBegin(_ limit: Duration?) -> Bool {
        guard isResolving, let preferred = queues.first, preferred.addresses.isEmpty else { return true }
        guard unanswered.contains(preferred.family) else { return true }
        return limit.map { $0 <= now } ?? (pacing.resolutionDelay == .zero)
    }

    private mutating func setTimer(_ time: Duration) -> [Action] {
        if timer == time { return [] }
        timer = time
        return [.setTimer(time)]
    }

    /// The next address: of the preferred family as often as wished, and then of the families in turn.
    private mutating func takeNext() -> SocketAddress? {
        if let preferred = queues.first, preferred.started < pacing.preferredFamilyCount,
            let address = take(from: 0)
        {
            return address
        }
        let first = lastQueue.map { $0 + 1 } ?? 0
        for step in 0..<queues.count {
            if let address = take(from: (first + step) % queues.count) { return address }
        }
        return nil
    }

    private mutating func take(from index: Int) -> SocketAddress? {
        guard !queues[index].addresses.isEmpty else { return nil }
        queues[index].started += 1
        lastQueue = index
        return queues[index].addresses.removeFirst()
    }
}
