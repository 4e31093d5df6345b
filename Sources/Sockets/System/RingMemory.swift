internal import CSockets

/// The memory of a ``PacketRing``, which the kernel and this process share.
///
/// Marked safe: the mapping is made with its owner and goes with it, nothing outside this file sees a pointer into it, and
/// no offset that is read from it is used before it has been checked. Marked sendable: one ring holds it, and a ring is
/// never copied.
@safe
final class RingMemory: @unchecked Sendable {
    let blockSize: Int
    let blockCount: Int
    private let memory: UnsafeMutableRawPointer

    /// Maps the ring that a socket has; `blockSize` times `blockCount` has been taken by the kernel.
    init(_ number: CInt, blockSize: Int, blockCount: Int) throws(SocketError) {
        var result: CInt = 0
        guard let memory = unsafe csockets_ring_map(number, blockSize * blockCount, &result) else {
            throw SocketError(.setOption, result: result, subject: "a ring of \(blockSize * blockCount) bytes")
        }
        unsafe self.memory = unsafe memory
        self.blockSize = blockSize
        self.blockCount = blockCount
    }

    deinit { unsafe csockets_ring_unmap(memory, blockSize * blockCount) }

    /// The caller has checked that the number lies below the count.
    private func block(_ index: Int) -> UnsafeMutableRawPointer { unsafe memory + index * blockSize }

    func isReady(_ index: Int) -> Bool { unsafe csockets_ring_is_ready(block(index)) != 0 }

    func release(_ index: Int) { unsafe csockets_ring_release(block(index)) }

    /// Calls `body` with each packet of a block that is ready; how many there were.
    func forEachPacket<E: Error>(
        in index: Int, _ body: (CapturedPacket, Span<UInt8>) throws(E) -> Void
    ) throws(E) -> Int {
        let block = unsafe block(index)
        let count = unsafe csockets_ring_count(block)
        var offset = unsafe csockets_ring_first(block)
        var packet = csockets_ring_packet()
        var passed = 0
        while passed < count, unsafe csockets_ring_read(block, blockSize, offset, &packet) == 0 {
            // Inside the block, as has been checked; the kernel does not touch a block that is the program's.
            let bytes = unsafe UnsafeBufferPointer(
                start: (block + packet.start).assumingMemoryBound(to: UInt8.self), count: Int(packet.captured))
            try body(CapturedPacket(packet), unsafe bytes.span)
            passed += 1
            guard packet.next > offset else { break }
            offset = packet.next
        }
        return passed
    }
}
