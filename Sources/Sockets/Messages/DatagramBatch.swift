internal import SystemPackage

/// Many datagrams in memory of one piece, to be received or sent by one system call.
///
/// The memory is made once; receiving into it and sending from it allocate nothing:
///
/// ```swift
/// var batch = try DatagramBatch(capacity: 64, datagramSize: 2_048)
/// while true {
///     try socket.receiveBatch(into: &batch)         // waits for the first, takes what else is there
///     batch.prepareReplies()                        // each goes back to where it came from …
///     try socket.sendBatch(&batch)                  // … from the address that it came to
/// }
/// ```
///
/// A received datagram that was longer than its room is marked ``MessageFlags/truncated``. A batch belongs to one task or
/// thread at a time, and cannot be copied.
public struct DatagramBatch: ~Copyable, Sendable {
    let memory: DatagramMemory
    /// How many datagrams are in the batch.
    public internal(set) var count = 0
    /// How many of them the last sending has sent.
    public internal(set) var sentCount = 0
    /// Whether sending gives datagrams that follow one another, of one size and to one receiver, to the kernel as one, which
    /// it or the adapter cuts.
    ///
    /// Their way through the network is one, too: it costs about half where most answers go to the same few receivers.
    /// For UDP, not UDP-Lite; the last one may be smaller. Where it cannot be done, as with datagrams larger than a packet, or
    /// on a socket with a ``SocketOption/segmentSize`` of its own, they are sent one by one all the same. The corresponding C constant is `UDP_SEGMENT`. Since Linux 4.18; ``SocketOption/receiveOffload`` is the same for receiving.
    public var sendOffload = false
    /// How many of them are as they were received, with the kernel's control messages, which must not be sent.
    var receivedCount = 0
    /// Control messages with descriptors have an owner from the start, so these are decoded at once.
    var owned: [[ControlMessage]] = []

    /// The most datagrams that the kernel takes in one call (`UIO_MAXIOV`).
    public static let maximumCapacity = 1_024

    /// Makes room for datagrams.
    ///
    /// - Parameters:
    ///   - capacity: How many, 1 to 1,024.
    ///   - datagramSize: The most bytes of one, 0 to 65,535; with ``SocketOption/receiveOffload`` they should be 65,535.
    ///   - controlCapacity: The room for control messages of each, in bytes; 64 holds a packet information and a segment
    ///     size.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` for numbers out of these ranges.
    public init(capacity: Int, datagramSize: Int, controlCapacity: Int = 64) throws(SocketError) {
        guard (1...Self.maximumCapacity).contains(capacity), (0...65_535).contains(datagramSize),
            (0...65_536).contains(controlCapacity),
            let memory = DatagramMemory(capacity: capacity, size: datagramSize, controlCapacity: controlCapacity)
        else {
            throw SocketError(
                .invalidArgument, SocketError.Operation(rawValue: "make"), errno: .invalidArgument,
                subject: "a batch of \(capacity) datagrams",
                hint:
                    "a batch has 1 to 1,024 datagrams of 0 to 65,535 bytes, and up to 65,536 bytes of control messages")
        }
        self.memory = memory
    }

    /// How many datagrams there is room for.
    public var capacity: Int { memory.capacity }
    /// The most bytes of one datagram.
    public var datagramSize: Int { memory.size }
    /// Whether there is no datagram in the batch.
    public var isEmpty: Bool { count == 0 }
    /// Whether there is no room for another one.
    public var isFull: Bool { count == capacity }

    /// Takes all datagrams out; the memory stays.
    public mutating func removeAll() {
        count = 0
        sentCount = 0
        receivedCount = 0
        if !owned.isEmpty { owned.removeAll(keepingCapacity: true) }
    }

    // MARK: Writing

    /// Adds a datagram to be sent.
    ///
    /// - Parameters:
    ///   - bytes: Its bytes, which are copied.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - segmentSize: Into datagrams of how many bytes the kernel is to cut it; `nil` for not at all.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when the batch is full or the room of a datagram
    ///   too small, and as for the address.
    public mutating func append(
        _ bytes: Span<UInt8>, to address: SocketAddress? = nil, segmentSize: Int? = nil
    ) throws(SocketError) {
        guard bytes.count <= datagramSize else {
            throw SocketError(
                .invalidArgument, .send, errno: .messageTooLong, address: address,
                hint: "\(bytes.count) bytes are more than the \(datagramSize) that a datagram of this batch has")
        }
        try prepare(address, segmentSize)
        memory.copy(bytes, to: count)
        count += 1
    }

    /// Adds a datagram of an array; as ``append(_:to:segmentSize:)-(Span<UInt8>,_,_)``.
    ///
    /// - Parameters:
    ///   - bytes: Its bytes, which are copied.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - segmentSize: Into datagrams of how many bytes the kernel is to cut it; `nil` for not at all.
    public mutating func append(
        _ bytes: [UInt8], to address: SocketAddress? = nil, segmentSize: Int? = nil
    ) throws(SocketError) {
        try append(bytes.span, to: address, segmentSize: segmentSize)
    }

    /// Adds a datagram to be sent that is written in its place, without copying.
    ///
    /// - Parameters:
    ///   - address: Where to; `nil` on a connected socket.
    ///   - segmentSize: Into datagrams of how many bytes the kernel is to cut it; `nil` for not at all.
    ///   - body: Writes the bytes.
    /// - Throws: ``SocketError`` as for ``append(_:to:segmentSize:)-(Span<UInt8>,_,_)``.
    public mutating func append(
        to address: SocketAddress? = nil, segmentSize: Int? = nil,
        writing body: (inout OutputSpan<UInt8>) throws(SocketError) -> Void
    ) throws(SocketError) {
        try prepare(address, segmentSize)
        memory.setLength(try memory.withRoom(at: count, body), at: count)
        count += 1
    }

    private func prepare(_ address: SocketAddress?, _ segmentSize: Int?) throws(SocketError) {
        guard !isFull else {
            throw SocketError(
                .invalidArgument, .send, errno: .noBufferSpace, address: address,
                hint: "the batch is full; send it, or make it larger")
        }
        var kernel: KernelAddress?
        if let address { kernel = try KernelAddress(address, for: .send) }
        memory.setAddress(kernel, at: count)
        memory.removeControl(at: count)
        if let segmentSize {
            guard let size = UInt16(exactly: segmentSize), memory.setSegmentSize(size, at: count) else {
                throw SocketError(
                    .invalidArgument, .send, errno: .invalidArgument, address: address,
                    hint: "segments have 0 to 65,535 bytes, and need 24 bytes of room for control messages")
            }
        }
    }

    /// Begins to send from the first datagram.
    package mutating func forgetSending() { sentCount = 0 }

    /// What the batch is worth in bytes, for a loop that deals out time: a datagram costs as much as 2 KiB at least.
    package var weight: Int {
        var sum = 0
        for index in 0..<count { sum += max(2_048, memory.length(at: index)) }
        return sum
    }

    /// Makes answers of received datagrams: each goes to its sender, from the address at which the datagram came.
    ///
    /// For the latter the socket's option for packet information must have been on (``SocketOption/ipv4ReceivePacketInfo``,
    /// ``SocketOption/ipv6ReceivePacketInfo``); else, and for datagrams to a group, the kernel chooses the address. Those
    /// that the kernel has put together are cut again in the same way. Change the bytes by ``withMutableBytes(at:_:)``.
    public mutating func prepareReplies() {
        for index in 0..<receivedCount { memory.keepReplyInformation(at: index) }
        receivedCount = 0
        sentCount = 0
    }

    /// Takes away what the kernel said about datagrams that go out again: descriptors and credentials among it would be
    /// those of somebody else.
    mutating func forgetControl() {
        for index in 0..<receivedCount { memory.removeControl(at: index) }
        receivedCount = 0
    }

    // MARK: Reading

    /// Calls `body` with the bytes of a datagram.
    ///
    /// - Parameters:
    ///   - index: Which, from 0 up to ``count``.
    ///   - body: Gets the bytes.
    /// - Returns: What `body` returns; `nil` when there is no such datagram.
    /// - Throws: What `body` throws.
    public func withBytes<R, E: Error>(at index: Int, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R? {
        guard isValid(index) else { return nil }
        return try memory.withBytes(at: index, 0..<memory.length(at: index), body)
    }

    /// Calls `body` with the bytes of a datagram, to change them in their place.
    ///
    /// - Parameters:
    ///   - index: Which, from 0 up to ``count``.
    ///   - body: Gets the bytes.
    /// - Returns: What `body` returns; `nil` when there is no such datagram.
    /// - Throws: What `body` throws.
    public mutating func withMutableBytes<R, E: Error>(
        at index: Int, _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        guard isValid(index) else { return nil }
        return try memory.withMutableBytes(at: index, body)
    }

    /// The bytes of a datagram as a new array; empty when there is no such datagram.
    public func bytes(at index: Int) -> [UInt8] {
        withBytes(at: index) { bytes in
            [UInt8](capacity: bytes.count) { output in for index in bytes.indices { output.append(bytes[index]) } }
        } ?? []
    }

    /// How many bytes a datagram has; 0 when there is none of that number.
    public func length(at index: Int) -> Int { isValid(index) ? memory.length(at: index) : 0 }

    /// The sender of a received datagram, the receiver of one to be sent; `nil` where there is none.
    public func address(at index: Int) -> SocketAddress? {
        guard isValid(index) else { return nil }
        let address = memory.address(at: index)
        return address.length == 0 ? nil : address.address(of: nil)
    }

    /// What the kernel says about a received datagram.
    public func flags(at index: Int) -> MessageFlags {
        guard isValid(index) else { return [] }
        return MessageFlags(rawValue: memory.flags(at: index)).subtracting(
            MessageFlags(rawValue: Constants.closeOnExecMessages))
    }

    /// The control messages that came with a datagram; this makes an array.
    public func control(at index: Int) -> [ControlMessage] {
        guard isValid(index) else { return [] }
        if owned.indices.contains(index) { return owned[index] }
        return memory.messages(at: index).flatMap { ControlMessage.decode($0) }
    }

    /// Of how many bytes each of the datagrams is that the kernel has put together to one, or is to cut; `nil` for a single
    /// one.
    public func segmentSize(at index: Int) -> Int? {
        guard isValid(index) else { return nil }
        let size = memory.segmentSize(at: index)
        return size > 0 ? size : nil
    }

    /// Calls `body` with each datagram, those that the kernel has put together one by one.
    ///
    /// - Parameter body: Gets the number in the batch, by which ``address(at:)`` tells the sender, and the bytes.
    /// - Throws: What `body` throws.
    public func forEachDatagram<E: Error>(_ body: (Int, Span<UInt8>) throws(E) -> Void) throws(E) {
        for index in 0..<count {
            let length = memory.length(at: index)
            let size = segmentSize(at: index) ?? length
            var start = 0
            repeat {
                let end = min(length, start + max(1, size))
                try memory.withBytes(at: index, start..<end) { bytes throws(E) in try body(index, bytes) }
                start = end
            } while start < length
        }
    }

    private func isValid(_ index: Int) -> Bool { (0..<count).contains(index) }
}
