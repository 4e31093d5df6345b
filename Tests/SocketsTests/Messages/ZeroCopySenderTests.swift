import Foundation
import Sockets
import TestSupport
import Testing

@Suite("Sending without copying", Requirement.programs("python3")) struct ZeroCopySenderTests {
    /// Python reads to the end, and prints how much it was, and its sum; it begins when it is told.
    private func reader() throws -> (Program, Sockets.Port) {
        let python = try Program.python(
            """
            import hashlib, socket, sys
            s = socket.socket(); s.settimeout(30); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
            c, a = s.accept(); c.settimeout(30); sys.stdin.readline(); h, n = hashlib.sha256(), 0
            while True:
                d = c.recv(1 << 20)
                if not d: break
                h.update(d); n += len(d)
            print(n, h.hexdigest())
            """)
        return (python, Sockets.Port(rawValue: try #require(UInt16(try python.line()))))
    }

    private func sum(_ bytes: [UInt8]) throws -> String {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(filePath: folder.file("f")))
        return String(try Program("sha256sum", [folder.file("f")]).finish()[0].prefix(64))
    }

    @Test("Every byte comes as it was given, also when the caller changes his array meanwhile") func integrity() throws
    {
        let (python, port) = try reader()
        let socket = try Socket.connected(to: .loopback(port: port), timeout: .seconds(20))
        socket.timeout = .seconds(30)
        let sender = try ZeroCopySender(socket)
        try python.write("go\n")
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 200_000)
        for round in 0..<20 {
            for index in stride(from: 0, to: chunk.count, by: 997) {
                chunk[index] = UInt8(truncatingIfNeeded: round &* index)
            }
            all += chunk
            try sender.send(chunk)
            // The kernel may not have read it yet.
            chunk[round] = 0xEE
        }
        try sender.finish(within: .seconds(30))
        #expect(sender.pendingCount == 0)
        #expect(sender.completedCount >= 20)
        // Over loopback the kernel copies, and says so.
        #expect(sender.copiedCount == sender.completedCount)
        try socket.shutdown(.write)
        #expect(try python.line() == "\(all.count) \(try sum(all))")
        #expect(try python.wait() == 0)
    }

    @Test("Bytes that the peer has not read are kept, and the end of waiting is an error") func kept() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        // Unread bytes stay in the kernel's queue; over loopback they are not acknowledged to the error queue until sent.
        let bytes = [UInt8](repeating: 5, count: 50_000)
        try sender.send(bytes)
        #expect(try far.receive(exactly: 50_000) == bytes)
        try sender.finish(within: .seconds(10))
        #expect(sender.pendingCount == 0)
    }

    @Test("A sender that goes early, and a socket that is closed, leave nothing behind that is not kept") func early()
        throws
    {
        let (near, far) = try connectedPair()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let reader = Background { try far.receive(exactly: 300_000) }
        do {
            let sender = try ZeroCopySender(near)
            try sender.send(bytes)
        }
        #expect(try reader.join() == bytes)
        let (other, peer) = try connectedPair()
        let sender = try ZeroCopySender(other)
        try sender.send([1, 2, 3])
        other.close()
        #expect(throws: SocketError.self) { try sender.send([4]) }
        #expect(try peer.receive(exactly: 3) == [1, 2, 3])
    }

    @Test("A socket that cannot is refused") func unsupported() throws {
        let (unix, _) = try Socket.pair()
        // Newer kernels may learn it; they then send.
        if let sender = try? ZeroCopySender(unix) { #expect(sender.pendingCount == 0) }
        unix.close()
        #expect(throws: SocketError.self) { _ = try ZeroCopySender(unix) }
    }

    private func connectedPair() throws -> (Socket, Socket) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let near = try Socket.connected(to: listener.localAddress, timeout: .seconds(10))
        let far = try listener.accept().socket
        near.timeout = .seconds(20)
        far.timeout = .seconds(20)
        return (near, far)
    }
}
