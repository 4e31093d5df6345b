import Foundation
import Sockets
import TestSupport
import Testing

/// What the kernel and a tracer see of the library, from outside.
@Suite struct SocketCallsTests {
    /// The program beside the tests.
    private var program: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("socket-calls").path
        }
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("strace"))
    func `one system call for each send and receive, also with a timeout`() throws {
        let folder = try TemporaryFolder()
        let traced = try Program("strace", ["-o", folder.file("trace"), program, "calls"])
        #expect(try traced.wait() == 0, "\(traced.errorText)")
        let lines = try String(contentsOfFile: folder.file("trace"), encoding: .utf8).split(separator: "\n")
        var name: Substring?
        var counts: [Substring: [Substring: Int]] = [:]
        for line in lines {
            if let start = line.range(of: "\"/mark/") {
                let mark = line[start.upperBound...].prefix { $0 != "\"" }
                name = mark == "end" ? nil : mark
            } else if let name, !line.hasPrefix("mmap"), !line.hasPrefix("munmap") {
                // (A sanitizer's own memory; that the calls allocate none of theirs is counted by Benchmarks/instructions.)
                counts[name, default: [:]][line.prefix { $0 != "(" }, default: 0] += 1
            }
        }
        #expect(counts.keys.sorted() == ["shared", "tcp", "tcp-timed", "udp"])
        for (name, calls) in counts { #expect(calls == ["sendto": 100, "recvfrom": 100], "\(name)") }
        // No descriptor is open to other programs for a moment.
        var made: Set<Substring> = []
        for line in lines {
            let call = line.prefix { $0 != "(" }
            guard ["socket", "accept4", "socketpair", "accept", "dup", "pipe"].contains(call) else { continue }
            made.insert(call)
            #expect(line.contains("SOCK_CLOEXEC"), "\(line)")
        }
        #expect(made.isSuperset(of: ["socket", "accept4"]))
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("gcc"), Requirement.systemAllocator)
    func `batches allocate nothing, however many datagrams are in them`() throws {
        let folder = try TemporaryFolder()
        let counter = try AllocationCounter(in: folder)
        let counts = try counter.counts(of: Program(program, ["batches"], environment: counter.environment))
        #expect(counts["of1"] == 0)
        #expect(counts["of64"] == 0)
        // It does count.
        #expect(counts["kept"] == 100)
    }

    @Test(.timeLimit(.minutes(5))) func `SIGPIPE never comes`() throws {
        let child = try Program(try program, ["sigpipe"])
        #expect(try child.finish() == ["alive after 7"])
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("gcc"), Requirement.systemAllocator)
    func `families that refuse the flag against SIGPIPE can send`() throws {
        let folder = try TemporaryFolder()
        let environment = try Program.preloading("refused-flag", in: folder)
        let child = try Program(try program, ["refused-flag"], environment: environment)
        #expect(try child.finish() == ["heard abcdde, then connection reset by peer"])
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("setpriv"))
    func `a port without privilege says what is missing`() throws {
        let first = try Int(
            String(contentsOfFile: "/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines))
        try #require(first == 1_024, "the kernel lets everybody have the ports from \(first ?? 0) on")
        let arguments =
            getuid() == 0 ? ["--inh-caps=-all", "--bounding-set=-all", try program, "bind"] : [try program, "bind"]
        for (address, text) in [("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:443", "[::1]:443")] {
            let child = try Program("setpriv", arguments + [address])
            #expect(
                try child.finish()
                    == ["bind \(text): permission denied (EACCES); ports below 1024 need privilege"])
        }
    }
}
