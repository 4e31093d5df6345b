import AsyncSockets
import Sockets
import TestSupport

/// A resolver that says what a test wants, when it wants.
struct ScriptedResolver: AsyncResolver {
    /// What comes, each after a pause.
    var steps: [(pause: Duration, answer: ResolverAnswer)] = []
    /// How it ends.
    var error: ResolverError?
    /// Whether it goes on until it is cancelled.
    var isEndless = false
    /// What it was asked.
    let queries = Lock<[ResolverQuery]>([])

    /// Gives all at once: one answer for each family.
    init(_ addresses: SocketAddress...) {
        for family in [AddressFamily.ipv6, .ipv4] {
            steps.append((.zero, ResolverAnswer(addresses.filter { $0.family == family }, family: family)))
        }
    }

    /// Gives these answers.
    init(steps: [(pause: Duration, answer: ResolverAnswer)], error: ResolverError? = nil, isEndless: Bool = false) {
        self.steps = steps
        self.error = error
        self.isEndless = isEndless
    }

    func resolve(
        _ query: ResolverQuery, answer: @escaping @Sendable (ResolverAnswer) -> Void
    ) async throws(ResolverError) {
        queries.withLock { $0.append(query) }
        for step in steps {
            if step.pause > .zero { try await sleep(step.pause) }
            answer(step.answer)
        }
        if isEndless { try await sleep(.seconds(3600)) }
        if let error { throw error }
    }

    private func sleep(_ time: Duration) async throws(ResolverError) {
        do {
            try await Task.sleep(for: time)
        } catch {
            throw ResolverError(.cancelled)
        }
    }
}
