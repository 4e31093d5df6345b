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
    /// the other's for the other. For both directions of a relay use two threads. The corresponding C functions are
    /// `splice` and `tee`.
    ///
    /// - Parameters:
    ///   - other: Where the bytes go: a stream.
    ///   - count: How many bytes at most; `nil` for all up to the end.
    ///   - copy: A stream that gets the same bytes, such as one that is recorded.
    /// - Returns: How many bytes were moved.
    /// - Throws: ``SocketError`` as for receiving and sending; ``SocketError/bytesTransferred`` says how many bytes had
    ///   been moved. ``SocketError/Code/unsupported`` for sockets that are no streams.
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
        let second = try KernelPipe()
        var moved: Int64 = 0
        do throws(SocketError) {
            while moved < count ?? .max {
                let room = Int(min(count.map { $0 - moved } ?? .max, 1 << 16))
                let taken = try splice(into: pipe, room)
                if taken == 0 { break }
                if let copy {
                    // Both pipes hold as much, so the copy is whole.
                    let copied = csockets_tee(pipe.reading, second.writing, taken)
                    guard copied == taken else { throw SocketError(.send, result: min(copied, -Int(EIO))) }
                    try copy.drain(second, taken)
                }
                try other.drain(pipe, taken)
                moved += Int64(taken)
            }
        } catch {
            throw moved == 0 ? error : error.with(bytesTransferred: Int(clamping: moved))
        }
        return moved
    }

    /// Sends so many bytes out of a pipe.
    private func drain(_ pipe: KernelPipe, _ count: Int) throws(SocketError) {
        var left = count
        while left > 0 { left -= try splice(outOf: pipe, left) }
    }

    /// Moves what has come into a pipe, once; how many bytes, 0 at the end.
    package func splice(into pipe: KernelPipe, _ room: Int) throws(SocketError) -> Int {
        try splicing(.receive, Constants.pollIn) { csockets_splice(descriptor.number, pipe.writing, room) }
    }

    /// Sends out of a pipe that has so many bytes, once; how many went.
    package func splice(outOf pipe: KernelPipe, _ count: Int) throws(SocketError) -> Int {
        let sent = try splicing(.send, Constants.pollOut) { csockets_splice(pipe.reading, descriptor.number, count) }
        if sent == 0 { throw SocketError(.connectionReset, .send) }
        return sent
    }

    /// Enters, calls, waits and repeats; the call never sleeps in the kernel.
    private func splicing(
        _ operation: SocketError.Operation, _ events: Int16, _ call: () -> Int
    ) throws(SocketError) -> Int {
        let entry = try enter(operation, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        // splice(2) has no flag for a socket that must not wait.
        setKernelNonBlocking(true)
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
