import ArgumentParser
import Sockets
import SystemPackage

/// `sock send`: single datagrams.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send datagrams: one for each text.",
        discussion: """
            EXAMPLES
              sock send localhost:9999 hello               one datagram
              sock send --ttl 1 --ecn 1 239.1.2.3:9999 a b two, with facts of their own
              sock send unix:/run/log "all is well"

            \(Endpoint.help)
            """
    )

    @Flag(name: .customShort("4"), help: "Use IPv4 only.")
    var ipv4 = false

    @Flag(name: .customShort("6"), help: "Use IPv6 only.")
    var ipv6 = false

    @Option(help: .init("How many routers they may pass, 1 to 255.", valueName: "number"))
    var ttl: Int?

    @Option(help: .init("The two bits of congestion notification: 0 not capable, 1 ECT(1), 2 ECT(0), 3 CE."))
    var ecn: UInt8?

    @Flag(name: .shortAndLong, help: "Tell on standard error where they went.")
    var verbose = false

    @Argument(help: "Where to send, as localhost:9999 or unix:/run/log.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    @Argument(help: "The texts.")
    var texts: [String]

    func validate() throws {
        if ipv4 && ipv6 { throw ValidationError("-4 and -6 exclude each other.") }
        if let ttl, !(1...255).contains(ttl) { throw ValidationError("--ttl is 1 to 255.") }
        if let ecn, ecn > 3 { throw ValidationError("--ecn is 0 to 3.") }
    }

    func run() throws {
        let socket =
            switch endpoint {
            case .unix(let address): try Socket.connected(to: .unix(address), .datagram)
            case .internet(let host, let service):
                try Socket.connected(
                    to: host ?? "localhost", service: service, .datagram,
                    family: ipv4 ? .ipv4 : ipv6 ? .ipv6 : .unspecified, timeout: .seconds(10))
            }
        var control: [ControlMessage] = []
        if let ttl { control.append(.timeToLive(ttl)) }
        if let ecn { control.append(.trafficClass(TrafficClass(rawValue: ecn))) }
        for text in texts {
            _ = try socket.sendMessage(text, control: control)
            if verbose { Console.note("\(text.utf8.count) bytes to \(try socket.peerAddress.unmapped)") }
        }
    }
}
