internal import CSockets
internal import Synchronization

/// Event loops among which sockets and tasks are dealt out.
///
/// ``shared`` has one loop for each processor that the process may use; none has a thread before it is needed.
public final class EventLoops: Sendable {
    /// The loops, at least one.
    public let loops: [EventLoop]
    private let counter = Atomic<Int>(0)

    /// The loops of the process: as many as processors, running until the process ends.
    public static let shared = EventLoops(count: Int(csockets_processors()), name: "loop")

    /// Makes loops of your own, for tests or to keep work apart; ``stop()`` ends their threads.
    ///
    /// - Parameters:
    ///   - count: How many; at least one.
    ///   - name: What their threads are called, followed by a number.
    public init(count: Int, name: String = "own loop") {
        loops = (0..<max(1, count)).map { index in EventLoop(name: "\(name) \(index)") }
    }

    /// One loop after the other.
    public func next() -> EventLoop {
        loops[Int(UInt(bitPattern: counter.wrappingAdd(1, ordering: .relaxed).oldValue) % UInt(loops.count))]
    }

    /// Stops all of them; see ``EventLoop/stop()``.
    public func stop() {
        for loop in loops { loop.stop() }
    }

    static func isShared(_ loop: EventLoop) -> Bool { shared.loops.contains { $0 === loop } }
}
