import TestSupport
import Testing

@Suite struct UsageTests {
    @Test(.timeLimit(.minutes(4)), arguments: ["connect", "echo", "interfaces", "listen", "resolve", "services"])
    func `the help of each subcommand has examples`(name: String) throws {
        let lines = try Program.run("\"$sock\" $1 --help", name)
        #expect(lines.first?.hasPrefix("OVERVIEW: ") == true)
        #expect(lines.contains("EXAMPLES"))
        #expect(lines.contains { $0.hasPrefix("  sock \(name)") || $0.contains("| sock \(name)") })
        #expect(lines.contains { $0.hasPrefix("USAGE: sock \(name)") })
        #expect(try Program.run("\"$sock\" help $1", name) == lines)
    }

    @Test(.timeLimit(.minutes(4))) func `the help of the tool names the subcommands and the endpoints`() throws {
        let text = try Program.run("\"$sock\" --help").joined(separator: "\n")
        for word in ["connect", "echo", "interfaces", "listen", "resolve", "services", "ENDPOINTS", "EXIT STATUS"] {
            #expect(text.contains(word))
        }
    }

    @Test(
        .timeLimit(.minutes(4)),
        arguments: [
            ("connect", "endpoint"), ("listen 127.0.0.1", "has no port"), ("connect example.org", "has no port"),
            ("connect ::1", "[::1]:PORT"), ("connect [::1]", "has no port"), ("connect localhost:", "no port after"),
            ("connect localhost:70000", "out of range"), ("listen 65536", "out of range"),
            ("connect 1:2:3", "is no endpoint"), ("listen unix:", "has no name"), ("connect -4 -6 :1", "exclude"),
            ("connect --timeout soon :1", "is no time"), ("connect --timeout=-1s :1", "is no time"),
            ("connect --source here :1", "is no address"), ("echo --limit 0 :1", "at least 1"),
            ("listen --udp :1 --exec cat", "--exec needs connections"), ("nothing", "Unexpected argument"),
            ("services 70000", "out of range"),
        ])
    func `a wrong command line is status 64, and says what is wrong`(arguments: String, text: String) throws {
        let program = try Program.shell("exec \"$sock\" \(arguments)")
        try program.endInput()
        #expect(try program.wait() == 64)
        let lines = try Program.run("\"$sock\" \(arguments) 2>&1 < /dev/null; true")
        #expect(lines.joined(separator: "\n").contains(text), "\(lines)")
    }
}
