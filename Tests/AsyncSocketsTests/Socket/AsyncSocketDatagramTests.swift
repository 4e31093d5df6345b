import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

/// Batches, the error queue, sequences, sending without copying, and moving inside the kernel, with Python as the peer.
@Suite(.timeLimit(.minutes(2)), Requirement.programs("python3")) struct AsyncSocketDatagramTests {
    @Test(arguments: Place.allCases) func `python's datagrams come in batches, and the answers go in batches`(
        place: Place
    ) async throws {
        let lines = try await place.run { loop in
            let socket = try AsyncSocket.bound(to: .any(port: 0), loop: loop)
            try socket.set(.ipv4ReceivePacketInfo, true)
            let python = try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
                for i in range(40): s.sendto(b"d%d" % i, ("127.8.7.6", int(sys.argv[1])))
                got = [s.recvfrom(100) for i in range(40)]
                print(*[d.decode() for d, a in got]); print(*{a[0] for d, a in got})
                """, "\(try #require(try socket.localAddress.port))")
            var batch = try DatagramBatch(capacity: 16, datagramSize: 100)
            var left = 40
            while left > 0 {
                left -= try await socket.receiveBatch(into: &batch)
                for index in 0..<batch.count { _ = batch.withMutableBytes(at: index) { $0[0] = 0x44 } }
                batch.prepareReplies()
                try await socket.sendBatch(&batch)
            }
            return try await python.rest()
        }
        #expect(lines == [(0..<40).map { "D\($0)" }.joined(separator: " "), "127.8.7.6"])
    }

    @Test func `a batch that the kernel takes piece by piece arrives once, in order`() async throws {
        let (sender, receiver) = try AsyncSocket.pair(.unix, .datagram)
        async let sending: Void = {
            var batch = try DatagramBatch(capacity: 100, datagramSize: 8)
            for index in 0..<100 { try batch.append(Array("\(index)".utf8)) }
            try await sender.sendBatch(&batch)
            let sent = batch.sentCount
            #expect(sent == 100)
        }()
        for index in 0..<100 {
            #expect(try await receiver.receive(upTo: 10) == Array("\(index)".utf8))
        }
        try await sending
    }

    @Test func `a batch that ends early says how far it came, and an empty one goes nowhere`() async throws {
        let (sender, receiver) = try AsyncSocket.pair(.unix, .datagram)
        var batch = try DatagramBatch(capacity: 1_000, datagramSize: 8)
        try await sender.sendBatch(&batch)
        let isUntouched = batch.sentCount == 0 && batch.isEmpty
        #expect(isUntouched)
        for index in 0..<1_000 { try batch.append(Array("\(index)".utf8)) }
        let ended = await code {
            try await withDeadline(.milliseconds(50)) { try await sender.sendBatch(&batch) }
        }
        #expect(ended == .timedOut)
        let sent = batch.sentCount
        #expect((1..<1_000).contains(sent))
        // Just these are there.
        for index in 0..<sent { #expect(try await receiver.receive(upTo: 10) == Array("\(index)".utf8)) }
        var rest = try DatagramBatch(capacity: 4, datagramSize: 8)
        let waited = await code {
            try await withDeadline(.milliseconds(20)) { _ = try await receiver.receiveBatch(into: &rest) }
        }
        #expect(waited == .timedOut)
        let isEmpty = rest.isEmpty
        #expect(isEmpty)
        receiver.close()
        let gone = await code { try await sender.sendBatch(&batch) }
        #expect(gone == .connectionRefused || gone == .connectionReset)
        let sentToNobody = batch.sentCount
        #expect(sentToNobody == 0)
    }

    @Test func `a sender without copying that goes early lets the peer have everything`() async throws {
        let (python, address) = try await Program.listeningPython(Self.digestingPython)
        let bytes = pattern(300_000)
        let socket = try await AsyncSocket.connected(to: address)
        do {
            let sender = try AsyncZeroCopySender(socket)
            try await sender.send(bytes)
        }
        try socket.shutdown(.write)
        #expect(try await python.rest() == ["300000 \(Self.sum(bytes))"])
    }

    @Test(arguments: Place.allCases) func `a full netlink socket is waited for, though it seems to have room`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let python = try Program.python(
                """
                import socket, sys
                t = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
                t.bind((0, 0)); t.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                print(t.getsockname()[0]); sys.stdin.readline(); n = 0
                while t.recv(1000) != b"end": n += 1
                print(n)
                """)
            let number = try #require(UInt32(try await python.nextLine()))
            let name = SocketAddress(NetlinkAddress(portID: number, groups: 0))
            let sender = try AsyncSocket(.netlink, .raw, .netlinkUser, on: loop)
            var sent = 0
            let ended = await code {
                try await withDeadline(.milliseconds(50)) {
                    while sent < 10_000 {
                        try await sender.send([UInt8](repeating: 0, count: 500), to: name)
                        sent += 1
                    }
                }
            }
            #expect(ended == .timedOut)
            let last = Task { try await sender.send([1], to: name) }
            while sender.watch?.isWaited(.write) != true { try await Task.sleep(for: .milliseconds(1)) }
            try python.write("go\n")
            #expect(try await cancellable(last) == 1)
            try await sender.send("end", to: name)
            #expect(try await python.rest() == ["\(sent + 1)"])
        }
    }

    @Test func `python hears each segment`() async throws {
        let python = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20); s.bind(("127.0.0.1", 0))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            print(s.getsockname()[1]); sizes = []
            while sum(sizes) < 100500: sizes.append(len(s.recv(9000)))
            print(len(sizes), max(sizes), sizes[-1])
            """)
        let port = try #require(UInt16(try await python.nextLine()))
        let socket = try AsyncSocket(.ipv4, .datagram)
        let bytes = pattern(100_500)
        try await socket.send(bytes.span, segmentSize: 1_000, to: .loopback(port: Sockets.Port(port)))
        #expect(try await python.rest() == ["101 1000 500"])
        #expect(await code { try await socket.send(bytes.span, segmentSize: 0) } == .invalidArgument)
    }

    @Test(arguments: Place.allCases) func `the error queue is waited for, and what is to be received stays`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let socket = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            try socket.set(.ipv4ReceiveErrors, true)
            let own = try socket.localAddress
            // Begins to watch, and ends by the deadline.
            let ended = await code { try await withDeadline(.milliseconds(30)) { _ = try await socket.receiveError() } }
            #expect(ended == .timedOut)
            let closed = try Socket.bound(to: .loopback(port: 0))
            let nobody = try closed.localAddress
            let other = try AsyncSocket(.ipv4, .datagram)
            try await other.send("data", to: own)
            closed.close()
            try await socket.send("lost", to: nobody)
            let message = try await socket.receiveError()
            #expect(String(decoding: message.bytes, as: UTF8.self) == "lost")
            #expect(message.address == nobody)
            #expect(message.details.extendedError?.errno == .connectionRefused)
            #expect(message.details.extendedError?.origin == .icmp)
            #expect(try await socket.receive(upTo: 10) == Array("data".utf8))
        }
    }

    @Test func `messages come in a sequence, which ends with the socket`() async throws {
        let socket = try AsyncSocket.bound(to: .loopback(port: 0))
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for t in b"one", b"", b"three": s.sendto(t, ("127.0.0.1", int(sys.argv[1])))
            """, "\(try #require(try socket.localAddress.port))")
        var texts: [String] = []
        for try await message in socket.messages(upTo: 100) {
            #expect(message.address?.ipAddress?.description == "127.0.0.1")
            texts.append(String(decoding: message.bytes, as: UTF8.self))
            if texts.count == 3 { socket.close() }
        }
        #expect(texts == ["one", "", "three"])
        #expect(try await python.rest() == [])
    }

    @Test(arguments: Place.allCases) func `python gets what was sent without copying, and the kernel tells the end`(
        place: Place
    ) async throws {
        let (python, address) = try await Program.listeningPython(Self.digestingPython)
        let bytes = pattern(300_000)
        try await place.run { loop in
            let socket = try await AsyncSocket.connected(to: address, loop: loop)
            let sender = try AsyncZeroCopySender(socket)
            for _ in 0..<20 { try await sender.send(bytes) }
            try await sender.finish()
            #expect(sender.pendingCount == 0)
            #expect(sender.completedCount >= 20)
            try socket.shutdown(.write)
        }
        let all = (0..<20).flatMap { _ in bytes }
        #expect(try await python.rest() == ["6000000 \(Self.sum(all))"])
    }

    @Test(arguments: Place.allCases) func `what python sends is moved to another python inside the kernel`(
        place: Place
    ) async throws {
        let (sink, address) = try await Program.listeningPython(Self.digestingPython)
        let (source, from) = try await Program.listeningPython(
            """
            import socket, sys
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept(); c.sendall(bytes(i % 251 for i in range(3000000)))
            """)
        let moved = try await place.run { loop in
            let incoming = try await AsyncSocket.connected(to: from, loop: loop)
            let outgoing = try await AsyncSocket.connected(to: address, loop: loop)
            #expect(try await incoming.splice(to: outgoing, count: 1_000) == 1_000)
            let rest = try await incoming.splice(to: outgoing)
            try outgoing.shutdown(.write)
            return rest
        }
        #expect(moved == 2_999_000)
        #expect(try await source.rest() == [])
        #expect(try await sink.rest() == ["3000000 \(Self.sum((0..<3_000_000).map { UInt8($0 % 251) }))"])
        let (datagram, _) = try AsyncSocket.pair(.unix, .datagram)
        #expect(await code { try await datagram.splice(to: datagram) } == .unsupported)
        let (stream, _) = try AsyncSocket.pair()
        #expect(await code { try await stream.splice(to: stream, count: -1) } == .invalidArgument)
    }

    /// Takes one connection, and prints how many bytes came, with a sum in which places count.
    private static let digestingPython = """
        import socket, zlib
        l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
        c, a = l.accept(); n = 0; z = 1
        while True:
            d = c.recv(1 << 18)
            if not d: break
            n += len(d); z = zlib.adler32(d, z)
        print(n, z)
        """

    /// The checksum Adler-32.
    private static func sum(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    @Test(Requirement.root, Requirement.programs("ip"))
    func `what the kernel tells about a packet comes to a task: the length, and the virtual network`() async throws {
        let made = try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let socket = try Socket(.packet, .raw)
            try socket.set(.receivePacketAuxiliaryData, true)
            try socket.bind(
                to: SocketAddress(
                    PacketAddress(interfaceIndex: NetworkInterface.index(of: "right"), etherType: .all)))
            let python = try Program.python(
                """
                import socket, sys
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("left", 0))
                head = b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1"
                sys.stdin.readline()
                s.send(head + b"\\x88\\xb5" + b"." * 500)
                s.send(head + b"\\x81\\0\\x61\\x23" + b"\\x88\\xb5" + b"." * 400)
                """)
            return Lock<(Socket, Program)?>((socket, python))
        }
        let (below, python) = try #require(made.withLock { $0 })
        let socket = try AsyncSocket(below)
        // The task waits before the first one comes.
        async let waiting = {
            var found: [ReceivedMessage] = []
            while found.count < 2 {
                let message = try #require(try await socket.receiveMessage(upTo: 64))
                // Other packets of the kernel's own come, too.
                if message.bytes.starts(with: [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1]) {
                    found.append(message)
                }
            }
            return found
        }()
        try python.write("go\n")
        let found = try await waiting
        #expect(found.allSatisfy { $0.isTruncated && $0.bytes.count == 64 })
        let facts = try found.map { try #require($0.details.packetAuxiliaryData) }
        #expect(facts[0].length == 514 && facts[0].capturedLength == 514 && facts[0].vlan == nil)
        // The tag has been taken out of the bytes.
        #expect(facts[1].length == 414 && facts[1].vlan?.identifier == 0x123 && facts[1].vlan?.priority == 3)
        #expect(try python.wait() == 0)
    }
}
