/// The resolver of the system: from host and service names to addresses.
///
/// ```swift
/// for answer in try Resolver.resolve("localhost", service: "http", type: .stream) {
///     print(answer.address)       // 127.0.0.1:80
/// }
/// let addresses = try Resolver.addresses(of: "example.org", timeout: .seconds(3))
/// ```
///
/// Names are looked up as the system is configured: the file of hosts, the domain name system, and others. Addresses as
/// text are answered without that. Text that only some programs take for an address, as `127.1`, `010.0.0.1` and
/// `0x7f.1`, is refused with ``ResolverError/Code/nameNotFound``, because programs do not agree on what it means.
///
/// A lookup cannot be interrupted. With a time limit it runs on another thread, and its late answer is thrown away; at
/// most 16 lookups with a limit run at one time, and further ones wait for their turn as long as their limit allows.
public enum Resolver {
    /// Looks a host up, and gives the addresses at which a service of it would be, the best ones first.
    ///
    /// Blocks until there is an answer, or the time has passed. The corresponding C function is `getaddrinfo`.
    ///
    /// - Parameters:
    ///   - host: A name or an address; `nil` for this machine: loopback, or with ``ResolverFlags/passive`` every interface.
    ///   - port: The port of the addresses.
    ///   - family: The version of the addresses; both by default.
    ///   - type: The type of the socket; by default there is one answer for each type.
    ///   - protocol: The protocol of the socket; by default the ones that belong to the type.
    ///   - flags: How to look up.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: At least one answer.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound``, also for text that is no name,
    ///   ``ResolverError/Code/again``, ``ResolverError/Code/noData``, ``ResolverError/Code/timedOut``, …
    @available(*, noasync, message: "resolve blocks its thread; import AsyncSockets for the form that suspends")
    public static func resolve(
        _ host: String?, port: Port, family: AddressFamily = .unspecified, type: SocketType? = nil,
        protocol: TransportProtocol = .default, flags: ResolverFlags = [], timeout: Duration? = nil
    ) throws(ResolverError) -> [ResolvedAddress] {
        try resolve(
            AddressInfo.Query(
                host: host, service: port.description, family: family, type: type, protocol: `protocol`, flags: flags),
            until: Deadline(after: timeout))
    }

    /// Looks a host and a service up, and gives the addresses, the best ones first.
    ///
    /// A service that the system does not know is looked for among the usual ones, so that their names work on a machine
    /// without a service database. Blocks until there is an answer, or the time has passed. The corresponding C function
    /// is `getaddrinfo`.
    ///
    /// - Parameters:
    ///   - host: A name or an address; `nil` for this machine: loopback, or with ``ResolverFlags/passive`` every interface.
    ///   - service: The name or the number of the service; `nil` for port 0, where there is a host.
    ///   - family: The version of the addresses; both by default.
    ///   - type: The type of the socket; by default there is one answer for each type.
    ///   - protocol: The protocol of the socket; by default the ones that belong to the type.
    ///   - flags: How to look up.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: At least one answer.
    /// - Throws: ``ResolverError`` with ``ResolverError/Code/nameNotFound``, also for text that is no name,
    ///   ``ResolverError/Code/service``, ``ResolverError/Code/again``, ``ResolverError/Code/timedOut``, …
    @available(*, noasync, message: "resolve blocks its thread; import AsyncSockets for the form that suspends")
    public static func resolve(
        _ host: String?, service: String?, family: AddressFamily = .unspecified, type: SocketType? = nil,
        protocol: TransportProtocol = .default, flags: ResolverFlags = [], timeout: Duration? = nil
    ) throws(ResolverError) -> [ResolvedAddress] {
        try resolve(
            AddressInfo.Query(
                host: host, service: service, family: family, type: type, protocol: `protocol`, flags: flags),
            until: Deadline(after: timeout))
    }

    /// Looks a host up, and gives its addresses without ports, each once, the best ones first.
    ///
    /// Blocks until there is an answer, or the time has passed. Python's name for the first IPv4 address of them is
    /// `gethostbyname`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - family: The version of the addresses; both by default.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: At least one address.
    /// - Throws: ``ResolverError`` as ``resolve(_:port:family:type:protocol:flags:timeout:)`` does.
    @available(*, noasync, message: "addresses(of:) blocks its thread; import AsyncSockets for the form that suspends")
    public static func addresses(
        of host: String, family: AddressFamily = .unspecified, timeout: Duration? = nil
    ) throws(ResolverError) -> [IPAddress] {
        let answers = try resolve(
            AddressInfo.Query(host: host, service: nil, family: family, type: .stream), until: Deadline(after: timeout))
        var addresses: [IPAddress] = []
        for case let address? in answers.map(\.address.ipAddress) where !addresses.contains(address) {
            addresses.append(address)
        }
        return addresses
    }

    /// Looks a host up, and gives its canonical name: the one that its other names stand for.
    ///
    /// Blocks until there is an answer, or the time has passed. The corresponding C constant is `AI_CANONNAME`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - timeout: How long to try; for ever by default, which is as long as the system does.
    /// - Returns: The name; that of an address is its text.
    /// - Throws: ``ResolverError`` as ``resolve(_:port:family:type:protocol:flags:timeout:)`` does.
    @available(
        *, noasync, message: "canonicalName(of:) blocks its thread; import AsyncSockets for the form that suspends"
    )
    public static func canonicalName(of host: String, timeout: Duration? = nil) throws(ResolverError) -> String {
        let answers = try resolve(
            AddressInfo.Query(host: host, service: nil, type: .stream, flags: .canonicalName),
            until: Deadline(after: timeout))
        return answers.first?.canonicalName ?? host
    }
}

extension Resolver {
    /// What asks the system; tests put another in its place.
    package typealias Lookup = @Sendable (AddressInfo.Query) -> Result<[ResolvedAddress], ResolverError>

    /// A query whose texts have been checked, and what its answer can take.
    package struct Plan<Value: Sendable>: Sendable {
        /// What an answer needs, the cheapest first.
        package enum Need: Sendable {
            case nothing, files, network
        }

        /// What the answer needs.
        package let need: Need
        /// Finds the answer, which blocks as long as the need says.
        package let answer: @Sendable () throws(ResolverError) -> Value

        package init(_ need: Need, _ answer: @escaping @Sendable () throws(ResolverError) -> Value) {
            self.need = need
            self.answer = answer
        }
    }

    /// Checks the names, answers addresses at once, and looks names up until the deadline.
    static func resolve(
        _ query: AddressInfo.Query, until deadline: Deadline, using lookup: @escaping Lookup = AddressInfo.resolve
    ) throws(ResolverError) -> [ResolvedAddress] {
        let plan = try plan(query, using: lookup)
        guard plan.need == .network else { return try plan.answer() }
        return try run(until: deadline, host: query.host ?? "", plan.answer)
    }

    /// Checks the names, and says how the answer is found.
    package static func plan(
        _ query: AddressInfo.Query, using lookup: @escaping Lookup = AddressInfo.resolve
    ) throws(ResolverError) -> Plan<[ResolvedAddress]> {
        guard query.host != nil || query.service != nil else {
            throw ResolverError(.nameNotFound, hint: "name a host or a service")
        }
        if let service = query.service { try check(service: service, query) }
        let isNumeric = query.service.map { Port($0) != nil } ?? true
        guard let host = query.host else {
            return Plan(isNumeric ? .nothing : .files) { () throws(ResolverError) in
                try answer(query, AddressInfo.resolve)
            }
        }
        if let address = IPAddress(host) {
            var literal = query
            literal.host = address.withoutZone.description
            literal.flags.insert(.numericHost)
            return Plan(isNumeric ? .nothing : .files) { [literal] () throws(ResolverError) in
                do throws(ResolverError) {
                    return try answer(literal, AddressInfo.resolve).map { $0.inZone(of: address, host) }
                } catch {
                    throw ResolverError(
                        error.code, host: host, service: query.service, errno: error.errno, hint: error.hint)
                }
            }
        }
        try check(name: host)
        if query.flags.contains(.numericHost) {
            return Plan(isNumeric ? .nothing : .files) { () throws(ResolverError) in
                do throws(ResolverError) {
                    return try answer(query, AddressInfo.resolve)
                } catch {
                    guard error.code == .nameNotFound else { throw error }
                    throw ResolverError(
                        .nameNotFound, host: host, hint: "only addresses are asked for, and this is none")
                }
            }
        }
        return Plan(.network) { () throws(ResolverError) in try answer(query, lookup) }
    }

    /// Runs a lookup here, or with a deadline on another thread.
    static func run<Value: Sendable>(
        until deadline: Deadline, host: String, _ body: @escaping @Sendable () throws(ResolverError) -> Value
    ) throws(ResolverError) -> Value {
        if deadline == .never { return try body() }
        let result = try ResolverThreads.shared.run(until: deadline) { Result(catching: body) }
        guard let result else { throw ResolverError(.timedOut, host: host) }
        return try result.get()
    }

    /// Looks up, and again with the number of a usual service where the system does not know its name.
    private static func answer(
        _ query: AddressInfo.Query, _ lookup: Lookup
    ) throws(ResolverError) -> [ResolvedAddress] {
        do throws(ResolverError) {
            return try lookup(query).get()
        } catch  where error.code == .service && !query.flags.contains(.numericService) {
            guard let service = query.service, Port(service) == nil else { throw error }
            var answers: [ResolvedAddress] = []
            let kinds: [(SocketType, TransportProtocol, String)] = [(.stream, .tcp, "tcp"), (.datagram, .udp, "udp")]
            for (type, transport, name) in kinds
            where (query.type ?? type) == type && [.default, transport].contains(query.protocol) {
                guard let port = WellKnownServices.port(named: service, protocolName: name) else { continue }
                var numeric = query
                numeric.type = type
                numeric.service = port.description
                answers += try lookup(numeric).get()
            }
            if answers.isEmpty { throw error }
            return answers
        }
    }
}

extension ResolvedAddress {
    /// Puts the zone back that the text of an address had.
    fileprivate func inZone(of literal: IPAddress, _ text: String) -> ResolvedAddress {
        var address = address
        if let zone = literal.zone, case .ipv6(let ip, let port, let flowLabel) = address,
            let scoped = ip.withZone(zone)
        {
            address = .ipv6(scoped, port: port, flowLabel: flowLabel)
        }
        return ResolvedAddress(
            address: address, type: type, protocol: `protocol`, canonicalName: canonicalName == nil ? nil : text)
    }
}
