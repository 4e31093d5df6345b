import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

/// Many datagrams by one call, against Python.
@Suite("Batches of datagrams", Requirement.programs("python3")) struct DatagramBatchTests {
    @Test("A batch that is sent back carries nothing of what came beside its datagrams")
    func echoesBytesAlone() throws {
        let (one, other) = try Socket.pair(.unix, .datagram)
        for socket in [one, other] {
            socket.timeout = .seconds(10)
            try socket.set(.passCredentials, true)
        }
        let file = try FileDescriptor.open("/dev/null", .readOnly)
        defer { try? file.close() }
        for isPrepared in [false, true] {
            _ = try one.sendMessage("take this", control: [.descriptors([OwnedDescriptor(duplicating: file)])])
            var batch = try DatagramBatch(capacity: 4, datagramSize: 100, controlCapacity: 128)
            #expect(try other.receiveBatch(into: &batch) == 1)
            #expect(batch.control(at: 0).count == 2)
            if isPrepared { batch.prepareReplies() }
            try other.sendBatch(&batch)
            let answer = try #require(try one.receiveMessage(upTo: 100))
            #expect(answer.bytes == Array("take this".utf8) && answer.descriptors.isEmpty)
            #expect(answer.credentials?.processIdentifier == getpid())
        }
    }

    private func text(_ batch: borrowing DatagramBatch, _ index: Int) -> String {
        String(decoding: batch.bytes(at: index), as: UTF8.self)
    }

    @Test("Python's datagrams come in one call, and the answers go in one", Requirement.ipv6, arguments: [false, true])
    func exchange(ipv6: Bool) throws {
        let socket = try Socket.bound(to: ipv6 ? .anyIPv6(port: 0) : .any(port: 0))
        socket.timeout = .seconds(20)
        try socket.set(ipv6 ? .ipv6ReceivePacketInfo : .ipv4ReceivePacketInfo, true)
        let port = try #require(try socket.localAddress.port)
        let python = try Program.python(
            """
            import socket, sys
            six = sys.argv[2] == "6"
            s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
            to = "::1" if six else "127.8.7.6"
            for i in range(20): s.sendto(b"datagram %d" % i, (to, int(sys.argv[1])))
            print("sent")
            got = [s.recvfrom(100) for i in range(20)]
            print(*[d.decode().replace(" ", "_") for d, a in got])
            print(*{a[0] for d, a in got})
            """, "\(port)", ipv6 ? "6" : "4")
        #expect(try python.line() == "sent")
        var batch = try DatagramBatch(capacity: 64, datagramSize: 100)
        #expect(try socket.receiveBatch(into: &batch) == 20)
        for index in 0..<20 { #expect(text(batch, index) == "datagram \(index)") }
        #expect(batch.address(at: 0)?.ipAddress == (ipv6 ? .v6(.loopback) : .v4(.loopback)))
        #expect(batch.address(at: 20) == nil && batch.bytes(at: -1) == [] && batch.withBytes(at: 99) { _ in } == nil)
        let info = batch.control(at: 3).compactMap { if case .packetInfo(let info) = $0 { info } else { nil } }.first
        #expect(info?.local?.description == (ipv6 ? "::1" : "127.8.7.6"))
        for index in 0..<20 { batch.withMutableBytes(at: index) { $0[0] = 0x44 } }
        batch.prepareReplies()
        try socket.sendBatch(&batch)
        let sent = batch.sentCount
        #expect(sent == 20)
        #expect(try python.line() == (0..<20).map { "Datagram_\($0)" }.joined(separator: " "))
        // From the address that was reached, which is not the one that the kernel would have chosen.
        #expect(try python.line() == (ipv6 ? "::1" : "127.8.7.6"))
        #expect(try python.wait() == 0)
    }

    @Test("A batch is filled by copying, and in place; what does not fit is refused") func filling() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let address = try receiver.localAddress
        let sender = try Socket(.ipv4, .datagram)
        var batch = try DatagramBatch(capacity: 3, datagramSize: 8)
        try sender.sendBatch(&batch)
        let isUntouched = batch.sentCount == 0 && batch.isEmpty
        #expect(isUntouched)
        try batch.append(Array("one".utf8), to: address)
        try batch.append(to: address) { room throws(SocketError) in
            for byte in "in place".utf8 { room.append(byte) }
        }
        #expect(throws: SocketError.self) { try batch.append([UInt8](repeating: 0, count: 9), to: address) }
        try batch.append([], to: address)
        let isFull = batch.isFull
        #expect(isFull)
        #expect(throws: SocketError.self) { try batch.append([1], to: address) }
        try sender.sendBatch(&batch)
        var received = try DatagramBatch(capacity: 5, datagramSize: 4, controlCapacity: 0)
        #expect(try receiver.receiveBatch(into: &received) == 3)
        #expect(text(received, 0) == "one" && text(received, 1) == "in p" && text(received, 2) == "")
        #expect(received.flags(at: 1).contains(.truncated) && !received.flags(at: 0).contains(.truncated))
        received.removeAll()
        let isEmpty = received.isEmpty && received.bytes(at: 0) == []
        #expect(isEmpty)
        for (capacity, size) in [(0, 10), (-1, 10), (1_025, 10), (1, -1), (1, 70_000), (.max, .max)] {
            do {
                _ = try DatagramBatch(capacity: capacity, datagramSize: size)
                Issue.record("a batch of \(capacity) times \(size)")
            } catch { #expect(error.code == .invalidArgument) }
        }
    }

    @Test("Answers to what the kernel has put together are cut again, and come from the address that was reached")
    func segmentedReplies() throws {
        let socket = try Socket.bound(to: .any(port: 0))
        socket.timeout = .seconds(20)
        try socket.set(.receiveOffload, true)
        try socket.set(.ipv4ReceivePacketInfo, true)
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
            s.setsockopt(17, 103, 100)
            s.sendto(b"a" * 100 + b"b" * 100 + b"c" * 50, ("127.8.7.6", int(sys.argv[1])))
            for i in range(3):
                d, a = s.recvfrom(9000); print(len(d), d[:1].decode(), a[0])
            """, "\(try #require(try socket.localAddress.port))")
        var batch = try DatagramBatch(capacity: 4, datagramSize: 65_535)
        var pieces = 0
        while pieces < 3 {
            try socket.receiveBatch(into: &batch)
            batch.forEachDatagram { _, _ in pieces += 1 }
            let before = batch.segmentSize(at: 0)
            batch.prepareReplies()
            let after = batch.segmentSize(at: 0)
            #expect(before == after)
            try socket.sendBatch(&batch)
        }
        #expect(try python.finish() == ["100 a 127.8.7.6", "100 b 127.8.7.6", "50 c 127.8.7.6"])
    }

    @Test("What could not be sent is told with its address, and how many went before") func partial() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try Socket(.ipv4, .datagram)
        var batch = try DatagramBatch(capacity: 4, datagramSize: 8)
        let bad = SocketAddress.ipv4(.broadcast, port: 9)
        for address in [try receiver.localAddress, bad, try receiver.localAddress] {
            try batch.append([1], to: address)
        }
        do {
            try sender.sendBatch(&batch)
            Issue.record("a broadcast was sent without leave")
        } catch {
            #expect(error.code == .permissionDenied && error.address == bad)
            let sent = batch.sentCount
            #expect(sent == 1)
        }
    }

    @Test("Waiting for a batch ends with the time, and when the socket is closed") func waiting() throws {
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .milliseconds(20)
        var batch = try DatagramBatch(capacity: 4, datagramSize: 8)
        do {
            try socket.receiveBatch(into: &batch)
            Issue.record("something came")
        } catch { #expect(error.code == .timedOut) }
        socket.timeout = nil
        let state = ThreadState()
        let sleeper = Background { () -> SocketError.Code? in
            state.enter()
            var batch = try DatagramBatch(capacity: 4, datagramSize: 8)
            do throws(SocketError) { try socket.receiveBatch(into: &batch) } catch { return error.code }
            return nil
        }
        #expect(state.waitUntilAsleep())
        socket.close()
        #expect(try sleeper.join() == .closed)
    }

    @Test("Descriptors in a batch are owned, and close when it is emptied") func descriptors() throws {
        let (first, second) = try Socket.pair(.unix, .datagram)
        first.timeout = .seconds(10)
        let (kept, end) = try Socket.pair()
        kept.timeout = .seconds(10)
        try second.send(sockets: [end])
        try second.send(sockets: [end])
        end.close()
        var batch = try DatagramBatch(capacity: 4, datagramSize: 8, controlCapacity: 256)
        #expect(try first.receiveBatch(into: &batch) == 2)
        let descriptors = batch.control(at: 0).flatMap { message -> [OwnedDescriptor] in
            if case .descriptors(let descriptors) = message { descriptors } else { [] }
        }
        #expect(descriptors.count == 1)
        descriptors.first?.close()
        // Nobody asked for the second one.
        batch.removeAll()
        #expect(try kept.receive(upTo: 1) == nil)
    }

    @Test("Descriptors that nobody asked for close with their batch, and when it is filled again")
    func droppedDescriptors() throws {
        let (first, second) = try Socket.pair(.unix, .datagram)
        first.timeout = .seconds(10)
        func send() throws -> Socket {
            let (kept, end) = try Socket.pair()
            kept.timeout = .seconds(10)
            try second.send(sockets: [end])
            end.close()
            return kept
        }
        let (one, two, three) = (try send(), try send(), try send())
        do {
            var batch = try DatagramBatch(capacity: 1, datagramSize: 8, controlCapacity: 256)
            try first.receiveBatch(into: &batch)
            #expect(throws: SocketError.self) {
                one.timeout = .milliseconds(20)
                _ = try one.receive(upTo: 1)
            }
            try first.receiveBatch(into: &batch)
            one.timeout = .seconds(10)
            #expect(try one.receive(upTo: 1) == nil)
        }
        #expect(try two.receive(upTo: 1) == nil)
        // Nor does one stay that there was no room for.
        var narrow = try DatagramBatch(capacity: 1, datagramSize: 8, controlCapacity: 0)
        try first.receiveBatch(into: &narrow)
        #expect(narrow.flags(at: 0).contains(.controlTruncated))
        #expect(try three.receive(upTo: 1) == nil)
    }

    @Test("Segments: cut by the kernel, put together by the kernel, split again here") func segments() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        try receiver.set(.receiveOffload, true)
        let sender = try Socket(.ipv4, .datagram)
        try sender.connect(to: receiver.localAddress)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 1_000) }
        try sender.send(bytes.span, segmentSize: 1_000)
        var batch = try DatagramBatch(capacity: 8, datagramSize: 65_535)
        var sizes: [Int] = []
        var all: [UInt8] = []
        var calls = 0
        while all.count < bytes.count {
            try receiver.receiveBatch(into: &batch)
            calls += 1
            batch.forEachDatagram { _, datagram in
                sizes.append(datagram.count)
                for index in datagram.indices { all.append(datagram[index]) }
            }
        }
        #expect(all == bytes && sizes == Array(repeating: 1_000, count: 100))
        #expect(calls < 10)
        // Also within a batch.
        var out = try DatagramBatch(capacity: 2, datagramSize: 3_000)
        try out.append([UInt8](repeating: 3, count: 2_500), segmentSize: 1_000)
        try out.append([UInt8](repeating: 4, count: 10))
        try sender.sendBatch(&out)
        var lengths: [Int] = []
        while lengths.count < 4 {
            try receiver.receiveBatch(into: &batch)
            batch.forEachDatagram { _, datagram in lengths.append(datagram.count) }
        }
        #expect(lengths == [1_000, 1_000, 500, 10])
        for size in [0, -1, 70_000] {
            do {
                try sender.send(bytes.span, segmentSize: size)
                Issue.record("a segment of \(size) bytes")
            } catch { #expect(error.code == .invalidArgument) }
        }
    }

    @Test("Python hears single datagrams of a batch and of segments") func toPython() throws {
        let python = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20); s.bind(("127.0.0.1", 0))
            print(s.getsockname()[1])
            print(*[len(s.recv(9000)) for i in range(8)])
            """)
        let port = Sockets.Port(rawValue: try #require(UInt16(try python.line())))
        let sender = try Socket(.ipv4, .datagram)
        var batch = try DatagramBatch(capacity: 5, datagramSize: 100)
        for count in 1...5 { try batch.append([UInt8](repeating: 0, count: count), to: .loopback(port: port)) }
        try sender.sendBatch(&batch)
        try sender.send([UInt8](repeating: 0, count: 250).span, segmentSize: 100, to: .loopback(port: port))
        #expect(try python.finish() == ["1 2 3 4 5 100 100 50"])
    }
}
