import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Sockets

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

    /// Sends more than the kernel takes to a peer that does not read.
    private func fill(_ sender: ZeroCopySender) {
        sender.socket.timeout = .milliseconds(50)
        do throws(SocketError) {
            while true { try sender.send([UInt8](repeating: 5, count: 1 << 20)) }
        } catch { #expect(error.code == .timedOut) }
        sender.socket.timeout = .seconds(20)
        #expect(sender.pendingCount > 0)
    }

    @Test("Bytes that the peer has not read are kept, and the end of waiting is an error") func kept() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        fill(sender)
        do throws(SocketError) {
            try sender.finish(within: .milliseconds(50))
            Issue.record("nobody has read")
        } catch { #expect(error.code == .timedOut) }
        let reader = Background { () -> Bool in
            var isRight = true
            while let bytes = try far.receive(upTo: 1 << 16) { isRight = isRight && bytes.allSatisfy { $0 == 5 } }
            return isRight
        }
        try sender.finish(within: .seconds(20))
        #expect(sender.pendingCount == 0)
        try near.shutdown(.write)
        #expect(try reader.join())
    }

    @Test("What else is in the error queue is kept for who asks, and notices that he meets reach the sender")
    func queue() throws {
        let deaf = try Socket.refusing(.datagram)
        let address = try deaf.localAddress
        let socket = try Socket.connected(to: address, .datagram)
        socket.timeout = .seconds(10)
        try socket.set(.ipv4ReceiveErrors, true)
        let sender = try ZeroCopySender(socket)
        for _ in 0..<5 {
            // The error of the one before is told once.
            do { try sender.send(Array("lost".utf8)) } catch { try sender.send(Array("lost".utf8)) }
        }
        try sender.finish(within: .seconds(10))
        var errors = 0
        while let message = try socket.queuedError(upTo: 3) {
            #expect(message.details.extendedError?.origin == .icmp)
            #expect(message.bytes == Array("los".utf8) && message.details.isTruncated)
            #expect(message.address == address)
            errors += 1
        }
        #expect(errors == 5)
        do { try sender.send(Array("more".utf8)) } catch { try sender.send(Array("more".utf8)) }
        #expect(try socket.receiveError().bytes == Array("more".utf8))
        _ = try socket.pendingError()
        #expect(sender.pendingCount == 0)
        socket.timeout = .milliseconds(30)
        do throws(SocketError) {
            _ = try socket.receiveError()
            Issue.record("nothing is there")
        } catch { #expect(error.code == .timedOut) }
    }

    @Test("The option belongs to the one sender that a socket has") func owner() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        do throws(SocketError) {
            try near.set(.zeroCopy, false)
            Issue.record("it was turned off")
        } catch { #expect(error.code == .invalidArgument) }
        do throws(SocketError) {
            _ = try ZeroCopySender(near)
            Issue.record("there is a second one")
        } catch { #expect(error.code == .invalidArgument) }
        try sender.send([1, 2, 3])
        #expect(try far.receive(exactly: 3) == [1, 2, 3])
        try sender.finish(within: .seconds(10))
    }

    @Test("The flag by which the kernel would not copy cannot be given by hand") func flag() throws {
        #expect(SendFlags(rawValue: 0x400_0000 | 0x40 | SendFlags.confirm.rawValue) == .confirm)
        #expect(ReceiveFlags(rawValue: 0x40 | ReceiveFlags.peek.rawValue) == .peek)
    }

    @Test("A socket that cannot is refused") func unsupported() throws {
        let (unix, _) = try Socket.pair()
        do throws(SocketError) {
            _ = try ZeroCopySender(unix)
            Issue.record("it is no socket of TCP or UDP")
        } catch { #expect(error.code == .unsupported) }
        let (near, _) = try connectedPair()
        near.close()
        do throws(SocketError) {
            _ = try ZeroCopySender(near)
            Issue.record("it is closed")
        } catch { #expect(error.code == .closed) }
    }

    @Test("An empty message is a datagram, and nothing on a stream") func empty() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try ZeroCopySender(Socket.connected(to: receiver.localAddress, .datagram))
        try sender.send([])
        #expect(try receiver.receive(upTo: 9) == [])
        let (near, far) = try connectedPair()
        let stream = try ZeroCopySender(near)
        try stream.send([])
        try stream.send([7])
        #expect(try far.receive(upTo: 9) == [7])
        try stream.finish(within: .seconds(10))
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
