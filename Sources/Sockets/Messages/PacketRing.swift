internal import CSockets
internal import Glibc
internal import SystemPackage

/// A ring of memory into which the kernel puts the packets of a packet socket: they are read in their place, without a system
/// call and without a copy for each.
///
/// ```swift
/// let socket = try Socket(.packet, .raw)
/// var ring = try PacketRing(socket)
/// try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: 0, etherType: .all)))
/// while true {
///     try ring.wait()
///     ring.forEachPacket { packet, bytes in print(packet.etherType, bytes.count) }
/// }
/// ```
///
/// From now on the socket receives by its ring alone. The kernel goes on capturing until the ring goes, also after the
/// socket was closed. Needs the capability `CAP_NET_RAW`. The corresponding C constants are
/// `PACKET_RX_RING` and `TPACKET_V3`. Since Linux 3.2.
public struct PacketRing: ~Copyable, Sendable {
    /// The socket whose packets come.
    public let socket: Socket

    private let memory: RingMemory
    /// The block that the kernel hands over next.
    private var next = 0

    /// Gives a packet socket a ring.
    ///
    /// - Parameters:
    ///   - socket: A packet socket, best one that is not bound yet, so that nothing comes before the ring.
    ///   - blockSize: The bytes of a block, a power of two from the machine's page size (4,096 to 65,536) to 64 MiB; longer
    ///     packets are cut.
    ///   - blockCount: How many blocks, 1 to 4,096.
    ///   - delay: After which time the kernel hands a block over that is not full.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` for sizes that are none, and for a socket that has
    ///   a ring already; ``SocketError/Code/unsupported`` for other sockets; others of the kernel.
    public init(
        _ socket: Socket, blockSize: Int = 1 << 18, blockCount: Int = 16, delay: Duration = .milliseconds(10)
    ) throws(SocketError) {
        guard socket.family == .packet else {
            throw SocketError(
                .unsupported, .setOption, subject: "PACKET_RX_RING", hint: "only packet sockets have rings")
        }
        guard (4_096...1 << 26).contains(blockSize), blockSize & (blockSize - 1) == 0, (1...4_096).contains(blockCount)
        else {
            throw SocketError(
                .invalidArgument, .setOption, errno: .invalidArgument, subject: "PACKET_RX_RING",
                hint: "\(blockCount) blocks of \(blockSize) bytes are no ring")
        }
        let frameSize = 2_048
        let milliseconds = min(max(1, delay / .milliseconds(1)), 60_000)
        let version = CInt(bitPattern: TPACKET_V3.rawValue)
        do throws(SocketError) {
            try socket.set(.raw(level: OptionLevel.packet, name: PACKET_VERSION, as: CInt.self), version)
        } catch {
            guard error.errno == .resourceBusy else { throw error }
            throw SocketError(
                .invalidArgument, .setOption, errno: error.errno, subject: "PACKET_RX_RING",
                hint: "the socket has a ring already")
        }
        var request: [UInt8] = []
        for number in [blockSize, blockCount, frameSize, blockSize / frameSize * blockCount, Int(milliseconds), 0, 0] {
            request += OptionBytes.store(UInt32(clamping: number))
        }
        let ring = SocketOption<[UInt8]>.raw(level: OptionLevel.packet, name: PACKET_RX_RING, capacity: request.count)
        do throws(SocketError) {
            try socket.set(ring, request)
        } catch {
            switch error.errno {
            case .noMemory:
                throw error.with(hint: "\(blockSize * blockCount) bytes are too many; take fewer or smaller blocks")
            case .invalidArgument: throw error.with(hint: "a block is at least a page of this machine's memory")
            default: throw error
            }
        }
        let mapped: RingMemory?
        do throws(SocketError) {
            mapped = try socket.withUnsafeFileDescriptor { number throws(SocketError) in
                try RingMemory(number.rawValue, blockSize: blockSize, blockCount: blockCount)
            }
        } catch {
            // Without its memory the ring would only take the packets away from the socket.
            try? socket.set(ring, [UInt8](repeating: 0, count: request.count))
            throw error
        }
        guard let mapped else { throw SocketError(.closed, .setOption) }
        memory = mapped
        self.socket = socket
    }

    /// Whether there are packets that have not been read.
    public var isReady: Bool { memory.isReady(next) }

    /// Waits until packets have come; returns at once while there are some that have not been read.
    ///
    /// Blocks no longer than the socket's ``Socket/timeout``.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/timedOut`` or ``SocketError/Code/closed``; others of the socket, such
    ///   as ``SocketError/Code/networkDown`` when the interface goes down.
    @available(*, noasync, message: "wait blocks its thread; call it from a thread of your own")
    public func wait() throws(SocketError) {
        let entry = try socket.enter(.receive, sleeping: true)
        defer { socket.descriptor.leave(entry) }
        var waiting = Socket.Waiting()
        while !memory.isReady(next) {
            try socket.wait(.receive, Constants.pollIn, &waiting)
            if memory.isReady(next) { return }
            // An error ends waits as packets do; asking for it takes it away.
            if let errno = try socket.get(.error) { throw SocketError(nil, .receive, errno: errno) }
        }
    }

    /// Calls `body` with each packet of the next block, in its place, and gives the block back to the kernel.
    ///
    /// Does not block.
    ///
    /// - Parameter body: Gets a packet; its bytes, as the socket's type has them, are there for the time of the call. When it
    ///   throws, the rest of the block is lost.
    /// - Returns: How many packets there were; 0 when none has come.
    /// - Throws: What `body` throws.
    @discardableResult
    public mutating func forEachPacket<E: Error>(
        _ body: (CapturedPacket, Span<UInt8>) throws(E) -> Void
    ) throws(E) -> Int {
        guard !socket.isClosed, memory.isReady(next) else { return 0 }
        defer {
            memory.release(next)
            next = (next + 1) % memory.blockCount
        }
        return try memory.forEachPacket(in: next, body)
    }

    /// How many packets came since this was asked last, and how many of them were lost because the ring was full.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` and others of the socket.
    public func takeStatistics() throws(SocketError) -> (packets: Int, lost: Int) {
        let bytes = try socket.get(.raw(level: OptionLevel.packet, name: PACKET_STATISTICS, capacity: 12))
        let packets = OptionBytes.load(UInt32.self, bytes, at: 0) ?? 0
        return (Int(packets), Int(OptionBytes.load(UInt32.self, bytes, at: 4) ?? 0))
    }
}
