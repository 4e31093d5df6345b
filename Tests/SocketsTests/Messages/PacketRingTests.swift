import TestSupport
import Testing

@testable import Sockets

/// Packets that Python sends come by a ring.
@Suite("Rings of packets", Requirement.root, Requirement.programs("python3", "ip"))
struct PacketRingTests {
    @Test("Python's frames come in their order, through more blocks than the ring has, and none is lost unseen")
    func frames() throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .raw)
            socket.timeout = .seconds(10)
            var ring = try PacketRing(socket, blockSize: 8_192, blockCount: 4, delay: .milliseconds(2))
            let index = try NetworkInterface.index(of: "right")
            try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .experimental)))
            // Sends the next hundred when it is told that the last ones have come: so the ring does not overflow.
            let python = try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                for i in range(600):
                    if i % 20 == 0: sys.stdin.readline()
                    s.send(b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1" + b"\\x88\\xb5" + i.to_bytes(2, "big") + b"." * (50 + i))
                """)
            var seen = 0
            while seen < 600 {
                if seen % 20 == 0 { try python.write("go\n") }
                let goal = seen + 20
                while seen < goal {
                    try ring.wait()
                    ring.forEachPacket { packet, bytes in
                        #expect(bytes.count == 66 + seen && packet.length == bytes.count)
                        #expect(bytes[12] == 0x88 && bytes[13] == 0xB5)
                        #expect(Int(bytes[14]) << 8 | Int(bytes[15]) == seen)
                        #expect(packet.interfaceIndex == index && packet.etherType == .experimental)
                        #expect(packet.packetType == .broadcast && packet.hardwareType == 1 && !packet.isAfterLoss)
                        #expect(packet.sinceEpoch > .seconds(1_700_000_000))
                        seen += 1
                    }
                }
            }
            #expect(try python.wait() == 0)
            let statistics = try ring.takeStatistics()
            #expect(statistics.packets == 600 && statistics.lost == 0)
            let left = ring.forEachPacket { _, _ in }
            #expect(left == 0)
            socket.timeout = .milliseconds(20)
            do throws(SocketError) {
                try ring.wait()
                Issue.record("something came")
            } catch { #expect(error.code == .timedOut) }
            socket.close()
            do throws(SocketError) {
                try ring.wait()
                Issue.record("a closed socket was waited for")
            } catch { #expect(error.code == .closed) }
        }
    }

    @Test("The kernel tells the real length of a packet that is cut, its virtual network, and where its headers are")
    func auxiliaryData() throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .raw)
            socket.timeout = .seconds(10)
            try socket.set(.receivePacketAuxiliaryData, true)
            #expect(try socket.get(.receivePacketAuxiliaryData))
            let index = try NetworkInterface.index(of: "right")
            try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .all)))
            _ = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                head = b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1"
                s.send(head + b"\\x88\\xb5" + b"." * 500)
                s.send(head + b"\\x81\\0\\x61\\x23" + b"\\x88\\xb5" + b"." * 500)
                """
            ).finish()
            var found: [PacketAuxiliaryData] = []
            while found.count < 2 {
                let message = try #require(try socket.receiveMessage(upTo: 64))
                // Other packets of the kernel's own come, too.
                guard message.bytes.starts(with: [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1]) else { continue }
                #expect(message.isTruncated && message.bytes.count == 64)
                found.append(try #require(message.details.packetAuxiliaryData))
            }
            #expect(found[0].length == 514 && found[0].capturedLength == 514 && found[0].networkHeaderOffset == 14)
            #expect(found[0].vlan == nil && !found[0].isAfterLoss)
            // The tag has been taken out of the bytes.
            #expect(found[1].vlan?.identifier == 0x123 && found[1].vlan?.priority == 3)
            #expect(found[1].vlan?.etherType?.rawValue == 0x8100)
            let other = try Socket(.ipv4, .datagram)
            #expect { try other.set(.receivePacketAuxiliaryData, true) } throws: { error in
                (error as? SocketError)?.code == .optionNotSupported
            }
        }
    }

    @Test("A ring tells the virtual network, whose tag the kernel takes out of the bytes")
    func virtualNetworks() throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .raw)
            socket.timeout = .seconds(10)
            var ring = try PacketRing(socket, blockSize: 8_192, blockCount: 4, delay: .milliseconds(2))
            // Who asks for one kind of packets gets them after the kernel has dropped the tag.
            try socket.bind(
                to: SocketAddress(PacketAddress(interfaceIndex: NetworkInterface.index(of: "right"), etherType: .all)))
            _ = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                head = b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1"
                s.send(head + b"\\x81\\0\\x71\\x23" + b"\\x88\\xb5" + b"." * 50)
                s.send(head + b"\\x88\\xb5" + b"." * 50)
                """
            ).finish()
            var tags: [VLANTag?] = []
            while tags.count < 2 {
                try ring.wait()
                ring.forEachPacket { packet, bytes in
                    // Other packets of the kernel's own come, too.
                    guard bytes.count == 64, bytes[12] == 0x88, bytes[13] == 0xB5 else { return }
                    tags.append(packet.vlan)
                }
            }
            let tag = try #require(tags[0])
            #expect(tag.identifier == 0x123 && tag.priority == 3 && tag.mayBeDropped && tag.etherType == .vlan)
            #expect("\(tag)" == "291, priority 3")
            #expect(tags[1] == nil)
        }
    }

    @Test("A ring that overflows says so, and a body that throws gives the block back") func overflow() throws {
        struct Enough: Error {}
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .raw)
            socket.timeout = .seconds(10)
            var ring = try PacketRing(socket, blockSize: 4_096, blockCount: 2, delay: .milliseconds(1))
            try socket.bind(
                to: SocketAddress(
                    PacketAddress(interfaceIndex: NetworkInterface.index(of: "right"), etherType: .experimental)))
            _ = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                for i in range(100): s.send(b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1" + b"\\x88\\xb5" + b"." * 900)
                """
            ).finish()
            try ring.wait()
            #expect(throws: Enough.self) { try ring.forEachPacket { _, _ in throw Enough() } }
            try ring.wait()
            let second = ring.forEachPacket { _, _ in }
            #expect(second > 0)
            let statistics = try ring.takeStatistics()
            #expect(statistics.packets == 100 && statistics.lost > 80)
        }
    }

    @Test("What cannot be a ring is refused") func refusals() throws {
        func code(_ body: () throws(SocketError) -> Void) -> SocketError.Code? {
            do throws(SocketError) { try body() } catch { return error.code }
            return nil
        }
        let other = try Socket(.ipv4, .datagram)
        #expect(code { () throws(SocketError) in _ = try PacketRing(other) } == .unsupported)
        let socket = try Socket(.packet, .raw)
        for (size, count) in [(0, 1), (-1, 4), (5_000, 4), (4_096, 0), (.max, 1), (4_096, .max)] {
            let refusal = code { () throws(SocketError) in
                _ = try PacketRing(socket, blockSize: size, blockCount: count)
            }
            #expect(refusal == .invalidArgument)
        }
        let ring = try PacketRing(socket)
        #expect(code { () throws(SocketError) in _ = try PacketRing(ring.socket) } == .invalidArgument)
        socket.close()
        #expect(code { () throws(SocketError) in _ = try PacketRing(socket) } == .closed)
    }
}
