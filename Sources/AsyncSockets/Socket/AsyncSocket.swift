public import Sockets
internal import Synchronization
public import SystemPackage

/// A socket whose operations suspend instead of blocking: the twin of `Socket`, with the same names.
///
/// ```swift
/// let listener = try AsyncSocket.listening(on: .loopback(port: 7777))
/// try await listener.serve { peer in
///     while let bytes = try await peer.receive(upTo: 4096) {
///         try await peer.sendAll(bytes)
///     }
/// }
/// ```
///
/// An operation that cannot go on suspends its task until it can. It ends early when the task is cancelled
/// (`.cancelled`), when the deadline of ``withDeadline(_:_:)`` passes (`.timedOut`), or when the socket is closed
/// (`.closed`): no byte is lost by it, and after the first two the socket is as usable as before. An operation that can go
/// on at once does so, also in a task that was cancelled already; a task that repeats operations which never wait notices
/// after some dozens of them.
///
/// One task may receive while another sends. A second task that would have to wait in the same direction gets `.busy`.
///
/// The socket owns its descriptor: it closes when the last reference goes, or at once by ``close()``.
public final class AsyncSocket: Sendable {
    /// The socket below; it does not block.
    let socket: Socket
    /// Where readiness is remembered and waited for; 0 until the first wait.
    let watchAddress = Atomic<UInt>(0)
    /// How much the last large read brought; as much and more is expected of the next one.
    let lastCount = Atomic<Int32>(0)
    /// The task that last met the end of a thread's share here, by some bits of its address; for threads without a loop.
    let spender = Atomic<UInt32>(0)
    /// The loop that was asked for.
    let preferredLoop: EventLoop?
    let isStream: Bool
    /// Whether a short read tells that nothing is left.
    let isTCP: Bool
    /// Whether receiving nothing means the end.
    @usableFromInline let endsWithNothing: Bool

    /// Takes over a socket that does not block.
    init(nonBlocking socket: Socket, on loop: EventLoop?) {
        self.socket = socket
        self.preferredLoop = loop
        self.endsWithNothing = socket.type.endsWithNothing
        self.isStream = socket.type == .stream
        self.isTCP =
            isStream && socket.protocol == .tcp && (socket.family == .ipv4 || socket.family == .ipv6)
    }

    /// Makes a socket that has neither name nor peer yet; it is closed on exec.
    ///
    /// The corresponding C function is `socket`.
    ///
    /// - Parameters:
    ///   - family: The communication domain.
    ///   - type: How data travels.
    ///   - protocol: The protocol, where family and type leave a choice.
    ///   - loop: The loop to wait on; by default that of the task which waits first, or the next one of
    ///     ``EventLoops/shared``.
    /// - Throws: `SocketError` as `Socket` does: `.addressFamilyNotSupported`, `.unsupported`, `.permissionDenied`,
    ///   `.tooManyDescriptors`.
    public convenience init(
        _ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol = .default,
        on loop: EventLoop? = nil
    ) throws(SocketError) {
        self.init(nonBlocking: try Socket(nonBlocking: family, type, `protocol`), on: loop)
    }

    /// Takes over a socket, with its connection, names and options: `socket` is closed from now on, and this one has its
    /// descriptor.
    ///
    /// - Parameters:
    ///   - socket: A socket in which no thread is inside a call.
    ///   - loop: The loop to wait on; by default that of the task which waits first, or the next one of
    ///     ``EventLoops/shared``.
    /// - Throws: `SocketError` with `.busy` while a thread is inside a call of the socket, or `.closed`.
    public convenience init(_ socket: Socket, on loop: EventLoop? = nil) throws(SocketError) {
        self.init(nonBlocking: try socket.moved(isNonBlocking: true, .adopt), on: loop)
    }

    /// Makes two sockets that are connected with each other.
    ///
    /// The corresponding C function is `socketpair`.
    ///
    /// - Parameters:
    ///   - family: The communication domain; most kernels have pairs of Unix sockets alone.
    ///   - type: How data travels.
    ///   - protocol: The protocol, where family and type leave a choice.
    /// - Returns: Both ends; which is which does not matter.
    /// - Throws: `SocketError` as for making a socket.
    public static func pair(
        _ family: AddressFamily = .unix, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default
    ) throws(SocketError) -> (AsyncSocket, AsyncSocket) {
        let (first, second) = try Socket.pair(family, type, `protocol`)
        return (try AsyncSocket(first), try AsyncSocket(second))
    }

    deinit {
        close()
        if let watch { watch.loop.retire(watch) }
    }

    /// The communication domain.
    public var family: AddressFamily { socket.family }
    /// How data travels.
    public var type: SocketType { socket.type }
    /// The protocol; `.default` only where the kernel does not tell.
    public var `protocol`: TransportProtocol { socket.protocol }

    // MARK: The end

    /// Closes the socket; closing twice is no mistake.
    ///
    /// Tasks that wait go on with `.closed`. Does not suspend. What `Socket.close()` says of bytes that are on their way
    /// holds here too; to be sure that the peer got all, use ``closeGracefully()``. The corresponding C function is `close`.
    public func close() {
        endWatching()
        socket.close()
    }

    /// Whether the socket has been closed or detached.
    public var isClosed: Bool { socket.isClosed }

    /// Gives the descriptor back as a socket that blocks; this one is closed from now on.
    ///
    /// Tasks that wait on it go on with `.closed`.
    ///
    /// - Returns: The socket, with its connection, names and options, and without a timeout.
    /// - Throws: `SocketError` with `.closed`, or `.busy` while another thread is inside a system call of it.
    public func detach() throws(SocketError) -> Socket {
        let moved = try socket.moved(isNonBlocking: false, .detach)
        endWatching()
        return moved
    }

    /// Calls `body` with the descriptor, for system calls that this library does not have.
    ///
    /// - Parameter body: Gets the descriptor, which is valid for the time of the call; do not close or keep it.
    /// - Returns: What `body` returns; `nil`, without calling it, when the socket is closed.
    /// - Throws: What `body` throws.
    public func withUnsafeFileDescriptor<R, E: Error>(_ body: (FileDescriptor) throws(E) -> R) throws(E) -> R? {
        try socket.withUnsafeFileDescriptor(body)
    }
}

extension AsyncSocket: Hashable {
    /// Whether both are the same object.
    public static func == (first: AsyncSocket, second: AsyncSocket) -> Bool { first === second }

    /// Hashes the identity of the object.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension AsyncSocket: CustomStringConvertible {
    /// The kind of the socket and its addresses, as `IPv4 stream socket 127.0.0.1:7777 ↔ 127.0.0.1:40112`.
    public var description: String { socket.description }
}
