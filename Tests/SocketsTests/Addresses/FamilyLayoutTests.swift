import Foundation
import TestSupport
import Testing

@testable import Sockets

/// Compares the bytes of typed addresses with the structures of the system's C headers.
@Suite("The layouts of addresses of all families", Requirement.programs("gcc"))
struct FamilyLayoutTests {
    private struct Layout {
        let size: Int
        let bytes: [UInt8]
    }

    private static func layouts() throws -> [String: Layout] {
        let folder = try TemporaryFolder()
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/layouts.c")
        let program = folder.file("layouts")
        _ = try Program("gcc", ["-Wall", "-Werror", "-o", program, source.path]).finish(within: 60)
        var layouts: [String: Layout] = [:]
        for line in try Program(program).finish() {
            let words = line.split(separator: " ")
            let digits = Array(words[2])
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            layouts[String(words[0])] = Layout(size: try #require(Int(words[1])), bytes: bytes)
        }
        return layouts
    }

    private static func check<Address: CustomSocketAddress & Hashable>(
        _ name: String, _ family: AddressFamily, _ address: Address?, in layouts: inout [String: Layout]
    ) throws {
        let found = layouts.removeValue(forKey: name)
        let layout = try #require(found, "\(name) is not in the fixture")
        let address = try #require(address)
        #expect(CInt(address.raw.family) == family.rawValue)
        #expect(address.raw.bytes.count + 2 == layout.size, "\(name): the size")
        #expect(address.raw.bytes == layout.bytes, "\(name): the fields")
        #expect(Address(RawSocketAddress(family: address.raw.family, bytes: layout.bytes)) == address, "\(name): back")
        #expect(SocketAddress(address).as(Address.self) == address)
        // Nothing that is cut short, and nothing of another family, is taken for one or traps.
        for count in 0..<layout.bytes.count {
            _ = Address(RawSocketAddress(family: address.raw.family, bytes: Array(layout.bytes.prefix(count))))
        }
        #expect(Address(RawSocketAddress(family: address.raw.family, bytes: [])) == nil)
        #expect(Address(RawSocketAddress(family: 2, bytes: layout.bytes)) == nil)
    }

    @Test("Sizes and fields are those of the C structures") func layoutsAgree() throws {
        var layouts = try Self.layouts()
        let mac = try #require(HardwareAddress("02:fc:00:00:00:01"))
        let device = try #require(BluetoothAddress("00:1A:7D:DA:71:13"))
        #expect(device.description == "00:1A:7D:DA:71:13")
        try Self.check(
            "netlink", .netlink, NetlinkAddress(portID: 0x0102_0304, groups: 0x0506_0708), in: &layouts)
        try Self.check(
            "packet", .packet,
            PacketAddress(
                interfaceIndex: 0x0102_0304, etherType: .ipv6, hardwareAddress: mac, hardwareType: 1,
                packetType: .otherHost), in: &layouts)
        try Self.check("vsock", .vsock, VSockAddress(.host, port: 0x0102_0304, flags: 1), in: &layouts)
        try Self.check("can", .can, CANAddress(interfaceIndex: 0x0102_0304), in: &layouts)
        try Self.check(
            "isotp", .can,
            ISOTPAddress(
                interfaceIndex: 7, receive: #require(CANIdentifier(standard: 0x7E8)),
                transmit: #require(CANIdentifier(extended: 0x18DA_10F1))), in: &layouts)
        try Self.check(
            "j1939", .can,
            J1939Address(interfaceIndex: 7, name: 0x0102_0304_0506_0708, parameterGroup: 0x1EE00, address: 0x20),
            in: &layouts)
        try Self.check(
            "l2cap", .bluetooth, L2CAPAddress(device, service: 0x1019, channel: 0x0405, kind: .lowEnergyRandom),
            in: &layouts)
        try Self.check("rfcomm", .bluetooth, RFCOMMAddress(device, channel: 3), in: &layouts)
        try Self.check("hci", .bluetooth, HCIAddress(controller: 0x0102, channel: 3), in: &layouts)
        try Self.check("sco", .bluetooth, SCOAddress(device), in: &layouts)
        try Self.check(
            "tipc-service", .tipc, TIPCAddress(.service(type: 18_888, instance: 17, domain: 5)), in: &layouts)
        try Self.check(
            "tipc-range", .tipc, TIPCAddress(.range(type: 18_888, lower: 1, upper: 9), scope: .node), in: &layouts)
        try Self.check(
            "tipc-socket", .tipc, TIPCAddress(.socket(reference: 0x0102_0304, node: 0x0506_0708)), in: &layouts)
        try Self.check(
            "alg", .alg, AlgorithmAddress(type: "skcipher", name: "cbc(aes)", features: 1, mask: 2), in: &layouts)
        try Self.check(
            "qipcrtr", .qipcrtr, QIPCRouterAddress(node: 0x0102_0304, port: QIPCRouterAddress.controlPort),
            in: &layouts)
        try Self.check(
            "ipx", .ipx, IPXAddress(network: 0x0102_0304, node: mac, port: 0x0451, packetType: 0x11), in: &layouts)
        try Self.check("irda", .irda, IrDAAddress(device: 0x0102_0304, service: "OBEX"), in: &layouts)
        try Self.check("appletalk", .appleTalk, AppleTalkAddress(network: 0xFF00, node: 12, port: 4), in: &layouts)
        try Self.check("x25", .x25, X25Address(digits: "13110000"), in: &layouts)
        let station = try #require(AX25Address.CallSign("DB0AAA-7"))
        let repeater = try #require(AX25Address.CallSign("db0b"))
        try Self.check("ax25", .ax25, AX25Address(station, by: [repeater]), in: &layouts)
        try Self.check(
            "xdp", .xdp,
            XDPAddress(
                interfaceIndex: 0x0102_0304, queue: 5, flags: [.zeroCopy, .needsWakeUp], sharedMemoryDescriptor: 6),
            in: &layouts)
        let target = NFCAddress(device: 1, target: 2, protocol: 5)
        try Self.check("nfc", .nfc, target, in: &layouts)
        try Self.check(
            "nfc-link", .nfc, NFCLinkAddress(target, destination: 4, source: 32, service: "urn:nfc:sn:snep"),
            in: &layouts)
        try Self.check("phonet", .phonet, PhonetAddress(device: 0x6C, object: 1, resource: 0x10), in: &layouts)
        try Self.check(
            "pppoe", .pppox, PPPAddress(.ethernet(session: 0x0102, peer: mac, interface: "eth0")), in: &layouts)
        try Self.check(
            "pptp", .pppox, PPPAddress(.pointToPointTunnel(call: 0x0102, IPv4Address(192, 0, 2, 1))), in: &layouts)
        try Self.check(
            "ieee802154-short", .ieee802154, IEEE802154Address(network: 0xBEEF, station: .short(0x0102)), in: &layouts)
        try Self.check(
            "ieee802154-long", .ieee802154, IEEE802154Address(network: 0xBEEF, station: .long(0x0102_0304_0506_0708)),
            in: &layouts)
        try Self.check(
            "mctp", .mctp, MCTPAddress(network: 0x0102_0304, endpoint: 8, messageType: 1, tag: 0x0B), in: &layouts)
        try Self.check("llc", .llc, LLCAddress(mac, servicePoint: 4, commands: 5), in: &layouts)
        try Self.check("xns", .xns, XNSAddress(network: 0x0102_0304, host: mac, port: 0x0451), in: &layouts)
        let found = layouts.removeValue(forKey: "tpacket_auxdata")
        let auxiliary = try #require(found)
        let status = withUnsafeBytes(of: UInt16(0x54)) { Array($0) }
        let data = try #require(PacketAuxiliaryData(bytes: status + auxiliary.bytes))
        #expect(auxiliary.size == 20 && data.status == 0x010054 && data.length == 0x0102_0304)
        #expect(data.capturedLength == 0x0102_0300 && data.networkHeaderOffset == 14)
        #expect(data.vlan?.identifier == 0x123 && data.vlan?.priority == 5 && data.vlan?.etherType?.rawValue == 0x8100)
        #expect(data.isAfterLoss && !data.isChecksumMissing && !data.isChecksumValid)
        for count in 0..<20 {
            #expect(PacketAuxiliaryData(bytes: Array((status + auxiliary.bytes).prefix(count))) == nil)
        }
        try Self.algorithms(&layouts)
        #expect(layouts.isEmpty, "structures of the fixture that no address was compared with: \(layouts.keys)")
    }

    /// The control messages of algorithms.
    private static func algorithms(_ layouts: inout [String: Layout]) throws {
        let vector = try #require(layouts.removeValue(forKey: "af_alg_iv")?.bytes)
        let kinds = try #require(layouts.removeValue(forKey: "af_alg_kinds")?.bytes).map { CInt($0) }
        #expect(.algorithmVector([1, 2, 3]) == ControlMessage.other(level: 279, type: kinds[0], bytes: vector))
        let word = { (number: CInt) in withUnsafeBytes(of: number) { Array($0) } }
        for (operation, number) in [(AlgorithmAddress.Operation.decrypt, kinds[3]), (.encrypt, kinds[4])] {
            #expect(
                .algorithmOperation(operation)
                    == ControlMessage.other(level: 279, type: kinds[1], bytes: word(number)))
        }
        #expect(
            .algorithmAssociatedLength(0x0102_0304)
                == ControlMessage.other(level: 279, type: kinds[2], bytes: word(0x0102_0304)))
    }

    @Test("What a field cannot hold makes no address") func limits() {
        #expect(AlgorithmAddress(type: "a type that is long", name: "x") == nil)
        #expect(AlgorithmAddress(type: "hash", name: String(repeating: "x", count: 64)) == nil)
        #expect(AlgorithmAddress(type: "hash", name: "a\0b") == nil)
        #expect(IrDAAddress(device: 1, service: String(repeating: "x", count: 25)) == nil)
        #expect(X25Address(digits: "1234567890123456") == nil && X25Address(digits: "12a") == nil)
        #expect(AX25Address.CallSign("TOOLONGSIGN") == nil && AX25Address.CallSign("DB0AAA-16") == nil)
        #expect(AX25Address.CallSign("") == nil && AX25Address.CallSign("DB0AAA-") == nil)
        #expect(CANIdentifier(standard: 0x800) == nil && CANIdentifier(extended: 0x2000_0000) == nil)
        #expect(CANIdentifier(standard: 0x7E8)?.description == "7E8")
        #expect(BluetoothAddress("00:1A:7D:DA:71") == nil)
        let long = HardwareAddress(bytes: [UInt8](repeating: 1, count: 8))
        #expect(long.flatMap { PPPAddress(.ethernet(session: 1, peer: $0, interface: "eth0")) } == nil)
        let mac = HardwareAddress(bytes: [2, 0, 0, 0, 0, 1])
        #expect(mac.flatMap { PPPAddress(.ethernet(session: 1, peer: $0, interface: "an interface too long")) } == nil)
        #expect(
            NFCLinkAddress(NFCAddress(device: 1, target: 1, protocol: 5), service: String(repeating: "x", count: 64))
                == nil)
    }

    @Test("Any bytes of any family are read without a trap", arguments: Array(0..<48) + [0x4E53])
    func hostileBytes(family: Int) throws {
        let types: [any CustomSocketAddress.Type] = [
            NetlinkAddress.self, PacketAddress.self, VSockAddress.self, CANAddress.self, ISOTPAddress.self,
            J1939Address.self, L2CAPAddress.self, RFCOMMAddress.self, HCIAddress.self, SCOAddress.self,
            TIPCAddress.self, AlgorithmAddress.self, QIPCRouterAddress.self, IPXAddress.self, IrDAAddress.self,
            AppleTalkAddress.self, X25Address.self, AX25Address.self, XDPAddress.self, NFCAddress.self,
            NFCLinkAddress.self, PhonetAddress.self, IEEE802154Address.self, MCTPAddress.self, LLCAddress.self,
            XNSAddress.self, PPPAddress.self,
        ]
        var generator = SystemRandomNumberGenerator()
        for round in 0..<400 {
            let bytes = (0..<Int.random(in: 0...126, using: &generator)).map { _ -> UInt8 in
                round % 3 == 0 ? 0xFF : UInt8.random(in: 0...255, using: &generator)
            }
            let raw = RawSocketAddress(family: UInt16(family), bytes: bytes)
            for type in types {
                guard let address = type.init(raw) else { continue }
                #expect(address.raw.bytes.count <= RawSocketAddress.maximumByteCount)
                #expect(!"\(address)".isEmpty || address is X25Address)
            }
            #expect(SocketAddress(SocketAddress.other(raw).text) == .other(raw))
            #expect(!SocketAddress.other(raw).description.utf8.contains { $0 < 0x20 })
        }
    }
}
