import Sockets
import Testing

@testable import AsyncSockets

/// The state machine of one direction, without tasks: each order of events is tried, and compared with a plain model.
@Suite struct MemoryPipeTests {
    private typealias Pipe = MemoryPipe<Int>

    private static func receive(_ pipe: inout Pipe, _ count: Int, _ ticket: inout UInt64?) -> (String, Int?) {
        var text = ""
        let (outcome, waiter) = pipe.receive(upTo: count, ticket: &ticket) { bytes in
            for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        }
        switch outcome {
        case .moved: return (text, waiter)
        case .end: return ("end", waiter)
        case .wait: return ("wait", waiter)
        case .failed(let error): return ("\(error.code)", waiter)
        }
    }

    private static func send(_ pipe: inout Pipe, _ text: String, _ ticket: inout UInt64?) -> (String, Int?) {
        let (outcome, waiter) = pipe.send(Array(text.utf8).span, ticket: &ticket)
        switch outcome {
        case .moved(let count): return ("\(count)", waiter)
        case .end: return ("end", waiter)
        case .wait: return ("wait", waiter)
        case .failed(let error): return ("\(error.code)", waiter)
        }
    }

    @Test func `something that comes between the try and the wait is seen`() throws {
        var pipe = Pipe(capacity: 10)
        var (reading, writing): (UInt64?, UInt64?)
        #expect(Self.receive(&pipe, 9, &reading) == ("wait", nil))
        let ticket = try #require(reading)
        // Nobody is to be woken: the reader has not begun to wait.
        #expect(Self.send(&pipe, "abc", &writing) == ("3", nil))
        #expect(pipe.waitToReceive(ticket, isCancelled: false, 1) == .changed)
        #expect(Self.receive(&pipe, 9, &reading) == ("abc", nil))
        #expect(reading == nil)
    }

    @Test func `a woken waiter keeps its place, and tries again`() throws {
        var pipe = Pipe(capacity: 10)
        var (reading, other, writing): (UInt64?, UInt64?, UInt64?)
        _ = Self.receive(&pipe, 9, &reading)
        #expect(pipe.waitToReceive(try #require(reading), isCancelled: false, 1) == nil)
        #expect(Self.receive(&pipe, 9, &other) == ("in use by others", nil))
        #expect(Self.send(&pipe, "abc", &writing) == ("3", 1))
        // Woken, and not yet there: nobody takes its bytes, and nobody wakes it twice.
        #expect(Self.receive(&pipe, 9, &other) == ("in use by others", nil))
        #expect(Self.send(&pipe, "def", &writing) == ("3", nil))
        #expect(Self.receive(&pipe, 9, &reading) == ("abcdef", nil))
        #expect(Self.receive(&pipe, 9, &other) == ("wait", nil))
    }

    @Test func `cancelling before, during and after the wait`() throws {
        var pipe = Pipe(capacity: 1)
        var (reading, writing): (UInt64?, UInt64?)
        _ = Self.receive(&pipe, 9, &reading)
        // Before: the handler finds nobody; the task sees it by itself.
        #expect(pipe.cancel(try #require(reading)) == nil)
        #expect(pipe.waitToReceive(try #require(reading), isCancelled: true, 1) == .cancelled)
        // The place is free again, and the old ticket is worth nothing.
        let old = try #require(reading)
        reading = nil
        _ = Self.receive(&pipe, 9, &reading)
        #expect(pipe.waitToReceive(try #require(reading), isCancelled: false, 2) == nil)
        #expect(pipe.cancel(old) == nil)
        #expect(pipe.waitToReceive(old, isCancelled: false, 3) == .cancelled)
        // During.
        #expect(pipe.cancel(try #require(reading)) == 2)
        // After: the bytes are taken all the same.
        reading = nil
        _ = Self.receive(&pipe, 9, &reading)
        #expect(pipe.waitToReceive(try #require(reading), isCancelled: false, 4) == nil)
        #expect(Self.send(&pipe, "abc", &writing) == ("1", 4))
        #expect(pipe.cancel(try #require(reading)) == nil)
        #expect(Self.receive(&pipe, 9, &reading) == ("a", nil))
    }

    @Test func `ends wake both sides once`() throws {
        var pipe = Pipe(capacity: 1)
        var (reading, writing): (UInt64?, UInt64?)
        _ = Self.send(&pipe, "a", &writing)
        _ = Self.send(&pipe, "b", &writing)
        #expect(pipe.waitToSend(try #require(writing), isCancelled: false, 1) == nil)
        #expect(pipe.closeReader() == (nil, 1))
        #expect(pipe.closeReader() == (nil, nil))
        #expect(Self.send(&pipe, "b", &writing) == ("connection reset by peer", nil))
        #expect(writing == nil)
        #expect(pipe.count == 0)
        #expect(Self.receive(&pipe, 1, &reading) == ("the socket is closed", nil))
        #expect(pipe.closeWriter() == (nil, nil))
        #expect(Self.send(&pipe, "b", &writing) == ("the socket is closed", nil))
    }

    /// What happens at random, against a model: bytes sent = bytes received + bytes on their way, and a waiter waits only
    /// while there is nothing for it.
    @Test(arguments: UInt64(1)...50) func `random events keep the promises`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 1...20, using: &random)
        var pipe = Pipe(
            capacity: capacity, receiveLimit: Int.random(in: 1...20, using: &random),
            sendLimit: Int.random(in: 1...20, using: &random))
        var (next, expected): (UInt8, UInt8) = (0, 0)
        var (reading, writing): (UInt64?, UInt64?)
        var (readerWaits, writerWaits) = (false, false)
        var hasFinished = false
        for _ in 0..<2000 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45 where !writerWaits:
                let bytes = (0..<Int.random(in: 0...30, using: &random)).map { next &+ UInt8(truncatingIfNeeded: $0) }
                let (outcome, waiter) = pipe.send(bytes.span, ticket: &writing)
                #expect(
                    (waiter != nil) == (readerWaits && { if case .moved(1...) = outcome { true } else { false } }()))
                if waiter != nil { readerWaits = false }
                switch outcome {
                case .moved(let count):
                    #expect(writing == nil)
                    #expect(count > 0 || bytes.isEmpty)
                    next &+= UInt8(truncatingIfNeeded: count)
                case .wait:
                    #expect(pipe.count == capacity)
                    writerWaits = pipe.waitToSend(try #require(writing), isCancelled: false, 2) == nil
                    #expect(writerWaits)
                case .failed: #expect(hasFinished)
                case .end: Issue.record("a send does not end")
                }
            case 0..<90 where !readerWaits:
                var got: [UInt8] = []
                let (outcome, waiter) = pipe.receive(upTo: Int.random(in: 1...30, using: &random), ticket: &reading) {
                    for index in $0.indices { got.append($0[index]) }
                }
                #expect((waiter != nil) == (writerWaits && !got.isEmpty))
                if waiter != nil { writerWaits = false }
                for byte in got {
                    #expect(byte == expected)
                    expected &+= 1
                }
                switch outcome {
                case .moved(let count): #expect(count == got.count && count > 0)
                case .wait:
                    #expect(pipe.count == 0 && !hasFinished)
                    readerWaits = pipe.waitToReceive(try #require(reading), isCancelled: false, 1) == nil
                    #expect(readerWaits)
                case .end: #expect(pipe.count == 0 && hasFinished)
                case .failed(let error): Issue.record("\(error)")
                }
            case 90..<94:
                guard let ticket = reading else { break }
                #expect((pipe.cancel(ticket) == 1) == readerWaits)
                if readerWaits { (reading, readerWaits) = (nil, false) }
            case 94..<98:
                guard let ticket = writing else { break }
                #expect((pipe.cancel(ticket) == 2) == writerWaits)
                if writerWaits { (writing, writerWaits) = (nil, false) }
            case 99 where Int.random(in: 0..<10, using: &random) == 0:
                let waiters = pipe.finish()
                #expect((waiters.0 != nil) == readerWaits && (waiters.1 != nil) == writerWaits)
                (hasFinished, readerWaits, writerWaits) = (true, false, false)
            default: break
            }
            #expect(pipe.count <= capacity)
            #expect(UInt8(truncatingIfNeeded: pipe.count) == next &- expected)
        }
    }
}
