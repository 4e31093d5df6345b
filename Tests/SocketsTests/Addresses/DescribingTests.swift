import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

/// What people read of addresses and facts.
@Suite("Descriptions for people") struct DescribingTests {
    @Test("Addresses of the kernel's families say what they are, in errors, too") func addresses() throws {
        let netlink = try Socket(.netlink, .raw, .netlinkRoute)
        try netlink.bind(to: SocketAddress(NetlinkAddress()))
        let port = try #require(try netlink.localAddress.as(NetlinkAddress.self)).portID
        #expect(try netlink.localAddress.description == "netlink port \(port), groups 0x0")
        let vsock = SocketAddress(VSockAddress(.host, port: 1_024))
        #expect(vsock.description == "vsock host:1024")
        #expect(
            SocketError(nil, .connect, errno: .connectionReset, address: vsock).description.contains(" vsock host:"))
    }

    @Test("A frame's address names its protocol", Requirement.root) func packets() throws {
        let socket = try Socket(.packet, .raw)
        try socket.bind(to: SocketAddress(PacketAddress(interface: "lo", etherType: .ipv6)))
        #expect(try socket.localAddress.description.hasPrefix("packet interface 1, IPv6, host"))
        #expect(throws: SocketError.self) { try PacketAddress(interface: "nothing0", etherType: .all) }
    }

    @Test("Families whose protocols share a number are told apart") func shared() throws {
        let device = try #require(BluetoothAddress("00:1A:7D:DA:71:13"))
        let mac = try #require(HardwareAddress("02:fc:00:00:00:01"))
        let target = NFCAddress(device: 1, target: 2, protocol: 5)
        let link = try #require(NFCLinkAddress(target, destination: 4, service: "urn:nfc:sn:snep"))
        let pppoe = try #require(PPPAddress(.ethernet(session: 7, peer: mac, interface: "eth0")))
        let receive = try #require(CANIdentifier(standard: 0x7E8))
        let transmit = try #require(CANIdentifier(standard: 0x7E0))
        let rows: [(any CustomSocketAddress, String)] = [
            (CANAddress(interfaceIndex: 3), "CAN interface 3"),
            (ISOTPAddress(interfaceIndex: 3, receive: receive, transmit: transmit), "CAN interface 3, receive 7E8"),
            (
                J1939Address(interfaceIndex: 3, name: 1, parameterGroup: 2, address: 4),
                "CAN \(J1939Address(interfaceIndex: 3, name: 1, parameterGroup: 2, address: 4))"
            ),
            (RFCOMMAddress(device, channel: 3), "Bluetooth 00:1A:7D:DA:71:13 channel 3"),
            (HCIAddress(controller: 1, channel: 0), "Bluetooth hci1 channel 0"),
            (SCOAddress(device), "Bluetooth 00:1A:7D:DA:71:13"),
            (L2CAPAddress(device, service: 25, channel: 0), "Bluetooth 00:1A:7D:DA:71:13 service 25"),
            (target, "NFC device 1"), (link, "NFC device 1, target 2, protocol 5, urn:nfc:sn:snep"),
            (pppoe, "PPPoX session 7 of 02:fc:00:00:00:01 on eth0"),
        ]
        for (address, text) in rows {
            let description = SocketAddress(address).description
            #expect(description.hasPrefix(text), "\(description)")
        }
    }

    @Test("Every family with a type is described by it, and its text still parses") func all() throws {
        for family in Array(0..<48) + [0x4E53] {
            let address = SocketAddress.other(
                RawSocketAddress(family: UInt16(family), bytes: [UInt8](repeating: 0, count: 126)))
            #expect(SocketAddress(address.text) == address)
            #expect(try JSONDecoder().decode([SocketAddress].self, from: JSONEncoder().encode([address])) == [address])
        }
        // A type that is not in the table of families would print as bytes.
        let typed = (0..<48).filter { family in
            !SocketAddress.other(RawSocketAddress(family: UInt16(family), bytes: [UInt8](repeating: 0, count: 126)))
                .description.hasPrefix("raw:")
        }
        #expect(Set(typed).isSuperset(of: [3, 4, 5, 9, 16, 17, 23, 26, 29, 31, 35, 36, 38, 39, 40, 42, 44, 45]))
    }

    @Test("No control character of a peer comes into a description") func escapes() throws {
        let address = try #require(IrDAAddress(device: 1, service: "a\u{1B}[2J\u{9B}"))
        let description = SocketAddress(address).description
        #expect(!description.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(description)")
        #expect(description.contains("[2J"))
    }

    @Test("Times are dates") func timestamps() {
        #expect("\(Timestamp(sinceEpoch: .zero))" == "1970-01-01 00:00:00.000000000 UTC")
        let leap = Timestamp(sinceEpoch: .seconds(951_782_400) + .nanoseconds(5), isHardware: true)
        #expect("\(leap)" == "2000-02-29 00:00:00.000000005 UTC (hardware)")
        #expect("\(Timestamp(sinceEpoch: .nanoseconds(-1)))" == "1969-12-31 23:59:59.999999999 UTC")
        #expect(
            "\(Timestamp(sinceEpoch: .seconds(1_795_400_183) + .milliseconds(54)))"
                == "2026-11-23 02:16:23.054000000 UTC")
        for extreme in [Int64.max, .min] {
            #expect("\(Timestamp(sinceEpoch: .seconds(extreme)))".hasSuffix("since 1970"))
        }
    }

    @Test("Facts of packets are words") func facts() throws {
        #expect("\(TrafficClass(codePoint: 46, congestion: .capable0))" == "code point 46, ECT(0)")
        #expect("\(TrafficClass.CongestionMark.congested)" == "CE")
        #expect("\(PacketAddress.EtherType.ipv4)" == "IPv4")
        #expect("\(PacketAddress.EtherType(rawValue: 0x88A2))" == "0x88a2")
        let info = PacketInfo(local: .v4(.loopback), interfaceIndex: 2)
        #expect("\(info)" == "at 127.0.0.1, interface 2")
        #expect("\(ExtendedError.Origin.icmp)" == "ICMP")
    }

    @Test("A message has its facts itself") func message() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        for option: SocketOption<Bool> in [.receiveTimeToLive, .ipv4ReceivePacketInfo, .timestamp] {
            try receiver.set(option, true)
        }
        let sender = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 9)
            s.sendto(b"x", ("127.0.0.1", int(sys.argv[1])))
            """, "\(receiver.localAddress.port ?? 0)")
        #expect(try receiver.receiveMessage(upTo: 0, flags: [.peek, .truncate])?.details.count == 1)
        let message = try #require(try receiver.receiveMessage(upTo: 9))
        #expect(message.timeToLive == 9)
        #expect(message.packetInfo.map { "\($0)" } == "to 127.0.0.1, interface 1")
        #expect(message.timestamp.map { "\($0)".hasPrefix("20") } == true)
        #expect(message.trafficClass == nil && message.extendedError == nil && message.segmentSize == nil)
        #expect(try sender.wait() == 0)
    }
}
