import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProcessServerTests {
    @Test(Requirement.programs("socat", "nc")) func `cat echoes for socat and nc`() throws {
        let ends = Lock<[ProcessServer.Ending]>([])
        let server = try ProcessServer(
            on: .loopback(port: 0), running: "cat", onError: { error, _ in Issue.record("\(error)") },
            onEnd: { _, ending in ends.withLock { $0.append(ending) } })
        let running = Background { try server.run() }
        let port = try #require(server.localAddress.port)
        for command in ["socat -t10 - TCP:127.0.0.1:\(port)", "nc -N -w 10 127.0.0.1 \(port)"] {
            #expect(try Program("sh", ["-c", "echo hello | \(command)"]).finish() == ["hello"])
        }
        // The client may have gone before the program: stopping would end that by a signal.
        let limit = ContinuousClock.now + .seconds(20)
        while ends.withLock({ $0.count }) < 2, .now < limit { usleep(5_000) }
        #expect(server.stop(within: .seconds(20)))
        try running.join()
        #expect(ends.withLock { $0 } == [.exited(status: 0), .exited(status: 0)])
        #expect(server.runningProcesses.isEmpty)
    }

    @Test func `the environment tells of the connection`() throws {
        let server = try ProcessServer(
            on: .loopback(port: 0), running: "/usr/bin/env", environment: ["COLOUR": "blau", "PROTO": "wrong"])
        let running = Background { try server.run() }
        let port = try #require(server.localAddress.port)
        let client = try Program.python(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            env = dict(line.rstrip("\\n").split("=", 1) for line in s.makefile() if "=" in line)
            own = str(s.getsockname()[1])
            print(env["TCPREMOTEPORT"] == own == env["REMOTE_PORT"])
            for name in ["PROTO", "TCPLOCALIP", "TCPLOCALPORT", "TCPREMOTEIP", "REMOTE_ADDR", "COLOUR"]: print(env[name])
            print("PATH" in env)
            """, "\(port)")
        #expect(
            try client.finish() == [
                "True", "TCP", "127.0.0.1", "\(port)", "127.0.0.1", "127.0.0.1", "blau", "True",
            ])
        server.stop(within: .seconds(20))
        try running.join()
    }

    @Test func `Unix clients, and a python program`() throws {
        let folder = try TemporaryFolder()
        let server = try ProcessServer(
            on: .unix(path: .init(folder.file("s"))), running: "python3",
            [
                "-c",
                "import os; print(os.environ['PROTO'], os.environ['UNIXLOCALPATH'], 'TCPLOCALIP' in os.environ, input())",
            ])
        let running = Background { try server.run() }
        let client = try Socket.connected(to: server.localAddress)
        client.timeout = .seconds(20)
        try client.sendAll("word\n")
        #expect(try client.reader().line() == "UNIX \(folder.file("s")) False word")
        server.stop(within: .seconds(20))
        try running.join()
    }

    @Test func `the limit holds, and programs that do not end are killed`() throws {
        let ends = Lock<[ProcessServer.Ending]>([])
        let server = try ProcessServer(
            on: .loopback(port: 0), running: "sh",
            ["-c", "trap '' TERM; echo $$; while :; do read x || sleep 1; done"],
            limit: 2, onEnd: { _, ending in ends.withLock { $0.append(ending) } })
        let running = Background { try server.run() }
        let clients = try (0..<3).map { _ in try Socket.connected(to: server.localAddress) }
        var numbers: Set<String> = []
        for client in clients[..<2] {
            client.timeout = .seconds(20)
            numbers.insert(try #require(try client.reader().line()))
        }
        #expect(numbers == Set(server.runningProcesses.map { "\($0)" }))
        // The third waits in the queue.
        #expect(try clients[2].wait(for: .read, timeout: .milliseconds(100)) == [])
        #expect(!server.stop(within: .milliseconds(100)))
        try running.join()
        #expect(ends.withLock { $0 } == [.signalled(9), .signalled(9)])
    }

    @Test func `a program that is not there is told of`() throws {
        let errors = Lock<[String]>([])
        let server = try ProcessServer(
            on: .loopback(port: 0), running: "/no/such/program",
            onError: { error, _ in errors.withLock { $0.append("\(error)") } })
        let running = Background { try server.run() }
        let client = try Socket.connected(to: server.localAddress)
        client.timeout = .seconds(20)
        #expect(try client.receive(upTo: 1) == nil)
        server.stop(within: .seconds(20))
        try running.join()
        let told = errors.withLock { $0 }
        #expect(told.count == 1 && told.first?.contains("ENOENT") == true)
        #expect(throws: SocketError.self) {
            try ProcessServer(on: .loopback(port: 0), running: "cat", ["a\0b"])
        }
    }
}
