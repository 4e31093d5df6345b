import TestSupport
import Testing

@testable import Sockets

/// Messages and batches of packet sockets: frames that Python puts on a link.
@Suite("Messages of packet sockets", Requirement.root, Requirement.programs("python3", "ip"))
struct PacketMessageTests {
    /// Python's frames arrive here, on one end of a link between two interfaces.
    private static func withFrames(
        _ count: Int, _ body: @escaping @Sendable (Socket) throws -> Void
    ) throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .datagram)
            socket.timeout = .seconds(10)
            try socket.set(.timestampNanoseconds, true)
            try socket.bind(
                to: SocketAddress(
                    PacketAddress(interfaceIndex: NetworkInterface.index(of: "right"), etherType: .experimental)))
            _ = try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
                for i in range(int(sys.argv[1])): s.sendto(b"frame %02d" % i + b"." * 40, ("left", 0x88B5, 0, 0, b"\\xff" * 6))
                """, "\(count)"
            ).finish()
            try body(socket)
        }
    }

    @Test("A frame comes with its address and its time, in each form of receiving a message") func messages() throws {
        try Self.withFrames(4) { socket in
            let first = try #require(try socket.receiveMessage(upTo: 100))
            #expect(String(decoding: first.bytes.prefix(8), as: UTF8.self) == "frame 00")
            let address = try #require(first.address?.as(PacketAddress.self))
            #expect(address.packetType == .broadcast && address.etherType == .experimental)
            #expect(first.details.timestamp != nil)
            var bytes = [UInt8](repeating: 0, count: 4)
            var span = bytes.mutableSpan
            let details = try socket.receiveMessage(into: &span)
            #expect(details.count == 4 && details.flags.contains(.truncated))
            var parts = [[UInt8](repeating: 0, count: 6), [UInt8](repeating: 0, count: 2)]
            #expect(try socket.receive(scattering: &parts) == 8)
            #expect(String(decoding: parts[1], as: UTF8.self) == "02")
            #expect(try socket.receiveMessage(upTo: 100, flags: .peek)?.bytes.count == 48)
            #expect(try socket.receiveMessage(upTo: 100)?.bytes.count == 48)
        }
    }

    @Test("Frames that wait come in one call") func batches() throws {
        try Self.withFrames(20) { socket in
            var batch = try DatagramBatch(capacity: 32, datagramSize: 100)
            #expect(try socket.receiveBatch(into: &batch) == 20)
            #expect(String(decoding: batch.bytes(at: 19).prefix(8), as: UTF8.self) == "frame 19")
            #expect(batch.address(at: 7)?.as(PacketAddress.self)?.packetType == .broadcast)
        }
    }
}
