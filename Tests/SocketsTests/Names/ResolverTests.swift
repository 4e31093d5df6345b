import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Sockets

// Foundation has one too.
private typealias Port = Sockets.Port

@Suite struct ResolverTests {
    /// Every combination of what getaddrinfo takes, without names that would need a name server.
    private static let cases: [AddressInfo.Query] = {
        var cases: [AddressInfo.Query] = []
        let flags: [ResolverFlags] = [
            [], .passive, .canonicalName, .numericHost, .numericService, .ipv4Mapped, [.ipv4Mapped, .all],
            .configuredFamilies, [.passive, .numericHost, .numericService],
        ]
        for host in [nil, "127.0.0.1", "::1", "::ffff:192.0.2.1", "fe80::1%lo", "192.0.2.1", "localhost"] {
            for service in [nil, "80", "080", "http", "domain", "syslog", "no-such-service"] {
                for flags in flags {
                    for family in [AddressFamily.unspecified, .ipv4, .ipv6, .unix] {
                        if host == "localhost", family == .ipv6 { continue }
                        let query = AddressInfo.Query(host: host, service: service, family: family, flags: flags)
                        cases.append(query)
                        for (type, number) in [(1, 0), (2, 0), (3, 0), (5, 0), (1, 6), (2, 6), (1, 132), (99, 0)] {
                            var typed = query
                            typed.type = SocketType(rawValue: CInt(type))
                            typed.protocol = TransportProtocol(rawValue: CInt(number))
                            cases.append(typed)
                        }
                    }
                }
            }
        }
        return cases
    }()

    @Test(.timeLimit(.minutes(1)), Requirement.programs("python3"))
    func `every combination of hints gives what python's getaddrinfo gives`() throws {
        let python = try Program.python(
            """
            import socket, sys
            for line in sys.stdin:
                host, service, *numbers = line.rstrip("\\n").split(" ")
                text = lambda t: None if t == "-" else t
                try:
                    answers = socket.getaddrinfo(text(host), text(service), *map(int, numbers))
                    out = []
                    for family, type, proto, name, address in answers:
                        scope = address[3] if len(address) > 3 else 0
                        out.append(f"{family:d} {type:d} {proto} {name} {address[0].split('%')[0]} {address[1]} {scope}")
                    print(";".join(out))
                except socket.gaierror as error:
                    print(error.errno)
            """)
        let writer = Background {
            for query in Self.cases {
                try python.write(
                    "\(query.host ?? "-") \(query.service ?? "-") \(query.family.rawValue) \(query.type?.rawValue ?? 0) "
                        + "\(query.protocol.rawValue) \(query.flags.rawValue)\n")
            }
            try python.endInput()
        }
        for query in Self.cases {
            let expected = try python.line()
            #expect(Self.answer(query) == expected, "\(query)")
        }
        try writer.join()
    }

    private static func answer(_ query: AddressInfo.Query) -> String {
        do throws(ResolverError) {
            let answers = try Resolver.resolve(
                query.host, service: query.service, family: query.family, type: query.type, protocol: query.protocol,
                flags: query.flags)
            return answers.map { answer in
                let ip = answer.address.ipAddress
                let scope = ip?.zone.flatMap { try? NetworkInterface.index(of: $0) } ?? 0
                return "\(answer.family.rawValue) \(answer.type.rawValue) \(answer.protocol.rawValue) "
                    + "\(answer.canonicalName ?? "") \(ip.map { $0.withoutZone.description } ?? "") "
                    + "\(answer.address.port?.description ?? "") \(scope)"
            }.joined(separator: ";")
        } catch {
            return "\(error.code.rawValue)"
        }
    }

    @Test(arguments: [
        "127.1", "010.0.0.1", "0x7f.1", "0x7F000001", "2130706433", "1", "0", "0x", "127.0.0.1.", "1.2.3", "1.2.3.04",
        "256.0.0.1", "1.2.3.4.5", "4294967296", "127.0.0.1 ", "10.0.0.1 eth0", "1.2.0x3.4",
        "１２７.１", "127。1", "①②⑦．0．0．1", "𝟙𝟚𝟟.1", "0ｘ7F.1", "١٢٧.1",
    ])
    func `text that other programs take for an address is refused, and nobody is asked`(text: String) {
        let error = #expect(throws: ResolverError.self) { try Self.resolveWithoutAsking(text) }
        #expect(error?.code == .nameNotFound)
        #expect(error?.host == text)
        #expect(error?.hint?.contains("decimal numbers") == true)
        #expect(throws: ResolverError.self) { try Resolver.host(named: text) }
    }

    @Test(
        arguments: [
            ("", "empty"), ("a\0b", "NUL"), ("127.0.0.1\0", "NUL"), ("[::1]", "brackets"), ("[::1]:80", "brackets"),
            ("1::2::3", "colons"), ("::1.2.3.04", "colons"), ("localhost:80", "colons"),
            (String(repeating: "a.", count: 126) + "ab", "254 bytes"),
        ])
    func `text that is no host name is refused, and nobody is asked`(text: String, hint: String) {
        let error = #expect(throws: ResolverError.self) { try Self.resolveWithoutAsking(text) }
        #expect(error?.code == .nameNotFound)
        #expect(error?.hint?.contains(hint) == true)
    }

    @Test(arguments: ["", " ", "65536", "99999999999", "-1", "+80", " 80", "8\u{0}0"])
    func `text that is neither a port nor a service is refused`(service: String) {
        let error = #expect(throws: ResolverError.self) {
            try Resolver.resolve("127.0.0.1", service: service)
        }
        #expect(error?.code == .service)
        #expect(error?.hint != nil)
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "fe80::1%lo", "fe80::1%no-such-zone", "::1%lo", "ff02::1%7", "::ffff:1.2.3.4",
    ])
    func `addresses are answered without asking, with their zone`(text: String) throws {
        let answers = try Self.resolveWithoutAsking(text)
        let address = try #require(IPAddress(text))
        #expect(answers == [ResolvedAddress(address: .ip(address, port: 80), type: .stream, protocol: .tcp)])
        #expect(try Resolver.addresses(of: text) == [address])
        #expect(try Resolver.canonicalName(of: text) == text)
    }

    /// Resolves with a limit that has passed, and something in the resolver's place that must not be called.
    @discardableResult
    private static func resolveWithoutAsking(_ text: String) throws(ResolverError) -> [ResolvedAddress] {
        try Resolver.resolve(
            AddressInfo.Query(host: text, service: "80", type: .stream), until: Deadline(after: .zero)
        ) { query in
            Issue.record("the resolver was asked for \(query.host ?? "nil")")
            return .success([])
        }
    }

    @Test func `names of 253 bytes and a dot, with hyphens, digits and underscores are names`() throws {
        let long = String(repeating: "a.", count: 126) + "a"
        for name in [
            "a", "1a", "web-1.2b", "_http._tcp.example", "0x7g.example", "1.2.3.4.example", long, long + ".", "1.com",
        ] {
            let answer = ResolvedAddress(address: .loopback(port: 80), type: .stream, protocol: .tcp)
            let answers = try Resolver.resolve(
                AddressInfo.Query(host: name, service: "80"), until: .never
            ) { query in
                #expect(query.host == name)
                return .success([answer])
            }
            #expect(answers == [answer])
        }
    }

    @Test func `without host and service there is nothing to resolve`() {
        #expect(throws: ResolverError.self) { try Resolver.resolve(nil, service: nil) }
    }

    @Test(Requirement.root) func `services that the system does not know are found among the usual ones`() throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace("/etc/services", with: "")
            let answers = try Resolver.resolve("127.0.0.1", service: "domain")
            #expect(answers.map(\.description) == ["127.0.0.1:53 stream TCP", "127.0.0.1:53 datagram UDP"])
            #expect(
                try Resolver.resolve("::1", service: "www", type: .stream).map(\.address) == [.loopbackIPv6(port: 80)])
            #expect(throws: ResolverError.self) { try Resolver.resolve("::1", service: "syslog", type: .stream) }
            #expect(Services.all == Services.builtIn)
            #expect(Services.service(named: "https", over: .tcp)?.port == 443)
            #expect(Port(service: "syslog", over: .udp) == 514)
            #expect(Port(service: "syslog", over: .tcp) == nil)
            #expect(Port(22).serviceName() == "ssh")
        }
    }

    // MARK: Time

    @Test func `a lookup that does not answer is left behind at the deadline`() throws {
        let release = DispatchSemaphore(value: 0)
        defer { release.signal() }
        let clock = ContinuousClock()
        let start = clock.now
        let error = #expect(throws: ResolverError.self) {
            try Resolver.resolve(
                AddressInfo.Query(host: "slow.example", service: "80"), until: Deadline(after: .milliseconds(100))
            ) { _ in
                release.wait()
                return .success([])
            }
        }
        let time = clock.now - start
        #expect(error?.code == .timedOut)
        #expect(error?.description == "resolve slow.example: the time limit passed")
        #expect(time >= .milliseconds(100) && time < .seconds(5))
    }

    @Test func `with a limit, the answer is the same`() throws {
        #expect(
            try Resolver.resolve("localhost", service: "http", timeout: .seconds(20))
                == Resolver.resolve("localhost", service: "http"))
        #expect(try Resolver.hostName(of: .v4(.loopback), timeout: .seconds(20)) == "localhost")
    }

    @Test func `when all threads are busy work waits, and what was given up is never begun`() throws {
        let threads = ResolverThreads(limit: 2)
        let begun = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        let late = Atomic(false)
        let blocked = (0..<2).map { number in
            Background {
                try threads.run(until: .never) {
                    begun.signal()
                    release.wait()
                    return number
                }
            }
        }
        begun.wait()
        begun.wait()
        #expect(threads.running == 2)
        let given = try threads.run(until: Deadline(after: .milliseconds(20))) {
            late.store(true, ordering: .relaxed)
            return 7
        }
        #expect(given == nil)
        let waiting = Background { try threads.run(until: Deadline(after: .seconds(20))) { 8 } }
        release.signal()
        release.signal()
        #expect(try blocked.map { try $0.join() } == [0, 1])
        #expect(try waiting.join() == 8)
        let wasBegun = late.load(ordering: .relaxed)
        #expect(!wasBegun)
    }

    @Test(Requirement.root, Requirement.programs("ip", "mount"))
    func `a name server that never answers does not hold anybody past the limit`() throws {
        try Namespace.run([.mounts, .network]) {
            try Namespace.replace("/etc/resolv.conf", with: "nameserver 192.0.2.53\noptions timeout:3 attempts:1\n")
            try Namespace.shell(
                """
                ip link set lo up
                ip link add hole type veth peer name lost
                ip link set lost up
                ip link set hole arp off
                ip addr add 192.0.2.1/24 dev hole
                ip link set hole up
                """)
            let clock = ContinuousClock()
            let start = clock.now
            let error = #expect(throws: ResolverError.self) {
                try Resolver.resolve("host.example", port: 80, timeout: .milliseconds(300))
            }
            #expect(error?.code == .timedOut)
            #expect(clock.now - start < .milliseconds(2500))
        }
    }

    // MARK: Errors

    @Test(Requirement.programs("python3"))
    func `every reason has the C library's words, or better ones`() throws {
        let codes: [ResolverError.Code] = [
            .addressFamily, .again, .allDone, .badFlags, .cancelled, .fail, .family, .nameEncoding, .inProgress,
            .interrupted, .memory, .noData, .nameNotFound, .notCancelled, .overflow, .service, .socketType, .system,
        ]
        #expect(Set(codes).count == codes.count)
        let python = try Program.python(
            """
            import ctypes, sys
            library = ctypes.CDLL(None)
            library.gai_strerror.restype = ctypes.c_char_p
            for number in sys.argv[1].split(","):
                print(library.gai_strerror(int(number)).decode())
            """, codes.map { "\($0.rawValue)" }.joined(separator: ","))
        for (code, text) in zip(codes, try python.finish()) {
            #expect(code.description.lowercased() == (code == .service ? "unknown service" : text.lowercased()))
            #expect(code.description.first?.isUppercase == false)
            #expect(code.name.hasPrefix("EAI_"))
            #expect(ResolverError(code, host: "h").description.hasPrefix("resolve h: \(code) (\(code.name)"))
        }
    }

    @Test func `errors read as a person expects`() {
        #expect(
            ResolverError(.nameNotFound, host: "example.invalid").description
                == "resolve example.invalid: name or service not known (EAI_NONAME)")
        #expect(
            ResolverError(.system, host: "h", errno: .tooManyOpenFiles).description
                == "resolve h: system error: too many open files in this process (EAI_SYSTEM, EMFILE)")
        let error = #expect(throws: ResolverError.self) { try Resolver.resolve("127.0.0.1", service: "no-such") }
        #expect(error?.description.hasPrefix("resolve 127.0.0.1:no-such: unknown service") == true)
        #expect(error?.description.hasSuffix("(EAI_SERVICE); `sock services` lists the names") == true)
        #expect(ResolverError(.service, service: "x").description.hasPrefix("resolve service x: "))
    }

    // MARK: From addresses to names

    @Test(Requirement.programs("python3"))
    func `names of addresses are those of python's getnameinfo`() throws {
        let cases: [(SocketAddress, NameFlags)] = [
            (.loopback(port: 80), []), (.loopback(port: 80), .numericHost), (.loopback(port: 80), .numericService),
            (.loopback(port: 80), [.numericHost, .numericService]), (.loopback(port: 512), .datagram),
            (.loopback(port: 512), []), (.loopback(port: 0), .nameRequired), (.loopback(port: 60001), .noDomain),
            (.loopbackIPv6(port: 53), .numericHost), (.loopbackIPv6(port: 53), [.numericHost, .numericService]),
            (.ipv4(IPv4Address(192, 0, 2, 1), port: 443), .numericHost),
            (.ipv4(.loopback, port: 80), [.numericHost, .nameRequired]),
        ]
        let python = try Program.python(
            """
            import socket, sys
            for case in sys.argv[1].split(";"):
                host, port, flags = case.split(",")
                try:
                    print(*socket.getnameinfo((host, int(port)), int(flags)))
                except socket.gaierror as error:
                    print(error.errno)
            """,
            cases.map { address, flags in
                "\(address.ipAddress?.description ?? ""),\(address.port?.description ?? ""),\(flags.rawValue)"
            }.joined(separator: ";"))
        for ((address, flags), expected) in zip(cases, try python.finish()) {
            let answer: String
            do throws(ResolverError) {
                let (host, service) = try Resolver.name(of: address, flags: flags)
                answer = "\(host) \(service)"
            } catch {
                answer = "\(error.code.rawValue)"
            }
            #expect(answer == expected, "\(address) \(flags)")
        }
    }

    @Test func `addresses that have no names are errors, and Unix ones have their path`() throws {
        let error = #expect(throws: ResolverError.self) {
            try Resolver.name(of: .other(RawSocketAddress(family: 40, bytes: [0, 0])))
        }
        #expect(error?.code == .family)
        #expect(try Resolver.name(of: .unix(path: "/run/echo.sock")).service == "/run/echo.sock")
        let zone = IPv6Address("fe80::1%no-such")
        #expect(throws: ResolverError.self) {
            try Resolver.name(of: .ipv6(try #require(zone), port: 1), flags: [.numericHost, .numericService])
        }
    }

    @Test(Requirement.programs("python3"))
    func `hosts with their other names are those of python's older functions`() throws {
        let python = try Program.python(
            """
            import socket
            print(*map(str, socket.gethostbyname_ex("localhost")), sep="|")
            print(*map(str, socket.gethostbyname_ex("192.0.2.1")), sep="|")
            print(*map(str, socket.gethostbyaddr("127.0.0.1")), sep="|")
            print(socket.gethostbyname("localhost"))
            print(socket.getfqdn("localhost"))
            print(socket.getfqdn("127.0.0.1"))
            """)
        func text(_ entry: HostEntry) -> String {
            func list(_ texts: [String]) -> String { "[" + texts.map { "'\($0)'" }.joined(separator: ", ") + "]" }
            return "\(entry.name)|\(list(entry.aliases))|\(list(entry.addresses.map(\.description)))"
        }
        let lines = try python.finish()
        #expect(try text(Resolver.host(named: "localhost")) == lines[0])
        #expect(try text(Resolver.host(named: "192.0.2.1")) == lines[1])
        #expect(try text(Resolver.host(at: .v4(.loopback))) == lines[2])
        #expect(try Resolver.addresses(of: "localhost", family: .ipv4).first?.description == lines[3])
        #expect(Resolver.fullyQualifiedName(of: "localhost") == lines[4])
        #expect(Resolver.fullyQualifiedName(of: "127.0.0.1", timeout: .seconds(20)) == lines[5])
    }

    @Test(Requirement.root, Requirement.programs("mount"))
    func `a host's names come from the hosts file`() throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace(
                "/etc/hosts", with: "192.0.2.7 seven seven.example s7\n2001:db8::7 seven\n127.0.0.1 localhost\n")
            #expect(
                try Resolver.host(named: "seven")
                    == HostEntry(
                        name: "seven", aliases: ["seven.example", "s7"], addresses: [.v4(IPv4Address(192, 0, 2, 7))]))
            #expect(try Resolver.host(named: "seven", family: .ipv6).addresses == [IPAddress("2001:db8::7")])
            #expect(Resolver.fullyQualifiedName(of: "s7") == "seven.example")
            #expect(try Resolver.canonicalName(of: "s7") == "seven")
            #expect(try Set(Resolver.addresses(of: "seven").map(\.description)) == ["192.0.2.7", "2001:db8::7"])
            #expect(try Resolver.hostName(of: .v4(IPv4Address(192, 0, 2, 7))) == "seven")
            #expect(
                try Resolver.resolve("s7", port: 1, family: .ipv6, type: .stream, flags: [.ipv4Mapped, .all]).count >= 1
            )
        }
    }

    /// Runs work with the letters of UTF-8, or those of ASCII alone, in its thread's locale.
    private static func inLocale<Value>(_ name: String, _ work: () throws -> Value) throws -> Value {
        let locale = try #require(newlocale(LC_CTYPE_MASK, name, nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        return try work()
    }

    @Test(Requirement.root)
    func `letters outside ASCII are looked up in the form of domain names, and come back as letters`() throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace("/etc/hosts", with: "192.0.2.7 xn--mnchen-3ya.example\n")
            try Namespace.replace("/etc/nsswitch.conf", with: "hosts: files\n")
            func answer(_ flags: ResolverFlags) throws -> ResolvedAddress? {
                try Resolver.resolve("m\u{FC}nchen.example", port: 80, family: .ipv4, type: .stream, flags: flags).first
            }
            try Self.inLocale("C.UTF-8") {
                let found = try answer([.internationalName, .canonicalName])
                #expect(found?.address == .ipv4(IPv4Address(192, 0, 2, 7), port: 80))
                #expect(found?.canonicalName == "xn--mnchen-3ya.example")
                let letters = try answer([.internationalName, .canonicalName, .internationalCanonicalName])
                #expect(letters?.canonicalName == "m\u{FC}nchen.example")
                #expect(throws: ResolverError.self) { try answer([]) }
            }
            // The C library knows the letters by the locale.
            try Self.inLocale("C") {
                _ = #expect(throws: ResolverError.self) { try answer([.internationalName]) }
            }
        }
    }
}
