internal import CAsyncSockets
internal import Glibc
internal import Sockets
internal import Synchronization

extension AsyncSocket {
    /// Receives once into an array of the size of what came.
    ///
    /// Short reads go through the loop's own memory, so that nobody has to guess a size; where much came last time, as in a
    /// bulk transfer, the array itself is read into.
    func receiveNow(upTo count: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]) -> Int {
        guard count > 0 else { return 0 }
        if !readsMuch.load(ordering: .relaxed), let loop = EventLoop.current {
            let scratch = unsafe UnsafeMutableRawBufferPointer(rebasing: loop.scratch[..<min(count, loop.scratch.count)])
            let result = unsafe socket.receiveNow(into: scratch, flags)
            if result > 0 {
                // With MSG_TRUNC the result can be more than came.
                let came = min(result, scratch.count)
                unsafe bytes.append(contentsOf: scratch[..<came])
                if came > 16_384 { readsMuch.store(true, ordering: .relaxed) }
            }
            return result
        }
        var result = 0
        bytes.append(addingCapacity: count) { buffer in result = socket.receiveNow(into: &buffer, flags) }
        if result <= 16_384 { readsMuch.store(false, ordering: .relaxed) }
        return result
    }
}
