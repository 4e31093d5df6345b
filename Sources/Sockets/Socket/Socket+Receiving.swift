internal import SystemPackage

extension Socket {
    /// Receives bytes with one system call into the free room of a buffer.
    ///
    /// Blocks until something has come, no longer than ``timeout``. Allocates nothing. The corresponding C function is
    /// `recv`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes appended.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   there is no room. With ``ReceiveFlags/truncate`` the length of the datagram, which may be more than the room, also
    ///   when there is none.
    /// - Throws: ``SocketError`` with ``SocketError/Code/timedOut``, ``SocketError/Code/wouldBlock``,
    ///   ``SocketError/Code/connectionReset``, ``SocketError/Code/connectionRefused`` (a datagram's port was closed),
    ///   ``SocketError/Code/notConnected``, ``SocketError/Code/closed``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(into buffer: inout OutputSpan<UInt8>, flags: ReceiveFlags = []) throws(SocketError) -> Int {
        if buffer.isFull, !flags.contains(.truncate) { return 0 }
        // The hot path: the socket just blocks, and something comes.
        if descriptor.enterPlainly() {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue)
            descriptor.leavePlainly()
            if result > 0 { return result }
            return try receiveSlowly(into: &buffer, flags: flags, after: result)
        }
        return try receiveSlowly(into: &buffer, flags: flags, after: nil)
    }

    @inline(never)
    private func receiveSlowly(
        into buffer: inout OutputSpan<UInt8>, flags: ReceiveFlags, after first: Int?
    ) throws(SocketError) -> Int {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        if let first, try settle(first, entry, .receive, flags.events, &waiting) { return 0 }
        while true {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue | entry.flags)
            if result > 0 { return result }
            if try settle(result, entry, .receive, flags.events, &waiting) { return 0 }
        }
    }

    /// Receives bytes with one system call into memory that the caller has, from its start.
    ///
    /// ```swift
    /// var buffer = [UInt8](repeating: 0, count: 65_536)
    /// var bytes = buffer.mutableSpan
    /// let count = try socket.receive(into: &bytes)
    /// ```
    ///
    /// Blocks until something has come, no longer than ``timeout``. Allocates nothing. The corresponding C function is
    /// `recv`; Python's name is `recv_into`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   there is no room.
    /// - Throws: ``SocketError`` as for the other forms.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @inline(__always)  // also into the form for arrays, whose hot path is this one
    public func receive(into buffer: inout MutableSpan<UInt8>, flags: ReceiveFlags = []) throws(SocketError) -> Int {
        if buffer.isEmpty, !flags.contains(.truncate) { return 0 }
        // The hot path: the socket just blocks, and something comes.
        if descriptor.enterPlainly() {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue)
            descriptor.leavePlainly()
            if result > 0 { return result }
            return try receiveSlowly(into: &buffer, flags: flags, after: result)
        }
        return try receiveSlowly(into: &buffer, flags: flags, after: nil)
    }

    @inline(never)
    private func receiveSlowly(
        into buffer: inout MutableSpan<UInt8>, flags: ReceiveFlags, after first: Int?
    ) throws(SocketError) -> Int {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        if let first, try settle(first, entry, .receive, flags.events, &waiting) { return 0 }
        while true {
            let result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue | entry.flags)
            if result > 0 { return result }
            if try settle(result, entry, .receive, flags.events, &waiting) { return 0 }
        }
    }

    /// Receives bytes with one system call into the elements of an array, from its start; the array keeps its length.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   the array is empty: it does not grow.
    /// - Throws: ``SocketError`` as for the other forms.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(into buffer: inout [UInt8], flags: ReceiveFlags = []) throws(SocketError) -> Int {
        var bytes = buffer.mutableSpan
        return try receive(into: &bytes, flags: flags)
    }

    /// Receives what has come, at most `count` bytes; `nil` at the end of a stream.
    ///
    /// ```swift
    /// while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
    /// ```
    ///
    /// Blocks until something has come, no longer than ``timeout``. Of a datagram that is longer the rest is lost, as in
    /// C. An empty datagram is `[]`. The corresponding C function is `recv`.
    ///
    /// - Parameters:
    ///   - count: The most that is wanted; more than 16 MiB count as 16 MiB.
    ///   - flags: Flags of the call.
    /// - Returns: The bytes; `nil` when the peer of a connection has ended sending.
    /// - Throws: ``SocketError`` as for the other forms; ``SocketError/Code/invalidArgument`` for a count below zero.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(upTo count: Int, flags: ReceiveFlags = []) throws(SocketError) -> [UInt8]? {
        let capacity = try Self.capacity(count)
        let bytes = try [UInt8](capacity: capacity) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            _ = try receive(into: &buffer, flags: flags)
        }
        return bytes.isEmpty && capacity > 0 && type.endsWithNothing ? nil : bytes
    }

    /// The room for one call: what is asked for, held within reason.
    package static func capacity(_ count: Int) throws(SocketError) -> Int {
        guard count >= 0 else {
            throw SocketError(
                .invalidArgument, .receive, errno: .invalidArgument, hint: "a count of \(count) is below zero")
        }
        return min(count, 1 << 24)
    }

    /// Receives exactly so many bytes of a stream; `nil` when it ended before the first of them.
    ///
    /// Blocks until the last byte has come; ``timeout`` is the limit of the whole. Memory grows with what comes, not with
    /// what was promised. When it fails after some bytes, these are lost to the caller: for messages that may come slowly
    /// on a socket with a timeout, use a ``BufferedReader``, which keeps them.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes, `count` of them.
    /// - Throws: ``SocketError`` with ``SocketError/Code/endOfStream`` when the stream ends in between, and as for the
    ///   other forms; ``SocketError/bytesTransferred`` says how many had come.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(exactly count: Int) throws(SocketError) -> [UInt8]? {
        guard try Self.capacity(count) > 0 else { return [] }
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var bytes: [UInt8] = []
        do throws(SocketError) {
            while bytes.count < count {
                let piece = min(count - bytes.count, max(16_384, bytes.count))
                if try append(piece, to: &bytes, entry, &waiting) == 0 {
                    if bytes.isEmpty { return nil }
                    throw SocketError(
                        .endOfStream, .receive, address: try? peerAddress, hint: "\(count) bytes were expected")
                }
            }
        } catch {
            throw bytes.isEmpty ? error : error.with(bytesTransferred: bytes.count)
        }
        return bytes
    }

    /// Appends what one system call receives.
    private func append(
        _ count: Int, to bytes: inout [UInt8], flags: ReceiveFlags = [], _ entry: Descriptor.Entry,
        _ waiting: inout Waiting
    ) throws(SocketError) -> Int {
        var result = 0
        try bytes.append(addingCapacity: count) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            while true {
                result = Syscalls.receive(descriptor.number, into: &buffer, flags.rawValue | entry.flags)
                if result > 0 { return }
                if try settle(result, entry, .receive, flags.events, &waiting) { return }
            }
        }
        return result
    }

    /// Receives from a stream up to and with the first occurrence of a delimiter; `nil` when it ended before the first byte.
    ///
    /// Takes no byte behind the delimiter from the socket: it looks first (`MSG_PEEK`) and takes then, two system calls
    /// for each piece that comes. To read many lines, a ``BufferedReader`` is faster. Blocks until the delimiter has come;
    /// ``timeout`` is the limit of the whole.
    ///
    /// - Parameters:
    ///   - delimiter: One byte or several, such as `Array("\r\n".utf8)`; not empty.
    ///   - limit: The most bytes to take.
    /// - Returns: The bytes with the delimiter at their end.
    /// - Throws: ``SocketError`` with ``SocketError/Code/limitExceeded`` when the delimiter is not among the first `limit`
    ///   bytes, ``SocketError/Code/endOfStream`` when the stream ended before it, ``SocketError/Code/unsupported`` for a
    ///   socket that is no stream, and as for the other forms; ``SocketError/bytesTransferred`` says how many had been taken.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(until delimiter: [UInt8], limit: Int = 65_536) throws(SocketError) -> [UInt8]? {
        guard type == .stream else {
            throw SocketError(.unsupported, .receive, hint: "only streams have delimiters; receive the message whole")
        }
        guard let last = delimiter.last, limit >= delimiter.count else {
            throw SocketError(
                .invalidArgument, .receive, errno: .invalidArgument,
                hint: "the delimiter must not be empty, nor longer than the limit")
        }
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var bytes: [UInt8] = []
        do throws(SocketError) {
            while true {
                let taken = bytes.count
                guard taken < limit else {
                    throw SocketError(.limitExceeded, .receive, hint: "no delimiter within \(limit) bytes")
                }
                let seen = try append(
                    min(limit - taken, 16_384), to: &bytes, flags: .peek, entry, &waiting)
                if seen == 0 {
                    if taken == 0 { return nil }
                    throw SocketError(.endOfStream, .receive, hint: "the delimiter was still to come")
                }
                // The first end of the delimiter among the bytes just seen; its start may be older.
                var end = taken
                var isFound = false
                while end < bytes.count, !isFound {
                    isFound = bytes[end] == last && bytes[...end].suffix(delimiter.count).elementsEqual(delimiter)
                    end += 1
                }
                bytes.removeLast(bytes.count - taken)
                // These bytes wait in the kernel; a signal may cut the call short, so ask until all have come.
                while bytes.count < end {
                    if try append(end - bytes.count, to: &bytes, entry, &waiting) == 0 { break }
                }
                if isFound { return bytes }
            }
        } catch {
            throw bytes.isEmpty ? error : error.with(bytesTransferred: bytes.count)
        }
    }

    // MARK: With the sender's address

    /// Receives a datagram and the address of its sender.
    ///
    /// Blocks until one has come, no longer than ``timeout``. The corresponding C function is `recvfrom`.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted; the rest of a longer datagram is lost.
    ///   - flags: Flags of the call.
    /// - Returns: The bytes and the sender; a Unix sender without a name is `.unix(.unnamed)`. On a connection the bytes
    ///   are empty at the end, and the address is the peer's.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receiveFrom(
        upTo count: Int, flags: ReceiveFlags = []
    ) throws(SocketError) -> (bytes: [UInt8], address: SocketAddress) {
        let capacity = try Self.capacity(count)
        var address = SocketAddress.unix(.unnamed)
        let bytes = try [UInt8](capacity: capacity) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            address = try receiveFrom(into: &buffer, flags: flags).address
        }
        return (bytes, address)
    }

    /// Receives a datagram into the free room of a buffer, and the address of its sender; allocates nothing.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes appended.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came, and the sender.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receiveFrom(
        into buffer: inout OutputSpan<UInt8>, flags: ReceiveFlags = []
    ) throws(SocketError) -> (count: Int, address: SocketAddress) {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var address = KernelAddress()
        while true {
            let result = Syscalls.receive(
                descriptor.number, into: &buffer, flags.rawValue | entry.flags, from: &address)
            if result > 0 { return (result, sender(address)) }
            if try settle(result, entry, .receive, flags.events, &waiting) { return (0, sender(address)) }
        }
    }

    /// Receives a datagram into memory that the caller has, and the address of its sender; allocates nothing.
    ///
    /// Python's name is `recvfrom_into`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes, from its start.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came, and the sender.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receiveFrom(
        into buffer: inout MutableSpan<UInt8>, flags: ReceiveFlags = []
    ) throws(SocketError) -> (count: Int, address: SocketAddress) {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var address = KernelAddress()
        while true {
            let result = Syscalls.receive(
                descriptor.number, into: &buffer, flags.rawValue | entry.flags, from: &address)
            if result > 0 { return (result, sender(address)) }
            if try settle(result, entry, .receive, flags.events, &waiting) { return (0, sender(address)) }
        }
    }

    /// The sender that the kernel named; on a connection it names none, and it is the peer.
    func sender(_ address: KernelAddress) -> SocketAddress {
        if address.length == 0, family != .unix, let peer = try? peerAddress { return peer }
        return address.address(of: self)
    }
}
