import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketReceivingTests {
    @Test(.timeLimit(.minutes(5))) func `python's lines are cut where they end, and no byte further`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let python = try Program.python(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in [b"one\\r", b"\\ntwo\\r\\n\\r", b"\\n", b"x" * 40000, b"\\r\\r\\nrest"]:
                s.sendall(piece)
            """, "\(try #require(try listener.localAddress.port))")
        let socket = try listener.accept().socket
        socket.timeout = .seconds(20)
        let end = Array("\r\n".utf8)
        #expect(try socket.receive(until: end) == Array("one\r\n".utf8))
        #expect(try socket.receive(until: end) == Array("two\r\n".utf8))
        #expect(try socket.receive(until: end) == end)
        #expect(
            try socket.receive(until: end) == [UInt8](repeating: UInt8(ascii: "x"), count: 40_000)
                + Array("\r\r\n".utf8))
        #expect(try socket.receive(upTo: 1) == Array("r".utf8))
        do {
            _ = try socket.receive(until: end)
            Issue.record("the delimiter never came")
        } catch { #expect(error.code == .endOfStream && error.bytesTransferred == 3) }
        #expect(try socket.receive(until: end) == nil)
        #expect(try python.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `limits and ends are told apart`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .seconds(10)
        try second.sendAll("abcdefgh")
        do {
            _ = try first.receive(until: [UInt8(ascii: "z")], limit: 4)
            Issue.record("there was no delimiter")
        } catch { #expect(error.code == .limitExceeded && error.bytesTransferred == 4) }
        #expect(try first.receive(until: Array("h".utf8), limit: 4) == Array("efgh".utf8))
        try second.sendAll("ab")
        second.close()
        do {
            _ = try first.receive(exactly: 3)
            Issue.record("the stream was too short")
        } catch {
            #expect(error.code == .endOfStream && error.bytesTransferred == 2)
            #expect(error.description.contains("after 2 bytes; 3 bytes were expected"))
        }
        #expect(try first.receive(exactly: 3) == nil)
        #expect(try first.receive(exactly: 0) == [])
        #expect(try first.receive(upTo: 0) == [])
    }

    @Test(.timeLimit(.minutes(5))) func `looking does not take`() throws {
        let (first, second) = try tcpPair()
        first.timeout = .seconds(10)
        try second.sendAll("look")
        #expect(try first.receive(upTo: 2, flags: .peek) == Array("lo".utf8))
        var buffer = [UInt8](repeating: 0, count: 3)
        #expect(try first.receive(into: &buffer, flags: .peek) == 3)
        #expect(buffer == Array("loo".utf8))
        #expect(try first.receiveMessage(upTo: 3, flags: .peek)?.bytes == buffer)
        #expect(try first.receive(exactly: 4) == Array("look".utf8))
    }

    @Test(.timeLimit(.minutes(5))) func `buffers of the caller's are filled from where they are free`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .seconds(10)
        try second.sendAll("abcdef")
        let bytes = try [UInt8](capacity: 4) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            buffer.append(UInt8(ascii: ">"))
            #expect(try first.receive(into: &buffer) == 3)
            // No room: nothing is received, and nothing lost.
            #expect(try first.receive(into: &buffer) == 0)
        }
        #expect(bytes == Array(">abc".utf8))
        var rest = [UInt8](repeating: 0, count: 10)
        var span = rest.mutableSpan
        #expect(try first.receive(into: &span) == 3)
        #expect(rest == Array("def".utf8) + [0, 0, 0, 0, 0, 0, 0])
        try second.sendAll("wait all")
        #expect(try first.receive(upTo: 8, flags: .waitAll) == Array("wait all".utf8))
    }

    @Test(.timeLimit(.minutes(5))) func `memory grows with what comes, not with what was promised`() throws {
        let (first, second) = try Socket.pair()
        try second.sendAll("x")
        second.close()
        do {
            _ = try first.receive(exactly: .max)
            Issue.record("more came than there is")
        } catch { #expect(error.code == .endOfStream && error.bytesTransferred == 1) }
        let (third, fourth) = try Socket.pair()
        fourth.close()
        #expect(try third.receive(upTo: .max) == nil)
    }
}
