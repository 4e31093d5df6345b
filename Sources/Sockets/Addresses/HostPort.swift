/// A host, by name or address, and a port, as in `example.org:443` and `[::1]:80`.
///
///     if let target = HostPort("example.org:443") {
///         let socket = try Socket.connected(to: target.host, port: target.port)
///     }
///
/// The host is not looked up and not checked: it may be empty (`:80`), a name or an address. To keep a service's name in
/// place of the number use ``split(_:)``.
public struct HostPort: Hashable, Sendable {
    /// The host without brackets: a name, an address, or empty.
    public var host: String

    /// The port.
    public var port: Port

    /// Creates a pair of a host, without brackets, and a port.
    public init(host: String, port: Port) {
        self.host = host
        self.port = port
    }

    /// The host as an address, nil when it is a name.
    public var ipAddress: IPAddress? { IPAddress(host) }

    /// Divides a text at the colon before the port, without looking at what the two parts are.
    ///
    /// A host with a colon in it has to stand in brackets, which are taken off. Nil when there is no colon or more than
    /// one outside brackets, when brackets do not match, or when the text has a NUL in it.
    ///
    ///     HostPort.split("[fe80::1%eth0]:http")     // ("fe80::1%eth0", "http")
    public static func split(_ text: some StringProtocol) -> (host: String, service: String)? {
        // All by bytes: a combining mark after a bracket would make one character with it.
        let utf8 = String(text).utf8
        guard !utf8.contains(0), let colon = utf8.lastIndex(of: 0x3A) else { return nil }
        let service = utf8[utf8.index(after: colon)...]
        var host = utf8[..<colon]
        if host.first == 0x5B {
            guard host.count >= 2, host.last == 0x5D else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(0x3A) {
            return nil
        }
        guard !host.contains(where: isBracket), !service.contains(where: isBracket) else { return nil }
        return (String(Substring(host)), String(Substring(service)))
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == 0x5B || byte == 0x5D }

    /// Joins a host and a port or service name with a colon, and puts a host with a colon in it into brackets.
    public static func join(host: some StringProtocol, service: some StringProtocol) -> String {
        host.utf8.contains(0x3A) ? "[\(host)]:\(service)" : "\(host):\(service)"
    }
}

extension HostPort: LosslessStringConvertible {
    /// Parses `host:port` and `[host]:port` with a port in digits, see ``split(_:)`` and ``Port/init(_:)-(String)``.
    public init?(_ text: String) {
        guard let (host, service) = Self.split(text), let port = Port(service) else { return nil }
        self.init(host: host, port: port)
    }

    /// Parses `host:port` and `[host]:port` with a port in digits.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// `host:port`, with brackets around a host that has a colon in it.
    public var description: String { Self.join(host: host, service: port.description) }
}

extension HostPort: Comparable {
    /// Orders by host, then by port.
    public static func < (left: HostPort, right: HostPort) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}

extension HostPort: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws { self = try decoder.decodeText() }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
