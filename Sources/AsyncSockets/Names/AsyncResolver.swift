public import Sockets

/// Whoever finds the addresses of a host's name, answer by answer.
///
/// ``SystemResolver`` asks the system, and is what connecting uses by default. A program puts its own in its place to ask
/// a service registry, an encrypted name server or a table:
///
/// ```swift
/// struct TableResolver: AsyncResolver {
///     var table: [String: [IPAddress]]
///
///     func resolve(
///         _ query: ResolverQuery, answer: @escaping @Sendable (ResolverAnswer) -> Void
///     ) async throws(ResolverError) {
///         guard let addresses = table[query.host] else { throw ResolverError(.nameNotFound, host: query.host) }
///         answer(ResolverAnswer(addresses.map { .ip($0, port: query.port) }))
///     }
/// }
/// ```
///
/// Addresses as text (`127.0.0.1`, `::1`) never come to a resolver.
public protocol AsyncResolver: Sendable {
    /// Looks a host up, and gives each answer at once when it is there.
    ///
    /// Connecting begins with the first answer, so families that are asked for separately are best asked for at the same
    /// time. There may be any number of answers for a family, and answers of families that the query does not name are
    /// used as well. When the method returns there are no more.
    ///
    /// When the task is cancelled the method is to return or throw soon: connecting does not end before it has.
    ///
    /// - Parameters:
    ///   - query: What is asked for.
    ///   - answer: To be called with each answer, by any thread, before the method returns.
    /// - Throws: `ResolverError` when there is nothing to answer; with
    ///   `ResolverError.Code.cancelled` when the task was cancelled.
    func resolve(
        _ query: ResolverQuery, answer: @escaping @Sendable (ResolverAnswer) -> Void
    ) async throws(ResolverError)
}

extension AsyncResolver where Self == SystemResolver {
    /// The resolver of the system.
    public static var system: SystemResolver { SystemResolver() }
}
