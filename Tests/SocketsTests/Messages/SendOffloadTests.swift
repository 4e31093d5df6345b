import Sockets
import TestSupport
import Testing

/// Datagrams of a batch that go to the kernel as one.
@Suite("Batches that the kernel cuts", Requirement.programs("python3")) struct SendOffloadTests {
    /// A receiver that shows what the kernel carried as one.
    private func receiver() throws -> Socket {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        try receiver.set(.receiveOffload, true)
        return receiver
    }

    private func texts(_ batch: borrowing DatagramBatch) -> [String] {
        var texts: [String] = []
        batch.forEachDatagram { _, bytes in
            var text: [UInt8] = []
            for index in bytes.indices { text.append(bytes[index]) }
            texts.append(String(decoding: text, as: UTF8.self))
        }
        return texts
    }

    @Test(
        "Python gets single datagrams, from the address that it had sent to", Requirement.ipv6,
        arguments: [false, true])
    func answers(ipv6: Bool) throws {
        let socket = try Socket.bound(to: ipv6 ? .anyIPv6(port: 0) : .any(port: 0))
        socket.timeout = .seconds(20)
        try socket.set(ipv6 ? .ipv6ReceivePacketInfo : .ipv4ReceivePacketInfo, true)
        let python = try Program.python(
            """
            import socket, sys
            six = sys.argv[2] == "6"
            both = [socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) for i in range(2)]
            to = "::1" if six else "127.8.7.6"
            for s in both:
                s.settimeout(20)
                for i in range(10, 20): s.sendto(b"datagram %d" % i, (to, int(sys.argv[1])))
            print("sent")
            for s in both:
                got = [s.recvfrom(100) for i in range(10)]
                print(*[d.decode().replace(" ", "_") for d, a in got], *{a[0] for d, a in got})
            """, "\(try #require(try socket.localAddress.port))", ipv6 ? "6" : "4")
        #expect(try python.line() == "sent")
        var batch = try DatagramBatch(capacity: 64, datagramSize: 100)
        batch.sendOffload = true
        #expect(try socket.receiveBatch(into: &batch) == 20)
        batch.prepareReplies()
        // Twice: what was added for the kernel does not stay.
        try socket.sendBatch(&batch)
        #expect(batch.sentCount == 20)
        #expect(batch.segmentSize(at: 0) == nil)
        try socket.sendBatch(&batch)
        let line = (10..<20).map { "datagram_\($0)" }.joined(separator: " ") + (ipv6 ? " ::1" : " 127.8.7.6")
        for _ in 0..<2 { #expect(try python.line() == line) }
        #expect(try python.wait() == 0)
    }

    @Test("What goes as one: neighbours of one size to one receiver, and a last one with less") func runs() throws {
        let (first, second) = (try receiver(), try receiver())
        let sender = try Socket(.ipv4, .datagram)
        var outgoing = try DatagramBatch(capacity: 200, datagramSize: 100)
        outgoing.sendOffload = true
        let one = try first.localAddress
        for text in ["aaa", "bbb", "ccc", "d", "eee"] { try outgoing.append(Array(text.utf8), to: one) }
        try outgoing.append(Array("other".utf8), to: second.localAddress)
        for text in ["fff", "longer", "", "ggg", "hhh"] { try outgoing.append(Array(text.utf8), to: one) }
        for _ in 0..<100 { try outgoing.append([0x78], to: second.localAddress) }
        try sender.sendBatch(&outgoing)
        #expect(outgoing.sentCount == 111)
        var came = try DatagramBatch(capacity: 16, datagramSize: 1_000)
        #expect(try first.receiveBatch(into: &came) == 6)
        #expect(texts(came) == ["aaa", "bbb", "ccc", "d", "eee", "fff", "longer", "", "ggg", "hhh"])
        let sizes = (0..<came.count).map { came.segmentSize(at: $0) }
        #expect(sizes == [3, nil, nil, nil, nil, 3])
        // The kernel cuts 64 at most.
        #expect(try second.receiveBatch(into: &came) == 3)
        #expect((0..<came.count).map { came.length(at: $0) } == [5, 64, 36])
    }

    @Test("Larger than a packet, they go one by one", Requirement.root) func fragments() throws {
        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo mtu 1500 up")
            let receiver = try receiver()
            let sender = try Socket.connected(to: receiver.localAddress, .datagram)
            sender.timeout = .seconds(10)
            var batch = try DatagramBatch(capacity: 4, datagramSize: 4_000)
            batch.sendOffload = true
            for byte in 0..<4 { try batch.append([UInt8](repeating: UInt8(byte), count: 3_000)) }
            try sender.sendBatch(&batch)
            #expect(batch.sentCount == 4)
            for byte in 0..<4 {
                #expect(try receiver.receive(upTo: 5_000) == [UInt8](repeating: UInt8(byte), count: 3_000))
            }
        }
    }

    @Test("Datagrams of another family stay what they are") func others() throws {
        let (one, other) = try Socket.pair(.unix, .datagram)
        other.timeout = .seconds(10)
        var batch = try DatagramBatch(capacity: 4, datagramSize: 10)
        batch.sendOffload = true
        for _ in 0..<2 { try batch.append([1, 2, 3]) }
        try one.sendBatch(&batch)
        for _ in 0..<2 { #expect(try other.receive(upTo: 10) == [1, 2, 3]) }
    }

    @Test("A datagram that cannot be sent is told, and those before it have gone") func partial() throws {
        let receiver = try receiver()
        let sender = try Socket(.ipv4, .datagram)
        var batch = try DatagramBatch(capacity: 8, datagramSize: 10)
        batch.sendOffload = true
        for _ in 0..<3 { try batch.append([1], to: receiver.localAddress) }
        for _ in 0..<2 { try batch.append([2], to: .loopback(port: 0)) }
        do throws(SocketError) {
            try sender.sendBatch(&batch)
            Issue.record("port 0 took it")
        } catch {
            #expect(error.code == .invalidArgument && error.address == .loopback(port: 0))
        }
        #expect(batch.sentCount == 3)
        var came = try DatagramBatch(capacity: 8, datagramSize: 10)
        #expect(try receiver.receiveBatch(into: &came) == 1 && came.segmentSize(at: 0) == 1)
    }

    @Test("What the socket cuts itself is left to it, and packets of raw sockets stay apart", Requirement.root)
    func apart() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try Socket.connected(to: receiver.localAddress, .datagram)
        try sender.set(.segmentSize, 100)
        var batch = try DatagramBatch(capacity: 8, datagramSize: 1_000)
        batch.sendOffload = true
        for _ in 0..<2 { try batch.append([UInt8](repeating: 1, count: 300)) }
        try sender.sendBatch(&batch)
        for _ in 0..<6 { #expect(try receiver.receive(upTo: 2_000)?.count == 100) }

        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo up")
            let receiver = try Socket(.ipv4, .raw, .udp)
            receiver.timeout = .seconds(10)
            let sender = try Socket(.ipv4, .raw, .udp)
            var batch = try DatagramBatch(capacity: 8, datagramSize: 1_000)
            batch.sendOffload = true
            for byte: UInt8 in 1...3 {
                try batch.append([0x30, 0x39, 0, 9, 0, 12, 0, 0, byte, byte, byte, byte], to: .loopback(port: 0))
            }
            try sender.sendBatch(&batch)
            // A header of 20 bytes stands before each.
            for byte: UInt8 in 1...3 {
                #expect(try receiver.receive(upTo: 2_000)?.dropFirst(28) == [byte, byte, byte, byte])
            }
        }
    }
}
