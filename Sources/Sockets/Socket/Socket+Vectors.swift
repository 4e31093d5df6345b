extension Socket {
    /// Sends several pieces with one system call, and returns how many bytes the kernel has taken.
    ///
    /// The pieces need not be put together first. A datagram is made of all of them. Any number of pieces can be given.
    /// Blocks while the kernel's buffer is full, no longer than ``timeout``. The corresponding C functions are `writev`
    /// and `sendmsg`.
    ///
    /// ```swift
    /// let sent = try socket.send(gathering: [header, body])
    /// ```
    ///
    /// - Parameters:
    ///   - pieces: What to send, one piece after the other.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken; on a stream possibly fewer than were given.
    /// - Throws: ``SocketError`` as for ``send(_:flags:)-(Span<UInt8>,_)``.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func send(gathering pieces: [[UInt8]], flags: SendFlags = []) throws(SocketError) -> Int {
        try sendMessage(gathering: pieces, flags: flags)
    }

    /// Sends all bytes of several pieces, with as many system calls as it takes.
    ///
    /// Blocks until the kernel has taken the last byte; ``timeout`` is the limit of the whole. A datagram is made of all
    /// the pieces.
    ///
    /// - Parameters:
    ///   - pieces: What to send, one piece after the other; any number of them.
    ///   - flags: Flags of each call.
    /// - Throws: ``SocketError`` as for sending; ``SocketError/bytesTransferred`` says how far it came.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(gathering pieces: [[UInt8]], flags: SendFlags = []) throws(SocketError) {
        guard type == .stream else {
            _ = try sendMessage(gathering: pieces, flags: flags)
            return
        }
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var control = ControlMessageBuffer(capacity: 0)
        var rest = pieces[...]
        var sent = 0
        do throws(SocketError) {
            while true {
                while let first = rest.first, first.isEmpty { rest.removeFirst() }
                if rest.isEmpty { return }
                let vectors = Self.vectors(rest, isStream: true)
                let result = Syscalls.sendMessage(
                    descriptor.number, vectors, &control, to: nil, flags.rawValue | entry.flags)
                if result <= 0 {
                    if try settle(result, entry, .send, Constants.pollOut, &waiting) { return }
                    continue
                }
                sent += result
                var taken = result
                while let first = rest.first, taken >= first.count, taken > 0 {
                    taken -= first.count
                    rest.removeFirst()
                }
                if taken > 0, let first = rest.first { rest[rest.startIndex] = Array(first.dropFirst(taken)) }
            }
        } catch {
            throw sent == 0 ? error : error.with(bytesTransferred: sent)
        }
    }

    /// Receives bytes with one system call into the elements of several arrays, one after the other.
    ///
    /// Each array keeps its length; the first is filled before the second gets a byte. Blocks until something has come, no
    /// longer than ``timeout``. The corresponding C functions are `readv` and `recvmsg`; Python's name is `recvmsg_into`.
    ///
    /// ```swift
    /// var parts = [[UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 4096)]     // header, body
    /// let count = try socket.receive(scattering: &parts)
    /// ```
    ///
    /// - Parameters:
    ///   - arrays: Get the bytes; any number of arrays.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   there is no room.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(scattering arrays: inout [[UInt8]], flags: ReceiveFlags = []) throws(SocketError) -> Int {
        if !flags.contains(.truncate), arrays.allSatisfy(\.isEmpty) { return 0 }
        guard arrays.count <= Syscalls.maximumVectors else {
            // More than one call is given: receive in one piece, and deal it out.
            let room = arrays.reduce(0) { min($0 + min($1.count, 1 << 30), 1 << 30) }
            var whole = [UInt8](repeating: 0, count: room)
            let result = try receive(into: &whole, flags: flags)
            var start = 0
            for index in arrays.indices where start < min(result, room) {
                let count = min(arrays[index].count, min(result, room) - start)
                arrays[index].replaceSubrange(..<count, with: whole[start..<start + count])
                start += count
            }
            return result
        }
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            let result = Syscalls.receive(
                descriptor.number, scattering: &arrays, flags.rawValue | entry.flags | messageFlags)
            if result > 0 { return result }
            if try settle(result, entry, .receive, flags.events, &waiting) { return 0 }
        }
    }

    /// The pieces for one call: as they are when they are few, else put together.
    ///
    /// Of a stream only as much is put together as one call is likely to take; a message must be whole.
    static func vectors(_ pieces: ArraySlice<[UInt8]>, isStream: Bool) -> ArraySlice<[UInt8]> {
        guard pieces.count > Syscalls.maximumVectors else { return pieces }
        var whole: [UInt8] = []
        for piece in pieces {
            if isStream, whole.count >= 1 << 18 { break }
            whole += piece
        }
        return [whole]
    }
}
