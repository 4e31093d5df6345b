import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// The families that run here, against Python and the kernel; and those that do not.
@Suite("Address families") struct FamilyTests {
    @Test("The numbers are those of the C library's header", Requirement.programs("gcc")) func numbers() throws {
        let names = try Program(
            "sh",
            [
                "-c",
                "echo '#include <sys/socket.h>' | gcc -E -dM - | sed -n 's/^#define PF_\\([A-Za-z0-9]*\\)[[:space:]]*\\([0-9]*\\)$/\\1 \\2/p'",
            ]
        ).finish()
        var count = 0
        for line in names {
            let words = line.split(separator: " ")
            guard words.count == 2, words[0] != "MAX", let number = CInt(words[1]) else { continue }
            let family = AddressFamily(rawValue: number)
            #expect(!family.description.hasPrefix("family "), "\(line) has no name here")
            count += 1
        }
        #expect(count >= 44)
        let pairs: [(AddressFamily, String)] = [
            (.bluetooth, "BLUETOOTH"), (.can, "CAN"), (.tipc, "TIPC"), (.alg, "ALG"), (.qipcrtr, "QIPCRTR"),
            (.ipx, "IPX"), (.irda, "IRDA"), (.appleTalk, "APPLETALK"), (.x25, "X25"), (.ax25, "AX25"), (.rds, "RDS"),
            (.kcm, "KCM"), (.xdp, "XDP"), (.nfc, "NFC"), (.phonet, "PHONET"), (.ieee802154, "IEEE802154"),
            (.mctp, "MCTP"), (.llc, "LLC"), (.smc, "SMC"), (.key, "KEY"), (.pppox, "PPPOX"), (.decNet, "DECnet"),
        ]
        for (family, name) in pairs { #expect(names.contains("\(name) \(family.rawValue)"), "\(name)") }
    }

    @Test(
        "A family that the kernel lacks is an error that names it",
        arguments: [AddressFamily.irda, .ipx, .xns, .decNet])
    func missing(family: AddressFamily) {
        do {
            _ = try Socket(family, .datagram)
            Issue.record("\(family) is not expected to run")
        } catch {
            #expect(error.code == .addressFamilyNotSupported)
            #expect(error.description.contains(family.description), "\(error)")
        }
    }

    @Test("Netlink: the kernel gives an address, and Python sees the same", Requirement.programs("python3"))
    func netlink() throws {
        let socket = try Socket(.netlink, .raw, .netlinkRoute)
        try socket.bind(to: SocketAddress(NetlinkAddress(groups: 1)))
        let address = try #require(try socket.localAddress.as(NetlinkAddress.self))
        #expect(address.portID != 0 && address.groups == 1)
        let python = try Program.python(
            """
            import socket
            t = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
            t.bind((0, 0))
            print(*t.getsockname())
            d, a = t.recvfrom(100)
            print(d.decode(), a[0])
            t.sendto(b"answer", a)
            """)
        let name = try python.line().split(separator: " ").compactMap { UInt32($0) }
        let user = try Socket(.netlink, .raw, .netlinkUser)
        user.timeout = .seconds(10)
        try user.bind(to: SocketAddress(NetlinkAddress()))
        let own = try #require(try user.localAddress.as(NetlinkAddress.self))
        try user.send(Array("question".utf8), to: SocketAddress(NetlinkAddress(portID: name[0], groups: name[1])))
        #expect(try python.line() == "question \(own.portID)")
        let (bytes, from) = try user.receiveFrom(upTo: 100)
        #expect(String(decoding: bytes, as: UTF8.self) == "answer")
        #expect(from.as(NetlinkAddress.self)?.portID == name[0])
        #expect(try python.wait() == 0)
    }

    @Test(
        "Netlink: a sender whose receiver is full waits, though the kernel says that there is room",
        Requirement.programs("python3"))
    func fullNetlink() throws {
        let python = try Program.python(
            """
            import socket, sys
            t = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 2)
            t.bind((0, 0)); t.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            print(t.getsockname()[0]); sys.stdin.readline(); n = 0
            while t.recv(1000) != b"end": n += 1
            print(n)
            """)
        let name = SocketAddress(NetlinkAddress(portID: try #require(UInt32(try python.line())), groups: 0))
        let sender = try Socket(.netlink, .raw, .netlinkUser)
        sender.timeout = .milliseconds(300)
        // On a thread of its own: one that never ended would not take the test with it.
        let (sent, spent) = try Background { () -> (Int, Duration) in
            var sent = 0
            let start = Self.threadTime()
            do throws(SocketError) {
                while sent < 10_000 {
                    try sender.send([UInt8](repeating: 0, count: 500), to: name)
                    sent += 1
                }
                Issue.record("a queue without end")
            } catch { #expect(error.code == .timedOut) }
            return (sent, Self.threadTime() - start)
        }.join(within: 20)
        // It slept meanwhile.
        #expect(spent < .milliseconds(150))
        sender.timeout = .seconds(20)
        let state = ThreadState()
        let last = Background {
            state.enter()
            try sender.send([1], to: name)
        }
        #expect(state.waitUntilAsleep())
        try python.write("go\n")
        try last.join()
        try sender.send("end", to: name)
        #expect(try python.finish() == ["\(sent + 1)"])
    }

    /// The processor time of the calling thread.
    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test(
        "Packets: Python's frame comes with its address, and ours goes to Python",
        Requirement.root, Requirement.programs("python3", "ip"))
    func packet() throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let interface = try #require(try NetworkInterface.all().first { $0.name == "left" })
            let socket = try Socket(.packet, .raw, PacketAddress.EtherType.experimental.transportProtocol)
            socket.timeout = .seconds(20)
            try socket.bind(
                to: SocketAddress(
                    PacketAddress(interfaceIndex: interface.index, etherType: .experimental)))
            let own = try #require(try socket.localAddress.as(PacketAddress.self))
            #expect(own.interfaceIndex == interface.index && own.etherType == .experimental && own.hardwareType == 1)
            let python = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
                s.bind(("right", 0x88B5))
                mac = s.getsockname()[4]
                t = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); t.bind(("left", 0))
                peer = t.getsockname()[4]
                print(mac.hex(":"), peer.hex(":"))
                s.send(peer + mac + b"\\x88\\xb5" + b"from python".ljust(50, b"."))
                frame, a = s.recvfrom(2000)
                print(frame[14:25].decode(), hex(a[1]), a[2], a[3], a[4].hex(":"))
                """)
            let names = try python.line().split(separator: " ").map(String.init)
            let (frame, from) = try socket.receiveFrom(upTo: 2_000)
            #expect(String(decoding: frame.dropFirst(14).prefix(11), as: UTF8.self) == "from python")
            let sender = try #require(from.as(PacketAddress.self))
            #expect(sender.hardwareAddress?.description == names[0])
            #expect(sender.packetType == .host && sender.etherType == .experimental && sender.hardwareType == 1)
            // As a datagram the kernel writes the header from the address.
            let cooked = try Socket(.packet, .datagram)
            let to = PacketAddress(
                interfaceIndex: interface.index, etherType: .experimental,
                hardwareAddress: HardwareAddress(names[0]))
            try cooked.send(Array("from  swift".utf8), to: SocketAddress(to))
            #expect(try python.line() == "from  swift 0x88b5 0 1 \(names[1])")
            #expect(try python.wait() == 0)
        }
    }

    @Test(
        "Vsock: names, and a port that is in use", Requirement.kernel(.vsock, .stream), Requirement.programs("python3"))
    func vsock() throws {
        let listener = try Socket(.vsock, .stream)
        try listener.bind(to: SocketAddress(VSockAddress(.any, port: VSockAddress.anyPort)))
        try listener.listen()
        let address = try #require(try listener.localAddress.as(VSockAddress.self))
        #expect(address.contextID == .any && address.port != VSockAddress.anyPort)
        let python = try Program.python(
            """
            import errno, socket, sys
            s = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
            try: s.bind((socket.VMADDR_CID_ANY, int(sys.argv[1])))
            except OSError as e: print(errno.errorcode[e.errno])
            s.bind((socket.VMADDR_CID_ANY, socket.VMADDR_PORT_ANY))
            print(s.getsockname()[1])
            """, "\(address.port)")
        #expect(try python.line() == "EADDRINUSE")
        let taken = try #require(UInt32(try python.line()))
        #expect(taken != address.port)
        #expect(try python.wait() == 0)
    }

    @Test(
        "Vsock: bytes and packets go to Python and back", Requirement.vsockLoopback, Requirement.programs("python3"),
        arguments: [SocketType.stream, .sequencedPacket])
    func vsockBytes(type: SocketType) throws {
        let listener = try Socket(.vsock, type)
        listener.timeout = .seconds(20)
        try listener.bind(to: SocketAddress(VSockAddress(.local, port: VSockAddress.anyPort)))
        try listener.listen()
        let address = try #require(try listener.localAddress.as(VSockAddress.self))
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_VSOCK, int(sys.argv[2])); s.settimeout(20)
            s.connect((1, int(sys.argv[1]))); print(*s.getsockname())
            s.send(b"one"); print(s.recv(100).decode()); s.send(b"two"); print(s.recv(100).decode())
            """, "\(address.port)", "\(type.rawValue)")
        let (peer, from) = try listener.accept()
        peer.timeout = .seconds(20)
        let name = try python.line().split(separator: " ").compactMap { UInt32($0) }
        #expect(from.as(VSockAddress.self)?.contextID == .local && from.as(VSockAddress.self)?.port == name[1])
        for text in ["one", "two"] {
            #expect(try peer.receive(upTo: 100) == Array(text.utf8))
            try peer.sendAll(text.uppercased())
            #expect(try python.line() == text.uppercased())
        }
        #expect(try python.wait() == 0)
    }

    @Test("Vsock: without a loopback its address is none of this machine", Requirement.kernel(.vsock, .stream))
    func noVsockLoopback() throws {
        let socket = try Socket(.vsock, .stream)
        do throws(SocketError) {
            try socket.bind(to: SocketAddress(VSockAddress(.local, port: VSockAddress.anyPort)))
            #expect(try socket.localAddress.as(VSockAddress.self)?.contextID == .local)
        } catch { #expect(error.code == .addressNotAvailable && error.description.contains("vsock local"), "\(error)") }
    }
}
