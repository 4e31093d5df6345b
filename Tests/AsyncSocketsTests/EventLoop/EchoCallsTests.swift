import Foundation
import Sockets
import TestSupport
import Testing

/// What a tracer sees of the loop's thread.
@Suite(.timeLimit(.minutes(2))) struct EchoCallsTests {
    @Test(Requirement.programs("strace"), arguments: ["plain", "timed"])
    func `an echo is one receive, one send and a share of a wait, also under a deadline that does not pass`(
        kind: String
    ) async throws {
        let folder = try TemporaryFolder()
        let traced = try Program(
            "strace", ["-f", "-o", folder.file("trace"), try Program.builtPath("async-fixture"), "echo", kind])
        let port = try await traced.nextLine()
        let client = try Program.python(
            """
            import socket, sys
            c = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); c.recv(1)
            for n in range(500):
                c.sendall(b"%064d" % n); assert c.recv(100) == b"%064d" % n
            """, port)
        #expect(try await client.rest() == [])
        #expect(try await traced.rest() == [])
        let lines = try String(contentsOfFile: folder.file("trace"), encoding: .utf8).split(separator: "\n")
        var thread: Substring?
        var counts: [Substring: Int] = [:]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2 else { continue }
            let call = parts[1].drop { $0 == " " }
            if call.contains("\"/mark/start\"") { thread = parts[0] }
            if call.contains("\"/mark/end\"") { break }
            // A call that another thread's line cuts in two is counted by its first half.
            guard parts[0] == thread, !call.hasPrefix("<..."), !call.hasPrefix("access("), !call.hasPrefix("faccessat"),
                !call.hasPrefix("mmap"), !call.hasPrefix("munmap"), !call.hasPrefix("futex"), !call.hasPrefix("madvise")
            else { continue }
            counts[call.prefix { $0 != "(" }, default: 0] += 1
        }
        let waits = counts.filter { $0.key.hasPrefix("epoll_") }
        #expect(waits.keys.allSatisfy { ["epoll_wait", "epoll_pwait", "epoll_pwait2"].contains($0) })
        #expect(waits.values.reduce(0, +) <= 401)
        #expect(counts.filter { !$0.key.hasPrefix("epoll_") } == ["recvfrom": 400, "sendto": 400], "\(counts)")
    }

    @Test(Requirement.programs("gcc"), Requirement.systemAllocator)
    func `batches allocate nothing, however many datagrams are in them`() async throws {
        let counts = try await Background {
            let folder = try TemporaryFolder()
            let counter = try AllocationCounter(in: folder)
            return try counter.counts(
                of: Program.built("async-fixture", "batches", environment: counter.environment))
        }.value()
        #expect(counts == ["of1": 0, "of64": 0])
    }
}
