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
              sock send 239.1.2.3%eth0:9999 hello          to a group, out of this interface
              sock send --broadcast 192.0.2.255:9999 hello to all machines of a network
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

    @Flag(help: "Send to a broadcast address.")
    var broadcast = false

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
        let socket = try connected()
        var control: [ControlMessage] = []
        if let ttl { control.append(.timeToLive(ttl)) }
        if let ecn { control.append(.trafficClass(TrafficClass(rawValue: ecn))) }
        for text in texts {
            _ = try socket.sendMessage(text, control: control)
            if verbose { Console.note("\(text.utf8.count) bytes to \(try socket.peerAddress.unmapped)") }
        }
    }

    private func connected() throws -> Socket {
        switch endpoint {
        case .unix(let address): return try Socket.connected(to: .unix(address), .datagram)
        case .internet(let host, let service):
            let host = host ?? "localhost"
            let family: AddressFamily = ipv4 ? .ipv4 : ipv6 ? .ipv6 : .unspecified
            let parts = host.split(separator: "%", maxSplits: 1).map { String($0) }
            let group = parts.first.flatMap { IPAddress($0) }.flatMap { $0.isMulticast ? $0 : nil }
            guard broadcast || group != nil && parts.count == 2 else {
                return try Socket.connected(
                    to: host, service: service, .datagram, family: family, timeout: .seconds(10))
            }
            // These are said before the kernel chooses a way.
            let name = group == nil ? host : parts[0]
            guard
                let address = try Resolver.resolve(name, service: service, family: family, type: .datagram).first?
                    .address
            else { throw Console.Failure("\(name) has no address") }
            let socket = try Socket(address.family, .datagram)
            if broadcast { try socket.set(.broadcast, true) }
            if let group, parts.count == 2 {
                let interface = MulticastInterface.named(parts[1])
                try socket.set(group.isIPv4 ? .ipv4MulticastInterface : .ipv6MulticastInterface, interface)
            }
            try socket.connect(to: address)
            return socket
        }
    }
}
