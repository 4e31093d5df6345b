internal import Synchronization
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
/// collected by and by; ``collect(within:)`` and ``finish(within:)`` collect what is left. Other messages that stand among
/// them in the error queue are kept for ``Socket/receiveError(upTo:controlCapacity:)`` and its like.
///
/// A socket that is closed before all has ended is kept in the background until it has; closing does not wait
/// for it, whatever ``SocketOption/linger`` says. Its connection is reset when the peer takes nothing for a minute, or when over a thousand
/// wait: so a peer that does not read cannot hold memory for good. A connection that is shared with other processes, or was
/// duplicated, is not reset but closed after that minute; then what had not ended stays in memory for good, as does what a
/// socket had not ended when it was detached: let the sender finish before.
///
/// Where the kernel leaves it open whether a datagram that failed was on its way, the next ones are copied until nothing is
/// under way any more. On a socket with a filter or a membership that cannot be seen: from then on all are copied.
///
/// The corresponding C constants are `SO_ZEROCOPY` and `MSG_ZEROCOPY`. Since Linux 4.14 for TCP, 5.0 for UDP.
public final class ZeroCopySender: Sendable {
    /// The socket that is sent with; others may receive from it, but must not send while this sender does.
    public let socket: Socket

    private let ledger: ZeroCopyLedger
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
        // Others tell the end of sendings in ways of their own, or never.
        guard socket.family == .ipv4 || socket.family == .ipv6, socket.protocol != .mptcp else {
            throw SocketError(
                .unsupported, .setOption, subject: "SO_ZEROCOPY", hint: "TCP and UDP send without copying")
        }
        let ledger = ZeroCopyLedger()
        if try !socket.get(.zeroCopy) {
            try socket.set(.zeroCopy, true)
            _ = socket.zeroCopyLedger.storeIfNil(ledger)
        }
        guard socket.zeroCopyLedger.load() === ledger else {
            throw SocketError(
                .invalidArgument, .setOption, errno: .invalidArgument, subject: "SO_ZEROCOPY",
                hint: "one sender for a socket, which sets this option itself")
        }
        self.socket = socket
        self.ledger = ledger
    }

    /// How many sendings the kernel has not yet ended.
    public var pendingCount: Int { ledger.pendingCount }

    /// How many sendings have ended.
    public var completedCount: Int { ledger.completedCount }

    /// Of those that have ended, how many the kernel had to copy after all.
    public var copiedCount: Int { ledger.copiedCount }

    /// Sends all bytes; the sender keeps them as long as the kernel needs them.
    ///
    /// Blocks while the kernel's buffer is full, no longer than the socket's ``Socket/timeout`` for each piece.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: ``SocketError`` as for ``Socket/sendAll(_:flags:)-(Span<UInt8>,_)``; ``SocketError/bytesTransferred`` says
    ///   how many had been sent.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(_ bytes: [UInt8]) throws(SocketError) {
        // An empty datagram is one, too; there is nothing to copy.
        if bytes.isEmpty { return try socket.sendAll(bytes) }
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
        if ledger.isTimeToCollect(after: count) { try collectNow() }
    }

    /// Collects the notices that are there; how many sendings have ended.
    @discardableResult
    package func collectNow() throws(SocketError) -> Int {
        let entry = try socket.enter(.receive, sleeping: false)
        defer { socket.descriptor.leave(entry) }
        var ended = 0
        while !ledger.isEmpty, let count = try ledger.take(socket.descriptor.number, socket) { ended += count }
        return ended > 0 ? ended : ledger.settle(socket.descriptor.number)
    }

    private func sendPiece(_ bytes: [UInt8], from offset: Int) throws(SocketError) -> Int {
        let rest = bytes.span.extracting(offset..<bytes.count)
        if !ledger.mayBegin {
            try collectNow()
            if !ledger.mayBegin { return try socket.send(rest) }
        }
        let number = ledger.begin(bytes)
        do throws(SocketError) {
            let count = try socket.send(rest, flags: .zeroCopy)
            ledger.sent()
            return count
        } catch {
            // A stream takes back the number of a call that sends nothing, and what would have to wait has had none. A
            // datagram that was given up on its way, by a firewall or a full queue, has had one, and its end is told
            // already; unless it went in fragments, some of which are under way.
            let isUnnumbered = socket.type == .stream || error.code == .wouldBlock || error.code == .timedOut
            _ = try? collectNow()
            guard ledger.failed(number, isUnnumbered: isUnnumbered) else { throw error }
            _ = try? collectNow()
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
        while true {
            let ended = try collectNow()
            if ended > 0 || pendingCount == 0 || timeout == .zero || deadline.hasPassed { return ended }
            let entry = try socket.enter(.receive, sleeping: false)
            defer { socket.descriptor.leave(entry) }
            try socket.waitForErrorQueue(until: deadline)
        }
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
