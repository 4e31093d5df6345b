import AsyncSockets
import Sockets
import TLSSockets
import TestSupport
import Testing

/// Secure sockets that suspend, against Python's and each other.
@Suite(.serialized, Requirement.programs("python3", "openssl")) struct AsyncTLSSocketTests {
    static let pki = Result { try TLSSocketTests.makePKI() }

    @Test func talksWithPython() async throws {
        let pki = try Self.pki.get()
        let (program, port) = try TLSSocketTests.python(
            pki, "c.sendall(c.recv(100).upper()); u = c.unwrap(); u.sendall(b'plain'); print(u.recv(10))")
        try await withDeadline(.seconds(30)) {
            let socket = try await AsyncTLSSocket.connected(
                to: .loopback(port: port), using: pki.client(), serverName: "localhost")
            #expect(socket.version == .v1_3 && socket.verifiedChain.count == 2)
            try await socket.sendAll("hello")
            #expect(try await socket.receive(upTo: 100) == Array("HELLO".utf8))
            let (plain, received) = try await socket.unwrap()
            var text = received
            while text.count < 5, let more = try await plain.receive(upTo: 5) { text += more }
            #expect(text == Array("plain".utf8))
            try await plain.sendAll("done")
        }
        #expect(try program.finish() == ["b'done'"])
    }

    @Test func servesManyAtOnce() async throws {
        let pki = try Self.pki.get()
        let listener = try AsyncTLSSocket.listening(on: .loopback(port: 0), using: pki.server())
        let address = try listener.localAddress
        let port = try #require(address.port)
        let client = try pki.client()
        let errors = Lock<[any Error]>([])
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.create_default_context(cafile='\(pki.rootFile)')
            for i in range(20):
                c = x.wrap_socket(socket.create_connection(('127.0.0.1', \(port))), server_hostname='localhost')
                c.settimeout(20)
                data = bytes([i]) * (1 + i * 4000)
                c.sendall(data)
                got = b''
                while len(got) < len(data): got += c.recv(65536)
                assert got == data
                c.close()
            print('good')
            """)
        try await withThrowingTaskGroup { group in
            group.addTask {
                // Python's close() says no goodbye: 20 conversations end truncated.
                try await listener.serve(onError: { error, _ in errors.withLock { $0.append(error) } }) { peer in
                    while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
                }
            }
            try await withDeadline(.seconds(60)) {
                try await withThrowingDiscardingTaskGroup { clients in
                    for number in 0..<16 {
                        clients.addTask {
                            let socket = try await AsyncTLSSocket.connected(
                                to: address, using: client, serverName: "localhost")
                            for turn in 0..<20 {
                                let data = [UInt8](repeating: UInt8(turn), count: 1 + number * 1500 + turn)
                                async let sent: Void = socket.sendAll(data)
                                var got: [UInt8] = []
                                while got.count < data.count {
                                    let count = try await socket.receive(upTo: 50_000, appendingTo: &got)
                                    try #require(count > 0)
                                }
                                try await sent
                                #expect(got == data)
                            }
                            try await socket.closeGracefully()
                        }
                    }
                }
            }
            #expect(try program.finish() == ["good"])
            group.cancelAll()
            await #expect(throws: TLSError.self) { try await group.next() }
        }
        #expect(errors.withLock { $0.map { ($0 as? TLSError)?.code } } == Array(repeating: .truncated, count: 20))
    }

    @Test func connectsByName() async throws {
        let pki = try Self.pki.get()
        let (program, port) = try TLSSocketTests.python(pki, "c.sendall(c.recv(10)); c.unwrap()")
        try await withDeadline(.seconds(30)) {
            let socket = try await AsyncTLSSocket.connected(to: "localhost", port: port, using: pki.client())
            #expect(socket.verifiedName == "localhost")
            try await socket.sendAll("name")
            #expect(try await socket.receive(upTo: 10) == Array("name".utf8))
            #expect(try await socket.receive(upTo: 10) == nil)
            socket.close()
        }
        _ = try program.finish()
        // A name that no certificate can have is told before anything is sent.
        await #expect {
            try await AsyncTLSSocket.connected(to: "not a name", port: 1, using: pki.client())
        } throws: { ($0 as? TLSError)?.code == .badSetting }
    }

    @Test func tasksThatBeginAtOnceShareTheHandshake() async throws {
        let pki = try Self.pki.get()
        let (first, second) = try AsyncSocket.pair()
        let server = try AsyncTLSSocket(upgrading: first, using: pki.server())
        let client = try AsyncTLSSocket(upgrading: second, using: pki.client(), serverName: "localhost")
        try await withDeadline(.seconds(20)) {
            // All of them find that it has not been run.
            async let receiving = client.receive(upTo: 10)
            async let sending: Void = client.sendAll("ping")
            async let waiting: Void = client.handshake()
            // One whose time is short gives up, and leaves the others alone.
            await #expect {
                try await withDeadline(.milliseconds(50)) { () throws(TLSError) in try await client.handshake() }
            } throws: { ($0 as? TLSError)?.code == .timedOut }
            let given = Task { try await client.handshake() }
            given.cancel()
            await #expect { try await given.value } throws: { ($0 as? TLSError)?.code == .cancelled }
            #expect(try await server.receive(upTo: 10) == Array("ping".utf8))
            try await server.sendAll("pong")
            #expect(try await receiving == Array("pong".utf8))
            try await sending
            try await waiting
        }
    }

    @Test func manyBytesBothWaysAtOnce() async throws {
        let pki = try Self.pki.get()
        let (program, port, data) = try TLSSocketTests.pythonBothWays(pki)
        try await withDeadline(.seconds(60)) {
            let socket = try await AsyncTLSSocket.connected(
                to: .loopback(port: port), using: pki.client(), serverName: "localhost")
            async let sent: Void = socket.sendAll(data)
            var got: [UInt8] = []
            while got.count < data.count {
                let count = try await socket.receive(upTo: 100_000, appendingTo: &got)
                try #require(count > 0)
            }
            #expect(got == data)
            try await sent
            #expect(try await socket.receive(upTo: 1) == nil)
        }
        #expect(try program.finish() == ["True"])
    }

    @Test func deadlinesAndCancellationLoseNothing() async throws {
        let pki = try Self.pki.get()
        let (program, port) = try TLSSocketTests.python(
            pki, "sys.stdin.readline(); c.sendall(b'late'); sys.stdin.readline(); print(len(c.recv(100)))")
        let socket = try await AsyncTLSSocket.connected(
            to: .loopback(port: port), using: pki.client(), serverName: "localhost")
        await #expect {
            try await withDeadline(.milliseconds(50)) { () throws(TLSError) in _ = try await socket.receive(upTo: 10) }
        } throws: { ($0 as? TLSError)?.code == .timedOut }
        let task = Task { try await socket.receive(upTo: 10) }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? TLSError)?.code == .cancelled }
        try program.write("go\n")
        try await withDeadline(.seconds(20)) {
            #expect(try await socket.receive(upTo: 10) == Array("late".utf8))
            try await socket.sendAll("x")
            try program.write("go\n")
            await #expect { try await socket.receive(upTo: 10) } throws: { ($0 as? TLSError)?.code == .truncated }
        }
        #expect(try program.finish() == ["1"])
    }

    @Test func aSlowHandshakeIsGivenUp() async throws {
        let pki = try Self.pki.get()
        let listener = try AsyncTLSSocket.listening(on: .loopback(port: 0), using: pki.server())
        let address = try listener.localAddress
        let (errors, continuation) = AsyncStream<any Error>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await listener.serve(
                    handshakeLimit: .milliseconds(100), onError: { error, _ in continuation.yield(error) }
                ) { _ in }
            }
            let silent = try await AsyncSocket.connected(to: address)
            var iterator = errors.makeAsyncIterator()
            let error = await iterator.next()
            #expect((error as? TLSError)?.code == .timedOut)
            silent.close()
            group.cancelAll()
            await #expect(throws: TLSError.self) { try await group.next() }
        }
    }

    @Test func closingWakesAWaitingTask() async throws {
        let pki = try Self.pki.get()
        let (first, second) = try AsyncSocket.pair()
        let server = try AsyncTLSSocket(upgrading: first, using: pki.server())
        let client = try AsyncTLSSocket(upgrading: second, using: pki.client(), serverName: "localhost")
        async let other: Void = server.handshake()
        try await client.handshake()
        try await other
        let waiting = Task { try await client.receive(upTo: 1) }
        try await Task.sleep(for: .milliseconds(20))
        client.close()
        await #expect { try await waiting.value } throws: { ($0 as? TLSError)?.code == .closed }
        // The goodbye came before the end.
        #expect(try await server.receive(upTo: 1) == nil)
    }
}
