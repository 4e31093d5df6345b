internal import CSockets
internal import Glibc
internal import SystemPackage

/// The kernel's network interfaces: if_nameindex, getifaddrs, and the MTU.
enum Interfaces {
    static func all() throws(SocketError) -> [NetworkInterface] {
        var first: UnsafeMutablePointer<ifaddrs>?
        let result = unsafe csockets_getifaddrs(&first)
        guard result >= 0 else { throw SocketError(.interfaces, result: result) }
        // Everything is copied out of the list before it is freed.
        defer { unsafe freeifaddrs(first) }

        var flags: [String: InterfaceFlags] = [:]
        var hardware: [String: HardwareAddress] = [:]
        var addresses: [String: [NetworkInterface.Address]] = [:]
        var next = unsafe first
        while let entry = unsafe next?.pointee {
            unsafe next = entry.ifa_next
            // An address with a label has it in place of the name: "eth0:1".
            let label = unsafe String(cString: entry.ifa_name)
            let name = String(label.prefix { $0 != ":" })
            flags[name] = unsafe InterfaceFlags(rawValue: UInt32(truncatingIfNeeded: entry.ifa_flags))
            if let bytes = unsafe hardwareAddress(entry.ifa_addr) {
                hardware[name] = HardwareAddress(bytes: bytes)
            } else if let address = unsafe address(entry) {
                addresses[name, default: []].append(address)
            }
        }

        let socket = csockets_socket(AF_UNIX, Constants.datagram | Constants.closeOnExec, 0)
        guard socket >= 0 else { throw SocketError(.interfaces, result: socket) }
        defer { _ = csockets_close(socket) }
        return try names().map { index, name in
            NetworkInterface(
                index: index, name: name, flags: flags[name] ?? [], mtu: Int(max(0, unsafe csockets_mtu(socket, name))),
                hardwareAddress: hardware[name], addresses: addresses[name] ?? [])
        }
    }

    static func names() throws(SocketError) -> [(index: Int, name: String)] {
        var result: CInt = 0
        let list = unsafe csockets_if_nameindex(&result)
        guard let list = unsafe list else { throw SocketError(.interfaces, result: result) }
        // The list ends with the number 0 or no name, and is freed after its copy.
        defer { unsafe if_freenameindex(list) }
        var names: [(index: Int, name: String)] = []
        var next = unsafe list
        while unsafe next.pointee.if_index != 0, let name = unsafe next.pointee.if_name {
            unsafe names.append((Int(next.pointee.if_index), String(cString: name)))
            unsafe next += 1
        }
        return names.sorted { $0.index < $1.index }
    }

    /// The number of an interface in the network of a socket, else in the thread's.
    static func index(of name: String, for socket: Socket? = nil) -> UInt32? {
        let answer = socket?.asking { unsafe csockets_interface_index($0, name) }
        if let answer, answer > 0 { return UInt32(answer) }
        if answer == -ENODEV { return nil }
        let index = unsafe if_nametoindex(name)
        return index == 0 ? nil : index
    }

    /// The name of an interface in the network of a socket, else in the thread's.
    static func name(of index: UInt32, for socket: Socket? = nil) -> String? {
        // Both functions write at most IF_NAMESIZE bytes with the NUL.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { name -> String? in
            guard let base = name.baseAddress else { return nil }
            let answer = socket?.asking { unsafe csockets_interface_name($0, CInt(truncatingIfNeeded: index), base) }
            if answer == -ENODEV { return nil }
            guard unsafe answer == 0 || if_indextoname(index, base) != nil else { return nil }
            return unsafe String(validatingCString: base)
        }
    }

    /// The bytes of a link-layer address, none for links without; nil for addresses of other families.
    private static func hardwareAddress(_ pointer: UnsafePointer<sockaddr>?) -> [UInt8]? {
        guard let pointer = unsafe pointer, unsafe csockets_family(pointer) == AF_PACKET else { return nil }
        // The C library keeps room for 24 bytes of address, also those that do not fit into sockaddr_ll (InfiniBand's).
        let raw = unsafe UnsafeRawPointer(pointer)
        let count = unsafe raw.load(fromByteOffset: 11, as: UInt8.self)
        return unsafe Array(UnsafeRawBufferPointer(start: raw + 12, count: min(Int(count), 24)))
    }

    private static func address(_ entry: ifaddrs) -> NetworkInterface.Address? {
        guard let address = unsafe ipAddress(entry.ifa_addr) else { return nil }
        let prefixLength = unsafe ipAddress(entry.ifa_netmask).map { mask in
            mask.bytes.reduce(0) { $0 + $1.nonzeroBitCount }
        }
        let length = prefixLength ?? address.bitWidth
        let flags = unsafe InterfaceFlags(rawValue: UInt32(truncatingIfNeeded: entry.ifa_flags))
        // One field for both, and without either the C library leaves the address itself there. The flags alone do not
        // say which it is: an interface with broadcast can have a peer too, and a prefix that long has no broadcast.
        let other = unsafe ipAddress(entry.ifa_ifu.ifu_dstaddr).flatMap { $0 == address ? nil : $0 }
        var broadcast: IPv4Address?
        var peer = other
        if flags.contains(.broadcast), length < 31, case .v4(let last) = other {
            broadcast = last
            peer = nil
        }
        let network = IPNetwork(containing: peer ?? address, prefixLength: length)
        return NetworkInterface.Address(
            address: address, network: network ?? IPNetwork(address), broadcast: broadcast, peer: peer)
    }

    private static func ipAddress(_ pointer: UnsafePointer<sockaddr>?) -> IPAddress? {
        guard let pointer = unsafe pointer else { return nil }
        let length =
            switch unsafe csockets_family(pointer) {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: 0
            }
        return length == 0 ? nil : unsafe AddressInfo.address(pointer, length: length)?.ipAddress
    }
}

extension Socket {
    /// Asks the kernel with the socket's descriptor; `nil` when it is closed.
    fileprivate func asking(_ question: (CInt) -> CInt) -> CInt? {
        guard let entry = descriptor.enter(sleeping: false) else { return nil }
        defer { descriptor.leave(entry) }
        return question(descriptor.number)
    }
}
