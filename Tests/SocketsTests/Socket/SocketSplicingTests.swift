import Foundation
import Sockets
import SystemPackage
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

    private func rest(of socket: Socket) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try socket.receive(upTo: 65_536) { bytes += more }
        return bytes
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

    @Test("What the other stream took is counted to the byte, though the time ran out") func count() throws {
        let (near, source) = try connectedPair()
        let (out, end) = try connectedPair()
        out.timeout = .milliseconds(50)
        let writer = Background { try? source.sendAll([UInt8](repeating: 1, count: 32_000_000)) }
        do {
            try near.splice(to: out)
            Issue.record("nobody read")
        } catch {
            #expect(error.code == .timedOut)
            out.close()
            #expect(try rest(of: end).count == error.bytesTransferred)
        }
        near.close()
        try writer.join()
    }

    @Test("Sockets that others share stay blocking for them") func shared() throws {
        let (near, source) = try connectedPair()
        let (out, end) = try connectedPair()
        for socket in [near, out] { socket.timeout = nil }
        let copies = try (near.duplicate(), out.duplicate())
        try source.sendAll("x")
        try source.shutdown(.write)
        #expect(try near.splice(to: out) == 1)
        #expect(try end.receive(exactly: 1) == Array("x".utf8))
        for socket in [near, out] {
            let flags = socket.withUnsafeFileDescriptor { fcntl($0.rawValue, F_GETFL) }
            #expect(flags.map { $0 & O_NONBLOCK } == 0)
        }
        _ = copies
    }

    @Test("What a sharer has set stays set") func flags() throws {
        let (near, source) = try connectedPair()
        let (out, end) = try connectedPair()
        let shared = try Socket(adopting: near.detach())
        let setFlag = shared.withUnsafeFileDescriptor { fcntl($0.rawValue, F_SETFL, O_RDWR | O_NONBLOCK) }
        #expect(setFlag == 0)
        try source.sendAll("x")
        #expect(try shared.splice(to: out, count: 1) == 1)
        #expect(try end.receive(exactly: 1) == Array("x".utf8))
        let flags = shared.withUnsafeFileDescriptor { fcntl($0.rawValue, F_GETFL) }
        #expect(flags.map { $0 & O_NONBLOCK } == O_NONBLOCK)
    }

    @Test("Closing ends a relay over a socket that was adopted, while the other direction works") func closing() throws
    {
        let (near, peer) = try connectedPair()
        near.timeout = nil
        let shared = try Socket(adopting: near.detach())
        let (fromFeed, feed) = try connectedPair()
        let (toReader, reader) = try connectedPair()
        fromFeed.timeout = nil
        let feeder = Background { while (try? feed.sendAll([UInt8](repeating: 1, count: 65_536))) != nil {} }
        let state = ThreadState()
        let writer = Background { () -> SocketError.Code? in
            state.enter()
            do throws(SocketError) { try fromFeed.splice(to: shared) } catch { return error.code }
            return nil
        }
        // It waits for the peer to read.
        #expect(state.waitUntilAsleep())
        let back = Background { try shared.splice(to: toReader, count: 3) }
        try peer.sendAll("abc")
        #expect(try back.join() == 3)
        #expect(try reader.receive(exactly: 3) == Array("abc".utf8))
        _ = try peer.receive(exactly: 20_000)
        shared.close()
        #expect(try writer.join(within: 20) == .closed)
        for socket in [fromFeed, peer] { socket.close() }
        try feeder.join(within: 20)
    }

    @Test("A copy is whole where its pipe is the smaller one", Requirement.root) func smallPipe() throws {
        let (fromClient, client) = try connectedPair()
        let (toServer, server) = try connectedPair()
        let (log, record) = try connectedPair()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try client.sendAll(bytes)
        try client.shutdown(.write)
        let relay = Background {
            try Namespace.dropPrivilege()
            // The user's pipes fill what the kernel gives to one, but for one pipe of the usual size.
            var pipes: [(FileDescriptor, FileDescriptor)] = []
            defer { for (reading, writing) in pipes { _ = (try? reading.close(), try? writing.close()) } }
            // F_SETPIPE_SZ and F_GETPIPE_SZ, which are hidden behind a feature macro.
            func addPipe(_ size: CInt) throws -> Bool {
                let (reading, writing) = try FileDescriptor.pipe()
                pipes.append((reading, writing))
                let got = fcntl(reading.rawValue, 1032)
                return got == size || got > 4096 * 2 && fcntl(reading.rawValue, 1031, size) == size
            }
            while try addPipe(1 << 20) {}
            while try addPipe(1 << 16) {}
            // The one that was made in vain, and one more for its room.
            for (reading, writing) in pipes.suffix(2) { _ = (try reading.close(), try writing.close()) }
            pipes.removeLast(2)
            let count = try fromClient.splice(to: toServer, copyingTo: log)
            try toServer.shutdown(.write)
            try log.shutdown(.write)
            return count
        }
        #expect(try rest(of: server) == bytes)
        #expect(try rest(of: record) == bytes)
        #expect(try relay.join() == 100_000)
    }
}
