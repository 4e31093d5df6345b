internal import CSockets

/// A door that opens once; any number of threads wait before it, each with a deadline.
struct Gate: ~Copyable, Sendable {
    /// An event counter that is signalled once and never read.
    private let number: CInt

    /// `nil` where the system has no descriptor left.
    init?() {
        number = csockets_eventfd()
        if number < 0 { return nil }
    }

    deinit { _ = csockets_close(number) }

    func open() { _ = csockets_eventfd_signal(number) }

    /// Whether it opened in time.
    func wait(until deadline: Deadline) -> Bool {
        while true {
            let result = csockets_wait(number, Constants.pollIn, -1, deadline.nanosecondsLeft)
            if result > 0 { return true }
            if result == 0 || deadline.hasPassed { return false }
        }
    }
}
