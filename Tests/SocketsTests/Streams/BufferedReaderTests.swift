import Sockets
import TestSupport
import Testing

/// Why the body failed.
private func failure(_ body: () throws -> Void) -> SocketError.Code? {
    do { try body() } catch { return (error as? SocketError)?.code }
    return nil
}

@Suite(.timeLimit(.minutes(2))) struct BufferedReaderTests {
    /// A connection with a Python program, in which `s` is the socket.
    private static func peer(_ script: String) throws -> (Socket, Program) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let program = try Program.python(
            """
            import socket, sys, time
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            """ + script, "\(try #require(try listener.localAddress.port))")
        let socket = try listener.accept().socket
        socket.timeout = .seconds(20)
        return (socket, program)
    }

    @Test func `every cut of a text gives the same lines`() throws {
        let text = "erste Zeile\r\n\nzwölf €\nno end\rhere\r\r\n\r\n"
        let lines = ["erste Zeile", "", "zwölf €", "no end\rhere\r", ""]
        let (socket, program) = try Self.peer(
            """
            text = "erste Zeile\\r\\n\\nzwölf €\\nno end\\rhere\\r\\r\\n\\r\\n".encode()
            for cut in range(len(text) + 1):
                s.sendall(text[:cut])
                assert s.recv(1) == b"+"
                s.sendall(text[cut:])
            for byte in text: s.sendall(bytes([byte]))
            """)
        let reader = socket.reader(capacity: 7)
        for cut in 0...text.utf8.count {
            // The first part is here, and nothing of the second.
            #expect(try reader.peek(cut) == Array(text.utf8.prefix(cut)))
            #expect(reader.bufferedCount == cut)
            try socket.sendAll("+")
            for line in lines { #expect(try reader.line() == line) }
        }
        for line in lines { #expect(try reader.line() == line) }
        #expect(try reader.line() == nil)
        #expect(reader.isAtEnd)
        try program.wait()
    }

    @Test func `a timeout in the middle loses nothing`() throws {
        let (socket, program) = try Self.peer(
            """
            for _ in range(3):
                s.sendall(b"par")
                assert s.recv(1) == b"+"
                s.sendall(b"tial\\n")
            """)
        let reader = socket.reader()
        for round in 0..<3 {
            _ = try reader.peek(3)
            socket.timeout = .milliseconds(30)
            let code = failure {
                switch round {
                case 0: _ = try reader.line()
                case 1: _ = try reader.read(exactly: 8)
                default: _ = try reader.read(until: Array("al\n".utf8))
                }
            }
            #expect(code == .timedOut)
            #expect(reader.buffered == Array("par".utf8))
            socket.timeout = .seconds(20)
            try socket.sendAll("+")
            #expect(try reader.line() == "partial")
        }
        try program.wait()
    }

    @Test func `a peer that trickles is not waited for without end`() throws {
        let (socket, program) = try Self.peer(
            """
            try:
                for _ in range(1000): s.sendall(b"x"); time.sleep(0.02)
            except OSError: pass
            """)
        socket.timeout = .milliseconds(300)
        let reader = socket.reader()
        let start = ContinuousClock.now
        #expect(failure { _ = try reader.line() } == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(reader.bufferedCount > 0)
        socket.close()
        try program.wait()
    }

    @Test func `limits, counts, delimiters and ends`() throws {
        let (socket, program) = try Self.peer(
            """
            s.sendall(b"abcdef\\nhead: er\\r\\n\\r\\nbody;caf\\xff\\ncaf\\xff\\nrest")
            """)
        try program.wait()
        let reader = socket.reader(capacity: 3)
        #expect(failure { _ = try reader.line(limit: 6) } == .limitExceeded)
        #expect(reader.bufferedCount <= 6)
        #expect(try reader.line(limit: 7) == "abcdef")
        let blank = Array("\r\n\r\n".utf8)
        #expect(failure { _ = try reader.read(until: blank, limit: 11) } == .limitExceeded)
        #expect(try reader.read(until: blank, limit: 12) == Array("head: er\r\n\r\n".utf8))
        #expect(try reader.read(exactly: 4) == Array("body".utf8))
        #expect(try reader.read(upTo: 1) == Array(";".utf8))
        #expect(failure { _ = try reader.line() } == .protocolError)
        #expect(try reader.lineBytes() == Array("caf".utf8) + [0xFF])
        #expect(try reader.line(repairing: true) == "caf\u{FFFD}")
        #expect(failure { _ = try reader.read(exactly: 5) } == .endOfStream)
        #expect(failure { _ = try reader.read(until: [0]) } == .endOfStream)
        #expect(failure { _ = try reader.readToEnd(limit: 3) } == .limitExceeded)
        #expect(try reader.peek(100) == Array("rest".utf8))
        #expect(try reader.line() == "rest")
        #expect(try reader.line() == nil)
        #expect(try reader.read(exactly: 1) == nil)
        #expect(try reader.read(upTo: 1) == nil)
        #expect(try reader.read(until: [0]) == nil)
        #expect(try reader.readToEnd(limit: .max) == [])
        #expect(failure { _ = try reader.read(exactly: -1) } == .invalidArgument)
        #expect(failure { _ = try reader.read(upTo: .min) } == .invalidArgument)
        #expect(failure { _ = try reader.read(until: []) } == .invalidArgument)
    }

    @Test func `large counts come whole`() throws {
        let (socket, program) = try Self.peer(
            """
            s.sendall(bytes(range(256)) * 4096 + b"tail")
            """)
        let reader = socket.reader()
        let bytes = try #require(try reader.read(exactly: 1 << 20))
        #expect(bytes.count == 1 << 20)
        var isRight = true
        for index in bytes.indices where bytes[index] != UInt8(index & 255) { isRight = false }
        #expect(isRight)
        #expect(try reader.readToEnd(limit: 4) == Array("tail".utf8))
        try program.wait()
    }

    @Test func `the writer collects and flushes`() throws {
        let (socket, program) = try Self.peer(
            """
            data = s.makefile("rb").read()
            print(len(data), data[:12], data[-4:])
            """)
        let writer = socket.writer(capacity: 100)
        try writer.write("hello ")
        try writer.write(Array("w€".utf8))
        #expect(writer.bufferedCount == 10)
        try writer.write([UInt8](repeating: 65, count: 1_000_000).span)
        #expect(writer.bufferedCount == 0)
        try writer.write("tail")
        try writer.finish()
        #expect(try program.finish() == ["1000014 b'hello w\\xe2\\x82\\xacAA' b'tail'"])
    }

    @Test func `a writer goes on after a timeout`() throws {
        let (near, far) = try Socket.pair()
        far.timeout = .seconds(20)
        near.timeout = .milliseconds(30)
        var bytes: [UInt8] = []
        for number in 0..<3_000_000 { bytes.append(UInt8(truncatingIfNeeded: number / 251)) }
        let writer = near.writer()
        #expect(failure { _ = try writer.write(bytes) } == .timedOut)
        #expect(writer.bufferedCount > 0 && writer.bufferedCount < bytes.count)
        let reading = Background { try far.reader().readToEnd(limit: .max) }
        near.timeout = .seconds(20)
        try writer.finish()
        #expect(try reading.join() == bytes)
    }

    /// Code that knows the protocol alone.
    private func greet<Stream: ByteStream>(_ stream: Stream) throws(Stream.Failure) -> [UInt8]? {
        try stream.sendAll("hello")
        try stream.finishWriting()
        return try stream.receive(upTo: 100)
    }

    @Test func `generic code runs over sockets`() throws {
        let (socket, program) = try Self.peer("s.sendall(s.makefile('rb').read().upper())")
        #expect(try greet(socket) == Array("HELLO".utf8))
        try program.wait()
    }
}
