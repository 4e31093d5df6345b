internal import CSockets

/// epoll(7): the kernel keeps the registrations, each with a token that names it for ever.
struct EpollSelector: SelectorBackend {
    private let number: CInt

    /// `nil` with a negative errno where the kernel has no descriptor left.
    static func make() -> (backend: EpollSelector?, result: CInt) {
        let number = csockets_epoll_create()
        return number < 0 ? (nil, number) : (EpollSelector(number: number), 0)
    }

    var modes: TriggerMode { [.edgeTriggered, .oneShot, .exclusive] }
    var needsWakeUpAfterChange: Bool { false }
    var knowsFiles: Bool { true }

    func add(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt {
        csockets_epoll_ctl(self.number, EPOLL_CTL_ADD, number, Self.bits(interest, mode), token)
    }

    func modify(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt {
        csockets_epoll_ctl(self.number, EPOLL_CTL_MOD, number, Self.bits(interest, mode), token)
    }

    func remove(_ number: CInt, token: UInt64) -> CInt {
        csockets_epoll_ctl(self.number, EPOLL_CTL_DEL, number, 0, token)
    }

    func wait(_ ready: inout [ReadyDescriptor], nanoseconds: Int64) -> CInt {
        Syscalls.epollWait(number, &ready, nanoseconds)
    }

    func fresh() -> (any SelectorBackend)? { Self.make().backend }

    func end() { _ = csockets_close(number) }

    private static func bits(_ interest: Interest, _ mode: TriggerMode) -> UInt32 {
        var bits = interest.rawValue
        if mode.contains(.edgeTriggered) { bits |= Constants.epollEdgeTriggered }
        if mode.contains(.oneShot) { bits |= Constants.epollOneShot }
        if mode.contains(.exclusive) { bits |= Constants.epollExclusive }
        return bits
    }
}
