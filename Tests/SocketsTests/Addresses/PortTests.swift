import Testing

@testable import Sockets

@Suite("Ports")
struct PortTests {
    @Test(
        "Text of one to five digits up to 65535 is a port",
        arguments: [
            ("0", 0), ("80", 80), ("080", 80), ("00080", 80), ("65535", 65535), ("", nil), ("000080", nil),
            ("65536", nil),
            ("99999", nil), ("+80", nil), ("-1", nil), (" 80", nil), ("80 ", nil), ("8 0", nil), ("0x50", nil),
            ("٨٠", nil),
            ("http", nil), ("80\0", nil),
        ] as [(String, UInt16?)])
    func text(text: String, expected: UInt16?) {
        #expect(Port(text)?.rawValue == expected)
        #expect(Port(Substring(text))?.rawValue == expected)
    }

    @Test("Integers outside the range are refused")
    func integers() {
        #expect(Port(exactly: -1) == nil)
        #expect(Port(exactly: 65_536) == nil)
        #expect(Port(exactly: UInt128.max) == nil)
        #expect(Port(exactly: 65_535) == 65_535)
        #expect(Port.ssh < .http)
        #expect(Port.http.description == "80")
        #expect(Port.http.isPrivileged && !Port.any.isPrivileged && !Port(1024).isPrivileged && Port(1023).isPrivileged)
        #expect(Port(49_152).isDynamic && !Port(49_151).isDynamic)
    }

    @Test("Well-known services work without a database")
    func services() {
        #expect(Port(wellKnownService: "http") == 80)
        #expect(Port(wellKnownService: "www", over: .tcp) == 80)
        #expect(Port(wellKnownService: "http", over: .udp) == nil)
        #expect(Port(wellKnownService: "HTTP") == nil)
        #expect(Port(wellKnownService: "domain", over: .udp) == .domain)
        #expect(Port(514).wellKnownServiceName(over: .tcp) == "shell")
        #expect(Port(514).wellKnownServiceName(over: .udp) == "syslog")
        #expect(Port(80).wellKnownServiceName() == "http")
        #expect(Port(1).wellKnownServiceName(over: .udp) == nil)
        #expect(WellKnownServices.port(named: "http", protocolName: "sctp") == nil)
    }

    @Test("No name in the table stands for two ports, and every entry is found by its names")
    func table() {
        #expect(WellKnownServices.entries.count >= 100)
        var names: Set<String> = []
        for entry in WellKnownServices.entries {
            for name in [entry.name] + entry.aliases {
                #expect(names.insert("\(name)").inserted, "\(name)")
                #expect(WellKnownServices.port(named: "\(name)", protocolName: nil) == entry.port)
            }
        }
    }
}
