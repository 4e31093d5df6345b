// The system calls that take memory, over spans. Results are the kernel's, or the negative errno.
internal import CSockets
internal import Glibc

enum Syscalls {
    @inline(__always)
    static func send(_ fd: CInt, _ bytes: Span<UInt8>, _ flags: CInt) -> Int {
        // The span's memory is valid for the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            let result = unsafe csockets_send(fd, bytes.baseAddress, bytes.count, flags | Constants.noSignal)
            if result != -Int(EINVAL) { return result }
            return unsafe csockets_send_refused(fd, bytes.baseAddress, bytes.count, flags | Constants.noSignal)
        }
    }

    static func send(_ fd: CInt, _ bytes: Span<UInt8>, _ flags: CInt, to address: KernelAddress) -> Int {
        // Span and address are valid for the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe address.withPointer { pointer, length in
                unsafe csockets_sendto(
                    fd, bytes.baseAddress, bytes.count, flags | Constants.noSignal, pointer, length)
            }
        }
    }

    /// Appends what was received; with MSG_TRUNC the result can be larger than what was appended.
    @inline(__always)
    static func receive(_ fd: CInt, into buffer: inout OutputSpan<UInt8>, _ flags: CInt) -> Int {
        // The kernel writes into the uninitialized rest alone, and says how much of it it wrote.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized in
            let room = buffer.count - initialized
            let start = unsafe buffer.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + initialized) }
            let result = unsafe csockets_recv(fd, start, room, flags)
            if result > 0 { initialized += min(result, room) }
            return result
        }
    }

    @inline(__always)
    static func receive(_ fd: CInt, into buffer: inout MutableSpan<UInt8>, _ flags: CInt) -> Int {
        // The span's memory is valid for the call.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe csockets_recv(fd, buffer.baseAddress, buffer.count, flags)
        }
    }

    static func receive(
        _ fd: CInt, into buffer: inout OutputSpan<UInt8>, _ flags: CInt, from address: inout KernelAddress
    ) -> Int {
        // As in the form without an address; the address has its own room.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer, initialized in
            let room = buffer.count - initialized
            let start = unsafe buffer.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + initialized) }
            let result = unsafe address.withMutablePointer { pointer, length in
                unsafe csockets_recvfrom(fd, start, room, flags, pointer, length)
            }
            if result > 0 { initialized += min(result, room) }
            return result
        }
    }

    static func receive(
        _ fd: CInt, into buffer: inout MutableSpan<UInt8>, _ flags: CInt, from address: inout KernelAddress
    ) -> Int {
        // Span and address are valid for the call.
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe address.withMutablePointer { pointer, length in
                unsafe csockets_recvfrom(fd, buffer.baseAddress, buffer.count, flags, pointer, length)
            }
        }
    }

    static func accept(_ fd: CInt, from address: inout KernelAddress) -> CInt {
        unsafe address.withMutablePointer { pointer, length in
            unsafe csockets_accept(fd, pointer, length, Constants.closeOnExec)
        }
    }

    /// Accepts into a descriptor that does not block, without asking for the address.
    static func acceptNonBlocking(_ fd: CInt) -> CInt {
        csockets_accept(fd, nil, nil, Constants.closeOnExec | Constants.nonBlocking)
    }

    static func bind(_ fd: CInt, _ address: KernelAddress) -> CInt {
        unsafe address.withPointer { pointer, length in unsafe csockets_bind(fd, pointer, length) }
    }

    static func connect(_ fd: CInt, _ address: KernelAddress) -> CInt {
        unsafe address.withPointer { pointer, length in unsafe csockets_connect(fd, pointer, length) }
    }

    static func localAddress(_ fd: CInt, _ address: inout KernelAddress) -> CInt {
        unsafe address.withMutablePointer { pointer, length in unsafe csockets_getsockname(fd, pointer, length) }
    }

    static func peerAddress(_ fd: CInt, _ address: inout KernelAddress) -> CInt {
        unsafe address.withMutablePointer { pointer, length in unsafe csockets_getpeername(fd, pointer, length) }
    }

    /// Two connected sockets, or a negative errno.
    static func pair(_ family: CInt, _ type: CInt, _ protocolNumber: CInt) -> (CInt, first: CInt, second: CInt) {
        unsafe withUnsafeTemporaryAllocation(of: CInt.self, capacity: 2) { numbers in
            unsafe numbers.initialize(repeating: -1)
            let result = unsafe csockets_socketpair(family, type, protocolNumber, numbers.baseAddress)
            return unsafe (result, numbers[0], numbers[1])
        }
    }

    /// Reads an option of a fixed size; the length that the kernel wrote is returned with the result.
    static func option<Value: BitwiseCopyable>(
        _ fd: CInt, _ level: CInt, _ name: CInt, into value: inout Value
    ) -> (result: CInt, length: Int) {
        var length = socklen_t(MemoryLayout<Value>.size)
        // The kernel writes at most `length` bytes, the size of the value, which is plain bits.
        let result = unsafe withUnsafeMutablePointer(to: &value) { value in
            unsafe withUnsafeMutablePointer(to: &length) { length in
                unsafe csockets_getsockopt(fd, level, name, value, length)
            }
        }
        return (result, Int(length))
    }

    static func setOption<Value: BitwiseCopyable>(_ fd: CInt, _ level: CInt, _ name: CInt, to value: Value) -> CInt {
        // The kernel reads the size of the value, which is plain bits.
        unsafe withUnsafePointer(to: value) { value in
            unsafe csockets_setsockopt(fd, level, name, value, socklen_t(MemoryLayout<Value>.size))
        }
    }

    /// Reads an option of any size up to `capacity` as bytes.
    static func optionBytes(_ fd: CInt, _ level: CInt, _ name: CInt, capacity: Int) -> (result: CInt, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 0, count: max(0, capacity))
        var length = socklen_t(clamping: bytes.count)
        // The kernel writes at most `length` bytes, the size of the array.
        let result = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe withUnsafeMutablePointer(to: &length) { length in
                unsafe csockets_getsockopt(fd, level, name, bytes.baseAddress, length)
            }
        }
        if result == 0, Int(length) < bytes.count { bytes.removeLast(bytes.count - Int(length)) }
        return (result, bytes)
    }

    static func setOption(_ fd: CInt, _ level: CInt, _ name: CInt, bytes: Span<UInt8>) -> CInt {
        // The span's memory is valid for the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe csockets_setsockopt(fd, level, name, bytes.baseAddress, socklen_t(clamping: bytes.count))
        }
    }
}
