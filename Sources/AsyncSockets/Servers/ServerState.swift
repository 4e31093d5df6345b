internal import Sockets

/// Who is served by a server, who waits for a place, and whether it goes on.
final class ServerState: Sendable {
    private struct State {
        var hasBegun = false
        var hasEnded = false
        var isStopping = false
        var isForced = false
        var isCancelled = false
        /// Places that are taken: by clients, and by acceptors on the way to one.
        var taken = 0
        var peers: [ObjectIdentifier: AsyncSocket] = [:]
        var waitingForPlace: [CheckedContinuation<Void, Never>] = []
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Lock(State())

    init(limit: Int) { self.limit = limit }

    var activeClients: Int { state.withLock { $0.peers.count } }
    var isForced: Bool { state.withLock { $0.isForced } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// `false` when it had begun before.
    func begin() -> Bool {
        state.withLock { state in
            if state.hasBegun { return false }
            state.hasBegun = true
            return true
        }
    }

    /// All handlers have ended.
    func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: Places

    /// Takes a place for one more client, as soon as there is one; `false` when the server stops.
    func takePlace() async -> Bool {
        while true {
            enum Answer { case yes, no, wait }
            let answer = state.withLock { state -> Answer in
                if state.isStopping { return .no }
                if state.taken >= limit { return .wait }
                state.taken += 1
                return .yes
            }
            switch answer {
            case .yes: return true
            case .no: return false
            case .wait:
                await withCheckedContinuation { continuation in
                    let mayGoOn = state.withLock { state in
                        if state.isStopping || state.taken < limit { return true }
                        state.waitingForPlace.append(continuation)
                        return false
                    }
                    if mayGoOn { continuation.resume() }
                }
            }
        }
    }

    /// The place belongs to this client now; `false` when the time of stopping has passed.
    func enter(_ peer: AsyncSocket) -> Bool {
        state.withLock { state in
            if state.isForced { return false }
            state.peers[ObjectIdentifier(peer)] = peer
            return true
        }
    }

    /// Gives a place back.
    func leave(_ peer: AsyncSocket?) {
        let next = state.withLock { state in
            if let peer { state.peers[ObjectIdentifier(peer)] = nil }
            state.taken -= 1
            return state.waitingForPlace.popLast()
        }
        next?.resume()
    }

    // MARK: Stopping

    /// Whether the end came by cancellation, not by a stop.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// No client is accepted any more, because the task was cancelled.
    func cancel() {
        state.withLock { state in state.isCancelled = !state.isStopping }
        stop()
    }

    /// No client is accepted any more.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopping = true
            defer { state.waitingForPlace = [] }
            return state.waitingForPlace
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the server has ended; when the time passes before, closes what is left, and waits for the rest.
    ///
    /// - Returns: Whether the time sufficed.
    func drain(within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in
                await waitForEnd()
                return true
            }
            group.addTask {
                // Cancelled, when the server has ended or the caller gives up.
                await EventLoop.sleep(for: limit)
                return false
            }
            let hasEnded = await group.next() ?? true
            if !hasEnded { force() }
            group.cancelAll()
            await group.waitForAll()
            return hasEnded
        }
    }

    private func force() {
        let peers = state.withLock { state in
            state.isForced = true
            return Array(state.peers.values)
        }
        for peer in peers { peer.close() }
    }

    private func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                // A server that was never run has nothing to wait for.
                if state.hasEnded || !state.hasBegun { return true }
                state.waitingForEnd.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }
}
