import AsyncSockets
import Foundation
import Sockets
import TestSupport
import Testing

/// Packets that Python sends come by a ring, to a task that waits for them.
@Suite(Requirement.root, Requirement.programs("python3", "ip")) struct AsyncPacketRingTests {
    /// A packet socket, and a program that sends twenty frames to it for each line that it gets, in a network of their own.
    private static func make() throws -> (socket: Socket, python: Program) {
        let socket = Lock<Socket?>(nil)
        let python = try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let made = try Socket(.packet, .raw)
            socket.withLock { $0 = made }
            return try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                print(socket.if_nametoindex("right"))
                for i in range(600):
                    if i % 20 == 0: sys.stdin.readline()
                    s.send(b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1" + b"\\x88\\xb5" + i.to_bytes(2, "big") + b"." * (50 + i))
                """)
        }
        return (try #require(socket.withLock { $0 }), python)
    }

    @Test(.timeLimit(.minutes(1))) func `frames come in their order, and waiting ends by a deadline and by closing`()
        async throws
    {
        let (below, python) = try Self.make()
        let index = try #require(Int(try python.line()))
        let socket = try AsyncSocket(below)
        var ring = try AsyncPacketRing(socket, blockSize: 8_192, blockCount: 4, delay: .milliseconds(2))
        try socket.bind(to: SocketAddress(PacketAddress(interfaceIndex: index, etherType: .init(rawValue: 0x88B5))))
        var seen = 0
        while seen < 600 {
            try python.write("go\n")
            let goal = seen + 20
            while seen < goal {
                try await ring.wait()
                ring.forEachPacket { packet, bytes in
                    #expect(bytes.count == 66 + seen && Int(bytes[14]) << 8 | Int(bytes[15]) == seen)
                    #expect(packet.interfaceIndex == index)
                    seen += 1
                }
            }
        }
        #expect(try python.wait() == 0)
        let statistics = try ring.takeStatistics()
        #expect(statistics.packets == 600 && statistics.lost == 0)
        do throws(SocketError) {
            try await withDeadline(.milliseconds(20)) { () async throws(SocketError) in try await ring.wait() }
            Issue.record("something came")
        } catch { #expect(error.code == .timedOut) }
        socket.close()
        do throws(SocketError) {
            try await ring.wait()
            Issue.record("a closed socket was waited for")
        } catch { #expect(error.code == .closed) }
    }
}
