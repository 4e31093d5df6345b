extension Resolver {
    /// Looks up the names of an address: that of its host, and that of the service at its port.
    ///
    /// Where there is no name, the address or the port as text takes its place, unless ``NameFlags/nameRequired`` is
    /// given. Blocks until there is an answer, or the time has passed. The corresponding C function is `getnameinfo`.
    ///
    /// - Parameters:
    ///   - address: The address; of a Unix one the service is the path.
    ///   - flags: How to look up.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: Both names.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound``, ``ResolverError/Code/family`` for an
    ///   address that has no names, ``ResolverError/Code/again``, ``ResolverError/Code/timedOut``, …
    @available(*, noasync, message: "name(of:) blocks its thread; import AsyncSockets for the form that suspends")
    public static func name(
        of address: SocketAddress, flags: NameFlags = [], timeout: Duration? = nil
    ) throws(ResolverError) -> (host: String, service: String) {
        // Numbers alone need no look-up that could take time.
        let isNumeric = flags.isSuperset(of: [.numericHost, .numericService])
        return try run(
            until: isNumeric ? .never : Deadline(after: timeout), host: "\(address)"
        ) { () throws(ResolverError) in
            try AddressInfo.name(of: address, flags).get()
        }
    }

    /// Looks up the name of the host that has an address.
    ///
    /// Blocks until there is an answer, or the time has passed. The corresponding C function is `getnameinfo` with
    /// `NI_NAMEREQD`.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: The name.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound`` for an address without a name, and others as
    ///   ``name(of:flags:timeout:)``.
    @available(*, noasync, message: "hostName(of:) blocks its thread; import AsyncSockets for the form that suspends")
    public static func hostName(of address: IPAddress, timeout: Duration? = nil) throws(ResolverError) -> String {
        try name(of: .ip(address, port: 0), flags: [.nameRequired, .numericService], timeout: timeout).host
    }

    /// Looks up a host's full name, with its domain, as well as it is known.
    ///
    /// That is the first name with a dot in it among those of the host's address: its official name, and then its other
    /// ones. Where there is none it is the official name, and where that cannot be found the host as it was given.
    /// Blocks until there is an answer, or the time has passed. Python's name is `getfqdn`.
    ///
    /// - Parameters:
    ///   - host: A name or an address; `nil` for this machine.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: The name; never empty unless the host is.
    @available(
        *, noasync, message: "fullyQualifiedName(of:) blocks its thread; import AsyncSockets for the form that suspends"
    )
    public static func fullyQualifiedName(of host: String? = nil, timeout: Duration? = nil) -> String {
        let isThisMachine = host == nil || host == "" || host == "0.0.0.0" || host == "::"
        let name = isThisMachine ? HostName.current : host ?? ""
        let deadline = Deadline(after: timeout)
        guard
            let address = try? resolve(
                AddressInfo.Query(host: name, service: nil, type: .stream), until: deadline
            ).first?.address.ipAddress,
            let entry = try? entry(.address(address), until: deadline)
        else { return name }
        return ([entry.name] + entry.aliases).first { $0.utf8.contains(0x2E) } ?? entry.name
    }

    /// Looks up a host by its name, with its official name, its other names, and its addresses of one version.
    ///
    /// For programs that need the other names; ``resolve(_:port:family:type:protocol:flags:timeout:)`` gives better
    /// ordered addresses of both versions. Blocks until there is an answer, or the time has passed. The corresponding C
    /// function is `gethostbyname2_r`; Python's name is `gethostbyname_ex`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - family: The version of the addresses, ``AddressFamily/ipv4`` or ``AddressFamily/ipv6``.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: What is known of the host.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound``, also for text that is no name,
    ///   ``ResolverError/Code/noData``, ``ResolverError/Code/again``, ``ResolverError/Code/timedOut``, …
    @available(*, noasync, message: "host(named:) blocks its thread; import AsyncSockets for the form that suspends")
    public static func host(
        named host: String, family: AddressFamily = .ipv4, timeout: Duration? = nil
    ) throws(ResolverError) -> HostEntry {
        guard let address = IPAddress(host) else {
            try check(name: host)
            return try entry(.name(host), family, until: Deadline(after: timeout))
        }
        // The C library answers an address with itself.
        guard address.isIPv4 == (family == .ipv4), family == .ipv4 || family == .ipv6 else {
            throw ResolverError(.addressFamily, host: host)
        }
        return HostEntry(name: host, addresses: [address])
    }

    /// Looks up the host that has an address, with its official name and its other names.
    ///
    /// Blocks until there is an answer, or the time has passed. The corresponding C function is `gethostbyaddr_r`.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: What is known of the host.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound``, ``ResolverError/Code/again``,
    ///   ``ResolverError/Code/timedOut``, …
    @available(*, noasync, message: "host(at:) blocks its thread; import AsyncSockets for the form that suspends")
    public static func host(at address: IPAddress, timeout: Duration? = nil) throws(ResolverError) -> HostEntry {
        try entry(.address(address), until: Deadline(after: timeout))
    }

    private static func entry(
        _ host: AddressInfo.HostName, _ family: AddressFamily? = nil, until deadline: Deadline
    ) throws(ResolverError) -> HostEntry {
        let own: AddressFamily =
            if case .address(let address) = host, address.isIPv6 { .ipv6 } else { .ipv4 }
        return try run(until: deadline, host: host.text) { () throws(ResolverError) in
            try AddressInfo.entry(host, family ?? own).get()
        }
    }
}
