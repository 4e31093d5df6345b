import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

// Foundation has one too.
private typealias Port = Sockets.Port

@Suite(.timeLimit(.minutes(3))) struct ConnectingTests {
    /// Servers of python that greet every client with the server's address, until the input ends; prints their port.
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
                            s.listen(2000)
                            listeners.append(s)
                    break
                except OSError:
                    for s in sockets: s.close()
            print(port)
            while True:
                readable, _, _ = select.select(listeners + [sys.stdin], [], [])
                for s in readable:
                    if s is sys.stdin: sys.exit()
                    peer, _ = s.accept()
                    try: peer.sendall(s.getsockname()[0].encode())
                    except OSError: pass
                    peer.close()
            """, addresses.joined(separator: ","))
        return (program, try #require(Port(try program.line())))
    }

    private static func greeting(_ socket: AsyncSocket) async throws -> String {
        var bytes: [UInt8] = []
        while let more = try await socket.receive(upTo: 100) { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func six(_ port: Port) -> SocketAddress { .loopbackIPv6(port: port) }
    private static func four(_ port: Port) -> SocketAddress { .loopback(port: port) }

    @Test(Requirement.programs("python3"))
    func `localhost, by the system's resolver`() async throws {
        let (server, port) = try Self.greeter("127.0.0.1=listen")
        try await withDeadline(.seconds(60)) {
            let socket = try await AsyncSocket.connected(to: "localhost", port: port)
            #expect(try await Self.greeting(socket) == "127.0.0.1")
            let target = HostPort(host: "localhost", port: port)
            #expect(try await Self.greeting(AsyncSocket.connected(to: target)) == "127.0.0.1")
            let byService = try await AsyncSocket.connected(
                to: "127.0.0.1", service: "\(port)", .stream, .mptcp, from: .ipv4(IPv4Address(127, 0, 0, 2), port: 0))
            #expect(byService.protocol == .mptcp)
            #expect(try await Self.greeting(byService) == "127.0.0.1")
            let (reported, report) = try await AsyncSocket.connectedWithReport(to: target)
            #expect(try await Self.greeting(reported) == "127.0.0.1")
            #expect(report.connectedAddress == Self.four(port))
            #expect(report.answers.map(\.family) == [.unspecified])
        }
        try server.endInput()
    }

    @Test(Requirement.ipv6, Requirement.programs("python3"))
    func `both versions listen, or one of them refuses`() async throws {
        let cases: [(String, String, String, [AddressFamily])] = [
            ("listen", "listen", "::1", [.ipv6]), ("bind", "listen", "127.0.0.1", [.ipv6, .ipv4]),
            ("listen", "bind", "::1", [.ipv6]),
        ]
        for (first, second, expected, attempts) in cases {
            let (server, port) = try Self.greeter("::1=\(first)", "127.0.0.1=\(second)")
            let resolver = ScriptedResolver(Self.six(port), Self.four(port))
            try await onLoop {
                let (socket, report) = try await AsyncSocket.connectedWithReport(
                    to: HostPort(host: "both.example", port: port), resolver: resolver,
                    pacing: ConnectionPacing(attemptDelay: .seconds(1000)))
                #expect(try await Self.greeting(socket) == expected)
                #expect(report.attempts.map(\.address.family) == attempts)
            }
            #expect(resolver.queries.withLock { $0 } == [ResolverQuery(host: "both.example", port: port)])
            try server.endInput()
        }
    }

    @Test(Requirement.ipv6, Requirement.programs("python3"))
    func `when all refuse, the error has all`() async throws {
        let (server, port) = try Self.greeter("::1=bind", "127.0.0.1=bind")
        let error = await #expect(throws: SocketError.self) {
            _ = try await AsyncSocket.connected(
                to: "both.example", port: port, resolver: ScriptedResolver(Self.six(port), Self.four(port)))
        }
        #expect(error?.code == .connectionRefused && error?.errno == .connectionRefused)
        #expect(error?.attempts.map(\.address) == [Self.six(port), Self.four(port)])
        #expect(error?.connectionReport?.attempts.count == 2)
        let lines = (error?.description ?? "").split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "connect both.example:\(port): all 2 attempts failed; nobody listens there",
                "    connect [::1]:\(port): connection refused (ECONNREFUSED); nobody listens there",
                "    connect 127.0.0.1:\(port): connection refused (ECONNREFUSED); nobody listens there",
            ])
        let single = await #expect(throws: SocketError.self) {
            _ = try await AsyncSocket.connected(to: "127.0.0.1", port: port)
        }
        #expect(
            single?.description == "connect 127.0.0.1:\(port): connection refused (ECONNREFUSED); nobody listens there")
        try server.endInput()
    }

    @Test func `names and services that cannot be resolved`() async {
        let name = await #expect(throws: SocketError.self) {
            _ = try await AsyncSocket.connected(to: "127.1", port: 80)
        }
        #expect(name?.code == .nameNotResolved && name?.resolverError?.code == .nameNotFound)
        #expect(name?.description.hasPrefix("connect 127.1:80: name or service not known (EAI_NONAME); ") == true)
        let service = await #expect(throws: SocketError.self) {
            _ = try await AsyncSocket.connected(to: "localhost", service: "no-such-service")
        }
        #expect(service?.code == .nameNotResolved && service?.resolverError?.code == .service)
        #expect(service?.subject == "localhost:no-such-service")
        let family = await #expect(throws: SocketError.self) {
            _ = try await AsyncSocket.connected(to: "::1", port: 80, from: .ipv4(.loopback, port: 0))
        }
        #expect(family?.resolverError?.code == .addressFamily)
    }

    @Test func `the deadline ends a lookup that hangs`() async throws {
        let held = HeldLookups([.ipv6, .ipv4])
        defer {
            held.release(.ipv6)
            held.release(.ipv4)
        }
        let resolver = SystemResolver(SharedLookups(), held.look)
        let clock = ContinuousClock()
        let start = clock.now
        let error = await #expect(throws: SocketError.self) {
            try await withDeadline(.milliseconds(50)) {
                _ = try await AsyncSocket.connected(to: "slow.example", port: 80, resolver: resolver)
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.description == "connect slow.example:80: the time limit passed")
        #expect(clock.now - start >= .milliseconds(50) && clock.now - start < .seconds(30))
        let lookup = await #expect(throws: ResolverError.self) {
            try await withDeadline(.milliseconds(1)) {
                try await resolver.resolve(ResolverQuery(host: "slow.example", port: 80)) { _ in }
            }
        }
        #expect(lookup?.code == .timedOut)
    }

    @Test(Requirement.programs("python3"))
    func `datagrams`() async throws {
        let server = try Program.python(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            s.settimeout(60)
            print(s.getsockname()[1])
            print(s.recv(100).decode())
            """)
        let port = try #require(Port(try server.line()))
        let socket = try await AsyncSocket.connected(
            to: "udp.example", port: port, .datagram, resolver: ScriptedResolver(Self.four(port)))
        #expect(try await socket.send("hello") == 5)
        #expect(try server.line() == "hello")
        try server.wait()
    }

    // MARK: Addresses that do not answer, and what is left behind

    /// A network of its own, where the kernel loses what goes to `::1` and `127.0.0.2`, and python greets at the rest.
    ///
    /// The work has a thread of its own, because timers need those of the pool.
    private static func withHoles(_ work: @escaping @Sendable (Port) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Namespace.run([.network], within: 120) { try dig(work) } })
            }
        }
    }

    private static func dig(_ work: (Port) throws -> Void) throws {
        try Namespace.shell(
            """
            ip link set lo up
            nft add table inet holes
            nft add chain inet holes input '{ type filter hook input priority 0; }'
            nft add rule inet holes input ip6 daddr ::1 tcp dport != 1 counter drop
            nft add rule inet holes input ip daddr 127.0.0.2 counter drop
            """)
        let (server, port) = try greeter("127.0.0.1=listen")
        try work(port)
        try server.endInput()
        try server.wait()
    }

    /// How many sockets the network of the calling thread has, of whatever state, and whose they are.
    private static func socketCount() throws -> Int {
        let text = try String(contentsOfFile: "/proc/thread-self/net/sockstat", encoding: .utf8)
        return text.split(separator: "\n").first { $0.hasPrefix("sockets: used ") }
            .flatMap { Int($0.dropFirst("sockets: used ".count)) } ?? -1
    }

    /// Waits until the network has so many sockets: python closes its own some time later.
    private static func waitForSockets(_ count: Int) throws -> Int {
        let limit = Date(timeIntervalSinceNow: 10)
        while try socketCount() != count, Date() < limit { usleep(10_000) }
        return try socketCount()
    }

    @Test(Requirement.root, Requirement.ipv6, Requirement.programs("python3", "ip", "nft"))
    func `IPv6 that is broken costs a quarter of a second`() async throws {
        try await Self.withHoles { port in
            let before = try Self.socketCount()
            try onLoopHere {
                let hole = SocketAddress.ipv4(IPv4Address(127, 0, 0, 2), port: port)
                let (socket, report) = try await AsyncSocket.connectedWithReport(
                    to: HostPort(host: "both.example", port: port),
                    resolver: ScriptedResolver(Self.six(port), Self.four(port), hole))
                #expect(try await Self.greeting(socket) == "127.0.0.1")
                #expect(report.attempts.map(\.address) == [Self.six(port), Self.four(port)])
                #expect(report.attempts.map(\.outcome) == [.abandoned, .connected])
                #expect(report.duration >= .milliseconds(250) && report.duration < .seconds(20))
            }
            #expect(try Self.waitForSockets(before) == before)
            // The attempt at `::1` was made, and its packet lost; the second hole was not reached.
            let rules = try Namespace.shell("nft list ruleset")
            #expect(rules.first { $0.contains("::1") }?.contains("counter packets 0 ") == false)
            #expect(rules.first { $0.contains("127.0.0.2") }?.contains("counter packets 0 ") == true)
        }
    }

    @Test(Requirement.root, Requirement.ipv6, Requirement.programs("python3", "ip", "nft"))
    func `the deadline is one for all addresses that do not answer`() async throws {
        try await Self.withHoles { port in
            let before = try Self.socketCount()
            try onLoopHere {
                let hole = SocketAddress.ipv4(IPv4Address(127, 0, 0, 2), port: port)
                let clock = ContinuousClock()
                let start = clock.now
                let error = await #expect(throws: SocketError.self) {
                    try await withDeadline(.milliseconds(400)) {
                        _ = try await AsyncSocket.connected(
                            to: "holes.example", port: port, resolver: ScriptedResolver(Self.six(port), hole),
                            pacing: ConnectionPacing(attemptDelay: .milliseconds(20)))
                    }
                }
                #expect(error?.code == .timedOut)
                // The second one begins by a timer, which waits for its turn where other tests block the pool.
                #expect(error?.attempts.first?.address == Self.six(port))
                #expect(error?.attempts.allSatisfy { $0.code == .timedOut } == true)
                #expect(clock.now - start >= .milliseconds(400) && clock.now - start < .seconds(20))
                // An address as text has the same limit.
                let literal = await #expect(throws: SocketError.self) {
                    try await withDeadline(.milliseconds(50)) {
                        _ = try await AsyncSocket.connected(to: "127.0.0.2", port: port)
                    }
                }
                #expect(literal?.code == .timedOut && literal?.address == hole)
            }
            #expect(try Self.waitForSockets(before) == before)
        }
    }

    @Test(Requirement.root, Requirement.ipv6, Requirement.programs("python3", "ip", "nft"))
    func `a thousand connections leave no socket behind`() async throws {
        try await Self.withHoles { port in
            let before = try Self.socketCount()
            try onLoopHere {
                let hole = SocketAddress.ipv4(IPv4Address(127, 0, 0, 2), port: port)
                for _ in 0..<10 {
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<100 {
                            group.addTask {
                                let socket = try await AsyncSocket.connected(
                                    to: "both.example", port: port,
                                    resolver: ScriptedResolver(Self.six(port), hole, Self.four(port)),
                                    pacing: ConnectionPacing(attemptDelay: .milliseconds(10)))
                                #expect(try await Self.greeting(socket) == "127.0.0.1")
                                socket.close()
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            #expect(try Self.waitForSockets(before) == before)
        }
    }

    @Test(Requirement.root, Requirement.ipv6, Requirement.programs("python3", "ip", "nft"))
    func `cancelled at any moment, nothing is left behind`() async throws {
        try await Self.withHoles { port in
            let before = try Self.socketCount()
            let ends = try onLoopHere {
                let ends = Lock((connected: 0, cancelled: 0))
                let hole = SocketAddress.ipv4(IPv4Address(127, 0, 0, 2), port: port)
                await withDiscardingTaskGroup { group in
                    for number in 0..<1000 {
                        group.addTask {
                            let resolver = ScriptedResolver(steps: [
                                (.milliseconds(5), ResolverAnswer([hole, Self.four(port)], family: .ipv4)),
                                (.milliseconds(5), ResolverAnswer([Self.six(port)], family: .ipv6)),
                            ])
                            await withTaskGroup(of: Bool?.self) { race in
                                race.addTask {
                                    do {
                                        let socket = try await AsyncSocket.connected(
                                            to: "both.example", port: port, resolver: resolver,
                                            pacing: ConnectionPacing(attemptDelay: .milliseconds(10)))
                                        socket.close()
                                        return true
                                    } catch {
                                        #expect((error as? SocketError)?.code == .cancelled)
                                        return false
                                    }
                                }
                                race.addTask {
                                    try? await Task.sleep(for: .microseconds(number % 100 * 600))
                                    return nil
                                }
                                for await result in race {
                                    guard let result else {
                                        race.cancelAll()
                                        continue
                                    }
                                    ends.withLock { if result { $0.connected += 1 } else { $0.cancelled += 1 } }
                                }
                            }
                        }
                    }
                }
                return ends.withLock { [$0.connected, $0.cancelled] }
            }
            #expect(ends.reduce(0, +) == 1000 && ends[1] > 0)
            #expect(try Self.waitForSockets(before) == before)
        }
    }
}
