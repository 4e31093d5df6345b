internal import SystemPackage

/// Sends bytes without copying them into the kernel, and keeps them until the kernel is done with them.
///
/// ```swift
/// let sender = try ZeroCopySender(socket)
/// for chunk in chunks { try sender.send(chunk) }
/// try sender.finish(within: .seconds(10))
/// ```
///
/// The bytes come as an array, which the sender holds until the kernel says that it has ended. An array that is held is
/// copied when somebody changes it, so what goes over the network is what was given, whatever the caller does meanwhile.
///
/// It pays for pieces of 20 KB and more that are in no cache, on paths to a real network adapter: each sending costs a
/// notice that has to be collected, and over loopback the kernel copies all the same (``copiedCount`` says so). Notices are
/// collected by and by; ``collect(within:)`` and ``finish(within:)`` collect what is left. Let it finish before the socket is
/// closed: of a closed socket nobody hears when the kernel is done, and the bytes of sendings that had not ended stay in
/// memory for good. While it is in use the error queue is its own: other messages there are lost.
///
/// The corresponding C constants are `SO_ZEROCOPY` and `MSG_ZEROCOPY`. Since Linux 4.14 for TCP, 5.0 for UDP.
public final class ZeroCopySender: Sendable {
    /// The socket that is sent with; others may receive from it, but must not send while this sender does.
    public let socket: Socket

    private struct State {
        /// The bytes that the kernel may still read, by the number of their sending.
        var pending: [UInt32: [UInt8]] = [:]
        var next: UInt32 = 0
        var copied = 0
        var completed = 0
        /// What was sent since notices were collected last.
        var uncollected = 0
    }

    private let state = Lock(State())
    /// Held while sending, so that numbers are given in the order of the calls.
    private let turn = Lock(())

    /// Prepares a socket for it.
    ///
    /// - Parameter socket: A connected socket of TCP, or of UDP; the kernel counts its sendings from now on, so there is
    ///   one sender for a socket.
    /// - Throws: ``SocketError`` with ``SocketError/Code/unsupported`` or ``SocketError/Code/optionNotSupported`` where the
    ///   kernel cannot; ``SocketError/Code/invalidArgument`` for a socket that has, or had, a sender already, or whose
    ///   ``SocketOption/zeroCopy`` was set by hand: of its sendings nobody knows the numbers.
    public init(_ socket: Socket) throws(SocketError) {
        guard try !socket.get(.zeroCopy) else {
            throw SocketError(
                .invalidArgument, .setOption, errno: .invalidArgument, subject: "SO_ZEROCOPY",
                hint: "one sender for a socket, which sets this option itself")
        }
        try socket.set(.zeroCopy, true)
        self.socket = socket
    }

    deinit {
        // The kernel may still read the bytes: a thread keeps them until it is done.
        let left = state.withLock { $0.pending }
        if !left.isEmpty { ZeroCopyKeeper.keep(left, of: socket) }
    }

    /// How many sendings the kernel has not yet ended.
    public var pendingCount: Int { state.withLock { $0.pending.count } }

    /// How many sendings have ended.
    public var completedCount: Int { state.withLock { $0.completed } }

    /// Of those that have ended, how many the kernel had to copy after all.
    public var copiedCount: Int { state.withLock { $0.copied } }

    /// Sends all bytes; the sender keeps them as long as the kernel needs them.
    ///
    /// Blocks while the kernel's buffer is full, no longer than the socket's ``Socket/timeout`` for each piece.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: ``SocketError`` as for ``Socket/sendAll(_:flags:)-(Span<UInt8>,_)``; ``SocketError/bytesTransferred`` says
    ///   how many had been sent.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(_ bytes: [UInt8]) throws(SocketError) {
        try turn.withLock { (_: inout Void) throws(SocketError) in
            var offset = 0
            while offset < bytes.count {
                do throws(SocketError) {
                    offset += try sendPiece(bytes, from: offset)
                } catch {
                    throw offset == 0 ? error : error.with(bytesTransferred: offset)
                }
            }
        }
        try collectSometimes(after: bytes.count)
    }

    /// Sends from an offset once, on a socket that does not block; how much went.
    package func sendNow(_ bytes: [UInt8], from offset: Int) throws(SocketError) -> Int {
        guard (0..<bytes.count).contains(offset) else { return 0 }
        return try turn.withLock { (_: inout Void) throws(SocketError) in try sendPiece(bytes, from: offset) }
    }

    /// Collects notices when it is worth it: the kernel puts those of neighbours together, so let some come about.
    package func collectSometimes(after count: Int) throws(SocketError) {
        let isTime = state.withLock { state in
            state.uncollected &+= count
            guard state.uncollected >= 1 << 20 || state.pending.count >= 32 else { return false }
            state.uncollected = 0
            return true
        }
        if isTime { try collectNow() }
    }

    /// Collects the notices that are there; how many sendings have ended.
    @discardableResult
    package func collectNow() throws(SocketError) -> Int {
        var ended = 0
        while pendingCount > 0, let notice = try ZeroCopyKeeper.nextNotice(of: socket) { ended += note(notice) }
        return ended
    }

    private func note(_ notice: ZeroCopyKeeper.Notice) -> Int {
        state.withLock { state in
            var count = 0
            for number in notice.numbers where state.pending.removeValue(forKey: number) != nil { count += 1 }
            state.completed += count
            if notice.wasCopied { state.copied += count }
            return count
        }
    }

    private func sendPiece(_ bytes: [UInt8], from offset: Int) throws(SocketError) -> Int {
        let rest = bytes.span.extracting(offset..<bytes.count)
        // Before the call, so that the end cannot be told before it is known.
        let number = state.withLock { state in
            state.pending[state.next] = bytes
            defer { state.next &+= 1 }
            return state.next
        }
        do throws(SocketError) {
            let count = try socket.send(rest, flags: SendFlags(rawValue: Constants.zeroCopy))
            return count
        } catch {
            // The kernel has given the number to nobody.
            state.withLock { state in
                state.pending[number] = nil
                state.next = number
            }
            guard error.code == .noBufferSpace else { throw error }
            // Too many notices wait: collect some, or go on without.
            if try collect(within: socket.isBlocking ? .milliseconds(10) : .zero) > 0 { return 0 }
            return try socket.send(rest)
        }
    }

    /// Collects the notices of what the kernel has ended, and lets the bytes go.
    ///
    /// - Parameter timeout: How long to wait for the first one; zero for not at all, `nil` for ever.
    /// - Returns: How many sendings have ended.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` and others of the socket; not for the end of the time.
    @available(*, noasync, message: "collect blocks its thread; call it from a thread of your own")
    @discardableResult
    public func collect(within timeout: Duration? = .zero) throws(SocketError) -> Int {
        let deadline = Deadline(after: timeout)
        var ended = 0
        while pendingCount > 0 {
            guard let notice = try ZeroCopyKeeper.nextNotice(of: socket) else {
                if ended > 0 || timeout == .zero || deadline.hasPassed { break }
                try ZeroCopyKeeper.wait(for: socket, until: deadline)
                continue
            }
            ended += note(notice)
        }
        return ended
    }

    /// Waits until the kernel has ended all sendings: on a stream, until the peer has acknowledged them.
    ///
    /// - Parameter timeout: How long to wait; `nil` for ever.
    /// - Throws: ``SocketError`` with ``SocketError/Code/timedOut``, and as for ``collect(within:)``.
    @available(*, noasync, message: "finish blocks its thread; call it from a thread of your own")
    public func finish(within timeout: Duration? = nil) throws(SocketError) {
        let deadline = Deadline(after: timeout)
        while pendingCount > 0 {
            try collect(within: deadline.left)
            if pendingCount > 0, deadline.hasPassed {
                throw SocketError(
                    .timedOut, .send, subject: "\(pendingCount) sendings without copying",
                    hint: "the peer has not acknowledged them")
            }
        }
    }
}
