import ArgumentParser
import Sockets

/// `sock services`: names of ports.
struct ServicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "List services, or look one up by its name or its port.",
        discussion: """
            Each line has the name, the port, the protocol and other names. The \
            system's list is used, and where it does not know a service, the usual ones.

            EXAMPLES
              sock services                  all that the system knows
              sock services https            the port of a service
              sock services 53               the services at a port
              sock services --udp domain     over UDP only
            """
    )

    @Flag(help: "UDP only.")
    var udp = false

    @Flag(help: "TCP only.")
    var tcp = false

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "A name or a port.")
    var service: String?

    func validate() throws {
        if tcp && udp { throw ValidationError("--tcp and --udp exclude each other.") }
        if let service, Port(service) == nil, !service.isEmpty, service.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            throw ValidationError("Port \(service) is out of range; ports are 0 to 65535.")
        }
    }

    func run() throws {
        let found = services
        guard !found.isEmpty else {
            throw Console.Failure(
                "services: no service has the name or port '\(service ?? "")'; `sock services` lists all")
        }
        if json {
            return try JSONText.print(
                found.map {
                    Entry(name: $0.name, port: $0.port.rawValue, protocol: $0.protocolName, aliases: $0.aliases)
                })
        }
        var table = Table()
        for entry in found {
            table.add([entry.name, "\(entry.port)", entry.protocolName, entry.aliases.joined(separator: " ")])
        }
        try table.print()
    }

    private var services: [Service] {
        let protocols: [TransportProtocol] = tcp ? [.tcp] : udp ? [.udp] : [.tcp, .udp]
        guard let service else {
            return Services.all.filter { service in
                !tcp && !udp || protocols.contains { "\($0)".lowercased() == service.protocolName }
            }
        }
        return protocols.compactMap { `protocol` in
            if let port = Port(service) { return Services.service(at: port, over: `protocol`) }
            return Services.service(named: service, over: `protocol`)
        }
    }

    /// One service in JSON.
    private struct Entry: Encodable {
        let name: String
        let port: UInt16
        let `protocol`: String
        let aliases: [String]
    }
}
