/// One answer of ``Resolver``: an address, and the kind of socket that reaches the service there.
///
/// The corresponding C structure is `addrinfo`.
public struct ResolvedAddress: Hashable, Sendable {
    /// The address with the port of the service.
    public let address: SocketAddress
    /// The type of the socket.
    public let type: SocketType
    /// The protocol of the socket.
    public let `protocol`: TransportProtocol
    /// The host's canonical name: in the first answer, where ``ResolverFlags/canonicalName`` asked for it.
    public let canonicalName: String?

    /// Makes an answer.
    public init(
        address: SocketAddress, type: SocketType, protocol: TransportProtocol, canonicalName: String? = nil
    ) {
        self.address = address
        self.type = type
        self.protocol = `protocol`
        self.canonicalName = canonicalName
    }

    /// The family of the socket.
    public var family: AddressFamily { address.family }
}

extension ResolvedAddress: CustomStringConvertible {
    /// The address, type and protocol, as `127.0.0.1:80 stream TCP`.
    public var description: String {
        "\(address) \(type) \(`protocol`)" + (canonicalName.map { " (\($0))" } ?? "")
    }
}
