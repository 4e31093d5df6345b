// Messages: bytes in one or several pieces, an address and control messages, by one system call.
internal import CSockets
internal import Glibc

extension Syscalls {
    /// How many pieces of memory one call is given; more are put together in one piece first.
    ///
    /// The kernel's own limit is 1,024, but each piece is held by a closure of its own.
    static let maximumVectors = 64

    static func sendMessage(
        _ fd: CInt, _ bytes: Span<UInt8>, _ control: inout ControlMessageBuffer, to address: KernelAddress?,
        _ flags: CInt
    ) -> Int {
        // The span's memory is valid for the call, and the kernel only reads it.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var vector = unsafe iovec(
                iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                unsafe sendMessage(fd, vector, 1, &control, to: address, flags)
            }
        }
    }

    /// Sends the pieces, of which there are no more than `maximumVectors`.
    static func sendMessage(
        _ fd: CInt, _ pieces: ArraySlice<[UInt8]>, _ control: inout ControlMessageBuffer, to address: KernelAddress?,
        _ flags: CInt
    ) -> Int {
        unsafe withVectors(pieces) { vectors in
            unsafe sendMessage(fd, vectors.baseAddress, vectors.count, &control, to: address, flags)
        }
    }

    private static func sendMessage(
        _ fd: CInt, _ vectors: UnsafeMutablePointer<iovec>?, _ count: Int, _ control: inout ControlMessageBuffer,
        to address: KernelAddress?, _ flags: CInt
    ) -> Int {
        // All memory that the header points at is valid for the call.
        unsafe control.withHeader { header in
            unsafe header.pointee.msg_iov = vectors
            unsafe header.pointee.msg_iovlen = count
            guard let address else { return unsafe csockets_sendmsg(fd, header, flags | Constants.noSignal) }
            return unsafe address.withPointer { pointer, length in
                unsafe header.pointee.msg_name = UnsafeMutableRawPointer(mutating: pointer)
                unsafe header.pointee.msg_namelen = length
                return unsafe csockets_sendmsg(fd, header, flags | Constants.noSignal)
            }
        }
    }

    /// What a received message tells besides its bytes.
    struct Received {
        /// The kernel's result, or the negative errno.
        var result: Int
        var flags: CInt
    }

    /// Appends what was received; the flags are those of the call and the socket's `messageFlags`.
    static func receiveMessage(
        _ fd: CInt, into buffer: inout OutputSpan<UInt8>, _ control: inout ControlMessageBuffer,
        from address: inout KernelAddress, _ flags: CInt
    ) -> Received {
        // The kernel writes into the uninitialized rest alone, and says how much of it it wrote.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized in
            let room = buffer.count - initialized
            let start = unsafe buffer.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + initialized) }
            let received = unsafe receiveMessage(
                fd, iovec(iov_base: start, iov_len: room), &control, from: &address, flags)
            if received.result > 0 { initialized += min(received.result, room) }
            return received
        }
    }

    static func receiveMessage(
        _ fd: CInt, into buffer: inout MutableSpan<UInt8>, _ control: inout ControlMessageBuffer,
        from address: inout KernelAddress, _ flags: CInt
    ) -> Received {
        // The span's memory is valid for the call.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe receiveMessage(
                fd, iovec(iov_base: buffer.baseAddress, iov_len: buffer.count), &control, from: &address, flags)
        }
    }

    private static func receiveMessage(
        _ fd: CInt, _ vector: iovec, _ control: inout ControlMessageBuffer, from address: inout KernelAddress,
        _ flags: CInt
    ) -> Received {
        var vector = unsafe vector
        // Vector, address and control part are valid for the call.
        return unsafe withUnsafeMutablePointer(to: &vector) { vector in
            unsafe address.withMutablePointer { pointer, length in
                unsafe control.withHeader { header in
                    unsafe header.pointee.msg_iov = vector
                    unsafe header.pointee.msg_iovlen = 1
                    unsafe header.pointee.msg_name = pointer
                    unsafe header.pointee.msg_namelen = length.pointee
                    let result = unsafe csockets_recvmsg(fd, header, flags)
                    if result < 0 {
                        // Nothing was written: the room is as it was for the next attempt.
                        unsafe length.pointee = 0
                        return Received(result: result, flags: 0)
                    }
                    unsafe length.pointee = header.pointee.msg_namelen
                    return unsafe Received(result: result, flags: header.pointee.msg_flags)
                }
            }
        }
    }

    /// Receives into the elements of the arrays, of which there are no more than `maximumVectors`, one after the other.
    static func receive(_ fd: CInt, scattering arrays: inout [[UInt8]], _ flags: CInt) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: max(1, arrays.count)) { vectors in
            let count = arrays.count
            return unsafe scatter(vectors, &arrays) { vectors in
                var header = unsafe msghdr()
                unsafe header.msg_iov = vectors.baseAddress
                unsafe header.msg_iovlen = count
                return unsafe csockets_recvmsg(fd, &header, flags)
            }
        }
    }

    /// Takes the last array out, so that it can be written to while the others are, and puts it back afterwards.
    private static func scatter(
        _ vectors: UnsafeMutableBufferPointer<iovec>, _ arrays: inout [[UInt8]],
        _ body: (UnsafeMutableBufferPointer<iovec>) -> Int
    ) -> Int {
        guard var last = arrays.popLast() else { return unsafe body(vectors) }
        let index = arrays.count
        // Its memory is valid until the closure returns, which is after the call; the index is below the capacity.
        let result = unsafe last.withUnsafeMutableBytes { bytes in
            unsafe (vectors.baseAddress.map { unsafe $0 + index })?.initialize(
                to: iovec(iov_base: bytes.baseAddress, iov_len: bytes.count))
            return unsafe scatter(vectors, &arrays, body)
        }
        arrays.append(last)
        return result
    }

    /// Calls `body` with the memory of all the pieces.
    private static func withVectors(
        _ pieces: ArraySlice<[UInt8]>, _ body: (UnsafeMutableBufferPointer<iovec>) -> Int
    ) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: max(1, pieces.count)) { vectors in
            let used = unsafe UnsafeMutableBufferPointer(start: vectors.baseAddress, count: pieces.count)
            return unsafe gather(used, 0, pieces, body)
        }
    }

    private static func gather(
        _ vectors: UnsafeMutableBufferPointer<iovec>, _ index: Int, _ pieces: ArraySlice<[UInt8]>,
        _ body: (UnsafeMutableBufferPointer<iovec>) -> Int
    ) -> Int {
        guard let first = pieces.first else { return unsafe body(vectors) }
        // The memory is valid until the closure returns, which is after the call; the kernel only reads it.
        return unsafe first.withUnsafeBytes { bytes in
            unsafe (vectors.baseAddress.map { unsafe $0 + index })?.initialize(
                to: iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            return unsafe gather(vectors, index + 1, pieces.dropFirst(), body)
        }
    }

    /// Reads a file at an offset, or where it stands (`nil`), into the array from its start.
    static func read(_ fd: CInt, into bytes: inout [UInt8], count: Int, at offset: Int64?) -> Int {
        // No more than the array has.
        unsafe bytes.withUnsafeMutableBytes { memory in
            let room = min(memory.count, max(0, count))
            guard let offset else { return unsafe csockets_read(fd, memory.baseAddress, room) }
            return unsafe csockets_pread(fd, memory.baseAddress, room, offset)
        }
    }
}
