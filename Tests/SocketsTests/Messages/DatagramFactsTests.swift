import CTestSupport
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

/// What the kernel tells about single datagrams, against Python and the kernel.
@Suite("Facts of datagrams", Requirement.programs("python3")) struct DatagramFactsTests {
    @Test("The error queue tells which ICMP came, from whom, and for which datagram", arguments: [false, true])
    func portUnreachable(ipv6: Bool) throws {
        let socket = try Socket(ipv6 ? .ipv6 : .ipv4, .datagram)
        socket.timeout = .seconds(10)
        try socket.set(ipv6 ? .ipv6ReceiveErrors : .ipv4ReceiveErrors, true)
        let loopback: IPAddress = ipv6 ? .v6(.loopback) : .v4(.loopback)
        let deaf = try Socket.refusing(.datagram, at: .ip(loopback, port: 0))
        let address = try deaf.localAddress
        // Asking does not wait.
        #expect(try socket.queuedError() == nil)
        try socket.send("lost", to: address)
        let message = try socket.receiveError(upTo: 100)
        let error = try #require(message.details.extendedError)
        #expect(error.errno == .connectionRefused)
        #expect(error.origin == (ipv6 ? .icmpv6 : .icmp))
        #expect(error.type == (ipv6 ? 1 : 3) && error.code == (ipv6 ? 4 : 3))
        #expect(error.offender?.ipAddress == loopback)
        #expect(error.description.hasPrefix("port unreachable"))
        #expect(message.address == address && message.bytes == Array("lost".utf8))
        #expect(error.mtu == nil && error.completedSends == nil)
        #expect(try socket.queuedError() == nil)
        // The kernel takes note of it before the call returns: on the loopback everything happens at once.
        try socket.send("lost too", to: address)
        #expect(try socket.queuedError()?.bytes == Array("lost too".utf8))
    }

    @Test("A zone that the kernel would not look at is an error, not another interface") func zonesOfGroups() throws {
        let socket = try Socket(.ipv6, .datagram)
        for text in ["[ff15::1%lo]:9", "[ff05::2%1]:9"] {
            let address = try #require(SocketAddress(text))
            let sends: [() throws -> Void] = [
                { try socket.send("x", to: address) }, { try socket.connect(to: address) },
            ]
            for send in sends {
                #expect {
                    try send()
                } throws: { error in
                    let error = error as? SocketError
                    return error?.code == .invalidAddress && error?.hint?.contains(".ipv6MulticastInterface") == true
                }
            }
        }
        // That of a link's group is looked at.
        let address = try #require(SocketAddress("[ff02::1%lo]:9"))
        do throws(SocketError) { try socket.send("x", to: address) } catch { #expect(error.code != .invalidAddress) }
    }

    @Test("What waits in the error queue neither shortens a wait nor makes it busy") func quietWaits() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        let socket = try Socket(.ipv4, .datagram)
        try socket.set(.timestamping, [.sendSoftware, .software, .identifier, .withoutPacket])
        try socket.send("one", to: receiver.localAddress)
        socket.timeout = .milliseconds(400)
        func processorTime() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let (begin, used) = (ContinuousClock.now, processorTime())
        do throws(SocketError) {
            _ = try socket.receiveFrom(upTo: 9)
            Issue.record("something came")
        } catch { #expect(error.code == .timedOut) }
        #expect(ContinuousClock.now - begin >= .milliseconds(400))
        #expect(processorTime() - used < 0.2)
        // What comes meanwhile is heard, and the message is still there.
        socket.timeout = .seconds(10)
        let address = try socket.localAddress
        let sender = Background { try receiver.send("two", to: .loopback(port: address.port ?? .any)) }
        #expect(try socket.receive(upTo: 9) == Array("two".utf8))
        _ = try sender.join()
        #expect(try socket.receiveError(upTo: 0).details.transmitTimestamp != nil)
    }

    @Test("Without room nothing is received") func noRoom() throws {
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .seconds(10)
        var none: [UInt8] = []
        #expect(try socket.receive(into: &none) == 0)
        try socket.send("still there", to: socket.localAddress)
        #expect(try socket.receive(into: &none) == 0)
        #expect(try socket.receive(upTo: 0) == [])
        var pieces: [[UInt8]] = [[], []]
        #expect(try socket.receive(scattering: &pieces) == 0)
        // The length can be asked for.
        #expect(try socket.receive(into: &none, flags: [.truncate, .peek]) == 11)
        #expect(try socket.receive(upTo: 20) == Array("still there".utf8))
    }

    @Test("A connected socket hears of the same as an error of the next call") func connectedError() throws {
        let socket = try Socket(.ipv4, .datagram)
        socket.timeout = .seconds(10)
        let deaf = try Socket.refusing(.datagram)
        try socket.connect(to: deaf.localAddress)
        _ = try socket.send("lost")
        do {
            _ = try socket.receive(upTo: 10)
            Issue.record("something came from nobody")
        } catch { #expect(error.code == .connectionRefused) }
    }

    @Test("Path MTU: what is too long is told with the largest size", Requirement.root, arguments: [false, true])
    func pathMTU(ipv6: Bool) throws {
        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo mtu 1400 up")
            let any: SocketAddress = ipv6 ? .loopbackIPv6(port: 0) : .loopback(port: 0)
            let receiver = try Socket.bound(to: any)
            receiver.timeout = .seconds(10)
            let socket = try Socket(ipv6 ? .ipv6 : .ipv4, .datagram)
            socket.timeout = .seconds(10)
            try socket.set(ipv6 ? .ipv6ReceiveErrors : .ipv4ReceiveErrors, true)
            try socket.set(ipv6 ? .ipv6MTUDiscovery : .ipv4MTUDiscovery, .always)
            try socket.connect(to: receiver.localAddress)
            do throws(SocketError) {
                _ = try socket.send([UInt8](repeating: 1, count: 2_000))
                Issue.record("2,000 bytes went through 1,400")
            } catch { #expect(error.code == .messageTooLong) }
            let message = try socket.receiveError(upTo: 100)
            let error = try #require(message.details.extendedError)
            #expect(error.mtu == 1_400 && error.origin == .local && error.errno == .messageTooLong)
            #expect(try ipv6 ? socket.get(.ipv6MTU) == 1_400 : socket.get(.ipv4MTU) == 1_400)
            // In fragments it goes, and the receiver hears how large they were.
            try receiver.set(ipv6 ? .ipv6ReceiveFragmentSize : .ipv4ReceiveFragmentSize, true)
            try socket.set(ipv6 ? .ipv6MTUDiscovery : .ipv4MTUDiscovery, .never)
            _ = try socket.send([UInt8](repeating: 1, count: 2_000))
            let whole = try #require(try receiver.receiveMessage(upTo: 3_000))
            #expect(whole.bytes.count == 2_000)
            let size = whole.control.compactMap { if case .fragmentSize(let size) = $0 { size } else { nil } }.first
            #expect((size ?? 0) > 1_200 && (size ?? 9_999) <= 1_400)
        }
    }

    @Test("Timestamps of what was sent come by stage and number") func transmitTimestamps() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        let socket = try Socket(.ipv4, .datagram)
        socket.timeout = .seconds(10)
        try socket.set(
            .timestamping, [.sendSoftware, .sendScheduled, .software, .identifier, .withoutPacket])
        let before = Duration.seconds(Date().timeIntervalSince1970)
        for text in ["one", "two"] { try socket.send(text, to: receiver.localAddress) }
        var stamps: [TransmitTimestamp] = []
        while stamps.count < 4 {
            let message = try socket.receiveError(upTo: 0)
            stamps.append(try #require(message.details.transmitTimestamp))
        }
        for number: UInt32 in [0, 1] {
            let scheduled = try #require(stamps.first { $0.identifier == number && $0.stage == .scheduled })
            let sent = try #require(stamps.first { $0.identifier == number && $0.stage == .sent })
            #expect(scheduled.timestamp <= sent.timestamp && !sent.timestamp.isHardware)
            #expect(abs((sent.timestamp.sinceEpoch - before).components.seconds) < 60)
        }
    }

    @Test("Packets that were lost for want of room are counted") func drops() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        try receiver.set(.receiveBufferSize, 1)
        try receiver.set(.receiveQueueOverflow, true)
        let port = try #require(try receiver.localAddress.port)
        _ = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for i in range(200): s.sendto(b"x" * 500, ("127.0.0.1", int(sys.argv[1])))
            """, "\(port)"
        ).finish()
        // The count travels with what comes after the loss.
        receiver.timeout = .zero
        var received = 0
        while (try? receiver.receiveMessage(upTo: 1_000)) != nil { received += 1 }
        receiver.timeout = .seconds(10)
        let sender = try Socket(.ipv4, .datagram)
        try sender.send("after", to: receiver.localAddress)
        let message = try #require(try receiver.receiveMessage(upTo: 1_000))
        #expect(message.details.dropCount == UInt32(200 - received))
        #expect(received < 200)
    }

    @Test("Where a datagram was to go comes with it", Requirement.ipv6, arguments: [false, true])
    func originalDestination(ipv6: Bool) throws {
        let receiver = try Socket.bound(to: ipv6 ? .anyIPv6(port: 0) : .any(port: 0))
        receiver.timeout = .seconds(10)
        try receiver.set(ipv6 ? .ipv6ReceiveOriginalDestination : .ipv4ReceiveOriginalDestination, true)
        let port = try #require(try receiver.localAddress.port)
        let destination: SocketAddress =
            ipv6 ? .loopbackIPv6(port: port) : .ipv4(IPv4Address(127, 4, 5, 6), port: port)
        let sender = try Socket(ipv6 ? .ipv6 : .ipv4, .datagram)
        try sender.send("x", to: destination)
        #expect(try receiver.receiveMessage(upTo: 10)?.details.originalDestination == destination)
    }

    @Test("Python hears the datagrams that the kernel has cut, and we those that it has put together")
    func segments() throws {
        let python = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
            s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
            sizes, sender = [], None
            for i in range(3):
                d, sender = s.recvfrom(9000); sizes.append(len(d))
            print(*sizes)
            s.setsockopt(17, 103, 700)
            s.sendto(b"y" * 1500, sender)
            """)
        let port = Sockets.Port(rawValue: try #require(UInt16(try python.line())))
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .seconds(10)
        try socket.set(.receiveOffload, true)
        let bytes = [UInt8](repeating: 7, count: 2_500)
        #expect(try socket.sendMessage(bytes, control: [.segmentSize(1_000)], to: .loopback(port: port)) == 2_500)
        #expect(try python.line() == "1000 1000 500")
        let message = try #require(try socket.receiveMessage(upTo: 9_000))
        #expect(message.bytes.count == 1_500 && message.details.segmentSize == 700)
        #expect(try python.wait() == 0)
        do {
            _ = try socket.sendMessage(bytes, control: [.segmentSize(70_000)], to: .loopback(port: port))
            Issue.record("a segment of 70,000 bytes")
        } catch { #expect(error.code == .invalidArgument) }
    }

    @Test("Marks and priorities are sent with single datagrams, and heard", Requirement.root) func marks() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        try receiver.set(.receiveMark, true)
        let sender = try Socket(.ipv4, .datagram)
        let address = try receiver.localAddress
        #expect(try sender.sendMessage("x", control: [.mark(77)], to: address) == 1)
        #expect(try receiver.receiveMessage(upTo: 10)?.control.contains(.mark(77)) == true)
        try receiver.set(.receivePriority, true)
        #expect(try sender.sendMessage("y", control: [.priority(4)], to: address) == 1)
        #expect(try receiver.receiveMessage(upTo: 10)?.control.contains(.priority(4)) == true)
        // The next one has that of its socket again.
        try sender.set(.priority, 3)
        #expect(try sender.sendMessage("z", control: [.mark(78)], to: address) == 1)
        let last = try #require(try receiver.receiveMessage(upTo: 10))
        #expect(last.control.contains(.priority(3)) && last.control.contains(.mark(78)))
    }

    @Test("A time to leave stands on the packet, where the socket was told the clock", Requirement.root)
    func transmitTime() throws {
        try Namespace.run([.network]) {
            try Namespace.shell("ip link set lo up")
            // Of the queues that keep such times the kernel need not have one; a program of the kernel's can read them.
            let marks = FileDescriptor(rawValue: kernel_marks_by_time(1))
            try #require(marks.rawValue >= 0, "bpf: errno \(-marks.rawValue)")
            defer { try? marks.close() }
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(10)
            try receiver.set(.receiveMark, true)
            let sender = try Socket(.ipv4, .datagram)
            let address = try receiver.localAddress
            do throws(SocketError) {
                _ = try sender.sendMessage("x", control: [.transmitTime(.seconds(1))], to: address)
                Issue.record("no clock was set")
            } catch { #expect(error.code == .invalidArgument) }
            try sender.set(.transmitTime, TransmitTime(clock: .monotonic))
            for seconds in [1_234, 5_678] {
                let time = Duration.seconds(seconds) + .milliseconds(999)
                #expect(try sender.sendMessage("now", control: [.transmitTime(time)], to: address) == 3)
                let message = try #require(try receiver.receiveMessage(upTo: 10))
                #expect(message.bytes == Array("now".utf8) && message.control.contains(.mark(UInt32(seconds))))
            }
        }
    }

    @Test("The sender's process comes as a descriptor of it") func processDescriptor() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("s")
        let receiver = try Socket.bound(to: .unix(path: path))
        receiver.timeout = .seconds(20)
        try receiver.set(.passProcessDescriptor, true)
        let python = try Program.python(
            """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.sendto(b"it is me", sys.argv[1]); print(os.getpid()); sys.stdin.read()
            """, path)
        let message = try #require(try receiver.receiveMessage(upTo: 100))
        let descriptor = try #require(message.details.processDescriptor)
        let number = descriptor.withUnsafeFileDescriptor { $0.rawValue }
        let info = try String(contentsOfFile: "/proc/self/fdinfo/\(try #require(number))", encoding: .utf8)
        let pid = try python.line()
        #expect(info.contains("Pid:\t\(pid)\n"))
        try python.endInput()
        #expect(try python.wait() == 0)
    }

    @Test("What the kernel alone makes cannot be sent") func receiveOnly() throws {
        let socket = try Socket(.ipv4, .datagram)
        for message: ControlMessage in [
            .dropCount(1), .originalDestination(.loopback(port: 1)), .fragmentSize(1),
            .stampedPacket(interfaceIndex: 1, length: 1), .transmitTime(.seconds(-1)),
        ] {
            do {
                _ = try socket.sendMessage("x", control: [message], to: .loopback(port: 9))
                Issue.record("\(message) was sent")
            } catch { #expect(error.code == .invalidArgument) }
        }
    }

    @Test("Errors of any bytes are read without a trap") func hostileErrors() {
        for count in 0..<200 {
            for byte: UInt8 in [0, 1, 2, 10, 0x7F, 0x80, 0xFF] {
                let bytes = [UInt8](repeating: byte, count: count)
                let error = ExtendedError(bytes: bytes)
                #expect((error == nil) == (count < 16))
                _ = "\(error.map(\.description) ?? "") \(error?.mtu ?? 0) \(String(describing: error?.completedSends))"
                for (level, type) in [(0, 11), (41, 25), (0, 20), (41, 74), (17, 103), (17, 104), (1, 40), (1, 58)] {
                    _ = ControlMessage.decode(.init(level: CInt(level), type: CInt(type), bytes: bytes))
                }
            }
        }
    }
}
