public import Sockets

/// A ring of memory into which the kernel puts the packets of a packet socket, waited for by suspending: the twin of
/// `PacketRing`.
///
/// ```swift
/// let socket = try AsyncSocket(Socket(.packet, .raw))
/// var ring = try AsyncPacketRing(socket)
/// try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: 0, etherType: .all)))
/// while true {
///     try await ring.wait()
///     ring.forEachPacket { packet, bytes in print(packet.etherType, bytes.count) }
/// }
/// ```
///
/// Sizes, needs and constants are those of `PacketRing`.
public struct AsyncPacketRing: ~Copyable, Sendable {
    /// The socket whose packets come; from now on it receives by its ring alone.
    public let socket: AsyncSocket

    private var ring: PacketRing

    /// Gives a packet socket a ring.
    ///
    /// - Parameters:
    ///   - socket: A packet socket, best one that is not bound yet, so that nothing comes before the ring.
    ///   - blockSize: The bytes of a block, a power of two from 4,096 to 64 MiB; longer packets are cut.
    ///   - blockCount: How many blocks, 1 to 4,096.
    ///   - delay: After which time the kernel hands a block over that is not full.
    /// - Throws: `SocketError` with `.invalidArgument` for sizes that are none, and for a socket that has a ring already;
    ///   `.unsupported` for other sockets; others of the kernel.
    public init(
        _ socket: AsyncSocket, blockSize: Int = 1 << 18, blockCount: Int = 16, delay: Duration = .milliseconds(10)
    ) throws(SocketError) {
        self.socket = socket
        ring = try PacketRing(socket.below, blockSize: blockSize, blockCount: blockCount, delay: delay)
    }

    /// Waits until packets have come; returns at once while there are some that have not been read.
    ///
    /// Suspends; put it under `withDeadline` to limit the time.
    ///
    /// - Throws: `SocketError` with `.cancelled`, `.timedOut` or `.closed`; others of the socket, such as `.networkDown` when
    ///   the interface goes down.
    public func wait() async throws(SocketError) {
        try await socket.takeTurnToReceive()
        // What was announced is looked at here: what comes afterwards ends the wait.
        _ = socket.mayHaveInput
        while !ring.isReady {
            // An error ends waits as packets do; asking for it takes it away.
            if let errno = try socket.get(.error) { throw SocketError(nil, .receive, errno: errno) }
            try await socket.waitForInput()
        }
    }

    /// Calls `body` with each packet of the next block, in its place, and gives the block back to the kernel.
    ///
    /// Does not suspend.
    ///
    /// - Parameter body: Gets a packet; its bytes, as the socket's type has them, are there for the time of the call. When it
    ///   throws, the rest of the block is lost.
    /// - Returns: How many packets there were; 0 when none has come.
    /// - Throws: What `body` throws.
    @discardableResult
    public mutating func forEachPacket<E: Error>(
        _ body: (CapturedPacket, Span<UInt8>) throws(E) -> Void
    ) throws(E) -> Int {
        try ring.forEachPacket(body)
    }

    /// How many packets came since this was asked last, and how many of them were lost because the ring was full.
    ///
    /// - Throws: `SocketError` with `.closed` and others of the socket.
    public func takeStatistics() throws(SocketError) -> (packets: Int, lost: Int) { try ring.takeStatistics() }
}
