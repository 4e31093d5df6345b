import Foundation
import TestSupport
import Testing

/// What a whole process shares is tested in a process of its own.
@Suite(.timeLimit(.minutes(2))) struct ServerFixtureTests {
    /// The fixture lies beside the test program.
    private static func fixture(limit: Int, _ arguments: String...) throws -> Program {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = URL(fileURLWithPath: own).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path + "/server-fixture") {
            folder.deleteLastPathComponent()
        }
        var path = folder.path + "/server-fixture"
        if folder.path == "/" {
            // The test program may be the toolchain's; then the products lie in the working directory.
            path = FileManager.default.currentDirectoryPath + "/.build/debug/server-fixture"
        }
        // Other tests start programs at the same time, and Foundation lets these inherit what is open at that moment. One of
        // these is the socket by which Foundation sees the end of the program: the outer shell keeps it.
        let script = """
            (
                for open in /proc/self/fd/*; do
                    number=${open##*/}
                    [ "$number" -le 2 ] || eval "exec $number>&-"
                done
                ulimit -n \(limit)
                exec "$0" "$@"
            )
            exit $?
            """
        return try Program("bash", ["-c", script, path] + arguments)
    }

    @Test(Requirement.programs("bash", "python3")) func `no client is lost when descriptors run out`() throws {
        let server = try Self.fixture(limit: 20, "threads")
        let port = try server.line()
        let client = try Program.python(
            """
            import socket, sys, time
            clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) for _ in range(60)]
            time.sleep(1)
            for number, client in enumerate(clients):
                text = b"client %d" % number
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                answer = b""
                while piece := client.recv(100): answer += piece
                assert answer == text, (number, answer)
                client.close()
            print("all served")
            """, port)
        #expect(try client.finish() == ["all served"])
        try server.endInput()
        let lines = try server.finish()
        #expect(lines.contains { $0.hasPrefix("error accepting: accept") && $0.contains("EMFILE") })
        #expect(!lines.contains { $0.hasPrefix("error serving") })
        #expect(Array(lines.suffix(4)) == ["in time: true", "descriptors: 0", "children: 0", "busy: false"])
    }

    @Test(Requirement.programs("bash", "python3")) func `programs get no descriptor and leave nothing behind`() throws {
        let server = try Self.fixture(limit: 256, "processes", "ls", "/proc/self/fd")
        let port = try server.line()
        let client = try Program.python(
            """
            import socket, sys
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) as s:
                    print(*s.makefile().read().split())
            """, port)
        // The same as without a server: standard input, output and error, and the folder.
        #expect(try client.finish() == Array(repeating: "0 1 2 3", count: 20))
        try server.endInput()
        #expect(try server.finish() == ["in time: true", "descriptors: 0", "children: 0", "busy: false"])
    }

    @Test(Requirement.programs("bash", "python3")) func `programs that are running are ended`() throws {
        let server = try Self.fixture(limit: 256, "processes", "cat")
        let port = try server.line()
        let client = try Program.python(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            s.sendall(b"x"); assert s.recv(1) == b"x"
            print("served", flush=True)
            print(s.recv(1))
            """, port)
        #expect(try client.line() == "served")
        try server.endInput()
        #expect(try server.finish() == ["in time: true", "descriptors: 0", "children: 0", "busy: false"])
        #expect(try client.finish() == ["b''"])
    }
}
