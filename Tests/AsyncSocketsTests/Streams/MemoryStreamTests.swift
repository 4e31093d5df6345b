import AsyncSockets
import Sockets
import Testing

@Suite(.timeLimit(.minutes(2))) struct MemoryStreamTests {
    @Test func `bytes go both ways, in order`() async throws {
        let (near, far) = MemoryStream.pair()
        try await near.sendAll("there")
        try await far.sendAll("back")
        #expect(try await far.receive(upTo: 100) == Array("there".utf8))
        var room: [UInt8] = []
        #expect(try await near.receive(upTo: 2, appendingTo: &room) == 2)
        #expect(try await near.receive(upTo: 9, appendingTo: &room) == 2)
        #expect(room == Array("back".utf8))
        #expect(try await near.send([UInt8]().span) == 0)
        #expect(try await near.receive(upTo: 0, appendingTo: &room) == 0)
    }

    @Test func `a span receives what it has room for`() async throws {
        let (near, far) = MemoryStream.pair()
        try await far.sendAll("abcd")
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4)
        defer { memory.deallocate() }
        var room = OutputSpan(buffer: memory, initializedCount: 0)
        #expect(try await near.receive(into: &room) == 4)
        // Full: nothing moves, and nothing waits.
        #expect(try await near.receive(into: &room) == 0)
        room.removeLast(3)
        // Over a suspension too.
        let later = Task {
            await until { near.isReceiveWaiting }
            try await far.sendAll("gh")
        }
        #expect(try await near.receive(into: &room) == 2)
        try await later.value
        #expect(room.count == 3)
        room.removeAll()
    }

    @Test func `a full direction makes the sender wait`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 4)
        #expect(try await near.send(Array("abcdef".utf8).span) == 4)
        let task = Task { try await near.send(Array("ef".utf8).span) }
        await until { near.isSendWaiting }
        // The other direction is open.
        try await far.sendAll("back")
        #expect(try await far.receive(upTo: 1) == Array("a".utf8))
        #expect(try await task.value == 1)
        #expect(try await far.receive(upTo: 9) == Array("bcde".utf8))
    }

    @Test func `limits cut what moves`() async throws {
        let (near, far) = MemoryStream.pair(receiveLimit: 2, sendLimit: 3)
        #expect(try await near.send(Array("abcdef".utf8).span) == 3)
        try await near.sendAll("def")
        try await near.finishWriting()
        var pieces: [String] = []
        while let piece = try await far.receive(upTo: 100) { pieces.append(String(decoding: piece, as: UTF8.self)) }
        #expect(pieces == ["ab", "cd", "ef"])
    }

    @Test func `limits out of range are brought into it`() async throws {
        let (near, far) = MemoryStream.pair(capacity: .min, receiveLimit: 0, sendLimit: -1)
        #expect(try await near.send(Array("ab".utf8).span) == 1)
        #expect(try await far.receive(upTo: .max) == Array("a".utf8))
    }

    @Test func `the end is passed on after the bytes, and the other direction lives`() async throws {
        let (near, far) = MemoryStream.pair()
        try await near.sendAll("last")
        try await near.finishWriting()
        try await near.finishWriting()
        #expect(await failure { try await near.sendAll("x") } == .connectionReset)
        #expect(try await far.receive(upTo: 100) == Array("last".utf8))
        #expect(try await far.receive(upTo: 100) == nil)
        #expect(try await far.receive(upTo: 100) == nil)
        try await far.sendAll("answer")
        #expect(try await near.receive(upTo: 100) == Array("answer".utf8))
    }

    @Test func `the end wakes a receive that waits`() async throws {
        let (near, far) = MemoryStream.pair()
        let task = Task { try await far.receive(upTo: 100) }
        await until { far.isReceiveWaiting }
        try await near.finishWriting()
        #expect(try await task.value == nil)
    }

    @Test func `closing wakes all who wait`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 2)
        try await near.sendAll("ab")
        try await far.sendAll("ab")
        _ = try await near.receive(upTo: 2)
        let receiving = Task { await failure { _ = try await near.receive(upTo: 1) } }
        let sending = Task { await failure { try await near.sendAll("c") } }
        await until { near.isReceiveWaiting && near.isSendWaiting }
        near.close()
        near.close()
        #expect(near.isReceiveWaiting == false)
        #expect(await receiving.value == .closed)
        #expect(await sending.value == .closed)
        #expect(await failure { try await near.finishWriting() } == .closed)
        #expect(await failure { _ = try await near.receive(upTo: 1) } == .closed)
        // The peer reads what was sent, then the end, and cannot send.
        #expect(try await far.receive(upTo: 9) == Array("ab".utf8))
        #expect(try await far.receive(upTo: 9) == nil)
        #expect(await failure { try await far.sendAll("c") } == .connectionReset)
    }

    @Test func `closing wakes the peer`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 2)
        try await far.sendAll("ab")
        let receiving = Task { try await far.receive(upTo: 1) }
        let sending = Task { await failure { try await far.sendAll("c") } }
        await until { far.isReceiveWaiting && far.isSendWaiting }
        near.close()
        #expect(try await receiving.value == nil)
        #expect(await sending.value == .connectionReset)
    }

    @Test func `an end that nobody has any more is closed`() async throws {
        var (near, far): (MemoryStream?, MemoryStream) = MemoryStream.pair()
        try await near?.sendAll("bye")
        near = nil
        #expect(try await far.reader().readToEnd(limit: 9) == Array("bye".utf8))
        #expect(await failure { try await far.sendAll("x") } == .connectionReset)
    }

    @Test func `one receives and one sends at a time`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 1)
        try await near.sendAll("x")
        let receiving = Task { try await near.receive(upTo: 1) }
        let sending = Task { try await near.sendAll("yz") }
        await until { near.isReceiveWaiting && near.isSendWaiting }
        #expect(await failure { _ = try await near.receive(upTo: 1) } == .busy)
        #expect(await failure { try await near.sendAll("!") } == .busy)
        try await far.sendAll("a")
        #expect(try await receiving.value == Array("a".utf8))
        // Between its pieces too, nobody comes between.
        #expect(try await far.receive(upTo: 9) == Array("x".utf8))
        #expect(await failure { try await near.sendAll("!") } == .busy)
        #expect(try await far.reader().read(exactly: 2) == Array("yz".utf8))
        try await sending.value
        try await near.sendAll("!")
    }

    @Test func `cancelling loses no byte, and the stream stays usable`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 3)
        let receiving = Task { await failure { _ = try await far.receive(upTo: 9) } }
        await until { far.isReceiveWaiting }
        receiving.cancel()
        #expect(await receiving.value == .cancelled)
        let sending = Task { try await near.sendAll("abcdef") }
        await until { near.isSendWaiting }
        sending.cancel()
        let error = try #require(await #expect(throws: SocketError.self) { try await sending.value })
        #expect(error.code == .cancelled)
        #expect(error.bytesTransferred == 3)
        #expect("\(error)" == "send: cancelled after 3 bytes")
        try await near.finishWriting()
        #expect(try await far.reader().readToEnd(limit: 9) == Array("abc".utf8))
    }

    @Test func `a task that is cancelled already does what can be done at once, and waits for nothing`() async throws {
        let (near, far) = MemoryStream.pair()
        try await near.sendAll("kept")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(try await far.receive(upTo: 9) == Array("kept".utf8))
            try await far.sendAll("bye")
            #expect(await failure { _ = try await far.receive(upTo: 9) } == .cancelled)
            try await far.finishWriting()
            // Who never waits notices too.
            var received = 0
            let code = await failure {
                while true {
                    _ = try await near.send([UInt8(1)].span)
                    received += try await far.receive(upTo: 1)?.count ?? 0
                }
            }
            #expect(code == .cancelled)
            #expect((1...200).contains(received))
        }
        try await task.value
        #expect(try await near.reader().readToEnd(limit: 9) == Array("bye".utf8))
    }

    @Test func `a deadline ends a wait, and nothing that need not wait`() async throws {
        let (near, far) = MemoryStream.pair(capacity: 3)
        try await far.sendAll("abc")
        let reader = ReaderActor(near)
        try await withDeadline(.milliseconds(20)) { () async throws in
            #expect(try await reader.read(upTo: 2) == Array("ab".utf8))
            #expect(await failure { _ = try await reader.line() } == .timedOut)
            // It has passed, and ends every wait that begins later.
            #expect(await failure { try await near.sendAll("defg") } == .timedOut)
            #expect(await failure { _ = try await reader.line() } == .timedOut)
        }
        try await far.sendAll("\n")
        #expect(try await reader.line() == "c")
        #expect(try await far.receive(upTo: 9) == Array("def".utf8))
        // One that is far away does no harm.
        let line = try await withDeadline(.seconds(100)) { () async throws -> String? in
            let task = Task { try await reader.line() }
            await until { near.isReceiveWaiting }
            try await far.sendAll("x\n")
            return try await task.value
        }
        #expect(line == "x")
    }

    @Test func `a relay ends at its deadline`() async throws {
        let (client, left) = MemoryStream.pair()
        let (right, server) = MemoryStream.pair()
        try await client.sendAll("abc")
        let error = await #expect(throws: RelayError<SocketError, SocketError>.self) {
            try await withDeadline(.milliseconds(20)) { () async throws in _ = try await relay(left, right) }
        }
        #expect(error?.carried.toSecond == 3)
        #expect(try await server.reader().readToEnd(limit: 9) == Array("abc".utf8))
    }
}
