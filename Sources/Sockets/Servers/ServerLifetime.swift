/// The stages of a server's life, each of which comes once.
final class ServerLifetime: Sendable {
    private enum Phase {
        case idle
        case running
        case stopping
        case ended
    }

    private let phase = Lock(Phase.idle)
    private let gate: Gate

    init() throws(SocketError) {
        guard let gate = Gate() else { throw SocketError(.tooManyDescriptors, .serve) }
        self.gate = gate
    }

    /// Begins to run; `false` when the server was stopped before.
    func begin() throws(SocketError) -> Bool {
        let before = phase.withLock { phase in
            let before = phase
            if phase == .idle { phase = .running }
            return before
        }
        switch before {
        case .idle: return true
        case .running: throw SocketError(.busy, .serve, hint: "the server runs already")
        case .stopping, .ended: return false
        }
    }

    /// Begins to stop; `true` when the server has never run, and so has ended now.
    func stop() -> Bool {
        let (hasNeverRun, isOver) = phase.withLock { phase in
            let before = phase
            // A server that never ran has nothing to wait for.
            if phase == .idle { phase = .ended } else if phase == .running { phase = .stopping }
            return (before == .idle, phase == .ended)
        }
        if isOver { gate.open() }
        return hasNeverRun
    }

    /// The last handler has ended.
    func end() {
        phase.withLock { $0 = .ended }
        gate.open()
    }

    var isStopping: Bool { phase.withLock { $0 == .stopping || $0 == .ended } }

    /// Whether the end came in time.
    func waitForEnd(until deadline: Deadline) -> Bool { gate.wait(until: deadline) }
}
