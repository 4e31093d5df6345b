public import Sockets

/// The functions of `Resolver` for tasks: the same names, with `await`.
///
/// They suspend, and block no thread of the caller's: lookups run on threads of their own, at most 16 for the whole
/// program. When the task is cancelled they throw `ResolverError.Code.cancelled` at once, when the deadline of
/// ``withDeadline(_:_:)`` passes `ResolverError.Code.timedOut`, and the lookup is left behind.
extension Resolver {
    private static let forward = SharedLookups<AddressInfo.Query, [ResolvedAddress]>()
    private static let reverse = SharedLookups<NameQuery, NamePair>()
    private static let entries = SharedLookups<EntryQuery, HostEntry>()

    /// Looks a host up, and gives the addresses at which a service of it would be, the best ones first.
    ///
    /// Suspends until there is an answer for both families; an ``AsyncResolver`` gives each when it is there. The
    /// corresponding C function is `getaddrinfo`.
    ///
    /// ```swift
    /// for answer in try await Resolver.resolve("localhost", port: 80, type: .stream) {
    ///     print(answer.address)       // 127.0.0.1:80
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - host: A name or an address; `nil` for this machine: loopback, or with `ResolverFlags.passive` every
    ///     interface.
    ///   - port: The port of the addresses.
    ///   - family: The version of the addresses; both by default.
    ///   - type: The type of the socket; by default there is one answer for each type.
    ///   - protocol: The protocol of the socket; by default the ones that belong to the type.
    ///   - flags: How to look up.
    /// - Returns: At least one answer.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound`, also for text that is no name,
    ///   `ResolverError.Code.again`, `ResolverError.Code.noData`,
    ///   `ResolverError.Code.cancelled`, …
    public static func resolve(
        _ host: String?, port: Port, family: AddressFamily = .unspecified, type: SocketType? = nil,
        protocol: TransportProtocol = .default, flags: ResolverFlags = []
    ) async throws(ResolverError) -> [ResolvedAddress] {
        try await answers(
            AddressInfo.Query(
                host: host, service: port.description, family: family, type: type, protocol: `protocol`, flags: flags))
    }

    /// Looks a host and a service up, and gives the addresses, the best ones first.
    ///
    /// A service that the system does not know is looked for among the usual ones. Suspends until there is an answer. The
    /// corresponding C function is `getaddrinfo`.
    ///
    /// - Parameters:
    ///   - host: A name or an address; `nil` for this machine: loopback, or with `ResolverFlags.passive` every
    ///     interface.
    ///   - service: The name or the number of the service; `nil` for port 0, where there is a host.
    ///   - family: The version of the addresses; both by default.
    ///   - type: The type of the socket; by default there is one answer for each type.
    ///   - protocol: The protocol of the socket; by default the ones that belong to the type.
    ///   - flags: How to look up.
    /// - Returns: At least one answer.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound`, also for text that is no name,
    ///   `ResolverError.Code.service`, `ResolverError.Code.again`,
    ///   `ResolverError.Code.cancelled`, …
    public static func resolve(
        _ host: String?, service: String?, family: AddressFamily = .unspecified, type: SocketType? = nil,
        protocol: TransportProtocol = .default, flags: ResolverFlags = []
    ) async throws(ResolverError) -> [ResolvedAddress] {
        try await answers(
            AddressInfo.Query(
                host: host, service: service, family: family, type: type, protocol: `protocol`, flags: flags))
    }

    /// Looks a host up, and gives its addresses without ports, each once, the best ones first.
    ///
    /// Suspends until there is an answer for both families.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - family: The version of the addresses; both by default.
    /// - Returns: At least one address.
    /// - Throws: `ResolverError` as looking up a host and a port does.
    public static func addresses(
        of host: String, family: AddressFamily = .unspecified
    ) async throws(ResolverError) -> [IPAddress] {
        let answers = try await answers(
            AddressInfo.Query(host: host, service: nil, family: family, type: .stream))
        var addresses: [IPAddress] = []
        for case let address? in answers.map(\.address.ipAddress) where !addresses.contains(address) {
            addresses.append(address)
        }
        return addresses
    }

    /// Looks a host up, and gives its canonical name: the one that its other names stand for.
    ///
    /// Suspends until there is an answer. The corresponding C constant is `AI_CANONNAME`.
    ///
    /// - Parameter host: A name or an address.
    /// - Returns: The name; that of an address is its text.
    /// - Throws: `ResolverError` as looking up a host and a port does.
    public static func canonicalName(of host: String) async throws(ResolverError) -> String {
        let answers = try await answers(
            AddressInfo.Query(host: host, service: nil, type: .stream, flags: .canonicalName))
        return answers.first?.canonicalName ?? host
    }

    /// Looks up the names of an address: that of its host, and that of the service at its port.
    ///
    /// Where there is no name, the address or the port as text takes its place, unless
    /// `NameFlags.nameRequired` is given. Suspends until there is an answer. The corresponding C function is
    /// `getnameinfo`.
    ///
    /// - Parameters:
    ///   - address: The address; of a Unix one the service is the path.
    ///   - flags: How to look up.
    /// - Returns: Both names.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound`,
    ///   `ResolverError.Code.family` for an address that has no names,
    ///   `ResolverError.Code.again`, `ResolverError.Code.cancelled`, …
    public static func name(
        of address: SocketAddress, flags: NameFlags = []
    ) async throws(ResolverError) -> (host: String, service: String) {
        let body = { @Sendable () throws(ResolverError) -> NamePair in
            let (host, service) = try AddressInfo.name(of: address, flags).get()
            return NamePair(host: host, service: service)
        }
        let names: NamePair
        if flags.isSuperset(of: [.numericHost, .numericService]) {
            names = try body()
        } else {
            do throws(ResolverError) {
                names = try await reverse.value(for: NameQuery(address: address, flags: flags), body)
            } catch {
                throw error.naming(host: "\(address)")
            }
        }
        return (names.host, names.service)
    }

    /// Looks up the name of the host that has an address.
    ///
    /// Suspends until there is an answer. The corresponding C function is `getnameinfo` with `NI_NAMEREQD`.
    ///
    /// - Parameter address: The address.
    /// - Returns: The name.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound` for an address without a name,
    ///   and others as `name(of:flags:)`.
    public static func hostName(of address: IPAddress) async throws(ResolverError) -> String {
        try await name(of: .ip(address, port: 0), flags: [.nameRequired, .numericService]).host
    }

    /// Looks up a host's full name, with its domain, as well as it is known.
    ///
    /// That is the first name with a dot in it among those of the host's address: its official name, and then its other
    /// ones. Where there is none it is the official name, and where that cannot be found, or the task is cancelled, the
    /// host as it was given. Suspends until there is an answer.
    ///
    /// - Parameter host: A name or an address; `nil` for this machine.
    /// - Returns: The name; never empty unless the host is.
    public static func fullyQualifiedName(of host: String? = nil) async -> String {
        let isThisMachine = host == nil || host == "" || host == "0.0.0.0" || host == "::"
        let name = isThisMachine ? HostName.current : host ?? ""
        guard let address = try? await addresses(of: name).first, let entry = try? await self.host(at: address)
        else { return name }
        return ([entry.name] + entry.aliases).first { $0.utf8.contains(0x2E) } ?? entry.name
    }

    /// Looks up a host by its name, with its official name, its other names, and its addresses of one version.
    ///
    /// Suspends until there is an answer. The corresponding C function is `gethostbyname2_r`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - family: The version of the addresses, `.ipv4` or `.ipv6`.
    /// - Returns: What is known of the host.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound`, also for text that is no name,
    ///   `ResolverError.Code.noData`, `ResolverError.Code.again`,
    ///   `ResolverError.Code.cancelled`, …
    public static func host(
        named host: String, family: AddressFamily = .ipv4
    ) async throws(ResolverError) -> HostEntry {
        guard let address = IPAddress(host) else {
            try check(name: host)
            return try await entry(.name(host), family)
        }
        // The C library answers an address with itself.
        guard address.isIPv4 == (family == .ipv4), family == .ipv4 || family == .ipv6 else {
            throw ResolverError(.addressFamily, host: host)
        }
        return HostEntry(name: host, addresses: [address])
    }

    /// Looks up the host that has an address, with its official name and its other names.
    ///
    /// Suspends until there is an answer. The corresponding C function is `gethostbyaddr_r`.
    ///
    /// - Parameter address: The address.
    /// - Returns: What is known of the host.
    /// - Throws: `ResolverError` with `ResolverError.Code.nameNotFound`,
    ///   `ResolverError.Code.again`, `ResolverError.Code.cancelled`, …
    public static func host(at address: IPAddress) async throws(ResolverError) -> HostEntry {
        try await entry(.address(address), address.isIPv6 ? .ipv6 : .ipv4)
    }

    private static func answers(_ query: AddressInfo.Query) async throws(ResolverError) -> [ResolvedAddress] {
        let plan = try plan(query)
        if plan.need == .nothing { return try plan.answer() }
        do throws(ResolverError) {
            return try await forward.value(for: query, plan.answer)
        } catch {
            throw error.naming(host: query.host ?? "service \(query.service ?? "")")
        }
    }

    private static func entry(
        _ host: AddressInfo.HostName, _ family: AddressFamily
    ) async throws(ResolverError) -> HostEntry {
        do throws(ResolverError) {
            return try await entries.value(for: EntryQuery(host: host, family: family)) { () throws(ResolverError) in
                try AddressInfo.entry(host, family).get()
            }
        } catch {
            throw error.naming(host: host.text)
        }
    }
}

/// What `Resolver.name(of:flags:)` is asked for.
private struct NameQuery: Hashable, Sendable {
    let address: SocketAddress
    let flags: NameFlags
}

private struct NamePair: Sendable {
    let host: String
    let service: String
}

private struct EntryQuery: Hashable, Sendable {
    let host: AddressInfo.HostName
    let family: AddressFamily
}
