import ArgumentParser
import AsyncSockets
import Sockets

/// Where to listen or connect, as every subcommand takes it.
enum Endpoint: Hashable {
    /// A host, by name or address, or none, and a port by number or by the name of its service.
    case internet(host: String?, service: String)
    /// A name in the Unix domain.
    case unix(UnixAddress)

    /// What `--help` says about it.
    static let help = """
        ENDPOINTS
          example.org:443       host and port
          localhost:http        the port by its service (see `sock services`)
          [fe80::1%eth0]:7777   an IPv6 address, with its interface if needed
          :7777 or 7777         to listen: on every interface, over IPv6 and IPv4;
                                to connect: to this machine
          unix:/run/echo.sock   a path; /run/echo.sock and ./echo.sock are paths too
          unix:@echo            a name in Linux's abstract namespace
        """

    /// Reads the text of an argument.
    init(argument text: String) throws {
        if text.hasPrefix("unix:") || text.hasPrefix("/") || text.hasPrefix("./") {
            let name = text.hasPrefix("unix:") ? String(text.dropFirst(5)) : text
            guard let address = UnixAddress(name), !address.isUnnamed else {
                throw ValidationError("'\(text)' has no name after 'unix:'; write unix:/path or unix:@name.")
            }
            self = .unix(address)
            return
        }
        if !text.contains(":") {
            guard !text.contains(".") else {
                throw ValidationError("'\(text)' has no port; write \(text):PORT.")
            }
            // A number that is out of range is a port all the same, and told so.
            let isService = text.utf8.allSatisfy { 48...57 ~= $0 } || Port(service: text) != nil
            guard isService else { throw ValidationError("'\(text)' has no port; write \(text):PORT.") }
            self = .internet(host: nil, service: try Self.service(text, of: text))
            return
        }
        if IPv6Address(text) != nil {
            throw ValidationError("An IPv6 address stands in brackets before its port: [\(text)]:PORT.")
        }
        if text.hasPrefix("["), text.hasSuffix("]") {
            throw ValidationError("'\(text)' has no port; write \(text):PORT.")
        }
        guard let (host, service) = HostPort.split(text) else {
            throw ValidationError("'\(text)' is no endpoint; write HOST:PORT, [IPV6]:PORT, :PORT or unix:PATH.")
        }
        self = .internet(host: host.isEmpty || host == "*" ? nil : host, service: try Self.service(service, of: text))
    }

    /// The port or service name, where it can be one.
    private static func service(_ text: String, of endpoint: String) throws -> String {
        if text.isEmpty { throw ValidationError("'\(endpoint)' has no port after the colon.") }
        if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), Port(text) == nil {
            throw ValidationError("Port \(text) of '\(endpoint)' is out of range; ports are 0 to 65535.")
        }
        return text
    }
}

extension Endpoint: CustomStringConvertible {
    /// The text form.
    var description: String {
        switch self {
        case .internet(let host, let service): HostPort.join(host: host ?? "", service: service)
        case .unix(let address): "unix:\(address)"
        }
    }
}

/// Which sockets an endpoint stands for, where the text leaves it open.
struct EndpointOptions: ParsableArguments {
    @Flag(name: .customShort("4"), help: "Use IPv4 only.")
    var ipv4 = false

    @Flag(name: .customShort("6"), help: "Use IPv6 only.")
    var ipv6 = false

    @Flag(help: "Use datagrams (UDP, or Unix datagrams) in place of a connection.")
    var udp = false

    func validate() throws {
        if ipv4 && ipv6 { throw ValidationError("-4 and -6 exclude each other.") }
    }

    /// The family asked for.
    var family: AddressFamily { ipv4 ? .ipv4 : ipv6 ? .ipv6 : .unspecified }
    /// The type of socket asked for.
    var type: SocketType { udp ? .datagram : .stream }
}

extension Endpoint {
    /// A socket that is bound to the endpoint: it listens, or with `--udp` receives.
    func listening(_ options: EndpointOptions) throws -> Socket {
        if case .unix(let address) = self { return try Self.open(.unix(address), options) }
        let address = try resolvedToListen(options)
        guard case .internet(nil, _) = self else { return try Self.open(address, options) }
        let port = address.port ?? 0
        if options.ipv4 { return try Self.open(.any(port: port), options) }
        if options.ipv6 { return try Self.open(.anyIPv6(port: port), options) }
        return try Self.openEverywhere(port, options)
    }

    /// On every interface, over IPv6 and IPv4; over IPv4 alone on a machine without IPv6.
    private static func openEverywhere(_ port: Port, _ options: EndpointOptions) throws(SocketError) -> Socket {
        let reason: SocketError
        do throws(SocketError) {
            return try open(.anyIPv6(port: port), options, dualStack: true)
        } catch {
            reason = error
        }
        let hasNoIPv6 = reason.code == .addressFamilyNotSupported || reason.code == .addressNotAvailable
        guard hasNoIPv6 else { throw reason }
        return try open(.any(port: port), options)
    }

    private static func open(
        _ address: SocketAddress, _ options: EndpointOptions, dualStack: Bool = false
    ) throws(SocketError) -> Socket {
        if options.udp { return try Socket.bound(to: address, dualStack: dualStack) }
        return try Socket.listening(on: address, dualStack: dualStack)
    }

    /// A socket that is connected to the endpoint.
    func connected(
        _ options: EndpointOptions, from source: SocketAddress?, timeout: Duration?
    ) async throws -> AsyncSocket {
        guard let timeout else { return try await connected(options, from: source) }
        return try await withDeadline(timeout) { () async throws(SocketError) in
            try await connected(options, from: source)
        }
    }

    private func connected(
        _ options: EndpointOptions, from source: SocketAddress?
    ) async throws(SocketError) -> AsyncSocket {
        switch self {
        case .unix(let address):
            return try await AsyncSocket.connected(to: .unix(address), options.type, from: source)
        case .internet(let host, let service):
            return try await AsyncSocket.connected(
                to: host ?? "localhost", service: service, options.type, family: options.family, from: source)
        }
    }

    /// The best address to listen on.
    private func resolvedToListen(_ options: EndpointOptions) throws -> SocketAddress {
        guard case .internet(let host, let service) = self else { throw ResolverError(.nameNotFound) }
        let answers = try Resolver.resolve(
            host, service: service, family: options.family, type: options.type, flags: .passive)
        guard let answer = answers.first else { throw ResolverError(.nameNotFound, host: host, service: service) }
        return answer.address
    }
}
