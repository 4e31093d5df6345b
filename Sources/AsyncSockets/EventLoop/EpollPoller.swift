internal import CAsyncSockets
internal import CSockets
internal import Glibc

/// epoll(7), edge-triggered, with an eventfd to be woken by.
struct EpollPoller: Poller {
    private let epoll: CInt
    private let wakeUp: CInt
    /// No watch stands at address 0.
    private static let wakeToken: UInt64 = 0
    private static let edge: UInt32 = 1 << 31

    /// `nil` with a negative errno where the process has no descriptors left.
    static func make() -> (poller: EpollPoller?, result: CInt) {
        let epoll = csockets_epoll_create()
        guard epoll >= 0 else { return (nil, epoll) }
        let wakeUp = csockets_eventfd()
        guard wakeUp >= 0 else {
            _ = csockets_close(epoll)
            return (nil, wakeUp)
        }
        // Edge-triggered: each signal is one event, and the counter need not be read.
        let result = csockets_epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, edge | 0x1, wakeToken)
        guard result >= 0 else {
            _ = csockets_close(epoll)
            _ = csockets_close(wakeUp)
            return (nil, result)
        }
        return (EpollPoller(epoll: epoll, wakeUp: wakeUp), 0)
    }

    func watch(_ number: CInt, for events: UInt32, token: UInt64, isNew: Bool) -> CInt {
        csockets_epoll_ctl(epoll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, number, events | Self.edge, token)
    }

    func unwatch(_ number: CInt) { _ = csockets_epoll_ctl(epoll, EPOLL_CTL_DEL, number, 0, 0) }

    func wait(_ events: UnsafeMutableBufferPointer<epoll_event>, nanoseconds: Int64) -> Int {
        guard let start = events.baseAddress else { return 0 }
        return unsafe casync_epoll_wait(epoll, start, CInt(clamping: events.count), nanoseconds)
    }

    func wake() { _ = csockets_eventfd_signal(wakeUp) }

    func end() {
        _ = csockets_close(epoll)
        _ = csockets_close(wakeUp)
    }
}
