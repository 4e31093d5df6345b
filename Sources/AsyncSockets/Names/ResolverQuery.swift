public import Sockets

/// What an ``AsyncResolver`` is asked for: the addresses of a service on a host.
public struct ResolverQuery: Hashable, Sendable {
    /// The name of the host, as the caller gave it.
    public var host: String
    /// The port of the service.
    ///
    /// It belongs into the answers, unless the resolver knows a better one, as from a service record.
    public var port: Port
    /// The version of the addresses; `.unspecified` for all that the resolver has.
    public var family: AddressFamily
    /// The type of the socket that is going to be connected.
    public var type: SocketType

    /// Makes a query.
    public init(host: String, port: Port, family: AddressFamily = .unspecified, type: SocketType = .stream) {
        self.host = host
        self.port = port
        self.family = family
        self.type = type
    }

    /// The families that are asked for.
    package var families: [AddressFamily] { family == .unspecified ? [.ipv6, .ipv4] : [family] }
}

extension ResolverQuery: CustomStringConvertible {
    /// Host and port, as `example.org:443`.
    public var description: String { HostPort(host: host, port: port).description }
}
