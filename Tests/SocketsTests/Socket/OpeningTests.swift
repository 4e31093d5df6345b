import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

// Foundation has one too.
private typealias Port = Sockets.Port

@Suite struct OpeningTests {
    /// Servers of python that greet one client; prints their port once all listen.
    ///
    /// The arguments are the addresses, each with what it does there: `listen` or only `bind`, which refuses clients.
    private static func greeter(_ addresses: String...) throws -> (program: Program, port: Port) {
        let program = try Program.python(
            """
            import select, socket, sys
            wanted = [a.split("=") for a in sys.argv[1].split(",")]
            while True:
                port, sockets, listeners = 0, [], []
                try:
                    for address, what in wanted:
                        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
                        s.bind((address, port))
                        port = s.getsockname()[1]
                        sockets.append(s)
                        if what == "listen":
                            s.listen()
                            listeners.append(s)
                    break
                except OSError:
                    for s in sockets: s.close()
            print(port)
            if not listeners: sys.stdin.read()
            else:
                readable, _, _ = select.select(listeners, [], [], 30)
                peer, address = readable[0].accept()
                peer.sendall(address[0].encode())
                peer.close()
            """, addresses.joined(separator: ","))
        let port = try #require(Port(try program.line()))
        return (program, port)
    }

    private static func greeting(_ socket: Socket) throws -> String {
        socket.timeout = .seconds(20)
        var bytes: [UInt8] = []
        while let more = try socket.receive(upTo: 100) { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(Requirement.programs("python3"))
    func `localhost, where IPv4 alone listens`() throws {
        let (server, port) = try Self.greeter("127.0.0.1=listen")
        let socket = try Socket.connected(to: "localhost", port: port, timeout: .seconds(20))
        #expect(socket.timeout == nil)
        #expect(try Self.greeting(socket) == "127.0.0.1")
        try server.wait()
    }

    @Test(
        Requirement.root, Requirement.ipv6, Requirement.programs("python3", "mount"),
        arguments: [
            "127.0.0.1 both\n::1 both\n", "::1 both\n127.0.0.1 both\n",
        ])
    func `a host of two addresses, where one alone listens`(hosts: String) throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace("/etc/hosts", with: hosts)
            for (first, second, expected) in [("bind", "listen", "::1"), ("listen", "bind", "127.0.0.1")] {
                let (server, port) = try Self.greeter("127.0.0.1=\(first)", "::1=\(second)")
                let socket = try Socket.connected(to: "both", port: port, timeout: .seconds(20))
                #expect(try Self.greeting(socket) == expected)
                try server.wait()
            }
        }
    }

    @Test(Requirement.root, Requirement.ipv6, Requirement.programs("python3", "mount"))
    func `when all addresses fail, the error has every attempt`() throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace("/etc/hosts", with: "127.0.0.1 both\n::1 both\n")
            let (server, port) = try Self.greeter("127.0.0.1=bind", "::1=bind")
            defer { server.terminate() }
            let error = #expect(throws: SocketError.self) {
                try Socket.connected(to: "both", port: port, timeout: .seconds(20))
            }
            #expect(error?.code == .connectionRefused)
            #expect(error?.errno == .connectionRefused)
            #expect(error?.subject == "both:\(port)")
            #expect(
                Set(error?.attempts.compactMap(\.address) ?? []) == [.loopback(port: port), .loopbackIPv6(port: port)])
            #expect(error?.attempts.allSatisfy { $0.code == .connectionRefused } == true)
            let lines = (error?.description ?? "").split(separator: "\n").map(String.init)
            #expect(lines.first == "connect both:\(port): all 2 attempts failed; nobody listens there")
            #expect(
                Set(lines.dropFirst()) == [
                    "    connect 127.0.0.1:\(port): connection refused (ECONNREFUSED); nobody listens there",
                    "    connect [::1]:\(port): connection refused (ECONNREFUSED); nobody listens there",
                ])
            // One version alone is one attempt, and reads like it.
            let single = #expect(throws: SocketError.self) {
                try Socket.connected(to: "both", port: port, family: .ipv6, timeout: .seconds(20))
            }
            #expect(single?.attempts == [])
            #expect(
                single?.description
                    == "connect both:\(port) ([::1]:\(port)): connection refused (ECONNREFUSED); nobody listens there")
        }
    }

    @Test(Requirement.programs("python3"))
    func `an address as text is named once`() throws {
        let (server, port) = try Self.greeter("127.0.0.1=bind")
        defer { server.terminate() }
        let error = #expect(throws: SocketError.self) { try Socket.connected(to: "127.0.0.1", port: port) }
        #expect(
            error?.description == "connect 127.0.0.1:\(port): connection refused (ECONNREFUSED); nobody listens there")
        #expect(error?.address == .loopback(port: port))
    }

    @Test func `attempts that fail for different reasons`() throws {
        // A multicast address is none to connect to, and nobody listens at a port that is bound alone.
        let bound = try Socket(.ipv4, .stream)
        try bound.bind(to: .loopback(port: 0))
        let port = try #require(try bound.localAddress.port)
        let error = #expect(throws: SocketError.self) {
            try Self.connect("two.example", port, to: [IPv4Address(224, 0, 0, 1), .loopback], limit: .seconds(20))
        }
        #expect(error?.code == .connectionRefused)
        #expect(error?.errno == nil)
        #expect(error?.attempts.count == 2)
        #expect(error?.description.contains("all 2 attempts failed; each attempt failed for its own reason") == true)
    }

    /// Connects to a name that stands for these addresses.
    private static func connect(
        _ host: String, _ port: Port, to addresses: [IPv4Address], limit: Duration
    ) throws(SocketError) -> Socket {
        try Socket.connected(
            toHost: host, service: "\(port)", .stream, .default, family: .unspecified, from: nil,
            until: Deadline(after: limit)
        ) { query in
            .success(
                addresses.map { ResolvedAddress(address: .ipv4($0, port: port), type: .stream, protocol: .tcp) })
        }
    }

    @Test(Requirement.programs("python3"))
    func `a service by its number, a local address, and MPTCP`() throws {
        let (server, port) = try Self.greeter("127.0.0.1=listen")
        let socket = try Socket.connected(
            to: "localhost", service: "\(port)", .stream, .mptcp, from: .ipv4(IPv4Address(127, 0, 0, 2), port: 0),
            timeout: .seconds(20))
        #expect(socket.protocol == .mptcp)
        #expect(try Self.greeting(socket) == "127.0.0.2")
        try server.wait()
    }

    @Test(Requirement.programs("python3"))
    func `datagrams to a host by its name`() throws {
        let server = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            s.settimeout(20)
            print(s.getsockname()[1])
            print(s.recv(100).decode())
            """)
        let port = try #require(Port(try server.line()))
        let socket = try Socket.connected(to: "localhost", port: port, .datagram)
        #expect(try socket.send("hello") == 5)
        #expect(try server.line() == "hello")
        try server.wait()
    }

    @Test func `names that cannot be resolved`() throws {
        let error = #expect(throws: SocketError.self) { try Socket.connected(to: "127.1", port: 80) }
        #expect(error?.code == .nameNotResolved)
        #expect(error?.subject == "127.1:80")
        #expect(error?.resolverError?.code == .nameNotFound)
        #expect(error?.description.hasPrefix("connect 127.1:80: name or service not known (EAI_NONAME); ") == true)

        let service = #expect(throws: SocketError.self) {
            try Socket.connected(to: "localhost", service: "no-such-service")
        }
        #expect(service?.code == .nameNotResolved)
        #expect(service?.resolverError?.code == .service)

        let family = #expect(throws: SocketError.self) { try Socket.connected(to: "::1", port: 80, family: .ipv4) }
        #expect(family?.resolverError?.code == .addressFamily)
        let source = #expect(throws: SocketError.self) {
            try Socket.connected(to: "::1", port: 80, from: .ipv4(.loopback, port: 0))
        }
        #expect(source?.resolverError?.code == .addressFamily)
    }

    // MARK: Time

    @Test func `the limit counts while the name is looked up`() throws {
        let release = DispatchSemaphore(value: 0)
        defer { release.signal() }
        let clock = ContinuousClock()
        let start = clock.now
        let error = #expect(throws: SocketError.self) {
            try Socket.connected(
                toHost: "slow.example", service: "80", .stream, .default, family: .unspecified, from: nil,
                until: Deadline(after: .milliseconds(100))
            ) { _ in
                release.wait()
                return .success([])
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.resolverError?.code == .timedOut)
        #expect(error?.description == "connect slow.example:80: the time limit passed")
        #expect(clock.now - start < .seconds(5))
    }

    @Test(Requirement.root, Requirement.programs("ip"))
    func `hosts that never answer are given up in time`() throws {
        try Namespace.run([.network]) {
            // What goes to a link address that nobody has is lost without a word.
            try Namespace.shell(
                """
                ip link add hole type veth peer name lost
                ip link set lost up
                ip link set hole arp off
                ip addr add 192.0.2.1/24 dev hole
                ip link set hole up
                """)
            let clock = ContinuousClock()
            var start = clock.now
            let single = #expect(throws: SocketError.self) {
                try Socket.connected(to: "192.0.2.7", port: 80, timeout: .milliseconds(200))
            }
            #expect(single?.code == .timedOut)
            #expect(single?.address == .ipv4(IPv4Address(192, 0, 2, 7), port: 80))
            #expect(clock.now - start >= .milliseconds(200) && clock.now - start < .seconds(4))

            // Two seconds for an attempt at least, so the second address is not reached within half a second.
            start = clock.now
            let error = #expect(throws: SocketError.self) {
                try Self.connect(
                    "hole.example", 80, to: [IPv4Address(192, 0, 2, 7), IPv4Address(192, 0, 2, 8)],
                    limit: .milliseconds(500))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.attempts.count == 1)
            #expect(
                error?.description
                    == "connect hole.example:80 (192.0.2.7:80): timed out; "
                    + "the time was over before the rest of the 2 addresses could be tried")
            #expect(clock.now - start >= .milliseconds(500) && clock.now - start < .seconds(4))
        }
    }

    @Test(Requirement.root, Requirement.programs("ip", "python3"))
    func `a host that never answers leaves time for the next one`() throws {
        try Namespace.run([.network]) {
            try Namespace.shell(
                """
                ip link set lo up
                ip link add hole type veth peer name lost
                ip link set lost up
                ip link set hole arp off
                ip addr add 192.0.2.1/24 dev hole
                ip link set hole up
                """)
            let (server, port) = try Self.greeter("127.0.0.1=listen")
            let socket = try Self.connect(
                "hole.example", port, to: [IPv4Address(192, 0, 2, 7), .loopback], limit: .seconds(4))
            #expect(try Self.greeting(socket) == "127.0.0.1")
            try server.wait()
        }
    }

    @Test func `attempts share what is left, with two seconds at least`() throws {
        func share(_ seconds: Double, _ count: Int) -> Double {
            let part = Deadline(after: .seconds(seconds)).share(among: count)
            return Double(part.nanosecondsLeft) / 1e9
        }
        // Generous, because the clock runs on between both readings.
        #expect((19...20).contains(share(60, 3)))
        #expect((1.5...2).contains(share(3, 4)))
        #expect((0...1).contains(share(1, 4)))
        #expect((29...30).contains(share(30, 1)))
        #expect((29...30).contains(share(30, 0)))
        #expect(Deadline.never.share(among: 3) == .never)
    }
}
