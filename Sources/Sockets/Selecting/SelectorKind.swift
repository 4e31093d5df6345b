/// The mechanism of the kernel that a ``Selector`` uses.
public enum SelectorKind: Hashable, Sendable, CaseIterable {
    /// Waiting costs by what is ready, not by what is registered; the corresponding C function is `epoll_wait`.
    case epoll
    /// Needs no descriptor of its own beside the one for waking; for few files. The corresponding C function is `ppoll`.
    case poll
}
