internal import CSockets
internal import Glibc

/// The memory of a ``DatagramBatch``: one block with the headers of all datagrams, their addresses, control parts and bytes.
///
/// Whoever calls has checked that the index lies below the capacity. Marked safe: the block is made with its owner and
/// goes with it, and nothing outside this file sees a pointer into it. Marked sendable: one batch holds it, and a batch is
/// never copied.
@safe
final class DatagramMemory: @unchecked Sendable {
    let capacity: Int
    let size: Int
    let controlCapacity: Int

    private let block: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<mmsghdr>
    /// Headers of runs of datagrams, and how many datagrams each has.
    private let joined: UnsafeMutablePointer<mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let names: UnsafeMutablePointer<sockaddr_storage>
    private let controls: UnsafeMutableRawPointer
    private let bytes: UnsafeMutablePointer<UInt8>

    /// `nil` when the numbers are more than memory can have; there is at least one datagram.
    init?(capacity: Int, size: Int, controlCapacity: Int) {
        self.capacity = capacity
        self.size = size
        // Whole words, so that each part is aligned as the C structures want it.
        self.controlCapacity = (controlCapacity + 7) / 8 * 8
        let fixed =
            unsafe 2 * MemoryLayout<mmsghdr>.stride + MemoryLayout<iovec>.stride + MemoryLayout<sockaddr_storage>.stride
            + self.controlCapacity
        let (total, overflow) = (fixed + size).multipliedReportingOverflow(by: capacity)
        guard !overflow, total <= 1 << 32, let block = unsafe calloc(1, max(1, total)) else { return nil }
        unsafe self.block = unsafe block
        // One part behind the other; sizes of all but the last are multiples of eight.
        unsafe headers = unsafe block.bindMemory(to: mmsghdr.self, capacity: capacity)
        var offset = unsafe MemoryLayout<mmsghdr>.stride * capacity
        unsafe joined = unsafe (block + offset).bindMemory(to: mmsghdr.self, capacity: capacity)
        unsafe offset += MemoryLayout<mmsghdr>.stride * capacity
        unsafe vectors = unsafe (block + offset).bindMemory(to: iovec.self, capacity: capacity)
        unsafe offset += MemoryLayout<iovec>.stride * capacity
        unsafe names = unsafe (block + offset).bindMemory(to: sockaddr_storage.self, capacity: capacity)
        offset += MemoryLayout<sockaddr_storage>.stride * capacity
        unsafe controls = unsafe block + offset
        offset += self.controlCapacity * capacity
        unsafe bytes = unsafe (block + offset).bindMemory(to: UInt8.self, capacity: max(1, size * capacity))
        for index in 0..<capacity {
            unsafe headers[index].msg_hdr.msg_iov = vectors + index
            unsafe headers[index].msg_hdr.msg_iovlen = 1
            unsafe vectors[index].iov_base = UnsafeMutableRawPointer(bytes + index * size)
        }
    }

    deinit { unsafe free(block) }

    // MARK: Calls

    /// Receives up to `capacity` datagrams; waits for the first alone.
    func receive(_ fd: CInt, _ flags: CInt) -> Int {
        for index in 0..<capacity {
            unsafe vectors[index].iov_len = size
            unsafe headers[index].msg_hdr.msg_name = UnsafeMutableRawPointer(names + index)
            unsafe headers[index].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
            unsafe headers[index].msg_hdr.msg_control = controlCapacity == 0 ? nil : control(at: index)
            unsafe headers[index].msg_hdr.msg_controllen = controlCapacity
            unsafe headers[index].msg_hdr.msg_flags = 0
        }
        // Everything that the headers point at lies in the block.
        let count = unsafe csockets_recvmmsg(
            fd, headers, CUnsignedInt(clamping: capacity), flags)
        for index in 0..<max(0, Int(count)) {
            // With MSG_TRUNC the kernel tells the real length; no more than the room was written.
            unsafe vectors[index].iov_len = min(size, Int(headers[index].msg_len))
        }
        return Int(count)
    }

    /// Sends the datagrams from `start` up to `end`; the number that went.
    func send(_ fd: CInt, from start: Int, to end: Int, _ flags: CInt) -> Int {
        Int(
            unsafe csockets_sendmmsg(
                fd, headers + start, CUnsignedInt(clamping: end - start), flags | Constants.noSignal))
    }

    /// As `send`, but datagrams of one size to one receiver go as one, which the kernel cuts.
    func sendJoined(_ fd: CInt, from start: Int, to end: Int, _ flags: CInt) -> Int {
        // The runs are as long as the headers at most, and the iovecs of a run lie one behind the other.
        Int(
            unsafe csockets_send_joined(
                fd, headers + start, joined, CUnsignedInt(clamping: end - start), control(at: start),
                controlCapacity, flags | Constants.noSignal))
    }

    // MARK: One datagram

    private func control(at index: Int) -> UnsafeMutableRawPointer { unsafe controls + index * controlCapacity }

    func length(at index: Int) -> Int { unsafe vectors[index].iov_len }

    /// The length that the kernel told, which may be more than there was room for.
    func fullLength(at index: Int) -> Int { unsafe Int(headers[index].msg_len) }

    func flags(at index: Int) -> CInt { unsafe headers[index].msg_hdr.msg_flags }

    func setLength(_ length: Int, at index: Int) { unsafe vectors[index].iov_len = min(size, max(0, length)) }

    func address(at index: Int) -> KernelAddress {
        var address = KernelAddress()
        let header = unsafe headers[index].msg_hdr
        unsafe address.storage = names[index]
        address.length = unsafe header.msg_name == nil ? 0 : header.msg_namelen
        return address
    }

    func setAddress(_ address: KernelAddress?, at index: Int) {
        if let address {
            unsafe names[index] = address.storage
            unsafe headers[index].msg_hdr.msg_name = UnsafeMutableRawPointer(names + index)
            unsafe headers[index].msg_hdr.msg_namelen = address.length
        } else {
            unsafe headers[index].msg_hdr.msg_name = nil
            unsafe headers[index].msg_hdr.msg_namelen = 0
        }
    }

    /// The control messages that the kernel wrote.
    func messages(at index: Int) -> [ControlMessageBuffer.Message] {
        unsafe ControlMessageBuffer.messages(of: &headers[index].msg_hdr)
    }

    /// Leaves no control message.
    func removeControl(at index: Int) {
        unsafe headers[index].msg_hdr.msg_control = nil
        unsafe headers[index].msg_hdr.msg_controllen = 0
    }

    /// Makes the segment size the only control message; `false` where there is no room for it.
    func setSegmentSize(_ size: UInt16, at index: Int) -> Bool {
        unsafe csockets_set_segment_size(&headers[index].msg_hdr, control(at: index), controlCapacity, size) == 0
    }

    /// The size of the datagrams that the kernel put together; 0 for a single one.
    func segmentSize(at index: Int) -> Int { unsafe Int(csockets_segment_size(&headers[index].msg_hdr)) }

    /// Leaves of the control messages the one by which an answer goes from the address that was reached.
    func keepReplyInformation(at index: Int) { unsafe csockets_keep_reply_information(&headers[index].msg_hdr) }

    /// Calls `body` with the bytes of a datagram, or a part of them that lies inside.
    func withBytes<R, E: Error>(
        at index: Int, _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        // Inside the room of this datagram, which the block has.
        let buffer = unsafe UnsafeBufferPointer(start: bytes + index * size + range.lowerBound, count: range.count)
        return try body(unsafe buffer.span)
    }

    /// Calls `body` with the whole room of a datagram.
    func withRoom<E: Error>(at index: Int, _ body: (inout OutputSpan<UInt8>) throws(E) -> Void) throws(E) -> Int {
        let buffer = unsafe UnsafeMutableBufferPointer(start: bytes + index * size, count: size)
        var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
        try body(&output)
        return unsafe output.finalize(for: buffer)
    }

    /// Calls `body` with the bytes of a datagram, to change them.
    func withMutableBytes<R, E: Error>(
        at index: Int, _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let buffer = unsafe UnsafeMutableBufferPointer(start: bytes + index * size, count: length(at: index))
        var span = unsafe MutableSpan(_unsafeElements: buffer)
        return try body(&span)
    }

    func copy(_ source: Span<UInt8>, to index: Int) {
        let room = unsafe UnsafeMutableRawBufferPointer(start: bytes + index * size, count: size)
        // The caller has checked that it fits; no more than the room in any case.
        unsafe source.withUnsafeBytes { source in
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix(size)))
        }
        setLength(source.count, at: index)
    }
}
