import ArgumentParser
import Sockets

/// `sock receive`: datagrams as they come.
struct ReceiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Print the datagrams that come, one line each.",
        discussion: """
            With --verbose a line on standard error tells the facts of each: from whom, to which \
            address, through which interface, how many routers it could still have passed, its \
            mark of congestion, and when it came.

            EXAMPLES
              sock receive :9999
              sock receive --verbose --count 1 127.0.0.1:9999
              sock receive --join 239.1.2.3%eth0 :9999     a multicast group

            \(Endpoint.help)
            """
    )

    @Flag(name: .customShort("4"), help: "Use IPv4 only.")
    var ipv4 = false

    @Flag(name: .customShort("6"), help: "Use IPv6 only.")
    var ipv6 = false

    @Option(help: .init("End after so many datagrams.", valueName: "number"))
    var count: Int?

    @Option(help: .init("End when nothing has come for this time.", valueName: "time"), transform: TimeLimit.parse)
    var wait: Duration?

    @Option(help: .init("Join a multicast group, such as 239.1.2.3 or ff15::1%eth0.", valueName: "group"))
    var join: [String] = []

    @Flag(name: .shortAndLong, help: "Tell the facts of each datagram on standard error.")
    var verbose = false

    @Argument(help: "Where to receive, as :9999 or unix:/run/log.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    func validate() throws {
        if ipv4 && ipv6 { throw ValidationError("-4 and -6 exclude each other.") }
        if let count, count < 1 { throw ValidationError("--count is at least 1.") }
    }

    func run() throws {
        var options = EndpointOptions()
        options.udp = true
        options.ipv4 = ipv4
        options.ipv6 = ipv6
        let socket = try endpoint.listening(options)
        let path = UnixPath(of: socket)
        defer { path?.remove() }
        for group in join { try joinGroup(group, socket) }
        if verbose { askForFacts(socket) }
        Console.note("Listening on \(try socket.localAddress)")
        socket.timeout = wait
        var left = count ?? .max
        while left > 0 {
            let message: ReceivedMessage?
            do throws(SocketError) {
                message = try socket.receiveMessage(upTo: 65_536)
            } catch {
                guard error.code == .timedOut else { throw error }
                return
            }
            guard let message else { return }
            left -= 1
            if verbose { Console.note(Self.facts(message)) }
            try Console.write(message.bytes.last == 10 ? message.bytes[...] : (message.bytes + [10])[...])
        }
    }

    private func joinGroup(_ text: String, _ socket: Socket) throws {
        let parts = text.split(separator: "%", maxSplits: 1)
        guard let first = parts.first, let address = IPAddress(String(first)), address.isMulticast else {
            throw Console.Failure("'\(text)' is no multicast group; write 239.1.2.3 or ff15::1%eth0")
        }
        try socket.join(
            parts.count == 2
                ? MulticastGroup(address, interface: .named(String(parts[1]))) : MulticastGroup(address))
    }

    /// Options that a kernel lacks are facts that are not told.
    private func askForFacts(_ socket: Socket) {
        guard socket.family != .unix else {
            try? socket.set(.passCredentials, true)
            return
        }
        for option: SocketOption<Bool> in [
            .ipv4ReceivePacketInfo, .receiveTimeToLive, .receiveTypeOfService, .timestampNanoseconds,
        ] { try? socket.set(option, true) }
        guard socket.family == .ipv6 else { return }
        for option: SocketOption<Bool> in [.ipv6ReceivePacketInfo, .receiveHopLimit, .receiveTrafficClass] {
            try? socket.set(option, true)
        }
    }

    /// One line: from, to, interface, TTL, ECN, time.
    private static func facts(_ message: ReceivedMessage) -> String {
        var facts = ["\(message.bytes.count) bytes"]
        if let address = message.address { facts.append("from \(address.unmapped)") }
        if let info = message.details.packetInfo {
            if let destination = info.destination { facts.append("to \(destination.unmapped)") }
            let name = try? NetworkInterface.name(of: info.interfaceIndex)
            facts.append("interface \(name ?? "\(info.interfaceIndex)")")
        }
        if let count = message.details.timeToLive { facts.append("ttl \(count)") }
        if let trafficClass = message.details.trafficClass {
            let mark =
                switch trafficClass.congestion {
                case .notCapable: "not-ECT"
                case .capable0: "ECT(0)"
                case .capable1: "ECT(1)"
                default: "CE"
                }
            facts.append("ecn \(mark)")
        }
        if let credentials = message.credentials { facts.append("\(credentials)") }
        if let time = message.details.timestamp { facts.append("time \(ClockText.text(time.sinceEpoch))") }
        if message.isTruncated { facts.append("cut") }
        return facts.joined(separator: ", ")
    }
}
