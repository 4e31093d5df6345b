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
        var ring = try PacketRing(socket)
        let index = try interface.map { name throws(SocketError) in try NetworkInterface.index(of: name) } ?? 0
        try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .all)))
        Console.note("Capturing on \(interface ?? "every interface")")
        var left = count ?? .max
        while left > 0 {
            try ring.wait()
            try ring.forEachPacket { packet, bytes in
                guard left > 0 else { return }
                left -= 1
                let name = (try? NetworkInterface.name(of: packet.interfaceIndex)) ?? "\(packet.interfaceIndex)"
                let direction = packet.packetType == .outgoing ? "out" : "in"
                // The headers are enough for a line.
                let headers = [UInt8](capacity: min(bytes.count, 256)) { output in
                    for index in 0..<min(bytes.count, 256) { output.append(bytes[index]) }
                }
                try Console.print(
                    """
                    \(ClockText.text(packet.sinceEpoch)) \(name) \(direction)\(packet.vlan.map { " VLAN \($0)" } ?? "") \
                    \(PacketSummary.text(headers, packet.etherType, length: packet.length))
                    """)
            }
        }
    }
}
