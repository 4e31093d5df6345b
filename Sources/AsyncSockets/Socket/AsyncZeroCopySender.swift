internal import CAsyncSockets
public import Sockets

/// Sends bytes without copying them into the kernel, and keeps them until the kernel is done with them: the twin of
/// `ZeroCopySender`, where it is said when this pays.
///
/// ```swift
/// let sender = try AsyncZeroCopySender(socket)
/// for chunk in chunks { try await sender.send(chunk) }
/// try await sender.finish()
/// ```
///
/// A socket that is closed before all has ended is kept in the background until it has, and its connection is reset when the
/// peer takes nothing for a minute.
public final class AsyncZeroCopySender: Sendable {
    /// The socket that is sent with; others may receive from it, but must not send while this sender does.
    public let socket: AsyncSocket

    private let sender: ZeroCopySender

    /// Prepares a socket for it.
    ///
    /// - Parameter socket: A connected socket of TCP, or of UDP; the kernel counts its sendings from now on, so there is
    ///   one sender for a socket.
    /// - Throws: `SocketError` with `.unsupported` or `.optionNotSupported` where the kernel cannot.
    public init(_ socket: AsyncSocket) throws(SocketError) {
        self.socket = socket
        sender = try ZeroCopySender(socket.socket)
    }

    /// How many sendings the kernel has not yet ended.
    public var pendingCount: Int { sender.pendingCount }
    /// How many sendings have ended.
    public var completedCount: Int { sender.completedCount }
    /// Of those that have ended, how many the kernel had to copy after all.
    public var copiedCount: Int { sender.copiedCount }

    /// Sends all bytes; the sender keeps them as long as the kernel needs them.
    ///
    /// Suspends while the kernel's buffer is full.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: `SocketError` as for ``AsyncSocket/sendAll(_:flags:)-([UInt8],_)``; `bytesTransferred` says how many had
    ///   been sent.
    public func send(_ bytes: [UInt8]) async throws(SocketError) {
        // An empty datagram is one, too; there is nothing to copy.
        if bytes.isEmpty { return try await socket.sendAll(bytes) }
        var offset = 0
        while offset < bytes.count {
            let start = offset
            do throws(SocketError) {
                let piece = try await socket.performWriting { [sender] (_: Socket) throws(SocketError) in
                    try sender.sendNow(bytes, from: start)
                }
                casync_charge(piece)
                offset += piece
            } catch {
                throw offset == 0 ? error : error.with(bytesTransferred: offset)
            }
        }
        try sender.collectSometimes(after: bytes.count)
    }

    /// Collects the notices that are there of what the kernel has ended, and lets the bytes go.
    ///
    /// Does not suspend.
    ///
    /// - Returns: How many sendings have ended.
    /// - Throws: `SocketError` with `.closed` and others of the socket.
    @discardableResult
    public func collect() throws(SocketError) -> Int { try sender.collectNow() }

    /// Waits until the kernel has ended all sendings: on a stream, until the peer has acknowledged them.
    ///
    /// Suspends; it waits in the direction of sending, so not while another task sends.
    ///
    /// - Throws: `SocketError` with `.timedOut` when the deadline passes, `.cancelled`, `.closed` and others of the socket.
    public func finish() async throws(SocketError) {
        guard pendingCount > 0 else { return }
        try await socket.performOnErrorQueue(.write, .send) { [sender] (_: Socket) throws(SocketError) -> Void? in
            try sender.collectNow()
            return sender.pendingCount == 0 ? () : nil
        }
    }
}
