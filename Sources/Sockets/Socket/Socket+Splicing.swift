internal import CSockets
internal import Glibc

extension Socket {
    /// Moves what comes on this stream to another one inside the kernel, without copying it into the program.
    ///
    /// ```swift
    /// let count = try client.splice(to: server)            // until the client ends
    /// try server.shutdown(.write)
    /// ```
    ///
    /// Blocks until this side ends, or so many bytes have been moved; ``timeout`` limits each waiting for this socket and
    /// the other's for the other. For both directions of a relay use two threads. When it ends with an error, up to 64 KiB
    /// may have been taken from this stream that did not reach the other one: unlike other calls it cannot be continued
    /// after a timeout. Where a socket was adopted or duplicated, the bytes go through the program all the same. The
    /// corresponding C functions are `splice` and `tee`.
    ///
    /// - Parameters:
    ///   - other: Where the bytes go: a stream.
    ///   - count: How many bytes at most; `nil` for all up to the end.
    ///   - copy: A stream that gets the same bytes, such as one that is recorded.
    /// - Returns: How many bytes were moved.
    /// - Throws: ``SocketError`` as for receiving and sending; ``SocketError/bytesTransferred`` says how many bytes the
    ///   other stream had taken. ``SocketError/Code/unsupported`` for sockets that are no streams.
    @available(*, noasync, message: "splice blocks its thread; call it from a thread of your own")
    @discardableResult
    public func splice(
        to other: Socket, count: Int64? = nil, copyingTo copy: Socket? = nil
    ) throws(SocketError) -> Int64 {
        guard type == .stream, other.type == .stream, copy?.type ?? .stream == .stream else {
            throw SocketError(.unsupported, .send, hint: "only streams can be spliced")
        }
        guard count ?? 0 >= 0 else {
            throw SocketError(.invalidArgument, .send, hint: "\(count ?? 0) bytes cannot be moved")
        }
        let pipe = try KernelPipe()
        let second = if copy == nil { KernelPipe?.none } else { try KernelPipe() }
        var moved: Int64 = 0
        do throws(SocketError) {
            while moved < count ?? .max {
                let room = Int(min(count.map { $0 - moved } ?? .max, 1 << 16))
                if descriptor.isPolled || other.descriptor.isPolled || copy?.descriptor.isPolled == true {
                    if try pass(to: other, copy, room, &moved) { continue }
                    break
                }
                var taken = try splice(into: pipe, room)
                if taken == 0 { break }
                while taken > 0 {
                    var part = taken
                    if let copy, let second {
                        // The second pipe can be smaller: who has many pipes gets pipes of two pages.
                        part = csockets_tee(pipe.reading, second.writing, taken)
                        guard part > 0 else { throw SocketError(.send, result: min(part, -Int(EIO))) }
                        var copied: Int64 = 0
                        try copy.drain(second, part, &copied)
                    }
                    try other.drain(pipe, part, &moved)
                    taken -= part
                }
            }
        } catch {
            throw moved == 0 ? error : error.with(bytesTransferred: Int(clamping: moved))
        }
        return moved
    }

    /// Moves what has come by way of the program, once; `false` at the end.
    ///
    /// splice(2) has no flag for a socket that must not wait, only the description has, and that belongs to others, too: they
    /// would find it changed, and their changes would let a thread sleep that nobody can wake.
    private func pass(
        to other: Socket, _ copy: Socket?, _ room: Int, _ moved: inout Int64
    ) throws(SocketError) -> Bool {
        guard let bytes = try receive(upTo: room) else { return false }
        do throws(SocketError) {
            try copy?.sendAll(bytes)
        } catch {
            // How far the copy has come is nobody's count.
            throw error.with(bytesTransferred: Int(clamping: moved))
        }
        do throws(SocketError) {
            try other.sendAll(bytes)
        } catch {
            moved += Int64(error.bytesTransferred ?? 0)
            throw error
        }
        moved += Int64(bytes.count)
        return true
    }

    /// Sends so many bytes out of a pipe, and counts those that went.
    private func drain(_ pipe: KernelPipe, _ count: Int, _ moved: inout Int64) throws(SocketError) {
        var left = count
        while left > 0 {
            let sent = try splice(outOf: pipe, left)
            left -= sent
            moved += Int64(sent)
        }
    }

    /// Moves what has come into a pipe, once; how many bytes, 0 at the end.
    package func splice(into pipe: KernelPipe, _ room: Int) throws(SocketError) -> Int {
        // Into a pipe that has its reader: no signal can come.
        try splicing(.receive, Constants.pollIn) { csockets_splice(descriptor.number, pipe.writing, room) }
    }

    /// Sends out of a pipe that has so many bytes, once; how many went.
    package func splice(outOf pipe: KernelPipe, _ count: Int) throws(SocketError) -> Int {
        let sent = try splicing(.send, Constants.pollOut) {
            csockets_splice_quietly(pipe.reading, descriptor.number, count)
        }
        if sent == 0 { throw SocketError(.connectionReset, .send) }
        return sent
    }

    /// Enters, calls, waits and repeats.
    private func splicing(
        _ operation: SocketError.Operation, _ events: Int16, _ call: () -> Int
    ) throws(SocketError) -> Int {
        let entry = try enter(operation, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            let result = call()
            if result > 0 { return result }
            if try settle(result, entry, operation, events, &waiting) { return 0 }
        }
    }
}

/// A pipe, through which bytes go from one socket to another.
package final class KernelPipe: Sendable {
    let reading: CInt
    let writing: CInt

    package init() throws(SocketError) {
        let pipe = csockets_pipe()
        guard pipe.result >= 0 else { throw SocketError(.send, result: pipe.result, subject: "a pipe") }
        reading = pipe.reading
        writing = pipe.writing
    }

    deinit {
        _ = csockets_close(reading)
        _ = csockets_close(writing)
    }
}
