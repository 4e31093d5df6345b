import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

@Suite struct ControlMessageTests {
    /// Turns an integer option on by the descriptor.
    private func set(_ socket: Socket, _ level: CInt, _ name: CInt, _ value: CInt = 1) {
        #expect(Syscalls.setOption(socket.descriptor.number, level, name, to: value) == 0)
    }

    /// Close-on-exec as the kernel tells it.
    private func closesOnExec(_ number: CInt) throws -> Bool {
        let info = try String(contentsOfFile: "/proc/self/fdinfo/\(number)", encoding: .utf8)
        let flags = try #require(info.split(separator: "\n").first { $0.hasPrefix("flags:") })
        let value = try #require(Int(flags.dropFirst(6).trimmingCharacters(in: .whitespaces), radix: 8))
        return value & 0o2000000 != 0
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SocketType.stream, .datagram, .sequencedPacket])
    func `descriptors and credentials come from python and are closed on exec`(type: SocketType) throws {
        let (here, there) = try Socket.pair(.unix, type)
        here.timeout = .seconds(20)
        set(here, SOL_SOCKET, SO_PASSCRED)
        let folder = try TemporaryFolder()
        // The child gets the pair's other end as a message, too.
        let listener = try Socket.listening(on: .unix(path: FilePath(folder.file("pass"))))
        listener.timeout = .seconds(20)
        let python = try Program.python(
            """
            import array, os, socket, struct, sys, tempfile
            c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1])
            _, fds, _, _ = socket.recv_fds(c, 1, 1)
            s = socket.socket(fileno=fds[0])
            f = tempfile.TemporaryFile(); f.write(b"contents"); f.flush()
            g = tempfile.TemporaryFile(); g.write(b"others"); g.flush()
            s.sendmsg([b"mes", b"sage"], [
                (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [f.fileno(), g.fileno()])),
                (socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("iII", os.getpid(), os.getuid(), os.getgid()))])
            print(os.getpid())
            """, folder.file("pass"))
        let channel = try listener.accept().socket
        try channel.send(sockets: [there])
        let message = try #require(try here.receiveMessage(upTo: 100))
        let process = try #require(Int32(try python.line()))
        #expect(message.bytes == Array("message".utf8))
        #expect(
            message.credentials
                == Credentials(processIdentifier: process, userIdentifier: getuid(), groupIdentifier: getgid()))
        #expect(message.descriptors.count == 2)
        #expect(!message.isTruncated && !message.isControlTruncated)
        var texts: [String] = []
        for descriptor in message.descriptors {
            try descriptor.withUnsafeFileDescriptor { file in
                #expect(try closesOnExec(file.rawValue))
                var bytes = [UInt8](repeating: 0, count: 20)
                let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
                texts.append(String(decoding: bytes[..<count], as: UTF8.self))
            }
        }
        #expect(texts == ["contents", "others"])
        #expect(try python.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `descriptors and credentials go to python`() throws {
        let folder = try TemporaryFolder()
        let listener = try Socket.listening(on: .unix(path: FilePath(folder.file("s"))))
        listener.timeout = .seconds(20)
        let python = try Program.python(
            """
            import array, os, socket, struct, sys
            c = socket.socket(socket.AF_UNIX)
            c.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            c.connect(sys.argv[1])
            data, anc, flags, _ = c.recvmsg(100, socket.CMSG_SPACE(12) + socket.CMSG_SPACE(12))
            print(data.decode(), flags & socket.MSG_CTRUNC)
            for level, type, value in sorted(anc):
                if type == socket.SCM_RIGHTS:
                    fds = array.array("i"); fds.frombytes(value)
                    print("fds", len(fds), os.pread(fds[0], 100, 0).decode(), os.pread(fds[1], 100, 2).decode())
                else:
                    print("creds", *struct.unpack("iII", value))
            """, folder.file("s"))
        try "file text".write(toFile: folder.file("f"), atomically: false, encoding: .utf8)
        let file = try FileDescriptor.open(FilePath(folder.file("f")), .readOnly)
        defer { try? file.close() }
        let peer = try listener.accept().socket
        let credentials = Credentials(processIdentifier: getpid(), userIdentifier: getuid(), groupIdentifier: getgid())
        let owned = try OwnedDescriptor(duplicating: file)
        let sent = try peer.sendMessage(
            gathering: [Array("he".utf8), [], Array("llo".utf8)],
            control: [.credentials(credentials), .descriptors([owned, owned])])
        #expect(sent == 5)
        #expect(
            try python.finish() == [
                "hello 0", "fds 2 file text le text", "creds \(getpid()) \(getuid()) \(getgid())",
            ])
        #expect(!owned.isClosed)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `packet facts come with python's datagrams`(ipv6: Bool) throws {
        let receiver = try Socket.bound(to: ipv6 ? .anyIPv6(port: 0) : .any(port: 0))
        receiver.timeout = .seconds(20)
        if ipv6 {
            for name in [IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS] {
                set(receiver, CInt(IPPROTO_IPV6), name)
            }
        } else {
            for name in [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS] { set(receiver, CInt(IPPROTO_IP), name) }
        }
        set(receiver, SOL_SOCKET, SO_TIMESTAMPNS)
        let port = try #require(try receiver.localAddress.port)
        let before = Duration.seconds(Date().timeIntervalSince1970)
        let python = try Program.python(
            """
            import socket, sys
            six = sys.argv[2] == "6"
            s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
            if six:
                s.setsockopt(41, socket.IPV6_UNICAST_HOPS, 77); s.setsockopt(41, socket.IPV6_TCLASS, 0xB9)
            else:
                s.setsockopt(0, socket.IP_TTL, 77); s.setsockopt(0, socket.IP_TOS, 0xB8 | 2)
            s.bind(("::1" if six else "127.0.0.2", 0))
            s.sendto(b"datagram", ("::1" if six else "127.0.0.3", int(sys.argv[1])))
            print(s.getsockname()[1], socket.if_nametoindex("lo"))
            """, "\(port)", ipv6 ? "6" : "4")
        let message = try #require(try receiver.receiveMessage(upTo: 100))
        let line = try python.line().split(separator: " ").compactMap { UInt32($0) }
        let source: IPAddress = ipv6 ? .v6(.loopback) : .v4(IPv4Address(127, 0, 0, 2))
        let destination: IPAddress = ipv6 ? .v6(.loopback) : .v4(IPv4Address(127, 0, 0, 3))
        #expect(message.bytes == Array("datagram".utf8))
        #expect(message.address == .ip(source, port: Port(rawValue: UInt16(line[0]))))
        let info = try #require(message.details.packetInfo)
        #expect(info.destination == destination)
        #expect(info.local == destination)
        #expect(info.interfaceIndex == Int(line[1]))
        #expect(message.control.contains(.timeToLive(77)))
        let trafficClass = TrafficClass(rawValue: ipv6 ? 0xB9 : 0xBA)
        #expect(message.control.contains(.trafficClass(trafficClass)))
        #expect(trafficClass.codePoint == TrafficClass.expedited.codePoint)
        #expect(trafficClass.congestion == (ipv6 ? .capable1 : .capable0))
        let stamp = try #require(message.details.timestamp)
        let after = Duration.seconds(Date().timeIntervalSince1970)
        #expect(stamp.sinceEpoch >= before - .seconds(1) && stamp.sinceEpoch <= after + .seconds(1))
        #expect(try python.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `an answer comes from the address that was reached`() throws {
        let receiver = try Socket.bound(to: .any(port: 0))
        receiver.timeout = .seconds(20)
        try receiver.set(.ipv4ReceivePacketInfo, true)
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
            for host in "127.8.7.6", "127.1.2.3":
                s.sendto(b"who?", (host, int(sys.argv[1]))); print(s.recvfrom(100)[1][0])
            """, "\(try #require(try receiver.localAddress.port))")
        for host in ["127.8.7.6", "127.1.2.3"] {
            let message = try #require(try receiver.receiveMessage(upTo: 100))
            let info = try #require(message.details.packetInfo)
            let reply = try #require(info.reply)
            #expect(reply.local == IPAddress(host) && reply.interfaceIndex == 0 && info.interfaceIndex != 0)
            _ = try receiver.sendMessage("me", control: [.packetInfo(reply)], to: message.address)
            #expect(try python.line() == host)
        }
        // A link's address needs its interface, and a group is nobody's.
        let linkLocal = try #require(IPAddress("fe80::1"))
        #expect(PacketInfo(destination: linkLocal, local: linkLocal, interfaceIndex: 7).reply?.interfaceIndex == 7)
        #expect(PacketInfo(destination: IPAddress("ff02::1"), local: nil, interfaceIndex: 7).reply == nil)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `packet facts go to python`(ipv6: Bool) throws {
        let python = try Program.python(
            """
            import socket, struct, sys
            six = sys.argv[1] == "6"
            s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("::1" if six else "127.0.0.1", 0)); s.settimeout(20)
            if six:
                s.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1); s.setsockopt(41, socket.IPV6_RECVTCLASS, 1)
            else:
                s.setsockopt(0, 12, 1); s.setsockopt(0, socket.IP_RECVTOS, 1)
            print(s.getsockname()[1])
            data, anc, flags, a = s.recvmsg(100, 500)
            print(data.decode(), a[0], *sorted(int.from_bytes(v, "little") for _, _, v in anc))
            """, ipv6 ? "6" : "4")
        let port = Port(rawValue: try #require(UInt16(try python.line())))
        let sender = try Socket(ipv6 ? .ipv6 : .ipv4, .datagram)
        let source: IPAddress = ipv6 ? .v6(.loopback) : .v4(IPv4Address(127, 9, 8, 7))
        let sent = try sender.sendMessage(
            "x",
            control: [
                .packetInfo(PacketInfo(local: source)), .timeToLive(9), .trafficClass(TrafficClass(rawValue: 0x28)),
            ],
            to: .ip(ipv6 ? .v6(.loopback) : .v4(.loopback), port: port))
        #expect(sent == 1)
        #expect(try python.finish() == ["x \(source) 9 40"])
    }

    @Test(.timeLimit(.minutes(5))) func `microsecond and packet timestamps are read`() throws {
        for name in [SO_TIMESTAMP, CInt(37)] {
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(20)
            // 24: by software, and report it; for SO_TIMESTAMP any value means on.
            set(receiver, SOL_SOCKET, name, name == SO_TIMESTAMP ? 1 : 24)
            let sender = try Socket.bound(to: .loopback(port: 0))
            // The kernel begins to stamp a while after the first socket asks for it.
            var found: Timestamp?
            let limit = ContinuousClock.now + .seconds(20)
            while found == nil, .now < limit {
                try sender.send("x", to: receiver.localAddress)
                found = try receiver.receiveMessage(upTo: 10)?.details.timestamp
                if found == nil { usleep(1_000) }
            }
            let stamp = try #require(found)
            let now = Duration.seconds(Date().timeIntervalSince1970)
            #expect(!stamp.isHardware && abs((now - stamp.sinceEpoch).components.seconds) < 60)
        }
    }

    @Test func `malformed messages stay as they are`() {
        let kinds: [(CInt, CInt)] = [
            (SOL_SOCKET, CInt(2)), (SOL_SOCKET, 29), (SOL_SOCKET, 35), (SOL_SOCKET, 37), (0, IP_PKTINFO), (0, IP_TTL),
            (0, IP_TOS), (41, IPV6_PKTINFO), (41, IPV6_HOPLIMIT), (41, IPV6_TCLASS), (7, 7), (-1, .max),
        ]
        for (level, type) in kinds {
            for count in 0..<(type == IP_TOS ? 1 : 3) {
                let bytes = [UInt8](repeating: 0xFF, count: count)
                let decoded = ControlMessage.decode(.init(level: level, type: type, bytes: bytes))
                #expect(decoded == [.other(level: level, type: type, bytes: bytes)])
            }
            for count in 3..<64 {
                // Extreme numbers in every field.
                for byte: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
                    _ = ControlMessage.decode(
                        .init(level: level, type: type, bytes: [UInt8](repeating: byte, count: count)))
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `surplus and ignored descriptors do not leak`() throws {
        let (first, second) = try Socket.pair(.unix, .datagram)
        first.timeout = .seconds(10)
        let (kept, end) = try Socket.pair()
        kept.timeout = .seconds(10)
        let descriptors = try (0..<10).map { _ in try OwnedDescriptor(duplicating: end) }
        // With room for three: the kernel passes on three, and says that there were more.
        try second.send(descriptors: descriptors, with: [])
        let few = try #require(try first.receiveMessage(upTo: 10, controlCapacity: 16 + 3 * 4))
        #expect(few.descriptors.count == 3 && few.isControlTruncated && few.bytes == [])
        // With no room at all, and in a call that knows of none.
        try second.send(descriptors: descriptors, with: [1, 2, 3])
        let none = try #require(try first.receiveMessage(upTo: 2, controlCapacity: 0))
        #expect(none.descriptors.isEmpty && none.isControlTruncated && none.isTruncated && none.bytes == [1, 2])
        try second.send(descriptors: descriptors)
        #expect(try first.receive(upTo: 10) == [0])
        // By the convenience with a limit.
        try second.send(descriptors: descriptors)
        var limited = try first.receiveDescriptors(maximum: 4)
        #expect(limited?.descriptors.count == 4 && limited?.isControlTruncated == true)
        limited = nil
        // Ignored as a whole.
        try second.send(descriptors: descriptors)
        _ = try first.receiveMessage(upTo: 10)
        // When all are closed, and only then, the other end of the pair sees the end.
        try kept.sendAll("x")
        for descriptor in few.descriptors { descriptor.close() }
        for descriptor in descriptors { descriptor.close() }
        end.close()
        let result = Result { try kept.receive(upTo: 10) }
        switch result {
        case .success(let bytes): #expect(bytes == nil)
        // The byte that nobody read makes the kernel say so.
        case .failure(let error): #expect((error as? SocketError)?.code == .connectionReset)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `the end and empty messages are told apart`() throws {
        let (first, second) = try Socket.pair(.unix, .sequencedPacket)
        first.timeout = .seconds(10)
        try second.send(sockets: [second], with: [])
        let message = try #require(try first.receiveMessage(upTo: 10))
        #expect(message.bytes.isEmpty && message.descriptors.count == 1)
        let copy = try message.descriptors[0].socket()
        try copy.sendAll("by the copy")
        #expect(try first.receive(upTo: 100) == Array("by the copy".utf8))
        copy.close()
        second.close()
        #expect(try first.receiveMessage(upTo: 10) == nil)
        let (datagrams, sender) = try Socket.pair(.unix, .datagram)
        datagrams.timeout = .seconds(10)
        #expect(try sender.send([UInt8]()) == 0)
        #expect(try datagrams.receiveMessage(upTo: 10)?.bytes == [])
    }

    @Test(.timeLimit(.minutes(5))) func `a passed connection outlives its closing here`() throws {
        let (channel, remote) = try Socket.pair()
        let (near, far) = try Socket.pair()
        far.timeout = .seconds(10)
        let sleeper = Background { try near.receive(upTo: 10) }
        try channel.send(sockets: [near])
        near.close()
        _ = try? sleeper.join()
        remote.timeout = .seconds(10)
        let received = try #require(try remote.receiveDescriptors(upTo: 1)).descriptors
        let passed = try #require(received.first).socket()
        #expect(received.first?.isClosed == true)
        #expect(received.first?.take() == nil)
        // Whoever slept in the kernel while the socket was passed ends with the connection's shutdown; a socket that
        // nobody slept in goes on.
        let (quiet, other) = try Socket.pair()
        other.timeout = .seconds(10)
        try channel.send(sockets: [quiet])
        quiet.close()
        let again = try #require(try remote.receiveDescriptors(upTo: 1)?.descriptors.first).socket()
        try again.sendAll("alive")
        #expect(try other.receive(upTo: 10) == Array("alive".utf8))
        passed.close()
    }

    @Test func `what cannot be sent is refused with a reason`() throws {
        let (first, _) = try Socket.pair()
        func code(_ body: () throws -> Void) -> SocketError.Code? {
            do { try body() } catch { return (error as? SocketError)?.code }
            return nil
        }
        let owned = try OwnedDescriptor(duplicating: first)
        #expect(code { _ = try first.sendMessage("", control: [.descriptors([owned])]) } == .invalidArgument)
        #expect(
            code { _ = try first.sendMessage("x", control: [.descriptors(Array(repeating: owned, count: 254))]) }
                == .invalidArgument)
        #expect(
            code { _ = try first.sendMessage("x", control: [.timestamp(Timestamp(sinceEpoch: .zero))]) }
                == .invalidArgument)
        #expect(
            code {
                _ = try first.sendMessage(
                    "x", control: [.other(level: 1, type: 99, bytes: [UInt8](repeating: 0, count: 100_000))])
            } == .invalidArgument)
        owned.close()
        #expect(code { _ = try first.sendMessage("x", control: [.descriptors([owned])]) } == .invalidArgument)
        #expect(code { _ = try first.receiveMessage(upTo: -1) } == .invalidArgument)
        #expect(code { _ = try first.receiveMessage(upTo: 1, controlCapacity: -1) } == .invalidArgument)
        #expect(code { _ = try first.receiveDescriptors(maximum: -1) } == .invalidArgument)
        first.close()
        #expect(code { _ = try first.receiveMessage(upTo: 1) } == .closed)
        #expect(code { _ = try first.sendMessage("x") } == .closed)
        #expect(code { _ = try OwnedDescriptor(duplicating: FileDescriptor(rawValue: -1)) } == .system)
    }

    @Test func `a descriptor that is no socket stays its holder's`() throws {
        let owned = try OwnedDescriptor(owning: FileDescriptor.open("/dev/null", .readOnly))
        do {
            _ = try owned.socket()
            Issue.record("a file became a socket")
        } catch { #expect(error.code == .notSocket) }
        let file = try #require(owned.take())
        try file.close()
        #expect(owned.take() == nil && owned.isClosed)
    }

    @Test(.timeLimit(.minutes(5))) func `the error queue tells that a port is closed`() throws {
        let socket = try Socket(.ipv4, .datagram)
        socket.timeout = .seconds(10)
        set(socket, CInt(IPPROTO_IP), IP_RECVERR)
        let deaf = try Socket.refusing(.datagram)
        let address = try deaf.localAddress
        try socket.send("lost", to: address)
        let message = try #require(try socket.receiveMessage(upTo: 100, flags: .errorQueue))
        #expect(message.bytes == Array("lost".utf8) && message.flags.contains(.errorQueue))
        #expect(message.address == address)
        socket.timeout = .milliseconds(20)
        do {
            _ = try socket.receiveMessage(upTo: 100, flags: .errorQueue)
            Issue.record("the queue was not empty")
        } catch { #expect(error.code == .timedOut) }
    }
}
