// Blocks of a packet ring: hostile bytes in the place of the kernel's. What is told lies inside the block.

import CSockets
import Glibc

@testable import Sockets

private let size = 4_096

/// A file of memory in the place of the kernel's ring: one block, which this program sees twice.
private let (ring, block): (RingMemory, UnsafeMutableRawPointer) = {
    let file = memfd_create("ring", 0)
    var result: CInt = 0
    guard file >= 0, ftruncate(file, size) == 0, let block = csockets_ring_map(file, size, &result),
        let ring = try? RingMemory(file, blockSize: size, blockCount: 1)
    else { fatalError("no memory") }
    return (ring, block)
}()

nonisolated(unsafe) private var sum = 0

/// Takes one input of the fuzzer: the beginning of the block; the rest of it is 0.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let pointer, count <= size else { return 0 }
    memset(block, 0, size)
    block.copyMemory(from: pointer, byteCount: count)
    let told = csockets_ring_count(block)
    var packets = 0
    let passed = ring.forEachPacket(in: 0) { packet, bytes in
        packets += 1
        check(bytes.count <= size && packet.length >= 0, "\(bytes.count) bytes")
        for index in bytes.indices { sum &+= Int(bytes[index]) }
        check(packet.hashValue == packet.hashValue && packet.sinceEpoch >= .zero, "a time before all times")
    }
    check(passed == packets && passed <= told, "\(passed) packets of \(told)")
    let status = UInt32(count > 8 ? pointer[8] : 0)
    check(ring.isReady(0) == (status & 1 != 0), "ready")
    ring.release(0)
    check(!ring.isReady(0), "given back, and still there")
    // The same in memory that ends where the bytes end, so that the address sanitizer sees a step beyond.
    guard let exact = malloc(count) else { return 0 }
    defer { free(exact) }
    exact.copyMemory(from: pointer, byteCount: count)
    var packet = csockets_ring_packet()
    for offset in [0, Int(pointer[0]), count, Int.max] where csockets_ring_read(exact, count, offset, &packet) == 0 {
        check(packet.start <= count && Int(packet.captured) <= count - packet.start, "outside")
        for index in 0..<Int(packet.captured) {
            sum &+= Int(exact.load(fromByteOffset: packet.start + index, as: UInt8.self))
        }
    }
    return 0
}
