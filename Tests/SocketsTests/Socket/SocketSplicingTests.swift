import Foundation
import Sockets
import TestSupport
import Testing

@Suite("Splicing", Requirement.programs("python3")) struct SocketSplicingTests {
    private func connectedPair() throws -> (Socket, Socket) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let near = try Socket.connected(to: listener.localAddress, timeout: .seconds(10))
        let far = try listener.accept().socket
        near.timeout = .seconds(20)
        far.timeout = .seconds(20)
        return (near, far)
    }

    @Test("Bytes go from one connection to another, and to a copy, until the end") func relay() throws {
        let (client, fromClient) = try connectedPair()
        let (toServer, server) = try connectedPair()
        let (log, record) = try Socket.pair()
        record.timeout = .seconds(20)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let relay = Background {
            let count = try fromClient.splice(to: toServer, copyingTo: log)
            try toServer.shutdown(.write)
            try log.shutdown(.write)
            return count
        }
        let writer = Background {
            try client.sendAll(bytes)
            try client.shutdown(.write)
        }
        let copy = Background { try record.receive(exactly: 1_000_000) }
        #expect(try server.receive(exactly: 1_000_000) == bytes)
        #expect(try server.receive(upTo: 1) == nil)
        #expect(try copy.join() == bytes)
        #expect(try relay.join() == 1_000_000)
        try writer.join()
    }

    @Test("Python's bytes go through, so many and no more") func counted() throws {
        let python = try Program.python(
            """
            import socket
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1])
            c, a = s.accept(); c.sendall(b"0123456789"); print(c.recv(10).decode())
            """)
        let port = Sockets.Port(rawValue: try #require(UInt16(try python.line())))
        let source = try Socket.connected(to: .loopback(port: port), timeout: .seconds(10))
        source.timeout = .seconds(10)
        let (out, end) = try connectedPair()
        #expect(try source.splice(to: out, count: 4) == 4)
        #expect(try end.receive(exactly: 4) == Array("0123".utf8))
        #expect(try source.receive(exactly: 6) == Array("456789".utf8))
        try source.sendAll("bye")
        #expect(try python.line() == "bye")
        #expect(try python.wait() == 0)
    }

    @Test("Time limits, closing, and a peer that has gone") func failures() throws {
        let (near, far) = try connectedPair()
        let (out, end) = try connectedPair()
        near.timeout = .milliseconds(30)
        do {
            try near.splice(to: out)
            Issue.record("nothing came")
        } catch { #expect(error.code == .timedOut) }
        near.timeout = nil
        let state = ThreadState()
        let sleeper = Background { () -> SocketError.Code? in
            state.enter()
            do throws(SocketError) { try near.splice(to: out) } catch { return error.code }
            return nil
        }
        #expect(state.waitUntilAsleep())
        near.close()
        #expect(try sleeper.join() == .closed)
        // A reset: no signal, an error.
        try end.set(.linger, .zero)
        end.close()
        let (again, source) = try connectedPair()
        let writer = Background { for _ in 0..<100 { try? source.sendAll([UInt8](repeating: 1, count: 10_000)) } }
        do {
            try again.splice(to: out)
            Issue.record("the bytes went to nobody")
        } catch { #expect(error.code == .connectionReset) }
        again.close()
        try writer.join()
        do {
            try far.splice(to: Socket(.ipv4, .datagram))
            Issue.record("a datagram socket")
        } catch { #expect(error.code == .unsupported) }
    }
}
