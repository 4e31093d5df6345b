/// The services of the Internet by name and by port.
///
/// ```swift
/// Services.service(named: "https", over: .tcp)?.port      // 443
/// Services.service(at: 53, over: .udp)?.name              // domain
/// Port(service: "ssh")                                    // 22
/// ```
///
/// They come from the system's database (usually the file `/etc/services`); what it does not have is looked for in a
/// built-in table of the usual ones, so that their names work on a machine without a database.
public enum Services {
    /// Looks a service up by its name.
    ///
    /// The corresponding C function is `getservbyname_r`.
    ///
    /// - Parameters:
    ///   - name: The official name or another one; case matters.
    ///   - protocol: The protocol it is used over; by default, the first one that has the service.
    /// - Returns: The service, or `nil` when nobody knows it.
    public static func service(named name: String, over protocol: TransportProtocol? = nil) -> Service? {
        guard !name.isEmpty, !name.utf8.contains(0), let protocolName = databaseName(of: `protocol`) else { return nil }
        return ServiceDatabase.service(named: name, protocolName)
            ?? builtIn.first {
                ($0.name == name || $0.aliases.contains(name)) && (protocolName ?? $0.protocolName) == $0.protocolName
            }
    }

    /// Looks a service up by its port.
    ///
    /// The corresponding C function is `getservbyport_r`.
    ///
    /// - Parameters:
    ///   - port: The port.
    ///   - protocol: The protocol it is used over; by default, the first one that has the service.
    /// - Returns: The service, or `nil` when nobody knows it.
    public static func service(at port: Port, over protocol: TransportProtocol? = nil) -> Service? {
        guard let protocolName = databaseName(of: `protocol`) else { return nil }
        return ServiceDatabase.service(at: port, protocolName)
            ?? builtIn.first { $0.port == port && (protocolName ?? $0.protocolName) == $0.protocolName }
    }

    /// The name that the databases have for the protocol of a service, `.some(nil)` for any, nil for one without a name.
    private static func databaseName(of protocol: TransportProtocol?) -> String?? {
        switch `protocol` {
        case nil, .default?: .some(nil)
        // The same services over several paths.
        case .mptcp?: "tcp"
        case let known?: known.name.map(Optional.some)
        }
    }

    /// All services of the system's database in its order, or the built-in ones where there is none.
    ///
    /// The corresponding C function is `getservent_r`.
    public static var all: [Service] {
        let services = ServiceDatabase.all
        return services.isEmpty ? builtIn : services
    }

    /// The usual services, by port.
    public static let builtIn: [Service] = WellKnownServices.entries.flatMap { entry in
        [(WellKnownServices.Transports.tcp, "tcp"), (.udp, "udp")].compactMap { transport, name in
            guard entry.transports.contains(transport) else { return nil }
            return Service(
                name: "\(entry.name)", port: entry.port, protocolName: name, aliases: entry.aliases.map { "\($0)" })
        }
    }
}

extension Port {
    /// Looks the port of a service up, or takes a number: nil when it is neither.
    ///
    /// - Parameters:
    ///   - service: A name such as `http`, or a number in digits.
    ///   - protocol: The protocol the service is used over; by default, the first one that has the service.
    public init?(service: String, over protocol: TransportProtocol? = nil) {
        guard let port = Port(service) ?? Services.service(named: service, over: `protocol`)?.port else { return nil }
        self = port
    }

    /// Looks the name of the service at the port up, nil when nobody knows one.
    ///
    /// - Parameter protocol: The protocol the service is used over; by default, the first one that has the service.
    public func serviceName(over protocol: TransportProtocol? = nil) -> String? {
        Services.service(at: self, over: `protocol`)?.name
    }
}
