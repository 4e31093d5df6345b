// The structures of options that hold addresses or pointers, and the raw door to plain C values.
internal import CSockets
internal import Glibc

extension SocketOption where Value: BitwiseCopyable & Sendable {
    /// An option by its numbers whose value is a C structure, taken as its bits.
    ///
    /// It is marked unsafe because the kernel's bits become a value of the type as they are: every pattern of bits must be
    /// a value of it, as for imported C structures of numbers, and not for enums. For integers, Booleans and bytes there
    /// are forms that are safe.
    ///
    /// - Parameters:
    ///   - level: The level, as `SOL_SOCKET`.
    ///   - name: The number of the option at that level.
    ///   - type: The type of the value, as `tpacket_stats.self`.
    @unsafe public static func raw(level: CInt, name: CInt, as type: Value.Type) -> SocketOption {
        SocketOption(
            level, name, "option \(level)/\(name)",
            .bytes(
                capacity: MemoryLayout<Value>.size,
                encode: { value throws(OptionMisfit) in
                    // The value is plain bits of its size.
                    unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
                },
                decode: { bytes in
                    guard bytes.count >= MemoryLayout<Value>.size else { return nil }
                    // There are enough bytes, and the caller answers for every pattern of them being a value.
                    return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: Value.self) }
                }))
    }
}

extension KernelAddress {
    /// The whole `sockaddr_storage`, as options with addresses in them have it.
    var bytes: [UInt8] {
        // The storage is plain bits, initialised in full.
        unsafe withUnsafeBytes(of: storage) { unsafe Array($0) }
    }

    /// An address that an option answered with.
    init(bytes: [UInt8]) {
        self.init()
        length = socklen_t(clamping: min(bytes.count, MemoryLayout<sockaddr_storage>.size))
        // Copies no more than the storage holds.
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe storage.copyBytes(from: bytes.prefix(storage.count))
        }
    }
}

extension Syscalls {
    /// Sets an option whose value is a `sock_fprog`: a count and a pointer to the instructions.
    static func setFilter(_ fd: CInt, _ name: CInt, _ instructions: [FilterInstruction]) -> CInt {
        guard let count = UInt16(exactly: instructions.count) else { return -EINVAL }
        var program = instructions.map {
            sock_filter(code: $0.code, jt: $0.jumpIfTrue, jf: $0.jumpIfFalse, k: $0.operand)
        }
        // The kernel copies `count` instructions during the call, for which the array stays in place.
        return unsafe program.withUnsafeMutableBufferPointer { program in
            var header = unsafe sock_fprog(len: count, filter: program.baseAddress)
            return unsafe withUnsafePointer(to: &header) { header in
                unsafe csockets_setsockopt(fd, SOL_SOCKET, name, header, socklen_t(MemoryLayout<sock_fprog>.size))
            }
        }
    }
}
