internal import CSockets
internal import Glibc
internal import SystemPackage

/// The resolver of the C library: getaddrinfo, getnameinfo and the older functions for hosts.
package enum AddressInfo {
    /// What one getaddrinfo is asked for.
    package struct Query: Hashable, Sendable {
        package var host: String?
        package var service: String?
        package var family: AddressFamily
        package var type: SocketType?
        package var `protocol`: TransportProtocol
        package var flags: ResolverFlags

        package init(
            host: String?, service: String?, family: AddressFamily = .unspecified, type: SocketType? = nil,
            protocol: TransportProtocol = .default, flags: ResolverFlags = []
        ) {
            self.host = host
            self.service = service
            self.family = family
            self.type = type
            self.protocol = `protocol`
            self.flags = flags
        }
    }

    /// Calls getaddrinfo; host and service have no NUL in them.
    package static func resolve(_ query: Query) -> Result<[ResolvedAddress], ResolverError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = query.flags.rawValue
        unsafe hints.ai_family = query.family.rawValue
        unsafe hints.ai_socktype = query.type?.rawValue ?? 0
        unsafe hints.ai_protocol = query.protocol.rawValue
        var first: UnsafeMutablePointer<addrinfo>?
        var error: CInt = 0
        // The strings and the hints live for the call; the list is freed below, after its copy.
        let result = unsafe withCString(query.host) { host in
            unsafe withCString(query.service) { service in
                unsafe csockets_getaddrinfo(host, service, &hints, &first, &error)
            }
        }
        guard result == 0 else {
            return .failure(Self.error(result, error, host: query.host, service: query.service))
        }
        defer { unsafe freeaddrinfo(first) }
        var answers: [ResolvedAddress] = []
        var next = unsafe first
        while let entry = unsafe next?.pointee {
            unsafe next = entry.ai_next
            guard let address = unsafe address(entry.ai_addr, length: Int(entry.ai_addrlen)) else { continue }
            let name = unsafe entry.ai_canonname.map { unsafe String(cString: $0) }
            unsafe answers.append(
                ResolvedAddress(
                    address: address, type: SocketType(rawValue: entry.ai_socktype),
                    protocol: TransportProtocol(rawValue: entry.ai_protocol), canonicalName: name))
        }
        return .success(answers)
    }

    /// Calls getnameinfo.
    package static func name(
        of address: SocketAddress, _ flags: NameFlags
    ) -> Result<(host: String, service: String), ResolverError> {
        let kernel: KernelAddress
        do throws(SocketError) {
            kernel = try KernelAddress(address, for: .resolve)
        } catch {
            return .failure(
                ResolverError(.system, host: "\(address)", errno: error.errno ?? .invalidArgument, hint: error.hint))
        }
        // NI_MAXHOST and NI_MAXSERV bytes hold every name that there can be; a Unix path is a service of up to 108 bytes.
        let size = 1025
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2 * size) { names in
            unsafe names.initialize(repeating: 0)
            guard let host = names.baseAddress else { return .failure(ResolverError(.memory)) }
            let service = unsafe host + size
            var error: CInt = 0
            let result = unsafe kernel.withPointer { pointer, length in
                unsafe csockets_getnameinfo(
                    pointer, length, host, socklen_t(size), service, socklen_t(size), flags.rawValue, &error)
            }
            guard result == 0 else {
                return .failure(
                    Self.error(result, error, host: "\(address.ipAddress.map(String.init) ?? "\(address)")"))
            }
            return unsafe .success((String(cString: host), String(cString: service)))
        }
    }

    /// Calls gethostbyname2_r, or gethostbyaddr_r for an address.
    package static func entry(_ host: HostName, _ family: AddressFamily) -> Result<HostEntry, ResolverError> {
        var size = 1024
        while true {
            var error: CInt = 0
            var hostError: CInt = 0
            let entry = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer -> HostEntry? in
                var storage = unsafe hostent()
                // The result points into `buffer`, and is copied before both go away.
                let found =
                    switch host {
                    case .name(let name):
                        unsafe name.withCString {
                            unsafe csockets_gethostbyname(
                                $0, family.rawValue, &storage, buffer.baseAddress, buffer.count, &hostError, &error)
                        }
                    case .address(let address):
                        unsafe address.bytes.withUnsafeBytes {
                            unsafe csockets_gethostbyaddr(
                                $0.baseAddress, socklen_t($0.count), family.rawValue, &storage, buffer.baseAddress,
                                buffer.count, &hostError, &error)
                        }
                    }
                return found == 1 ? unsafe HostEntry(storage) : nil
            }
            if let entry { return .success(entry) }
            if error == ERANGE, size < 1 << 20 {
                size *= 4
                continue
            }
            let code: ResolverError.Code =
                switch hostError {
                case TRY_AGAIN: .again
                case NO_RECOVERY: .fail
                case NO_DATA: .noData
                case NETDB_INTERNAL where error != 0: .system
                default: .nameNotFound
                }
            return .failure(
                ResolverError(
                    code, host: host.text, errno: code == .system ? Errno(rawValue: error) : nil,
                    hint: Hint.forResolver(code, host.text)))
        }
    }

    /// What is asked for in the older functions.
    package enum HostName: Hashable, Sendable {
        case name(String)
        case address(IPAddress)

        package var text: String {
            switch self {
            case .name(let name): name
            case .address(let address): address.description
            }
        }
    }

    /// The C library's words for a reason.
    static func errorText(_ code: CInt) -> String {
        // gai_strerror returns a constant text for every number.
        unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    }

    /// An address that the C library gave, of a structure of `length` bytes.
    static func address(_ pointer: UnsafePointer<sockaddr>?, length: Int) -> SocketAddress? {
        guard let pointer = unsafe pointer, length >= MemoryLayout<sa_family_t>.size else { return nil }
        var kernel = KernelAddress()
        let length = min(length, MemoryLayout<sockaddr_storage>.size)
        // At most the size of the storage is copied, and `length` bytes are there.
        unsafe withUnsafeMutableBytes(of: &kernel.storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: length))
        }
        kernel.length = socklen_t(length)
        return kernel.address(of: nil)
    }

    private static func error(
        _ result: CInt, _ errno: CInt, host: String?, service: String? = nil
    ) -> ResolverError {
        let code = ResolverError.Code(rawValue: result)
        return ResolverError(
            code, host: host, service: service, errno: code == .system ? Errno(rawValue: errno) : nil,
            hint: Hint.forResolver(code, host))
    }

    /// Calls `body` with the text as a C string, or with null for nil.
    private static func withCString<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }
}

extension HostEntry {
    /// Copies what the C library found.
    fileprivate init(_ entry: hostent) {
        var aliases: [String] = []
        // Both lists end with a null pointer; every address has h_length bytes.
        if var next = unsafe entry.h_aliases {
            while let alias = unsafe next.pointee {
                unsafe aliases.append(String(cString: alias))
                unsafe next += 1
            }
        }
        var addresses: [IPAddress] = []
        if var next = unsafe entry.h_addr_list {
            while let address = unsafe next.pointee {
                let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(max(0, entry.h_length)))
                if let address = unsafe IPAddress(bytes: Array(bytes)) { addresses.append(address) }
                unsafe next += 1
            }
        }
        let name = unsafe entry.h_name.map { unsafe String(cString: $0) } ?? ""
        self.init(name: name, aliases: aliases, addresses: addresses)
    }
}
