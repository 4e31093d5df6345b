internal import CSockets
internal import Glibc

extension Syscalls {
    /// Appends up to 256 events.
    static func epollWait(_ epoll: CInt, _ ready: inout [ReadyDescriptor], _ nanoseconds: Int64) -> CInt {
        // The memory lives for the call, and the function fills as many elements as it returns.
        unsafe withUnsafeTemporaryAllocation(of: csockets_ready.self, capacity: 256) { events in
            let count = unsafe csockets_epoll_wait(epoll, events.baseAddress, CInt(events.count), nanoseconds)
            for index in 0..<max(0, Int(count)) {
                ready.append(unsafe ReadyDescriptor(token: events[index].token, bits: events[index].events))
            }
            return count
        }
    }

    static func poll(_ list: inout [pollfd], _ nanoseconds: Int64) -> CInt {
        // The kernel writes `revents` of the array's elements alone.
        unsafe list.withUnsafeMutableBufferPointer { list in
            unsafe csockets_poll(list.baseAddress, list.count, nanoseconds)
        }
    }
}
