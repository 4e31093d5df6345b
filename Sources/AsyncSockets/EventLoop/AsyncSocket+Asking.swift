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
    /// Notes what a receive leaves behind, and makes an error of a failure.
    ///
    /// A read that did not fill its buffer has taken all there was: so TCP has it, until an end or urgent data come.
    @inline(__always)
    private func settleReceive(_ result: Int, of room: Int, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        casync_charge(result)
        if result > 0, result < room, isTCP, flags.isEmpty, let watch, !watch.isVague(.read) { return result }
        if result == Socket.mustWait { return Answer.wait }
        keepReady(.read)
        if result < 0 { throw socket.failure(.receive, result) }
        return result
    }

    /// Receives once into a new array, of the size of what came; the count says more when the array is empty.
    @usableFromInline
    func receiveNow(upTo count: Int, _ flags: ReceiveFlags) throws(SocketError) -> (count: Int, bytes: [UInt8]) {
        var bytes: [UInt8] = []
        let result = try ask(upTo: count, flags, appendingTo: &bytes)
        return (result, bytes)
    }

    /// Receives once, and appends to an array, which gets room only for what comes.
    @usableFromInline
    func receiveNow(
        upTo count: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]
    ) throws(SocketError) -> Int {
        try ask(upTo: count, flags, appendingTo: &bytes)
    }

    /// Short reads go through the loop's own memory, so that nobody has to guess a size; where much came last time, as in a
    /// bulk transfer, the array itself is read into.
    @inline(__always)
    private func ask(
        upTo count: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]
    ) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        let room = count < 0 ? try Socket.capacity(count) : min(count, 1 << 24)
        if room == 0, !flags.contains(.truncate) { return 0 }
        if !mayAsk(.read) { return Answer.wait }
        guard expectsShortRead(of: room, flags), let start = unsafe EventLoop.scratch else {
            return try receiveInPlace(room, flags, appendingTo: &bytes)
        }
        let scratch = unsafe UnsafeMutableRawBufferPointer(start: start, count: min(room, EventLoop.scratchSize))
        let result = unsafe socket.receiveNow(into: scratch, flags)
        if result > 0 {
            note(result)
            // With MSG_TRUNC the result can be more than came.
            let came = min(result, scratch.count)
            // A new array gets the room it needs and no more; an old one grows as arrays do.
            if bytes.isEmpty { bytes.reserveCapacity(came) }
            // This way is compiled for bytes; others look up the array's type each time.
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: scratch.baseAddress, count: came))
        }
        return try settleReceive(result, of: scratch.count, flags)
    }

    /// Whether a read goes first where there is room for all; not where much came last time.
    @inline(__always)
    private func expectsShortRead(of room: Int, _ flags: ReceiveFlags) -> Bool {
        // A datagram comes whole or is cut: it gets all the room there is.
        guard room <= EventLoop.scratchSize || isStream && flags.isEmpty else { return false }
        return Int(lastCount.load(ordering: .relaxed)) < Self.muchForOneRead
    }

    /// From here on copying costs more than an array that is too large.
    private static var muchForOneRead: Int { 8_192 }

    @inline(__always)
    private func note(_ result: Int) {
        if isStream, result >= Self.muchForOneRead {
            lastCount.store(Int32(truncatingIfNeeded: result), ordering: .relaxed)
        }
    }

    /// Reads into the array itself; a stream, with room for twice what came last time.
    private func receiveInPlace(
        _ room: Int, _ flags: ReceiveFlags, appendingTo bytes: inout [UInt8]
    ) throws(SocketError) -> Int {
        let last = Int(lastCount.load(ordering: .relaxed))
        let isPiece = isStream && flags.isEmpty
        let expected = isPiece ? min(room, max(EventLoop.scratchSize / 2, 2 * last)) : room
        let isNew = bytes.capacity == 0
        var result = 0
        bytes.append(addingCapacity: expected) { buffer in result = socket.receiveNow(into: &buffer, flags) }
        if isNew, result > 0, bytes.count < expected / 4 {
            // Whoever keeps it shall not keep the room.
            var exact: [UInt8] = []
            exact.reserveCapacity(bytes.count)
            exact.append(contentsOf: bytes)
            bytes = exact
        }
        if isPiece, result > 0, result != last {
            lastCount.store(Int32(truncatingIfNeeded: result), ordering: .relaxed)
        }
        return try settleReceive(result, of: expected, flags)
    }

    /// Receives once into memory of the caller's.
    @usableFromInline
    func receiveNow(into buffer: inout MutableSpan<UInt8>, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        if buffer.isEmpty, !flags.contains(.truncate) { return 0 }
        if !mayAsk(.read) { return Answer.wait }
        return try settleReceive(socket.receiveNow(into: &buffer, flags), of: buffer.count, flags)
    }

    /// Receives once into the free room of a buffer.
    @usableFromInline
    func receiveNow(into buffer: inout OutputSpan<UInt8>, _ flags: ReceiveFlags) throws(SocketError) -> Int {
        if hasHadItsShare { return Answer.giveWay }
        let room = buffer.freeCapacity
        if room == 0, !flags.contains(.truncate) { return 0 }
        if !mayAsk(.read) { return Answer.wait }
        return try settleReceive(socket.receiveNow(into: &buffer, flags), of: room, flags)
    }

    /// Sends what the kernel takes at once: how much that was, or a negative result: `mustWait`, or its error, which it tells
    /// once.
    @usableFromInline
    func sendAllNow(_ bytes: Span<UInt8>, _ flags: SendFlags) -> Int {
        if hasHadItsShare || !isWritable { return Socket.mustWait }
        if bytes.count == 0, isStream { return 0 }
        let sent = socket.sendNow(bytes, flags)
        casync_charge(sent)
        return sent
    }
}
