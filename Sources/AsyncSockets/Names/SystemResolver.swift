public import Sockets

/// The resolver of the system, for tasks: IPv6 and IPv4 addresses are looked up at the same time, and each answer is
/// given when it is there.
///
/// Names are looked up as by `Resolver`: the file of hosts, the domain name system, and whatever else the system is
/// configured for; text as `127.1`, which programs do not agree on, is refused. The lookups are those of the C library,
/// which nothing can interrupt: they run on threads of their own, at most 16 for the whole program, and tasks that ask for
/// the same name at the same time share them. A task that is cancelled, or whose deadline passes, goes on at once, and
/// leaves its lookup behind.
///
/// ```swift
/// try await SystemResolver().resolve(ResolverQuery(host: "localhost", port: 80)) { answer in
///     print(answer.family, answer.addresses)
/// }
/// ```
public struct SystemResolver: AsyncResolver {
    /// The lookups of the program that are under way.
    private static let lookups = SharedLookups<AddressInfo.Query, [ResolvedAddress]>()

    private let lookups: SharedLookups<AddressInfo.Query, [ResolvedAddress]>
    private let lookup: Resolver.Lookup

    /// The resolver of the system.
    public init() { self.init(Self.lookups, AddressInfo.resolve) }

    /// The same with another in the C library's place.
    package init(
        _ lookups: SharedLookups<AddressInfo.Query, [ResolvedAddress]>, _ lookup: @escaping Resolver.Lookup
    ) {
        self.lookups = lookups
        self.lookup = lookup
    }

    /// Looks a host up, both families at the same time, and gives each answer when it is there.
    ///
    /// Suspends until both have answered; when the task is cancelled, ends at once.
    ///
    /// - Parameters:
    ///   - query: What is asked for.
    ///   - answer: Called with each answer.
    /// - Throws: `ResolverError` when no family has an address, with
    ///   `ResolverError.Code.nameNotFound`, `ResolverError.Code.again`,
    ///   `ResolverError.Code.cancelled`, …
    public func resolve(
        _ query: ResolverQuery, answer: @escaping @Sendable (ResolverAnswer) -> Void
    ) async throws(ResolverError) {
        // The file of hosts often knows this name for one family alone, and no name server is to be asked for the other.
        let isOneQuery = query.family != .unspecified || Self.isLocalhost(query.host)
        let errors = Lock<[ResolverError]>([])
        let count = isOneQuery ? 1 : 2
        await withDiscardingTaskGroup { group in
            for family in isOneQuery ? [query.family] : query.families {
                group.addTask {
                    do throws(ResolverError) {
                        answer(ResolverAnswer(try await addresses(query, family), family: family))
                    } catch {
                        errors.withLock { $0.append(error) }
                        answer(ResolverAnswer(error, family: family))
                    }
                }
            }
        }
        let failures = errors.withLock { $0 }
        if failures.count == count, let error = ResolverError.mostTelling(failures) { throw error }
    }

    private func addresses(
        _ query: ResolverQuery, _ family: AddressFamily
    ) async throws(ResolverError)
        -> [SocketAddress]
    {
        // Without the port, so that a name is looked up once for all its services.
        let system = AddressInfo.Query(host: query.host, service: nil, family: family, type: .stream)
        let plan = try Resolver.plan(system, using: lookup)
        let answers: [ResolvedAddress]
        if plan.need == .nothing {
            answers = try plan.answer()
        } else {
            do throws(ResolverError) {
                answers = try await lookups.value(for: system, plan.answer)
            } catch {
                throw error.naming(host: query.host)
            }
        }
        return answers.map { answer in
            answer.address.ipAddress.map { .ip($0, port: query.port) } ?? answer.address
        }
    }

    /// Whether the name stands for this machine (RFC 6761).
    private static func isLocalhost(_ name: String) -> Bool {
        var name = Substring(name.lowercased())
        if name.last == "." { name.removeLast() }
        return name == "localhost" || name.hasSuffix(".localhost")
    }
}

extension ResolverError {
    /// The same error with the host, where it has none.
    package func naming(host name: String) -> ResolverError {
        host != nil ? self : ResolverError(code, host: name, service: service, errno: errno, hint: hint)
    }

    /// Of the errors of several families the one that says most: that there may be an answer another time, rather than
    /// that one family has none.
    package static func mostTelling(_ errors: [ResolverError]) -> ResolverError? {
        errors.max { weight($0.code) < weight($1.code) }
    }

    private static func weight(_ code: Code) -> Int {
        switch code {
        case .cancelled, .timedOut: 3
        case .nameNotFound: 0
        case .noData, .addressFamily: 1
        default: 2
        }
    }
}
