import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Options that can only be set, or that need more than a new socket: what they do.
@Suite("What options do", Requirement.root)
struct SocketOptionEffectTests {
    private func pair() throws -> (client: Socket, server: Socket, listener: Socket) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(10)
        let client = try Socket(.ipv4, .stream)
        client.timeout = .seconds(10)
        try client.connect(to: listener.localAddress)
        let server = try listener.accept().socket
        server.timeout = .seconds(10)
        return (client, server, listener)
    }

    private func error(_ body: () throws(SocketError) -> Void) -> SocketError? {
        do {
            try body()
            return nil
        } catch { return error }
    }

    @Test("Forced buffer sizes go above the limit of the system")
    func forced() throws {
        let socket = try Socket(.ipv4, .datagram)
        try socket.set(.forcedReceiveBufferSize, 8 << 20)
        try socket.set(.forcedSendBufferSize, 9 << 20)
        #expect(try socket.get(.receiveBufferSize) == 16 << 20)
        #expect(try socket.get(.sendBufferSize) == 18 << 20)
        try socket.set(.busyPollBudget, 32)
        try socket.set(.connectionAdvice, true)
    }

    @Test("A filter drops and cuts datagrams, and can be taken away")
    func filter() throws {
        let receiver = try Socket(.ipv4, .datagram)
        try receiver.bind(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try Socket(.ipv4, .datagram)
        // 8 bytes of the header of UDP, and two of the datagram.
        try receiver.set(.attachFilter, [.accept(10)])
        try sender.connect(to: receiver.localAddress)
        #expect(try sender.send("hello") == 5)
        #expect(try receiver.receive(upTo: 100) == Array("he".utf8))
        try receiver.set(.attachFilter, [.drop])
        #expect(try sender.send("lost") == 4)
        try receiver.set(.detachFilter)
        #expect(try sender.send("again") == 5)
        #expect(try receiver.receive(upTo: 100) == Array("again".utf8))
        #expect(error { () throws(SocketError) in try receiver.set(.detachFilter) }?.subject == "SO_DETACH_FILTER")
        let jump = FilterInstruction(code: 0x05, operand: 1_000)
        let refused = error { () throws(SocketError) in try receiver.set(.attachFilter, [jump]) }
        #expect(refused?.code == .invalidArgument)
        #expect(refused?.subject == "SO_ATTACH_FILTER")
        let tooMany = [FilterInstruction](repeating: .drop, count: 70_000)
        #expect(error { () throws(SocketError) in try receiver.set(.attachFilter, tooMany) }?.code == .invalidArgument)
    }

    @Test("A filter of a group chooses the socket that gets the datagram")
    func reusePortFilter() throws {
        let first = try Socket(.ipv4, .datagram)
        try first.set(.reusePort, true)
        try first.bind(to: .loopback(port: 0))
        let second = try Socket(.ipv4, .datagram)
        try second.set(.reusePort, true)
        try second.bind(to: first.localAddress)
        second.timeout = .seconds(10)
        // `BPF_RET` with the index: always the second.
        try first.set(.attachReusePortFilter, [FilterInstruction(code: 0x06, operand: 1)])
        let sender = try Socket(.ipv4, .datagram)
        try sender.connect(to: first.localAddress)
        for _ in 0..<8 {
            #expect(try sender.send("second") == 6)
            #expect(try second.receive(upTo: 100) == Array("second".utf8))
        }
        try first.set(.detachReusePortFilter)
        #expect(
            error { () throws(SocketError) in try first.set(.detachReusePortFilter) }?.subject
                == "SO_DETACH_REUSEPORT_BPF")
        let bpf = error { () throws(SocketError) in try first.set(.attachReusePortBPF, FileDescriptor(rawValue: -1)) }
        #expect(bpf?.code == .invalidArgument)
    }

    /// This process's descriptors that stand for another process.
    private static func openDescriptors(ofProcess process: Int32) throws -> [CInt] {
        // Those of other tests come and go meanwhile.
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo").filter { name in
            (try? String(contentsOfFile: "/proc/self/fdinfo/\(name)", encoding: .utf8))?
                .contains("\nPid:\t\(process)\n") == true
        }.compactMap { CInt($0) }
    }

    @Test("The credentials of a peer are its process, user and group")
    func credentials() throws {
        let (first, second) = try Socket.pair()
        let credentials = try first.get(.peerCredentials)
        #expect(
            credentials
                == Credentials(processIdentifier: getpid(), userIdentifier: geteuid(), groupIdentifier: getegid()))
        #expect(try second.get(.peerGroups).count == Int(getgroups(0, nil)))
        let folder = try TemporaryFolder()
        let listener = try Socket.listening(on: .unix(path: folder.file("s")))
        listener.timeout = .seconds(10)
        let client = try Program.python(
            """
            import os, socket, sys
            os.setgroups([5, 70000]); os.setgid(1234); os.setuid(4321)
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(os.getpid()); sys.stdin.read()
            """, folder.file("s"))
        try FilePermissionsForAll.set(folder.path, folder.file("s"))
        let peer = try listener.accept().socket
        let seen = try peer.get(.peerCredentials)
        #expect(seen.userIdentifier == 4321)
        #expect(seen.groupIdentifier == 1234)
        #expect(try client.line() == "\(seen.processIdentifier)")
        #expect(try peer.get(.peerGroups) == [5, 70_000])
        do {
            let process = try #require(try peer.get(.peerProcessDescriptor).take())
            #expect(try Self.openDescriptors(ofProcess: seen.processIdentifier) == [process.rawValue])
            // Who takes none leaves none open.
            try process.close()
            for _ in 0..<3 { _ = try peer.get(.peerProcessDescriptor) }
            #expect(try Self.openDescriptors(ofProcess: seen.processIdentifier) == [])
        } catch let error as SocketError {
            // Before Linux 6.5.
            #expect(error.code == .optionNotSupported)
            #expect(error.subject == "SO_PEERPIDFD")
        }
        try client.endInput()
        #expect(try client.wait() == 0)
    }

    @Test("The pending error of a refused connection is read once")
    func pendingError() throws {
        let other = try Socket.refusing(.datagram)
        let socket = try Socket(.ipv4, .datagram)
        socket.timeout = .seconds(10)
        try socket.connect(to: other.localAddress)
        #expect(try socket.send("x") == 1)
        // The loopback interface answers before the call returns.
        #expect(try socket.get(.error) == .connectionRefused)
        #expect(try socket.get(.error) == nil)
    }

    @Test("The default of the system is what nil sets")
    func defaults() throws {
        let socket = try Socket(.ipv4, .datagram)
        let start = try socket.get(.timeToLive)
        try socket.set(.timeToLive, 3)
        try socket.set(.timeToLive, nil)
        #expect(try socket.get(.timeToLive) == start)
        let tcp = try Socket(.ipv4, .stream)
        let time = try tcp.get(.finWait2Timeout)
        try tcp.set(.finWait2Timeout, .seconds(3))
        try tcp.set(.finWait2Timeout, .zero)
        #expect(try tcp.get(.finWait2Timeout) == time)
        do { try tcp.set(.reservedMemory, 0) } catch { #expect(error.subject == "SO_RESERVE_MEM") }
        #expect(try tcp.get(.reservedMemory) == 0)
    }

    @Test("A listener keeps the headers with which a connection began")
    func savedSYN() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(10)
        try listener.set(.saveSYN, .network)
        let client = try Program.python(
            "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); "
                + "print(s.getsockname()[1]); sys.stdin.read()", "\(try listener.localAddress.port ?? 0)")
        let peer = try listener.accept().socket
        let headers = try peer.get(.savedSYN)
        #expect(headers.first == 0x45)
        #expect(headers.count >= 40)
        // The port of the sender begins the header of TCP.
        #expect(try client.line() == "\(Int(headers[20]) << 8 | Int(headers[21]))")
        #expect(try peer.get(.savedSYN) == [])
        #expect(try listener.get(.isListening))
        try client.endInput()
        #expect(try client.wait() == 0)
    }

    @Test("A connection under repair shows its queues and windows")
    func repair() throws {
        let (client, server, listener) = try pair()
        defer { listener.close() }
        try client.set(.repair, .on)
        try client.set(.repairOptions, [.maximumSegmentSize(1_000)])
        try client.set(.repair, .offWithoutProbe)
        try client.sendAll("12345")
        #expect(try server.receive(upTo: 100)?.count == 5)
        try client.set(.repair, .on)
        try client.set(.repairQueue, .send)
        let sequence = try client.get(.queueSequence)
        let window = try client.get(.repairWindow)
        #expect(window.sendWindow > 0)
        try client.set(.repairWindow, window)
        #expect(try client.get(.repairWindow) == window)
        try client.set(.repairQueue, .receive)
        #expect(try client.get(.repairQueue) == .receive)
        // What was agreed on can be written before anything is sent, and not now.
        let late = error { () throws(SocketError) in try client.set(.repairOptions, [.maximumSegmentSize(1_000)]) }
        #expect(late?.subject == "TCP_REPAIR_OPTIONS")
        #expect(late?.code == .permissionDenied)
        _ = try client.get(.tcpTimestamp)
        try client.set(.repair, .offWithoutProbe)
        try client.sendAll("6")
        #expect(try server.receive(upTo: 100)?.count == 1)
        try client.set(.repair, .on)
        try client.set(.repairQueue, .send)
        #expect(try client.get(.queueSequence) == sequence &+ 1)
        try client.set(.repair, .off)
        _ = try client.get(.congestionControlInformation)
    }

    @Test("A key of signatures is laid out as the kernel takes it, or this kernel has none")
    func signature() throws {
        let socket = try Socket(.ipv4, .stream)
        let key = TCPSignatureKey(peer: .v4(.loopback), key: Array("secret".utf8))
        #expect(!"\(key)".contains("secret"))
        if let error = error({ () throws(SocketError) in try socket.set(.md5Signature, key) }) {
            #expect(error.subject == "TCP_MD5SIG")
            #expect(error.code == .optionNotSupported || error.code == .unsupported, "\(error)")
        }
        let long = TCPSignatureKey(peer: .v4(.loopback), key: [UInt8](repeating: 1, count: 81))
        #expect(error { () throws(SocketError) in try socket.set(.md5Signature, long) }?.errno == nil)
        let prefix = TCPSignatureKey(peer: .v4(.loopback), key: [1], prefixLength: 24)
        #expect(error { () throws(SocketError) in try socket.set(.md5Signature, prefix) }?.errno == nil)
        let extended = error { () throws(SocketError) in try socket.set(.md5SignatureExtended, prefix) }
        #expect(extended == nil || extended?.errno != nil)
    }

    @Test("Options of IPv6 that need a connection or a raw socket", Requirement.ipv6)
    func ipv6() throws {
        let listener = try Socket.listening(on: .anyIPv6(port: 0), dualStack: true)
        let port = try #require(try listener.localAddress.port)
        let mapped = try Socket(.ipv6, .stream)
        mapped.timeout = .seconds(10)
        try mapped.connect(to: .ipv6(IPv6Address(0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1), port: port))
        #expect(try mapped.get(.addressForm) == .ipv6)
        try mapped.set(.addressForm, .ipv4)
        #expect(try mapped.get(.domain) == .ipv4)

        let receiver = try Socket(.ipv6, .datagram)
        try receiver.bind(to: .loopbackIPv6(port: 0))
        receiver.timeout = .seconds(10)
        let sender = try Socket(.ipv6, .datagram)
        try sender.set(.ipv6Source, .loopback)
        try sender.connect(to: receiver.localAddress)
        #expect(try sender.send("x") == 1)
        #expect(try receiver.receiveFrom(upTo: 10).address.ipAddress == .v6(.loopback))
        #expect(try sender.get(.ipv6MTU) == sender.get(.pathMTU))
        try sender.set(.ipv6MTU, 1_400)
        #expect(error { () throws(SocketError) in try sender.set(.ipv6MTU, 100) }?.subject == "IPV6_MTU")
        let zone = try #require(IPv6Address("ff02::1%nosuch0"))
        #expect(error { () throws(SocketError) in try sender.set(.joinAnycast, zone) }?.code == .noSuchInterface)
        #expect(error { () throws(SocketError) in try sender.set(.joinAnycast, .loopback) }?.errno != nil)
        #expect(
            error { () throws(SocketError) in try sender.set(.leaveAnycast, .loopback) }?.subject
                == "IPV6_LEAVE_ANYCAST")

        let raw = try Socket(.ipv6, .raw, .raw)
        try raw.set(.ipv6RouterAlert, 0)
        try raw.set(.ipv6RouterAlert, nil)
        #expect(error { () throws(SocketError) in try sender.set(.ipv6RouterAlert, 0) }?.hint?.contains("raw") == true)
        #expect(
            error { () throws(SocketError) in _ = try mapped.get(.ipv6OriginalDestination) }?.subject
                == "IP6T_SO_ORIGINAL_DST")
    }

    @Test("The raw doors reach options by their numbers")
    func raw() throws {
        let socket = try Socket(.ipv4, .stream)
        try socket.set(.raw(level: SOL_SOCKET, name: SO_PRIORITY, as: CInt.self), 5)
        #expect(try socket.get(.priority) == 5)
        #expect(try socket.get(.raw(level: SOL_SOCKET, name: SO_PRIORITY, as: CInt.self)) == 5)
        try socket.set(.raw(level: SOL_SOCKET, name: SO_KEEPALIVE, as: Bool.self), true)
        #expect(try socket.get(.keepAlive))
        let name: [UInt8] = try socket.get(.raw(level: 6, name: TCP_CONGESTION, capacity: 16))
        #expect(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) == (try socket.get(.congestionControl)))
        try socket.set(.raw(level: 6, name: TCP_CONGESTION), Array("reno".utf8))
        #expect(try socket.get(.congestionControl) == "reno")
        let value = try socket.get(.raw(level: SOL_SOCKET, name: SO_LINGER, as: linger.self))
        #expect(value.l_onoff == 0)
        try socket.set(.raw(level: SOL_SOCKET, name: SO_LINGER, as: linger.self), linger(l_onoff: 1, l_linger: 9))
        #expect(try socket.get(.linger) == .seconds(9))
        // Too few bytes are an error, not a value made up.
        let short = error { () throws(SocketError) in
            _ = try socket.get(.raw(level: SOL_SOCKET, name: SO_PRIORITY, as: UInt64.self))
        }
        #expect(short?.code == .protocolError)
        let none: [UInt8] = try socket.get(.raw(level: SOL_SOCKET, name: SO_PRIORITY, capacity: -5))
        #expect(none == [])
    }
}

/// Lets every user reach a Unix path.
private enum FilePermissionsForAll {
    static func set(_ paths: String...) throws {
        for path in paths { #expect(chmod(path, 0o777) == 0) }
    }
}
