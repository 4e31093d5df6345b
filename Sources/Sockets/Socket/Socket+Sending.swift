extension Socket {
    /// Sends bytes with one system call, and returns how many the kernel has taken.
    ///
    /// That can be fewer than were given, on a stream whose peer does not keep up: see ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    /// A datagram is sent whole or not at all. Blocks while the kernel's buffer is full, no longer than ``timeout``. The
    /// corresponding C function is `send`.
    ///
    /// ```swift
    /// let sent = try socket.send(packet.span)
    /// ```
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``SocketError`` with ``SocketError/Code/connectionReset`` when the peer has gone,
    ///   ``SocketError/Code/notConnected``, ``SocketError/Code/timedOut``, ``SocketError/Code/wouldBlock``,
    ///   ``SocketError/Code/messageTooLong``, ``SocketError/Code/closed``.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func send(_ bytes: Span<UInt8>, flags: SendFlags = []) throws(SocketError) -> Int {
        // The hot path: the socket just blocks, and the kernel takes something.
        if descriptor.enterPlainly() {
            let result = Syscalls.send(descriptor.number, bytes, flags.rawValue)
            descriptor.leavePlainly()
            if result > 0 { return result }
            return try sendSlowly(bytes, flags, after: result)
        }
        return try sendSlowly(bytes, flags, after: nil)
    }

    @inline(never)
    private func sendSlowly(_ bytes: Span<UInt8>, _ flags: SendFlags, after first: Int?) throws(SocketError) -> Int {
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        if let first, try settle(first, entry, .send, Constants.pollOut, &waiting) { return 0 }
        return try send(bytes, flags, entry, &waiting)
    }

    @inline(__always)
    private func send(
        _ bytes: Span<UInt8>, _ flags: SendFlags, _ entry: Descriptor.Entry, _ waiting: inout Waiting
    ) throws(SocketError) -> Int {
        while true {
            let result = Syscalls.send(descriptor.number, bytes, flags.rawValue | entry.flags)
            if result > 0 { return result }
            if try settle(result, entry, .send, Constants.pollOut, &waiting) { return 0 }
        }
    }

    /// Sends an array; as ``send(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func send(_ bytes: [UInt8], flags: SendFlags = []) throws(SocketError) -> Int {
        try send(bytes.span, flags: flags)
    }

    /// Sends text in UTF-8; as ``send(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - text: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func send(_ text: String, flags: SendFlags = []) throws(SocketError) -> Int {
        try send(text.utf8.span, flags: flags)
    }

    /// Sends all the bytes, with as many system calls as it takes.
    ///
    /// Blocks until the kernel has taken the last byte; ``timeout`` is the limit of the whole. A datagram, also an empty
    /// one, is sent by one call. Python's name is `sendall`.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of each call.
    /// - Throws: ``SocketError`` as for sending; ``SocketError/bytesTransferred`` says how far it came.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @inline(__always)  // also into the forms without flags and for arrays, whose hot path is this one
    public func sendAll(_ bytes: Span<UInt8>, flags: SendFlags = []) throws(SocketError) {
        // The hot path: the socket just blocks, and the kernel takes it all at once.
        if bytes.count > 0, descriptor.enterPlainly() {
            let result = Syscalls.send(descriptor.number, bytes, flags.rawValue)
            descriptor.leavePlainly()
            if result == bytes.count { return }
            return try sendRest(bytes, flags, after: result)
        }
        if bytes.count > 0 || type != .stream { try sendRest(bytes, flags, after: nil) }
    }

    /// Sends what is left after a first call, whose result is given.
    @inline(never)
    private func sendRest(_ bytes: Span<UInt8>, _ flags: SendFlags, after first: Int?) throws(SocketError) {
        var sent = max(0, first ?? 0)
        do throws(SocketError) {
            let entry = try enter(.send, sleeping: true)
            defer { descriptor.leave(entry) }
            var waiting = Waiting()
            if let first, first <= 0 { _ = try settle(first, entry, .send, Constants.pollOut, &waiting) }
            repeat {
                sent += try send(bytes.extracting(droppingFirst: sent), flags, entry, &waiting)
            } while sent < bytes.count
        } catch {
            throw sent == 0 ? error : error.with(bytesTransferred: sent)
        }
    }

    /// Sends a whole array; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of each call.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(_ bytes: [UInt8], flags: SendFlags = []) throws(SocketError) {
        try sendAll(bytes.span, flags: flags)
    }

    /// Sends a whole text in UTF-8; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - text: What to send.
    ///   - flags: Flags of each call.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(_ text: String, flags: SendFlags = []) throws(SocketError) {
        try sendAll(text.utf8.span, flags: flags)
    }

    /// Sends one datagram to an address.
    ///
    /// The corresponding C function is `sendto`.
    ///
    /// - Parameters:
    ///   - bytes: The datagram.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken: all of them, but for streams.
    /// - Throws: ``SocketError`` as for ``send(_:flags:)-(Span<UInt8>,_)``, and for addresses that cannot be used.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(_ bytes: Span<UInt8>, to address: SocketAddress, flags: SendFlags = []) throws(SocketError) -> Int
    {
        let kernel = try KernelAddress(address, for: .send, of: self)
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            let result = Syscalls.send(descriptor.number, bytes, flags.rawValue | entry.flags, to: kernel)
            if result > 0 { return result }
            if try settle(result, entry, .send, Constants.pollOut, &waiting, address: address) { return 0 }
        }
    }

    /// Sends an array as one datagram to an address; as ``send(_:to:flags:)-(Span<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - bytes: The datagram.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(_ bytes: [UInt8], to address: SocketAddress, flags: SendFlags = []) throws(SocketError) -> Int {
        try send(bytes.span, to: address, flags: flags)
    }

    /// Sends text in UTF-8 as one datagram to an address; as ``send(_:to:flags:)-(Span<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The datagram.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(_ text: String, to address: SocketAddress, flags: SendFlags = []) throws(SocketError) -> Int {
        try send(text.utf8.span, to: address, flags: flags)
    }
}
