internal import CSockets

/// A point on the monotonic clock, in nanoseconds, or never.
package struct Deadline: Sendable, Comparable {
    package let nanoseconds: Int64

    package static let never = Deadline(nanoseconds: .max)

    private init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// So long from now; `nil`: never.
    package init(after timeout: Duration?) {
        guard let timeout else {
            self = .never
            return
        }
        self.init(afterNanoseconds: timeout.clampedNanoseconds)
    }

    package init(afterNanoseconds nanoseconds: Int64) {
        let (sum, overflow) = csockets_monotonic().addingReportingOverflow(max(0, nanoseconds))
        self.nanoseconds = overflow ? .max : sum
    }

    /// What is left, at least 0; below 0: for ever, as csockets_wait takes it.
    package var nanosecondsLeft: Int64 {
        nanoseconds == .max ? -1 : max(0, nanoseconds &- csockets_monotonic())
    }

    /// What is left; `nil`: for ever.
    package var left: Duration? {
        nanoseconds == .max ? nil : .nanoseconds(nanosecondsLeft)
    }

    package var hasPassed: Bool { nanoseconds != .max && csockets_monotonic() >= nanoseconds }

    package static func < (first: Deadline, second: Deadline) -> Bool { first.nanoseconds < second.nanoseconds }
}

extension Duration {
    /// Nanoseconds, rounded up, held within what 64 bits can say.
    package var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let part = attoseconds / 1_000_000_000 + (attoseconds % 1_000_000_000 > 0 ? 1 : 0)
        let (sum, overflowing) = whole.addingReportingOverflow(part)
        return overflowing ? (seconds < 0 ? .min : .max) : sum
    }
}
