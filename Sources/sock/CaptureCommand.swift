import ArgumentParser
import Sockets

/// `sock capture`: packets on their link, one line each.
struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Print the packets of an interface, one line each.",
        discussion: """
            Needs the capability CAP_NET_RAW (root has it).

            EXAMPLES
              sock capture                 every interface
              sock capture --count 10 eth0
            """
    )

    @Option(help: .init("End after so many packets.", valueName: "number"))
    var count: Int?

    @Argument(help: "The name of the interface; all when left out.")
    var interface: String?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count is at least 1.") }
    }

    func run() throws {
        // As datagrams the kernel takes the frame's header off, whatever the hardware is.
        let socket = try Socket(.packet, .datagram)
        try? socket.set(.timestampNanoseconds, true)
        let index = try interface.map { name throws(SocketError) in try NetworkInterface.index(of: name) } ?? 0
        try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .all)))
        Console.note("Capturing on \(interface ?? "every interface")")
        var left = count ?? .max
        while left > 0, let message = try socket.receiveMessage(upTo: 65_536) {
            guard let address = message.address?.as(PacketAddress.self) else { continue }
            left -= 1
            let name = (try? NetworkInterface.name(of: address.interfaceIndex)) ?? "\(address.interfaceIndex)"
            let time = message.details.timestamp.map { ClockText.text($0.sinceEpoch) + " " } ?? ""
            let direction = address.packetType == .outgoing ? "out" : "in"
            try Console.print("\(time)\(name) \(direction) \(PacketSummary.text(message.bytes, address.etherType))")
        }
    }
}
