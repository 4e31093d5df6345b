internal import CSockets
internal import Glibc
internal import SystemPackage

/// An address as the kernel takes and gives it: the only file that lays out `sockaddr_…`.
struct KernelAddress: BitwiseCopyable {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// Room for an address that the kernel gives.
    init() {}

    /// The address for the kernel, or why it has no such form.
    ///
    /// A zone is an interface of the network of `socket`, else of the thread's.
    init(
        _ address: SocketAddress, for operation: SocketError.Operation, of socket: Socket? = nil
    ) throws(SocketError) {
        switch address {
        case .ipv4(let ip, let port):
            var inet = sockaddr_in()
            inet.sin_family = sa_family_t(AF_INET)
            inet.sin_port = port.rawValue.bigEndian
            inet.sin_addr.s_addr = ip.rawValue.bigEndian
            self.init(inet)
        case .ipv6(let ip, let port, let flowLabel):
            var inet = sockaddr_in6()
            inet.sin6_family = sa_family_t(AF_INET6)
            inet.sin6_port = port.rawValue.bigEndian
            inet.sin6_flowinfo = flowLabel.bigEndian
            if let zone = ip.zone {
                guard let index = Self.index(ofZone: zone, socket) else {
                    throw SocketError(
                        .noSuchInterface, operation, errno: .operationNotSupportedByDevice, address: address,
                        hint: "the zone '\(zone)' is no interface of the socket's network; `sock interfaces` lists "
                            + "this machine's")
                }
                // The kernel would send it out of any interface, and say nothing.
                if operation == .send || operation == .connect, ip.isMulticast, ip.high >> 48 & 0xF > 2 {
                    throw SocketError(
                        .invalidAddress, operation, errno: .invalidArgument, address: address,
                        hint: "the kernel takes the zone of groups in ff01::/16 and ff02::/16 alone; leave it out, set "
                            + ".ipv6MulticastInterface or send with .packetInfo")
                }
                inet.sin6_scope_id = index
            }
            self.init(inet)
            // The two halves in network order, at the offset of sin6_addr.
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            // The storage is large enough for every address of the kernel, and both halves lie inside sin6_addr.
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                unsafe bytes.storeBytes(of: ip.high.bigEndian, toByteOffset: offset, as: UInt64.self)
                unsafe bytes.storeBytes(of: ip.low.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
            }
        case .unix(let unix):
            if let reason = unix.invalidReason {
                throw SocketError(
                    unix.isTooLong ? .nameTooLong : .invalidAddress, operation,
                    errno: unix.isTooLong ? .fileNameTooLong : .invalidArgument, address: address, hint: reason)
            }
            self.init(family: UInt16(AF_UNIX), bytes: unix.kernelName)
        case .other(let raw):
            guard raw.bytes.count <= MemoryLayout<sockaddr_storage>.size - MemoryLayout<sa_family_t>.size else {
                throw SocketError(
                    .invalidAddress, operation, errno: .invalidArgument, address: address,
                    hint: "an address has at most 126 bytes")
            }
            self.init(family: raw.family, bytes: raw.bytes)
        @unknown default:
            throw SocketError(.invalidAddress, operation, errno: .addressFamilyNotSupported, address: address)
        }
    }

    /// One of the C structures, all of which fit into the storage.
    private init<T>(_ structure: T) {
        length = socklen_t(MemoryLayout<T>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: structure, as: T.self) }
    }

    /// Family and the bytes that follow it; the caller has checked that they fit.
    private init(family: UInt16, bytes: [UInt8]) {
        storage.ss_family = family
        let start = MemoryLayout<sa_family_t>.size
        length = socklen_t(start + bytes.count)
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[start...])
            unsafe room.copyBytes(from: bytes.prefix(room.count))
        }
    }

    /// The address that the kernel gave; its zone is named as in the network of `socket`, else of the thread.
    func address(of socket: Socket?) -> SocketAddress {
        let family = Int32(storage.ss_family)
        let length = min(Int(length), MemoryLayout<sockaddr_storage>.size)
        let start = MemoryLayout<sa_family_t>.size
        if length < start { return .unix(.unnamed) }
        if family == AF_INET, length >= MemoryLayout<sockaddr_in>.size {
            let inet = load(sockaddr_in.self)
            return .ipv4(
                IPv4Address(rawValue: UInt32(bigEndian: inet.sin_addr.s_addr)),
                port: Port(rawValue: UInt16(bigEndian: inet.sin_port)))
        }
        if family == AF_INET6, length >= 24 {
            let inet = load(sockaddr_in6.self)
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            // Both halves lie inside the storage.
            let (high, low) = unsafe withUnsafeBytes(of: storage) { bytes in
                unsafe (
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
                )
            }
            let zone = inet.sin6_scope_id == 0 ? nil : Self.zone(ofIndex: inet.sin6_scope_id, socket)
            // A name of an interface is neither empty nor has it a NUL, the two things that a zone must not be.
            let ip = IPv6Address(high: high, low: low, zone: zone) ?? IPv6Address(high: high, low: low)
            return .ipv6(
                ip, port: Port(rawValue: UInt16(bigEndian: inet.sin6_port)),
                flowLabel: UInt32(bigEndian: inet.sin6_flowinfo))
        }
        // Within the storage: `length` was held to its size above.
        let bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0[start..<length]) }
        if family == AF_UNIX { return .unix(UnixAddress(kernelName: bytes)) }
        return .other(RawSocketAddress(family: storage.ss_family, bytes: bytes))
    }

    private func load<T>(_ type: T.Type) -> T {
        // Every C address structure fits into the storage, which is aligned for all of them.
        unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: T.self) }
    }

    /// The index of an interface by its name or number.
    private static func index(ofZone zone: String, _ socket: Socket?) -> UInt32? {
        // 0 would be no zone at all.
        Interfaces.index(of: zone, for: socket) ?? UInt32(zone).flatMap { $0 == 0 ? nil : $0 }
    }

    /// The name of the interface, or its number where it has none any more.
    private static func zone(ofIndex index: UInt32, _ socket: Socket?) -> String {
        Interfaces.name(of: index, for: socket) ?? String(index)
    }
}

extension KernelAddress {
    /// Calls `body` with the address and its length, for C functions that read it.
    func withPointer<R>(_ body: (UnsafeRawPointer, socklen_t) -> R) -> R {
        // The pointer is valid for the call, and `length` lies within the storage.
        unsafe withUnsafePointer(to: storage) { unsafe body(UnsafeRawPointer($0), length) }
    }

    /// Calls `body` with room for an address and its length, for C functions that write it.
    mutating func withMutablePointer<R>(_ body: (UnsafeMutableRawPointer, UnsafeMutablePointer<socklen_t>) -> R) -> R {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        defer { self.length = length }
        // Both pointers are valid for the call.
        return unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe withUnsafeMutablePointer(to: &length) { length in
                unsafe body(UnsafeMutableRawPointer(storage), length)
            }
        }
    }
}
