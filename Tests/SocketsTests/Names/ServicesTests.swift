import Foundation
import Sockets
import TestSupport
import Testing

// Foundation has one too.
private typealias Port = Sockets.Port

@Suite struct ServicesTests {
    /// The lines of a database, each as its words without comments.
    private static func lines(_ path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
        }.filter { $0.count >= 2 }
    }

    @Test(Requirement.programs("python3"))
    func `the whole database of services is python's, by name and by port`() throws {
        let lines = try Self.lines("/etc/services")
        #expect(lines.count > 10)
        let python = try Program.python(
            """
            import socket, sys
            for line in sys.stdin:
                name, port, protocol = line.split()
                answers = []
                for ask in (lambda: socket.getservbyname(name, protocol), lambda: socket.getservbyname(name),
                            lambda: socket.getservbyport(int(port), protocol), lambda: socket.getservbyport(int(port))):
                    try:
                        answers.append(str(ask()))
                    except OSError:
                        answers.append("-")
                print(*answers)
            """)
        var cases: [(name: String, port: String, protocolName: String)] = []
        for words in lines {
            let parts = words[1].split(separator: "/").map(String.init)
            for name in [words[0]] + words[2...] { cases.append((name, parts[0], parts[1])) }
        }
        let text = cases.map { "\($0.name) \($0.port) \($0.protocolName)\n" }.joined()
        let writer = Background {
            try python.write(text)
            try python.endInput()
        }
        for (name, number, protocolName) in cases {
            let port = try #require(Port(number))
            let `protocol` = try #require(TransportProtocol(name: protocolName))
            let answers = [
                Port(service: name, over: `protocol`)?.description, Port(service: name)?.description,
                port.serviceName(over: `protocol`), port.serviceName(),
            ]
            #expect(try python.line() == answers.map { $0 ?? "-" }.joined(separator: " "), "\(name) \(number)")
        }
        try writer.join()
    }

    @Test func `all services are the lines of the database in their order`() throws {
        let expected = try Self.lines("/etc/services").compactMap { words -> Service? in
            let parts = words[1].split(separator: "/").map(String.init)
            return Port(parts[0]).map {
                Service(name: words[0], port: $0, protocolName: parts[1], aliases: Array(words[2...]))
            }
        }
        #expect(Services.all == expected)
    }

    @Test func `protocols are the lines of the database, by name and by number`() throws {
        var seen: Set<CInt> = []
        for words in try Self.lines("/etc/protocols") {
            let number = try #require(CInt(words[1]))
            for name in [words[0]] + words[2...] {
                #expect(TransportProtocol(name: name)?.rawValue == number, "\(name)")
            }
            // The first of several lines counts.
            if seen.insert(number).inserted { #expect(TransportProtocol(rawValue: number).name == words[0]) }
        }
        #expect(seen.count > 10)
    }

    @Test func `names that nobody knows, and texts that are none`() {
        for name in ["no-such-service", "", "h\0ttp", "HTTP-", "65536", "-1"] {
            #expect(Services.service(named: name) == nil)
            #expect(Port(service: name) == nil)
            #expect(TransportProtocol(name: name) == nil)
        }
        #expect(Port(service: "80") == 80)
        #expect(Port(service: "http", over: TransportProtocol(rawValue: 9999)) == nil)
        #expect(Port(service: "tftp", over: .tcp) == nil)
        #expect(Port(service: "tftp", over: .default) == 69)
        #expect(Port(service: "http", over: .mptcp) == 80)
        #expect(Port(60_001).serviceName() == nil)
        #expect(TransportProtocol(rawValue: 9999).name == nil)
        #expect(TransportProtocol(rawValue: -1).name == nil)
        #expect(TransportProtocol(name: "TCP") == .tcp)
    }

    @Test(Requirement.root, Requirement.programs("mount"))
    func `protocols have names without a database`() throws {
        try Namespace.run([.mounts]) {
            try Namespace.replace("/etc/protocols", with: "")
            #expect(TransportProtocol(name: "tcp") == .tcp)
            #expect(TransportProtocol(name: "UDP") == .udp)
            #expect(TransportProtocol.sctp.name == "sctp")
            #expect(TransportProtocol(name: "no-such") == nil)
        }
    }
}
