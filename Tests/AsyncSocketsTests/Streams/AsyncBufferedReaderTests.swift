import AsyncSockets
import Sockets
import Testing

@Suite(.timeLimit(.minutes(2))) struct AsyncBufferedReaderTests {
    @Test func `every cut of a text gives the same lines`() async throws {
        let text = "erste Zeile\r\n\nzwölf €\nno end\rhere\r\r\n\r\n"
        let expected = ["erste Zeile", "", "zwölf €", "no end\rhere\r", ""]
        for cut in 0...text.utf8.count {
            let (near, far) = MemoryStream.pair(receiveLimit: cut % 5 + 1)
            let reader = near.reader(capacity: 7)
            try await far.sendAll(Array(text.utf8.prefix(cut)))
            #expect(try await reader.peek(cut) == Array(text.utf8.prefix(cut)))
            #expect(reader.bufferedCount == cut)
            try await far.sendAll(Array(text.utf8.dropFirst(cut)))
            try await far.finishWriting()
            var lines: [String] = []
            for try await line in reader.lines { lines.append(line) }
            #expect(lines == expected)
            #expect(try await reader.line() == nil)
            #expect(reader.isAtEnd)
        }
    }

    @Test func `limits, counts, delimiters and ends, as the blocking reader has them`() async throws {
        let (near, far) = MemoryStream.pair()
        try await far.sendAll("abcdef\nhead: er\r\n\r\nbody;")
        try await far.sendAll(Array("caf".utf8) + [0xFF, 10] + Array("caf".utf8) + [0xFF, 10] + Array("rest".utf8))
        try await far.finishWriting()
        let reader = near.reader(capacity: 3)
        #expect(await failure { _ = try await reader.line(limit: 6) } == .limitExceeded)
        #expect(reader.bufferedCount <= 6)
        #expect(try await reader.line(limit: 7) == "abcdef")
        let blank = Array("\r\n\r\n".utf8)
        #expect(await failure { _ = try await reader.read(until: blank, limit: 11) } == .limitExceeded)
        #expect(try await reader.read(until: blank, limit: 12) == Array("head: er\r\n\r\n".utf8))
        #expect(try await reader.read(exactly: 4) == Array("body".utf8))
        #expect(try await reader.read(upTo: 1) == Array(";".utf8))
        #expect(await failure { _ = try await reader.line() } == .protocolError)
        #expect(try await reader.lineBytes() == Array("caf".utf8) + [0xFF])
        #expect(try await reader.line(repairing: true) == "caf\u{FFFD}")
        #expect(await failure { _ = try await reader.read(exactly: 5) } == .endOfStream)
        #expect(await failure { _ = try await reader.read(until: [0]) } == .endOfStream)
        #expect(await failure { _ = try await reader.readToEnd(limit: 3) } == .limitExceeded)
        #expect(try await reader.peek(100) == Array("rest".utf8))
        #expect(try await reader.line() == "rest")
        #expect(try await reader.line() == nil)
        #expect(try await reader.read(exactly: 1) == nil)
        #expect(try await reader.read(upTo: 1) == nil)
        #expect(try await reader.read(until: [0]) == nil)
        #expect(try await reader.readToEnd(limit: .max) == [])
        #expect(try await reader.read(upTo: 0) == [])
        #expect(await failure { _ = try await reader.read(exactly: -1) } == .invalidArgument)
        #expect(await failure { _ = try await reader.read(upTo: .min) } == .invalidArgument)
        #expect(await failure { _ = try await reader.peek(-1) } == .invalidArgument)
        #expect(await failure { _ = try await reader.readToEnd(limit: -1) } == .invalidArgument)
        #expect(await failure { _ = try await reader.read(until: []) } == .invalidArgument)
        #expect(await failure { _ = try await reader.line(limit: -1) } == .invalidArgument)
    }

    @Test func `large counts come whole`() async throws {
        let (near, far) = MemoryStream.pair()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        async let sending: Void = { try await far.sendAll(bytes) }()
        let reader = near.reader()
        #expect(try await reader.read(exactly: 290_000) == Array(bytes.prefix(290_000)))
        try await sending
        try await far.finishWriting()
        #expect(try await reader.readToEnd(limit: 10_000) == Array(bytes.suffix(10_000)))
    }

    @Test(arguments: 0..<3) func `a cancellation in the middle loses nothing`(way: Int) async throws {
        let (near, far) = MemoryStream.pair()
        let reader = ReaderActor(near)
        try await far.sendAll("par")
        let task = Task {
            await failure {
                switch way {
                case 0: _ = try await reader.line()
                case 1: _ = try await reader.read(exactly: 8)
                default: _ = try await reader.read(until: "al\n")
                }
            }
        }
        await until { near.isReceiveWaiting }
        // What has come is in little memory while it waits, and out of the buffer.
        #expect(await reader.memory <= 512)
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await reader.buffered == Array("par".utf8))
        try await far.sendAll("tial\n")
        #expect(try await reader.line() == "partial")
    }

    @Test func `what has come is read by a cancelled task too, and nothing else`() async throws {
        let (near, far) = MemoryStream.pair()
        try await far.sendAll("one\ntwo\nthr")
        let task = Task {
            let reader = near.reader()
            _ = try await reader.peek(1)
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(try await reader.line() == "one")
            #expect(try await reader.line() == "two")
            #expect(await failure { _ = try await reader.line() } == .cancelled)
            #expect(reader.buffered == Array("thr".utf8))
        }
        try await task.value
    }

    @Test func `a second read while one waits is refused, and harms nothing`() async throws {
        let (near, far) = MemoryStream.pair()
        let reader = ReaderActor(near)
        try await far.sendAll("he")
        let task = Task { try await reader.line() }
        await until { near.isReceiveWaiting }
        #expect(await failure { _ = try await reader.line() } == .busy)
        #expect(await failure { _ = try await reader.read(upTo: 1) } == .busy)
        #expect(await reader.buffered == [])
        try await far.sendAll("llo\n")
        #expect(try await task.value == "hello")
    }

    @Test func `idle readers and writers hold no buffer`() async throws {
        let (near, far) = MemoryStream.pair()
        let reader = ReaderActor(near, capacity: 1 << 20)
        let writer = far.writer(capacity: 1 << 20)
        try await writer.write([UInt8](repeating: 65, count: 60_000))
        try await writer.write("\n and what is left over")
        #expect(writer.memory > 60_000)
        try await writer.flush()
        #expect(writer.memory <= 1024)
        _ = try await reader.line()
        let task = Task { try await reader.line() }
        await until { near.isReceiveWaiting }
        #expect(await reader.memory <= 512)
        task.cancel()
        _ = await task.result
        #expect(await reader.memory <= 512)
        #expect(await reader.buffered == Array(" and what is left over".utf8))
    }

    @Test func `leaving a loop over lines loses nothing`() async throws {
        let (near, far) = MemoryStream.pair()
        try await far.sendAll("one\nstop\ntoo long\nx\n")
        try await far.finishWriting()
        let reader = near.reader()
        for try await line in reader.lines where line == "stop" { break }
        var failed: SocketError.Code?
        do {
            for try await line in reader.lines(limit: 5) { Issue.record("\(line) is within the limit") }
        } catch { failed = error.code }
        #expect(failed == .limitExceeded)
        var lines: [String] = []
        for try await line in reader.lines { lines.append(line) }
        #expect(lines == ["too long", "x"])
    }

    @Test func `the writer collects, goes on after a cancellation, and ends`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 1000, sendLimit: 300)
        let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let reading = Task { try await far.reader().readToEnd(limit: .max) }
        let writing = Task {
            let writer = near.writer(capacity: 100)
            try await writer.write("hello ")
            try await writer.write(Array("w€".utf8).span)
            #expect(writer.bufferedCount == 10)
            try await writer.write(bytes)
            #expect(writer.bufferedCount == 0)
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(await failure { try await writer.write(bytes) } == .cancelled)
            #expect(writer.bufferedCount > 0)
            return bytes.count - writer.bufferedCount
        }
        let sent = try await writing.value
        try await near.finishWriting()
        #expect(try await reading.value == Array("hello w€".utf8) + bytes + bytes.prefix(sent))
    }

    /// A writer that several tasks use.
    private actor WriterActor {
        let writer: AsyncBufferedWriter<MemoryStream>

        init(_ stream: MemoryStream) { writer = stream.writer(capacity: 10) }

        func write(_ text: String) async throws(SocketError) { try await writer.write(text) }
        func finish() async throws(SocketError) { try await writer.finish() }
    }

    @Test func `what is written during a flush joins it, and cancelling it loses nothing`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 4)
        let writer = WriterActor(near)
        let task = Task { await failure { try await writer.write("0123456789") } }
        await until { near.isSendWaiting }
        try await writer.write("abc")
        #expect(await failure { try await writer.write("defghij") } == .busy)
        task.cancel()
        #expect(await task.value == .cancelled)
        let reading = Task { try await far.reader().readToEnd(limit: 100) }
        try await writer.finish()
        #expect(try await reading.value == Array("0123456789abcdefghij".utf8))
    }

    /// Code that knows the protocol alone.
    private func greet<Stream: AsyncByteStream>(_ stream: Stream) async throws(Stream.Failure) -> [UInt8]? {
        try await stream.sendAll("hello")
        try await stream.finishWriting()
        return try await stream.receive(upTo: 100)
    }

    @Test func `generic code runs over the pair`() async throws {
        let (near, far) = MemoryStream.pair()
        let echo = Task { try await far.sendAll(try await far.reader().readToEnd(limit: 100).reversed()) }
        #expect(try await greet(near) == Array("olleh".utf8))
        try await echo.value
    }
}
