internal import CAsyncSockets
public import Sockets

extension AsyncSocket {
    /// Sends bytes with one system call, and returns how many the kernel has taken.
    ///
    /// That can be fewer than were given, on a stream whose peer does not keep up. A datagram is sent whole or not at all.
    /// Suspends while the kernel's buffer is full. The corresponding C function is `send`.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: `SocketError` with `.cancelled`, `.timedOut`, `.closed`, `.busy` (another task waits to send),
    ///   `.connectionReset` when the peer has gone, `.notConnected`, `.messageTooLong`.
    public func send(_ bytes: Span<UInt8>, flags: SendFlags = []) async throws(SocketError) -> Int {
        try await takeTurn(.send)
        return try await sendOnce(bytes, flags)
    }

    /// Asks before it waits, unless the kernel is known to be full.
    @inline(__always)
    private func sendOnce(_ bytes: Span<UInt8>, _ flags: SendFlags) async throws(SocketError) -> Int {
        if isWritable {
            let result = socket.sendNow(bytes, flags)
            casync_charge(result)
            if result >= 0 { return result }
            if result != Socket.mustWait { throw socket.failure(.send, result) }
        }
        return try await sendSlowly(bytes, flags)
    }

    /// Sends once when the kernel was full.
    private func sendSlowly(_ bytes: Span<UInt8>, _ flags: SendFlags) async throws(SocketError) -> Int {
        var mayAsk = mayAsk(.write)
        var pause = firstPause
        let piece = bytes.extracting(first: Self.mostForOneTurn)
        while true {
            if mayAsk {
                let result = socket.sendNow(isStream ? piece : bytes, flags)
                if result >= 0 {
                    keepReady(.write)
                    casync_charge(result)
                    return result
                }
                if result != Socket.mustWait {
                    keepReady(.write)
                    throw socket.failure(.send, result)
                }
            }
            try await wait(.write, .send, atMost: pause)
            pause = longer(pause)
            mayAsk = self.mayAsk(.write) || pause > 0
        }
    }

    /// How much is sent at most before others on the loop have their turn.
    static let mostForOneTurn = 1 << 20

    /// After how many nanoseconds the kernel is asked again though it has announced no room; 0 where its announcements can be
    /// relied on.
    ///
    /// Datagrams of other families than IP wait for room in their receiver's queue, of which there is no event; and a Unix
    /// stream is not told when its peer ends receiving.
    var firstPause: Int64 {
        if isTCP || family == .ipv4 || family == .ipv6 { return 0 }
        if !isStream { return 1_000_000 }
        return family == .unix ? 250_000_000 : 0
    }

    /// The pause after one that was in vain.
    func longer(_ pause: Int64) -> Int64 { max(pause, min(pause * 2, 16_000_000)) }

    /// Sends an array; as ``send(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    public func send(_ bytes: [UInt8], flags: SendFlags = []) async throws(SocketError) -> Int {
        try await send(bytes.span, flags: flags)
    }

    /// Sends text in UTF-8; as ``send(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - text: What to send.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    public func send(_ text: String, flags: SendFlags = []) async throws(SocketError) -> Int {
        try await send(text.utf8.span, flags: flags)
    }

    /// Sends all the bytes, with as many system calls as it takes.
    ///
    /// Suspends until the kernel has taken the last byte. A datagram, also an empty one, is sent by one call. Python's name
    /// is `sock_sendall`.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of each call.
    /// - Throws: `SocketError` as for sending; `bytesTransferred` says how far it came.
    @inlinable
    @inline(__always)  // what the kernel takes at once costs no call that could suspend
    public func sendAll(_ bytes: Span<UInt8>, flags: SendFlags = []) async throws(SocketError) {
        let sent = sendAllNow(bytes, flags)
        if sent < 0 || sent < bytes.count { try await sendRest(bytes, flags, after: sent) }
    }

    /// Sends what is left when the kernel was full.
    @usableFromInline
    func sendRest(_ bytes: Span<UInt8>, _ flags: SendFlags, after first: Int) async throws(SocketError) {
        var sent = max(0, first)
        do throws(SocketError) {
            if first < 0 {
                if first != Socket.mustWait { throw socket.failure(.send, first) }
            }
            if bytes.count == 0 {
                try await takeTurn(.send)
                if !isStream { _ = try await sendSlowly(bytes, flags) }
                return
            }
            while sent < bytes.count {
                try await takeTurn(.send)
                sent += try await sendSlowly(bytes.extracting(droppingFirst: sent), flags)
            }
        } catch {
            throw sent == 0 ? error : error.with(bytesTransferred: sent)
        }
    }

    /// Sends a whole array; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - flags: Flags of each call.
    @inlinable
    @inline(__always)
    public func sendAll(_ bytes: [UInt8], flags: SendFlags = []) async throws(SocketError) {
        let sent = sendAllNow(bytes.span, flags)
        if sent < 0 || sent < bytes.count { try await sendRest(bytes.span, flags, after: sent) }
    }

    /// Sends a whole text in UTF-8; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    ///
    /// - Parameters:
    ///   - text: What to send.
    ///   - flags: Flags of each call.
    public func sendAll(_ text: String, flags: SendFlags = []) async throws(SocketError) {
        try await sendAll(text.utf8.span, flags: flags)
    }

    // MARK: To an address

    /// Sends a datagram to an address, and returns how many bytes the kernel has taken.
    ///
    /// Suspends while the kernel's buffer is full. The corresponding C function is `sendto`.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken: all, for a datagram.
    /// - Throws: `SocketError` as for sending.
    @discardableResult
    public func send(
        _ bytes: Span<UInt8>, to address: SocketAddress, flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await performWriting { socket throws(SocketError) in
            try socket.send(bytes, to: address, flags: flags)
        }
    }

    /// Sends an array to an address; as ``send(_:to:flags:)-(Span<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @discardableResult
    public func send(
        _ bytes: [UInt8], to address: SocketAddress, flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await send(bytes.span, to: address, flags: flags)
    }

    /// Sends text in UTF-8 to an address; as ``send(_:to:flags:)-(Span<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - text: What to send.
    ///   - address: Where to.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @discardableResult
    public func send(
        _ text: String, to address: SocketAddress, flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await send(text.utf8.span, to: address, flags: flags)
    }

    /// Runs a sending operation of the socket below: it asks at once, and begins to watch for room only when there is none.
    @inline(__always)
    func performWriting<R>(_ attempt: (Socket) throws(SocketError) -> R) async throws(SocketError) -> R {
        try await takeTurn(.send)
        if isWritable {
            do throws(SocketError) {
                return try attempt(socket)
            } catch {
                if error.code != .wouldBlock { throw error }
            }
        }
        return try await perform(.write, .send, pausing: firstPause, attempt)
    }
}
