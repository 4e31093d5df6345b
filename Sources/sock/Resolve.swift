import ArgumentParser
import Foundation
import Sockets

/// `sock resolve`: names to addresses, and back.
struct Resolve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look up the addresses of a name, or the name of an address.",
        discussion: """
            Without a service the addresses are printed, with one the sockets that \
            reach it. The first line is the best choice. An address stays as it is, \
            unless its name is asked for with --reverse.

            EXAMPLES
              sock resolve example.org              addresses, one on a line
              sock resolve -6 example.org https     sockets for HTTPS over IPv6
              sock resolve --canonical www.example.org
              sock resolve --reverse 192.0.2.1      the name of the host
              sock resolve --json localhost http | jq '.[0].address'
            """
    )

    @OptionGroup var options: EndpointOptions

    @Flag(name: .shortAndLong, help: "Look up the name of the host that has the address.")
    var reverse = false

    @Flag(name: .shortAndLong, help: "Print the canonical name first, which other names stand for.")
    var canonical = false

    @Option(help: .init("Give up after this time, such as 5s or 500ms.", valueName: "time"), transform: TimeLimit.parse)
    var timeout: Duration?

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "A host's name or an address.")
    var name: String

    @Argument(help: "A service's name or a port, see `sock services`.")
    var service: String?

    func validate() throws {
        if reverse, IPAddress(name) == nil {
            throw ValidationError("--reverse needs an address, and '\(name)' is none.")
        }
        if reverse, service != nil { throw ValidationError("--reverse takes an address alone.") }
    }

    func run() throws {
        if reverse, let address = IPAddress(name) { return try printNames(of: address) }
        // Without a service the types of sockets say nothing; one is enough then.
        let type: SocketType? = options.udp ? .datagram : service == nil ? .stream : nil
        let answers = try Resolver.resolve(
            name, service: service, family: options.family, type: type, flags: canonical ? .canonicalName : [],
            timeout: timeout
        ).filter { $0.type == .stream || $0.type == .datagram }
        let canonicalName = answers.first?.canonicalName
        if json { return try JSONText.print(answers.map { Answer($0, canonicalName, hasPort: service != nil) }) }
        if canonical { try Console.print(canonicalName ?? name) }
        var table = Table()
        for answer in answers {
            guard let address = answer.address.ipAddress else { continue }
            if service == nil {
                table.add(["\(address)", "\(answer.family)"])
            } else {
                table.add(["\(answer.address)", "\(answer.family)", "\(answer.type)", "\(answer.protocol)"])
            }
        }
        try table.print()
    }

    private func printNames(of address: IPAddress) throws {
        let host = try Resolver.host(at: address, timeout: timeout)
        let names = [host.name] + host.aliases
        if json { return try JSONText.print(["address": "\(address)", "name": host.name]) }
        for name in names { try Console.print(name) }
    }

    /// One answer in JSON.
    private struct Answer: Encodable {
        let address: String
        let port: UInt16?
        let family: String
        let type: String?
        let `protocol`: String?
        let canonicalName: String?

        init(_ answer: ResolvedAddress, _ canonicalName: String?, hasPort: Bool) {
            address = answer.address.ipAddress.map { "\($0)" } ?? "\(answer.address)"
            port = hasPort ? answer.address.port?.rawValue : nil
            family = "\(answer.family)"
            type = hasPort ? "\(answer.type)" : nil
            `protocol` = hasPort ? "\(answer.protocol)" : nil
            self.canonicalName = canonicalName
        }
    }
}
