/// A service of the Internet: a name, and the port of a protocol that it is offered at.
///
/// The corresponding C structure is `servent`.
public struct Service: Hashable, Sendable {
    /// The official name, as `http`.
    public let name: String
    /// The port.
    public let port: Port
    /// The name of the protocol, as `tcp`.
    public let protocolName: String
    /// The other names.
    public let aliases: [String]

    /// Makes a service.
    public init(name: String, port: Port, protocolName: String, aliases: [String] = []) {
        self.name = name
        self.port = port
        self.protocolName = protocolName
        self.aliases = aliases
    }
}

extension Service: CustomStringConvertible {
    /// Name, port and protocol, as `http 80/tcp`.
    public var description: String { "\(name) \(port)/\(protocolName)" }
}
