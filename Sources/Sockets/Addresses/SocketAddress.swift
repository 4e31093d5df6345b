public import SystemPackage

/// Where a socket is or whom it speaks to: an Internet address and port, a name in the Unix domain, or an address of any
/// other family.
///
///     let server: SocketAddress = .loopback(port: 8080)
///     let peer = SocketAddress("[2001:db8::1]:443")        // nil when the text is not an address
///
/// New cases may come with new versions of the library, so a `switch` needs `@unknown default`. The corresponding C
/// structures are `sockaddr_in`, `sockaddr_in6`, `sockaddr_un` and `sockaddr_storage`.
@nonexhaustive
public enum SocketAddress: Hashable, Sendable {
    /// An Internet address of version 4 and a port.
    case ipv4(IPv4Address, port: Port)
    /// An Internet address of version 6, a port, and the flow label (20 bits), which is 0 when none is asked for.
    case ipv6(IPv6Address, port: Port, flowLabel: UInt32 = 0)
    /// A name in the Unix domain.
    case unix(UnixAddress)
    /// An address of a family that has no case of its own.
    case other(RawSocketAddress)
}

extension SocketAddress {
    /// An Internet address of either version and a port.
    public static func ip(_ address: IPAddress, port: Port) -> SocketAddress {
        switch address {
        case .v4(let address): .ipv4(address, port: port)
        case .v6(let address): .ipv6(address, port: port)
        }
    }

    /// An Internet address of either version and a port; the same as ``ip(_:port:)``.
    public init(_ address: IPAddress, port: Port) { self = .ip(address, port: port) }

    /// An Internet address of version 4 and a port.
    public init(_ address: IPv4Address, port: Port) { self = .ipv4(address, port: port) }

    /// An Internet address of version 6 and a port.
    public init(_ address: IPv6Address, port: Port) { self = .ipv6(address, port: port) }

    /// This machine over IPv4, 127.0.0.1.
    public static func loopback(port: Port) -> SocketAddress { .ipv4(.loopback, port: port) }

    /// This machine over IPv6, `::1`.
    public static func loopbackIPv6(port: Port) -> SocketAddress { .ipv6(.loopback, port: port) }

    /// Every interface over IPv4, 0.0.0.0: an address to bind to.
    public static func any(port: Port) -> SocketAddress { .ipv4(.any, port: port) }

    /// Every interface over IPv6, `::`: an address to bind to.
    public static func anyIPv6(port: Port) -> SocketAddress { .ipv6(.any, port: port) }

    /// A path in the file system, byte for byte as given.
    public static func unix(path: String) -> SocketAddress { .unix(UnixAddress(path: path)) }

    /// A path in the file system.
    public static func unix(path: FilePath) -> SocketAddress { .unix(UnixAddress(path: path)) }

    /// A name in the abstract namespace of Linux.
    public static func unix(abstract name: String) -> SocketAddress { .unix(UnixAddress(abstract: name)) }

    /// An address of another package's family.
    public init(_ custom: some CustomSocketAddress) { self = .other(custom.raw) }

    /// The address as one of another package's family, or nil when it is none.
    public func `as`<Address: CustomSocketAddress>(_ type: Address.Type) -> Address? {
        if case .other(let raw) = self { Address(raw) } else { nil }
    }

    /// The Internet address without its port, nil for the other families.
    public var ipAddress: IPAddress? {
        switch self {
        case .ipv4(let address, _): .v4(address)
        case .ipv6(let address, _, _): .v6(address)
        case .unix, .other: nil
        }
    }

    /// The port, nil for the families that have none.
    public var port: Port? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, let port, _): port
        case .unix, .other: nil
        }
    }

    /// The name in the Unix domain, nil for the other families.
    public var unixAddress: UnixAddress? {
        if case .unix(let address) = self { address } else { nil }
    }

    /// The same address with another port; an address of a family without ports is returned as it is.
    public func withPort(_ port: Port) -> SocketAddress {
        switch self {
        case .ipv4(let address, _): .ipv4(address, port: port)
        case .ipv6(let address, _, let flowLabel): .ipv6(address, port: port, flowLabel: flowLabel)
        case .unix, .other: self
        }
    }

    /// The address of version 4 when it is an IPv4-mapped one (`[::ffff:192.0.2.1]:80`), otherwise the same address.
    public var unmapped: SocketAddress {
        guard case .ipv6(let address, let port, _) = self, let inner = address.ipv4Mapped else { return self }
        return .ipv4(inner, port: port)
    }
}

extension SocketAddress: Comparable {
    /// Orders IPv4, IPv6, Unix, others; within a family by address, then by port.
    public static func < (left: SocketAddress, right: SocketAddress) -> Bool {
        switch (left, right) {
        case (.ipv4(let left, let leftPort), .ipv4(let right, let rightPort)):
            (left, leftPort) < (right, rightPort)
        case (.ipv6(let left, let leftPort, let leftLabel), .ipv6(let right, let rightPort, let rightLabel)):
            (left, leftPort, leftLabel) < (right, rightPort, rightLabel)
        case (.unix(let left), .unix(let right)):
            left < right
        case (.other(let left), .other(let right)):
            left < right
        default:
            left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .ipv4: 0
        case .ipv6: 1
        case .unix: 2
        case .other: 3
        }
    }
}

extension SocketAddress: Codable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = SocketAddress(text) else { throw container.isNoText(text, of: SocketAddress.self) }
        self = address
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
