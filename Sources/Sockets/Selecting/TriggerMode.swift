/// How often a selector reports that something is ready; nothing set means: at each select, as long as it is ready.
public struct TriggerMode: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// A mode by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Report only when something new happens.
    ///
    /// Go on then until the call would block. Needs epoll. The corresponding C constant is `EPOLLET`.
    public static let edgeTriggered = TriggerMode(rawValue: 1)
    /// Report once, and then nothing more until the registration is modified.
    ///
    /// The corresponding C constant is `EPOLLONESHOT`.
    public static let oneShot = TriggerMode(rawValue: 2)
    /// Where several selectors wait for the same file, wake one or some of them instead of all.
    ///
    /// Needs epoll. The corresponding C constant is `EPOLLEXCLUSIVE`. It cannot be combined with ``oneShot``.
    public static let exclusive = TriggerMode(rawValue: 4)
}
