// One question to the kernel, with all that readiness has to remember about the answer.
internal import CAsyncSockets
internal import Glibc
public import Sockets
internal import Synchronization

/// What a question to the kernel comes to, beside a count.
@usableFromInline
enum Answer {
    /// The task has to wait first.
    @usableFromInline static var wait: Int { -1 }
    /// The task has had its share, and lets others run first.
    @usableFromInline static var giveWay: Int { -2 }
}

extension AsyncSocket {
    /// Whether a read that did not fill its buffer has taken all there was: so TCP has it, until an end or urgent data come.
    ///
    /// Notes what a receive leaves behind, and makes an error of a failure.
    @inline(__always)
    private func settleReceive(_ result: Int, of room: Int, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        if result > 0, result < room, isTCP, flags.isEmpty, let watch, !watch.isVague(.read) { return result }
        if result == Socket.mustWait { return Answer.wait }
        keepReady(.read)
        if result < 0 { throw socket.failure(.receive, result) }
        return result
    }

    /// Receives once into an array of the size of what came; the count says more when the array is empty.
    ///
    /// Short reads go through the loop's own memory, so that nobody has to guess a size; where much came last time, as in a
    /// bulk transfer, the array itself is read into.
    @usableFromInline
    func receiveNow(upTo count: Int, _ flags: ReceiveFlags) throws(SocketError) -> (count: Int, bytes: [UInt8]) {
        if hasHadItsShare { return (Answer.giveWay, []) }
        let room = count < 0 ? try Socket.capacity(count) : min(count, 1 << 24)
        if !mayAsk(.read) { return (Answer.wait, []) }
        if room == 0 {
            keepReady(.read)
            return (0, [])
        }
        guard !readsMuch.load(ordering: .relaxed), let loop = EventLoop.current else {
            var bytes: [UInt8] = []
            let result = receiveInPlace(room, flags, appendingTo: &bytes)
            return (try settleReceive(result, of: room, flags), bytes)
        }
        let scratch = unsafe UnsafeMutableRawBufferPointer(
            start: loop.scratch.baseAddress, count: min(room, EventLoop.scratchSize))
        let result = unsafe socket.receiveNow(into: scratch, flags)
        let settled = try settleReceive(result, of: scratch.count, flags)
        guard result > 0 else { return (settled, []) }
        if result > 16_384 { readsMuch.store(true, ordering: .relaxed) }
        // With MSG_TRUNC the result can be more than came.
        let came = min(result, scratch.count)
        // Appending is the way that is compiled for bytes; other ways look up the array's type each time.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(came)
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: scratch.baseAddress, count: came))
        return (settled, bytes)
    }

    /// Receives once, and appends to an array, which gets room only for what comes.
    @usableFromInline
    func receiveNow(
        upTo count: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]
    ) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        let room = count < 0 ? try Socket.capacity(count) : min(count, 1 << 24)
        if !mayAsk(.read) { return Answer.wait }
        if room == 0 {
            keepReady(.read)
            return 0
        }
        guard !readsMuch.load(ordering: .relaxed), let loop = EventLoop.current else {
            return try settleReceive(receiveInPlace(room, flags, appendingTo: &bytes), of: room, flags)
        }
        let scratch = unsafe UnsafeMutableRawBufferPointer(
            start: loop.scratch.baseAddress, count: min(room, EventLoop.scratchSize))
        let result = unsafe socket.receiveNow(into: scratch, flags)
        if result > 0 {
            unsafe bytes.append(contentsOf: scratch[..<min(result, scratch.count)])
            if result > 16_384 { readsMuch.store(true, ordering: .relaxed) }
        }
        return try settleReceive(result, of: scratch.count, flags)
    }

    private func receiveInPlace(_ room: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]) -> Int {
        var result = 0
        bytes.append(addingCapacity: room) { buffer in result = socket.receiveNow(into: &buffer, flags) }
        if result <= 16_384 { readsMuch.store(false, ordering: .relaxed) }
        return result
    }

    /// Receives once into memory of the caller's.
    @usableFromInline
    func receiveNow(into buffer: inout MutableSpan<UInt8>, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        if !mayAsk(.read) { return Answer.wait }
        return try settleReceive(socket.receiveNow(into: &buffer, flags), of: buffer.count, flags)
    }

    /// Receives once into the free room of a buffer.
    @usableFromInline
    func receiveNow(into buffer: inout OutputSpan<UInt8>, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        if !mayAsk(.read) { return Answer.wait }
        let room = buffer.freeCapacity
        return try settleReceive(socket.receiveNow(into: &buffer, flags), of: room, flags)
    }

    /// Sends what the kernel takes at once: how much that was, or less than 0 when it has to be asked again, after waiting or for
    /// its error.
    @usableFromInline
    func sendAllNow(_ bytes: Span<UInt8>, _ flags: SendFlags) -> Int {
        if hasHadItsShare || !isWritable { return -1 }
        if bytes.count == 0, type == .stream { return 0 }
        return max(-1, socket.sendNow(bytes, flags))
    }
}
