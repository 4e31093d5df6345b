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

    /// Waits until nothing that was closed early is kept any more.
    private func waitForKeeper() throws {
        let end = ContinuousClock.now + .seconds(20)
        while ZeroCopyKeeper.count > 0 {
            try #require(.now < end)
            usleep(5_000)
        }
    }

    @Test("A socket that is closed or dropped early sends all, ends, and holds no bytes", arguments: [false, true])
    func early(isDropped: Bool) throws {
        let (far, ledger) = try { () throws -> (Socket, ZeroCopyLedger?) in
            let (near, far) = try connectedPair()
            let sender = try ZeroCopySender(near)
            let ledger = near.zeroCopyLedger.load()
            let reader = Background { try far.receive(exactly: 1_000) }
            var bytes = [UInt8](repeating: 7, count: 20_000_000)
            bytes[0] = 9
            near.timeout = .milliseconds(50)
            // As much as the kernel takes.
            try? sender.send(bytes)
            #expect(try reader.join()?.first == 9)
            if !isDropped {
                near.close()
                #expect(throws: SocketError.self) { try sender.send([4]) }
            }
            return (far, ledger)
        }()
        var sum = 0
        while let bytes = try far.receive(upTo: 1 << 16) { sum += bytes.count }
        #expect(sum > 100_000)
        try waitForKeeper()
        // So nothing holds the bytes any more.
        #expect(ledger?.pendingCount == 0)
    }

    @Test("A peer that does not read cannot hold the memory of closed sockets") func patience() throws {
        var peers: [Socket] = []
        var ledgers: [ZeroCopyLedger] = []
        for _ in 0..<8 {
            let (near, far) = try connectedPair()
            let sender = try ZeroCopySender(near)
            fill(sender)
            let ledger = near.zeroCopyLedger.load()
            ledgers.append(try #require(ledger))
            #expect(ledgers[ledgers.count - 1].pendingCount > 0)
            ZeroCopyKeeper.close(near, ledgers[ledgers.count - 1], patience: .milliseconds(100))
            peers.append(far)
        }
        try waitForKeeper()
        for ledger in ledgers { #expect(ledger.pendingCount == 0) }
        for far in peers {
            do throws(SocketError) {
                while try far.receive(upTo: 1 << 20) != nil {}
                Issue.record("the connection ended well")
            } catch { #expect(error.code == .connectionReset) }
        }
    }

    @Test(
        "A datagram that the firewall drops has its number, and the next ones end all the same", Requirement.root,
        Requirement.programs("nft")) func firewall() throws
    {
        try Namespace.run([.network]) {
            try Namespace.shell(
                "ip link set lo up; nft 'add table ip t; add chain ip t c { type filter hook output priority 0; }'")
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(10)
            let sender = try ZeroCopySender(Socket.connected(to: receiver.localAddress, .datagram))
            try sender.send(Array("first".utf8))
            for _ in 0..<3 {
                try Namespace.shell("nft 'add rule ip t c udp dport != 0 drop'")
                do throws(SocketError) {
                    try sender.send(Array("lost".utf8))
                    Issue.record("it was sent")
                } catch { #expect(error.code == .permissionDenied) }
                try Namespace.shell("nft 'flush chain ip t c'")
                try sender.send(Array("next".utf8))
            }
            try sender.finish(within: .seconds(10))
            #expect(sender.pendingCount == 0 && sender.completedCount == 7)
            for text in ["first", "next", "next", "next"] {
                #expect(try receiver.receive(upTo: 100) == Array(text.utf8))
            }
        }
    }

    @Test("What else is in the error queue is kept for who asks, and notices that he meets reach the sender")
    func queue() throws {
        let gone = try Socket.bound(to: .loopback(port: 0))
        let address = try gone.localAddress
        gone.close()
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

    @Test("A socket that is to reset its connection does so when it is closed") func reset() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        fill(sender)
        try near.set(.linger, .zero)
        near.close()
        do throws(SocketError) {
            while try far.receive(upTo: 1 << 20) != nil {}
            Issue.record("the connection ended well")
        } catch { #expect(error.code == .connectionReset) }
        try waitForKeeper()
        #expect(sender.pendingCount == 0)
    }

    @Test(
        "Of a datagram that fails while parts of it are under way it is found out later whether it had a number",
        Requirement.root, Requirement.programs("tc"), Requirement.queueOfPackets) func doubt() throws
    {
        try Namespace.run([.network]) {
            // One packet goes at once; of the four fragments after it two find room, and stay there for long.
            try Namespace.shell("ip link set lo mtu 1500 up")
            try Namespace.shell("tc qdisc add dev lo root tbf rate 1kbit burst 1600 limit 3200")
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(10)
            let socket = try Socket.connected(to: receiver.localAddress, .datagram)
            try socket.set(.ipv4ReceiveErrors, true)
            let sender = try ZeroCopySender(socket)
            let books = socket.zeroCopyLedger.load()
            let ledger = try #require(books)
            try socket.sendAll([UInt8](repeating: 1, count: 1_400))
            #expect(try receiver.receive(upTo: 2_000)?.count == 1_400)
            do throws(SocketError) {
                try sender.send([UInt8](repeating: 1, count: 5_000))
                Issue.record("it was sent")
            } catch { #expect(error.code == .noBufferSpace) }
            #expect(ledger.isInDoubt && !ledger.isEmpty && sender.pendingCount == 0)
            // The fragments are thrown away, and so the end is told.
            try Namespace.shell("tc qdisc del dev lo root")
            let end = ContinuousClock.now + .seconds(10)
            while ledger.isInDoubt {
                try #require(.now < end)
                usleep(2_000)
                try sender.collect()
            }
            for _ in 0..<3 {
                try sender.send(Array("next".utf8))
                #expect(try receiver.receive(upTo: 100) == Array("next".utf8))
            }
            try sender.finish(within: .seconds(10))
            #expect(!ledger.isInDoubt && ledger.isEmpty && sender.completedCount == 3)
        }
    }

    @Test("Notices that another reader of the error queue takes are missed by nobody") func stolen() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let socket = try Socket.connected(to: receiver.localAddress, .datagram)
        let duplicate = try socket.duplicate()
        let sender = try ZeroCopySender(socket)
        for _ in 0..<3 { try sender.send(Array("datagram".utf8)) }
        for _ in 0..<3 { #expect(try receiver.receive(upTo: 100)?.count == 8) }
        // The duplicate was made before, and knows of no sender.
        #expect(try duplicate.queuedError(upTo: 9)?.details.extendedError?.completedSends != nil)
        while try duplicate.queuedError(upTo: 9) != nil {}
        #expect(sender.pendingCount == 3)
        try sender.finish(within: .seconds(10))
        #expect(sender.pendingCount == 0 && sender.completedCount == 3)
        // One that is made later does.
        let later = try socket.duplicate()
        try sender.send(Array("datagram".utf8))
        #expect(try receiver.receive(upTo: 100)?.count == 8)
        #expect(try later.queuedError(upTo: 9) == nil)
        #expect(sender.pendingCount == 0)
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

    @Test("Numbers are counted modulo 2^32") func wrapping() {
        let ledger = ZeroCopyLedger()
        for number: UInt32 in 0..<4 { #expect(ledger.begin([1]) == number) }
        #expect(ledger.end(0xFFFF_FFF0, 1, false) == 2)
        #expect(ledger.pendingCount == 2 && ledger.end(0, 1, false) == 0)
        #expect(ledger.end(3, 3, true) == 1)
        #expect(ledger.copiedCount == 1 && ledger.completedCount == 3)
    }

    @Test("The flag by which the kernel would not copy cannot be given by hand") func flag() throws {
        #expect(SendFlags(rawValue: 0x400_0000 | 0x40 | SendFlags.confirm.rawValue) == .confirm)
        #expect(ReceiveFlags(rawValue: 0x40 | ReceiveFlags.peek.rawValue) == .peek)
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
