import Foundation
import Sockets

/// Where a thread of this process is, as the kernel tells it: so that a test can wait until it sleeps in a call.
public final class ThreadState: Sendable {
    private let path = Lock<String?>(nil)

    /// Makes an observer; the thread enters itself.
    public init() {}

    /// Called by the thread to be observed, before the call.
    public func enter() {
        let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
        path.withLock { $0 = name.map { "/proc/\($0)/syscall" } }
    }

    /// Whether the thread sleeps in a system call that is no lock.
    public var isAsleep: Bool {
        guard let path = path.withLock({ $0 }), let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return false
        }
        let number = text.prefix { $0 != " " && $0 != "\n" }
        // futex, by its numbers on x86-64 and AArch64.
        return number != "running" && number != "202" && number != "98"
    }

    /// Waits until it sleeps; `false` when it does not within ten seconds.
    public func waitUntilAsleep() -> Bool {
        let limit = Date(timeIntervalSinceNow: 10)
        while !isAsleep {
            if Date() > limit { return false }
            sched_yield()
        }
        return true
    }
}
