internal import CSockets

/// The time since it was made, on the monotonic clock.
package struct Stopwatch: Sendable {
    private let start = csockets_monotonic()

    package init() {}

    package var elapsed: Duration { .nanoseconds(csockets_monotonic() &- start) }
}
