import Foundation
import Sockets
import TLSSockets
import TestSupport
import Testing

/// Blocking secure sockets against Python's, and against each other where no peer can do it.
@Suite(.serialized, Requirement.programs("python3", "openssl")) struct TLSSocketTests {
    static let pki = Result { try TLSSocketTests.makePKI() }

    static func makePKI() throws -> PKI {
        let pki = try PKI()
        try pki.certificate("server")
        try pki.certificate("client", "email:client@example.org")
        return pki
    }

    /// A TLS server in Python that runs a body with `c`, the client's socket, and `x`, the context.
    static func python(_ pki: PKI, _ body: String, setup: String = "") throws -> (Program, Sockets.Port) {
        let program = try Program.python(
            """
            import ssl, socket, sys
            x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            x.load_cert_chain('\(pki.file("server.pem"))', '\(pki.file("server.key"))')
            \(setup)
            l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20)
            print(l.getsockname()[1], flush=True)
            p, _ = l.accept(); p.settimeout(20)
            c = x.wrap_socket(p, server_side=True)
            \(body)
            """)
        return (program, try Self.port(program))
    }

    /// A TLS server in Python that sends many bytes while it receives as many; the bytes are the same in both directions.
    static func pythonBothWays(_ pki: PKI) throws -> (Program, Sockets.Port, [UInt8]) {
        let (program, port) = try Self.python(
            pki,
            """
            import threading
            data = bytes(i % 251 for i in range(3_000_001))
            got = []
            def read():
                n = 0
                while n < len(data):
                    b = c.recv(50000)
                    if not b: break
                    got.append(b); n += len(b)
            t = threading.Thread(target=read); t.start()
            c.sendall(data)
            t.join()
            print(b''.join(got) == data, flush=True)
            c.unwrap()
            """)
        return (program, port, (0..<3_000_001).map { UInt8($0 % 251) })
    }

    static func port(_ program: Program) throws -> Sockets.Port {
        let line = try program.line()
        return try #require(.init(line))
    }

    /// A listener of ours, and its port.
    static func listener(_ context: TLSContext) throws -> (TLSSocket, Sockets.Port) {
        let listener = try TLSSocket.listening(on: .loopback(port: 0), using: context)
        listener.timeout = .seconds(20)
        let address = try listener.localAddress
        return (listener, try #require(address.port))
    }

    @Test func talksWithPython() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(
            pki, "print(c.version(), c.cipher()[0]); c.sendall(c.recv(100).upper()); c.unwrap(); print('unwrapped')")
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(20)
        #expect(socket.version == .v1_3)
        #expect(socket.verifiedName == "localhost")
        #expect(socket.verifiedChain.map(\.commonName) == ["server", "Test root"])
        // The root does not come by the network.
        #expect(socket.presentedChain.map(\.commonName) == ["server"])
        #expect(socket.peerCertificate?.alternativeNames.map(\.description) == ["localhost", "127.0.0.1"])
        try socket.sendAll("hello")
        #expect(try socket.receive(upTo: 100) == Array("HELLO".utf8))
        #expect(try socket.receive(upTo: 100) == nil)
        #expect(try program.line() == "TLSv1.3 \(try #require(socket.cipherSuite).openSSLName)")
        socket.close()
        #expect(try program.finish() == ["unwrapped"])
    }

    @Test func servesPython() throws {
        let pki = try Self.pki.get()
        let (listener, port) = try Self.listener(pki.server { $0.applicationProtocols = ["h2", "echo"] })
        let server = Background {
            let (peer, _) = try listener.accept()
            peer.timeout = .seconds(20)
            while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
            try peer.closeGracefully(within: .seconds(10))
            return peer.description
        }
        let program = try Program.python(
            """
            import ssl, socket, sys
            x = ssl.create_default_context(cafile='\(pki.rootFile)'); x.set_alpn_protocols(['echo'])
            c = x.wrap_socket(socket.create_connection(('127.0.0.1', \(port))), server_hostname='localhost')
            c.settimeout(20)
            data = bytes(range(256)) * 1000
            import threading
            t = threading.Thread(target=lambda: c.sendall(data)); t.start()
            got = b''
            while len(got) < len(data): got += c.recv(65536)
            t.join()
            print(got == data, c.selected_alpn_protocol())
            c.unwrap()
            print('end')
            """)
        #expect(try program.finish() == ["True echo", "end"])
        #expect(try server.join().hasPrefix("TLS 1.3 TLS_"))
    }

    @Test func manyBytesBothWaysAtOnce() throws {
        let pki = try Self.pki.get()
        let (program, port, data) = try Self.pythonBothWays(pki)
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(60)
        let writer = Background { try socket.sendAll(data) }
        var got: [UInt8] = []
        while got.count < data.count, let bytes = try socket.receive(upTo: 100_000) { got += bytes }
        #expect(got == data)
        try writer.join()
        #expect(try program.line() == "True")
        #expect(try socket.receive(upTo: 1) == nil)
        socket.close()
        #expect(try program.wait() == 0)
    }

    @Test func upgradesInMidStreamAndBack() throws {
        let pki = try Self.pki.get()
        let program = try Program.python(
            """
            import ssl, socket
            x = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            x.load_cert_chain('\(pki.file("server.pem"))', '\(pki.file("server.key"))')
            l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20)
            print(l.getsockname()[1], flush=True)
            p, _ = l.accept(); p.settimeout(20)
            assert p.recv(10) == b'STARTTLS\\r\\n'
            p.sendall(b'220 go\\r\\n')
            c = x.wrap_socket(p, server_side=True)
            c.sendall(c.recv(10))
            # The plain text follows the goodbye at once.
            u = c.unwrap()
            u.sendall(b'plain again')
            print(u.recv(100))
            """)
        let port = try Self.port(program)
        let plain = try Socket.connected(to: "127.0.0.1", port: port, timeout: .seconds(20))
        plain.timeout = .seconds(20)
        try plain.sendAll("STARTTLS\r\n")
        #expect(try plain.receive(until: Array("\r\n".utf8)) == Array("220 go\r\n".utf8))
        let secure = try TLSSocket(upgrading: plain, using: pki.client(), serverName: "localhost")
        try secure.sendAll("secret")
        #expect(try secure.receive(upTo: 10) == Array("secret".utf8))
        let (again, received) = try secure.unwrap()
        #expect(again === plain && !again.isClosed && secure.isClosed)
        var text = received
        while text.count < 11, let more = try again.receive(upTo: 20) { text += more }
        #expect(String(decoding: text, as: UTF8.self) == "plain again")
        #expect(throws: TLSError.self) { try secure.sendAll("x") }
        try again.sendAll("and on")
        #expect(try program.finish() == ["b'and on'"])
    }

    @Test func anEndWithoutGoodbyeIsTruncation() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(pki, "c.sendall(b'half'); p = c.detach(); import os; os.close(p)")
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(20)
        #expect(try socket.receive(upTo: 100) == Array("half".utf8))
        #expect { try socket.receive(upTo: 100) } throws: { ($0 as? TLSError)?.code == .truncated }
        try program.wait()
    }

    @Test func halfClose() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(
            pki,
            "n = 0\nwhile True:\n    b = c.recv(100)\n    if not b: break\n    n += len(b)\nc.sendall(b'%d' % n)\nc.unwrap()"
        )
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(20)
        try socket.sendAll([UInt8](repeating: 1, count: 12_345))
        try socket.finishWriting()
        #expect(try socket.receive(upTo: 100) == Array("12345".utf8))
        #expect(try socket.receive(upTo: 100) == nil)
        #expect { try socket.sendAll("more") } throws: { ($0 as? TLSError)?.code == .closed }
        try program.wait()
    }

    @Test func resumes() throws {
        let pki = try Self.pki.get()
        for version in [TLSVersion.v1_2, .v1_3] {
            let (listener, port) = try Self.listener(pki.server())
            let server = Background {
                for _ in 0..<3 {
                    let (peer, _) = try listener.accept()
                    peer.timeout = .seconds(20)
                    while let bytes = try peer.receive(upTo: 100) { try peer.sendAll(bytes) }
                }
            }
            let context = try pki.client { $0.maximumVersion = version }
            var session: TLSSession?
            for round in 0..<3 {
                // A session for another name is not offered.
                let name = round == 2 ? "127.0.0.1" : "localhost"
                let socket = try TLSSocket.connected(
                    to: "127.0.0.1", port: port, using: context, serverName: name, session: session,
                    timeout: .seconds(20))
                socket.timeout = .seconds(20)
                #expect(socket.isResumed == (round == 1), "\(version) \(round)")
                try socket.sendAll("x")
                #expect(try socket.receive(upTo: 10) == [120])
                if round == 0 {
                    let first = try #require(socket.session)
                    session = try TLSSession(secretBytes: first.secretBytes, serverName: first.serverName)
                }
                socket.close()
            }
            try server.join()
        }
    }

    @Test func aTimeoutIsOneLimitForTheWhole() throws {
        // A peer that sends a byte of a record each 50 ms never lets a single wait time out.
        let pki = try Self.pki.get()
        let program = try Program.python(
            """
            import socket, time
            l = socket.create_server(('127.0.0.1', 0)); l.settimeout(20)
            print(l.getsockname()[1], flush=True)
            c, _ = l.accept()
            c.sendall(bytes([22, 3, 3, 64, 0]))
            try:
                while True: c.sendall(b'\\x02'); time.sleep(0.05)
            except OSError: pass
            """)
        let port = try Self.port(program)
        let begin = ContinuousClock.now
        #expect {
            try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .milliseconds(400))
        } throws: { ($0 as? TLSError)?.code == .timedOut }
        #expect(ContinuousClock.now - begin < .seconds(10))
        program.terminate()
    }

    @Test func timesOutAndGoesOn() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(
            pki, "print('ready', flush=True); sys.stdin.readline(); c.sendall(b'late'); c.unwrap()")
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        _ = try program.line()
        socket.timeout = .milliseconds(50)
        #expect { try socket.receive(upTo: 10) } throws: { ($0 as? TLSError)?.code == .timedOut }
        socket.isBlocking = false
        #expect { try socket.receive(upTo: 10) } throws: { ($0 as? TLSError)?.code == .wouldBlock }
        try program.write("go\n")
        socket.timeout = .seconds(20)
        #expect(try socket.receive(upTo: 10) == Array("late".utf8))
        #expect(try socket.receive(upTo: 10) == nil)
        socket.close()
        try program.wait()
    }

    @Test func closingWakesBothDirections() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(pki, "sys.stdin.readline()")
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        let (readerState, writerState) = (ThreadState(), ThreadState())
        let reader = Background { () -> TLSError.Code? in
            readerState.enter()
            do { _ = try socket.receive(upTo: 10) } catch let error as TLSError { return error.code }
            return nil
        }
        let writer = Background { () -> TLSError.Code? in
            writerState.enter()
            let block = [UInt8](repeating: 0, count: 1 << 20)
            do { while true { try socket.sendAll(block) } } catch let error as TLSError { return error.code }
        }
        #expect(readerState.waitUntilAsleep() && writerState.waitUntilAsleep())
        socket.close()
        #expect(try reader.join() == .closed)
        #expect(try writer.join() == .closed)
        try program.endInput()
        try program.wait()
    }

    @Test func aSendThatTimesOutLosesNothing() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(
            pki,
            """
            sys.stdin.readline()
            import hashlib
            h = hashlib.sha256(); n = 0
            while True:
                b = c.recv(65536)
                if not b: break
                h.update(b); n += len(b)
            print(n, h.hexdigest())
            """)
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .milliseconds(100)
        let data = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        var sent = 0
        do {
            try socket.sendAll(data)
        } catch {
            #expect(error.code == .timedOut)
            sent = try #require(error.bytesTransferred)
        }
        #expect(sent > 0 && sent < data.count)
        try program.write("go\n")
        socket.timeout = .seconds(60)
        try socket.sendAll(Array(data[sent...]))
        try socket.finishWriting()
        try data.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: pki.file("data"))) }
        let digest = try Program("sha256sum", [pki.file("data")]).finish()[0].prefix(64)
        #expect(try program.finish() == ["\(data.count) \(digest)"])
    }

    @Test func overAPairOfUnixSockets() throws {
        let pki = try Self.pki.get()
        let (first, second) = try Socket.pair()
        let server = try TLSSocket(upgrading: first, using: pki.server())
        let client = try TLSSocket(upgrading: second, using: pki.client(), serverName: "localhost")
        let echo = Background {
            server.timeout = .seconds(20)
            while let bytes = try server.receive(upTo: 100) { try server.sendAll(bytes) }
            try server.finishWriting()
        }
        client.timeout = .seconds(20)
        try client.sendAll("over a pair")
        #expect(try client.receive(upTo: 100) == Array("over a pair".utf8))
        try client.updateKeys()
        try client.sendAll("new keys")
        #expect(try client.receive(upTo: 100) == Array("new keys".utf8))
        try client.closeGracefully(within: .seconds(10))
        try echo.join()
    }

    @Test func readersAndWritersOfStreamsWorkOverIt() throws {
        let pki = try Self.pki.get()
        let (program, port) = try Self.python(
            pki, "while True:\n    b = c.recv(100)\n    if not b: break\n    c.sendall(b.upper())")
        let socket = try TLSSocket.connected(to: "localhost", port: port, using: pki.client(), timeout: .seconds(20))
        socket.timeout = .seconds(20)
        let reader = socket.reader()
        try socket.sendAll("one\ntwo\n")
        #expect(try reader.line() == "ONE")
        #expect(try reader.line() == "TWO")
        try socket.finishWriting()
        socket.close()
        try program.wait()
    }

    @Test func aServerChangesItsCertificateWithoutAnEnd() throws {
        let pki = try Self.pki.get()
        try pki.certificate("renewed")
        let context = try pki.server()
        let (listener, port) = try Self.listener(context)
        let server = Background {
            for _ in 0..<2 {
                let (peer, _) = try listener.accept()
                peer.timeout = .seconds(20)
                try peer.sendAll("hello")
                _ = try peer.receive(upTo: 1)
            }
        }
        let client = try pki.client()
        func subject() throws -> String? {
            let socket = try TLSSocket.connected(to: "localhost", port: port, using: client, timeout: .seconds(20))
            socket.timeout = .seconds(20)
            _ = try socket.receive(upTo: 10)
            try socket.finishWriting()
            return socket.peerCertificate?.commonName
        }
        #expect(try subject() == "server")
        let renewed = try pki.identity("renewed")
        try context.update { $0.identities = [renewed] }
        #expect(try subject() == "renewed")
        // Settings that cannot be used leave everything as it was.
        #expect(throws: TLSError.self) { try context.update { $0.identities = [] } }
        #expect(context.settings.identities.count == 1)
        try server.join()
    }
}
