import Foundation
import Sockets
import TestSupport
import Testing

@Suite struct NetworkInterfaceTests {
    /// What `ip -j addr` prints of an interface.
    private struct Link: Decodable {
        struct Address: Decodable {
            var family: String
            var local: String
            var address: String?
            var prefixlen: Int
            var broadcast: String?
        }
        var ifindex: Int
        var ifname: String
        var flags: [String]
        var mtu: Int
        var address: String?
        var addr_info: [Address]
    }

    private static let names: [(String, InterfaceFlags)] = [
        ("UP", .up), ("BROADCAST", .broadcast), ("LOOPBACK", .loopback), ("POINTOPOINT", .pointToPoint),
        ("NOARP", .noARP), ("PROMISC", .promiscuous), ("MULTICAST", .multicast), ("LOWER_UP", .lowerUp),
        ("MASTER", .leader), ("SLAVE", .follower),
    ]

    /// Compares all interfaces of the calling thread's namespace with those of the program `ip`.
    private static func compare() throws -> [NetworkInterface] {
        let json = try Namespace.shell("ip -j addr").joined()
        let links = try JSONDecoder().decode([Link].self, from: Data(json.utf8))
        let interfaces = try NetworkInterface.all()
        #expect(interfaces.map(\.name) == links.sorted { $0.ifindex < $1.ifindex }.map(\.ifname))
        for link in links {
            let interface = try #require(interfaces.first { $0.name == link.ifname })
            #expect(interface.index == link.ifindex)
            #expect(interface.mtu == link.mtu)
            for (name, flag) in names {
                #expect(interface.flags.contains(flag) == link.flags.contains(name), "\(link.ifname) \(name)")
            }
            if let address = link.address { #expect(interface.hardwareAddress?.description == address) }
            let expected = link.addr_info.map { info in
                "\(info.local) \(info.address ?? "-") \(info.prefixlen) \(info.broadcast ?? "-")"
            }
            let found = interface.addresses.map { address in
                "\(address.address.withoutZone) \(address.peer?.withoutZone.description ?? "-") \(address.prefixLength) "
                    + "\(address.broadcast?.description ?? "-")"
            }
            #expect(found.sorted() == expected.sorted(), "\(link.ifname)")
            for address in interface.addresses where address.address.description.hasPrefix("fe80") {
                #expect(address.address.zone == link.ifname)
            }
            #expect(try NetworkInterface(named: link.ifname) == interface)
            #expect(try NetworkInterface(index: link.ifindex) == interface)
            #expect(try NetworkInterface.index(of: link.ifname) == link.ifindex)
            #expect(try NetworkInterface.name(of: link.ifindex) == link.ifname)
        }
        #expect(try NetworkInterface.names().map(\.name) == interfaces.map(\.name))
        return interfaces
    }

    @Test(Requirement.programs("ip")) func `the interfaces of this machine are those of ip addr`() throws {
        let interfaces = try Self.compare()
        let loopback = try #require(interfaces.first { $0.flags.contains(.loopback) })
        #expect(loopback.addresses.contains { $0.address == .v4(.loopback) && $0.network.description == "127.0.0.0/8" })
    }

    @Test(Requirement.root, Requirement.programs("ip"))
    func `interfaces of a network namespace: none up, with labels, peers, many addresses, and none`() throws {
        try Namespace.run([.network]) {
            let before = try Self.compare()
            #expect(before.contains { $0.name == "lo" && !$0.flags.contains(.up) && $0.addresses.isEmpty })
            try Namespace.shell(
                """
                ip link add test0 type veth peer name test1
                ip link set test0 address 02:00:00:00:be:ef mtu 1400 up
                ip addr add 192.0.2.7/24 brd + dev test0
                ip addr add 198.51.100.7/25 dev test0
                ip addr add 203.0.113.7/24 brd + label test0:1 dev test0
                ip addr add 10.9.0.1 peer 10.9.0.2/32 dev test0
                ip addr add 2001:db8::7/64 nodad dev test0
                if [ -c /dev/net/tun ]; then
                    ip tuntap add test2 mode tun
                    ip addr add 10.8.0.1 peer 10.8.0.2/24 dev test2
                fi
                """)
            let interfaces = try Self.compare()
            let test0 = try #require(interfaces.first { $0.name == "test0" })
            #expect(test0.hardwareAddress == HardwareAddress("02:00:00:00:be:ef"))
            #expect(test0.hardwareAddress?.isLocallyAdministered == true)
            #expect(test0.hardwareAddress?.isMulticast == false)
            let peer = try #require(test0.addresses.first { $0.peer != nil })
            #expect(peer.description == "10.9.0.1 → 10.9.0.2/32")
            #expect(test0.addresses.map(\.network.description).contains("203.0.113.0/24"))
            let test1 = try #require(interfaces.first { $0.name == "test1" })
            #expect(test1.addresses.isEmpty && !test1.flags.contains(.up))
        }
    }

    @Test func `interfaces that do not exist are typed errors`() {
        for name in ["no-such", "", "lo\0", String(repeating: "a", count: 100)] {
            let error = #expect(throws: SocketError.self) { try NetworkInterface(named: name) }
            #expect(error?.code == .noSuchInterface)
            #expect(throws: SocketError.self) { try NetworkInterface.index(of: name) }
        }
        for index in [0, -1, 1_000_000, Int.max, Int.min] {
            let error = #expect(throws: SocketError.self) { try NetworkInterface.name(of: index) }
            #expect(error?.code == .noSuchInterface)
            #expect(throws: SocketError.self) { try NetworkInterface(index: index) }
        }
    }

    @Test func `hardware addresses are parsed and printed`() {
        #expect(HardwareAddress("02:fc:00:00:00:0A")?.description == "02:fc:00:00:00:0a")
        #expect(HardwareAddress("02-fc-00-00-00-0a")?.bytes == [2, 0xFC, 0, 0, 0, 10])
        for text in ["", "0", "02:", ":02", "02:fc:0", "02:fc:000", "0g", "02-fc:00", "ä:00"] {
            #expect(HardwareAddress(text) == nil, "\(text)")
        }
        #expect(HardwareAddress(bytes: []) == nil)
        #expect(HardwareAddress(bytes: [UInt8](repeating: 1, count: 33)) == nil)
        #expect(HardwareAddress(String(repeating: "00:", count: 40) + "00") == nil)
    }
}
