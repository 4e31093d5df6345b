import ArgumentParser
import Sockets

/// `sock interfaces`: the network interfaces of this machine.
struct Interfaces: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the network interfaces of this machine.",
        discussion: """
            Each has its name, index, flags, the largest packet in bytes (MTU), \
            hardware address, and IP addresses with the lengths of their networks' \
            prefixes. The names are the zones of IPv6 addresses, as in fe80::1%eth0.

            EXAMPLES
              sock interfaces
              sock interfaces lo
              sock interfaces --json | jq -r '.[].addresses[]'
            """
    )

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "The name of one interface.")
    var name: String?

    func run() throws {
        let interfaces =
            try name.map { name throws(SocketError) in [try NetworkInterface(named: name)] }
            ?? NetworkInterface.all()
        if json { return try JSONText.print(interfaces.map(Entry.init)) }
        var table = Table("NAME", "INDEX", "FLAGS", "MTU", "HARDWARE", "ADDRESSES")
        for interface in interfaces {
            let first = interface.addresses.first.map { "\($0)" } ?? ""
            table.add([
                interface.name, "\(interface.index)", "\(interface.flags)".replacing(" ", with: ","),
                "\(interface.mtu)",
                interface.hardwareAddress.map { "\($0)" } ?? "", first,
            ])
            for address in interface.addresses.dropFirst() { table.add(["", "", "", "", "", "\(address)"]) }
        }
        try table.print()
    }

    /// One interface in JSON.
    private struct Entry: Encodable {
        let name: String
        let index: Int
        let flags: [String]
        let mtu: Int
        let hardwareAddress: String?
        let addresses: [String]

        init(_ interface: NetworkInterface) {
            name = interface.name
            index = interface.index
            flags = "\(interface.flags)".split(separator: " ").map(String.init)
            mtu = interface.mtu
            hardwareAddress = interface.hardwareAddress.map { "\($0)" }
            addresses = interface.addresses.map { "\($0.address)/\($0.prefixLength)" }
        }
    }
}
