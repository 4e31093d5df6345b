// What layers above a stream (secure sockets) need: calls on memory, with a deadline of the layer's own.
internal import CSockets

extension Socket {
    /// Receives into memory once, waiting until the deadline; 0 at the end of the stream.
    ///
    /// Without a deadline the socket's own timeout holds.
    package func receive(
        into memory: UnsafeMutableRawBufferPointer, until deadline: Deadline?
    ) throws(SocketError) -> Int {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting(until: deadline)
        let flags = deadline == nil ? entry.flags : Constants.dontWait
        while true {
            // The caller's memory is valid for the call.
            let result = unsafe csockets_recv(descriptor.number, memory.baseAddress, memory.count, flags)
            if result > 0 { return result }
            if try settle(result, entry, .receive, Constants.pollIn, &waiting) { return 0 }
        }
    }

    /// Sends memory once, waiting until the deadline.
    ///
    /// Without a deadline the socket's own timeout holds.
    package func send(_ bytes: Span<UInt8>, until deadline: Deadline?) throws(SocketError) -> Int {
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting(until: deadline)
        let flags = deadline == nil ? entry.flags : Constants.dontWait
        while true {
            let result = Syscalls.send(descriptor.number, bytes, flags)
            if result > 0 { return result }
            if try settle(result, entry, .send, Constants.pollOut, &waiting) { return 0 }
        }
    }

    /// Runs a body that may call the kernel with the number, which stays open meanwhile.
    package func withNumber<Value, Failure: Error>(
        closed: @autoclosure () -> Failure, _ body: (CInt) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        guard let entry = descriptor.enter(sleeping: false) else { throw closed() }
        defer { descriptor.leave(entry) }
        return try body(descriptor.number)
    }
}
