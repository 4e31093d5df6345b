import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

/// How conversations end, and how they never begin.
@Suite(.timeLimit(.minutes(1))) struct AsyncSocketEndsTests {
    @Test(arguments: Place.allCases) func `a peer that ends right after sending is heard to the end`(
        place: Place
    ) async throws {
        // Many rounds: the end comes with the bytes, just before or just after they are read.
        let (python, address) = try await Program.listeningPython(
            """
            import socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            for n in range(150):
                c, a = l.accept(); c.sendall(b"x" * (n * 7 % 3000 + 1)); c.close()
            """)
        try await place.run { loop in
            for number in 0..<150 {
                let socket = try await AsyncSocket.connected(to: address, loop: loop)
                let bytes = try await withDeadline(.seconds(20)) { try await socket.receiveToEnd(upTo: 1000) }
                #expect(bytes.count == number * 7 % 3000 + 1)
            }
        }
        #expect(try await python.rest() == [])
    }

    @Test(arguments: Place.allCases) func `a half-closed connection still carries the other direction`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            let early = Task { try await server.receive(upTo: 10) }
            try client.shutdown(.write)
            #expect(try await cancellable(early) == nil)
            let bytes = pattern(500_000)
            async let sending: Void = server.sendAll(bytes)
            #expect(try await client.receive(exactly: bytes.count) == bytes)
            try await sending
            try server.shutdown(.write)
            #expect(try await client.receive(upTo: 1) == nil)
            #expect(try await server.receive(upTo: 1) == nil)
        }
    }

    @Test(arguments: Place.allCases) func `a reset is an error of who waits and of who comes later`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let (client, server) = try await AsyncSocket.tcpPair(on: loop)
            let reader = Task { await code { _ = try await server.receive(upTo: 10) } }
            let writer = Task { await code { try await server.sendAll(pattern(20_000_000)) } }
            for direction in [Direction.read, .write] {
                while server.watch?.isWaited(direction) != true { try await Task.sleep(for: .milliseconds(1)) }
            }
            try client.set(.linger, .zero)
            client.close()
            let codes = await [reader.value, writer.value]
            #expect(codes.contains(.connectionReset))
            // The kernel tells one of them of the reset, and the other that the connection has ended.
            #expect(codes.allSatisfy { $0 == .connectionReset || $0 == nil })
            #expect(try await server.receive(upTo: 10) == nil)
            #expect(await code { try await server.sendAll("x") } == .connectionReset)
        }
    }

    @Test(arguments: Place.allCases) func `urgent data does not hide what follows it`(place: Place) async throws {
        let (python, address) = try await Program.listeningPython(
            """
            import socket, sys
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept(); c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for n in range(50):
                c.sendall(b"before"); c.send(b"!", socket.MSG_OOB); c.sendall(b"after")
                c.recv(1)
            """)
        try await place.run { loop in
            let socket = try await AsyncSocket.connected(to: address, loop: loop)
            for round in 0..<50 {
                var came: [UInt8] = []
                if round % 2 == 0 {
                    // All of it is there before the first read, which stops at the mark.
                    while try socket.pendingBytes() < 6 { try await Task.sleep(for: .milliseconds(1)) }
                }
                if round % 5 == 0 {
                    came = try await withDeadline(.seconds(20)) { try await socket.receive(exactly: 6) } ?? []
                    #expect(try await socket.urgentByte() == UInt8(ascii: "!"))
                }
                while came.count < 11 {
                    came += try await withDeadline(.seconds(20)) { try await socket.receive(upTo: 100) } ?? []
                }
                #expect(came == Array("beforeafter".utf8))
                try await socket.sendAll("n")
            }
        }
        #expect(try await python.rest() == [])
    }

    @Test(arguments: Place.allCases) func `connecting to nobody fails at once and says where`(place: Place) async throws
    {
        let gone = try Socket.listening(on: .loopback(port: 0))
        let address = try gone.localAddress
        gone.close()
        let folder = try TemporaryFolder()
        let path = SocketAddress.unix(path: FilePath(folder.file("nobody")))
        let left = SocketAddress.unix(path: FilePath(folder.file("left")))
        let unheard = try Socket(.unix, .stream)
        try unheard.bind(to: left)
        try await place.run { loop in
            let before = openDescriptors()
            for _ in 0..<20 {
                do throws(SocketError) {
                    _ = try await AsyncSocket.connected(to: address, loop: loop)
                    Issue.record("somebody answered")
                } catch { #expect(error.code == .connectionRefused && error.address == address) }
            }
            #expect(await code { _ = try await AsyncSocket.connected(to: path, loop: loop) } == .noSuchFile)
            #expect(await code { _ = try await AsyncSocket.connected(to: left, loop: loop) } == .connectionRefused)
            _ = before
        }
    }

    @Test(arguments: Place.allCases) func `a full Unix queue is waited for`(place: Place) async throws {
        let folder = try TemporaryFolder()
        let address = SocketAddress.unix(path: FilePath(folder.file("s")))
        let listener = try Socket.listening(on: address, backlog: 0)
        listener.timeout = .seconds(20)
        try await place.run { loop in
            let first = try await AsyncSocket.connected(to: address, loop: loop)
            #expect(
                await code {
                    try await withDeadline(.milliseconds(30)) {
                        _ = try await AsyncSocket.connected(to: address, loop: loop)
                    }
                } == .timedOut)
            let waiting = Task { try await AsyncSocket.connected(to: address, loop: loop) }
            try await Task.sleep(for: .milliseconds(10))
            let accepting = Background { (try listener.accept().socket, try listener.accept().socket) }
            let second = try await cancellable(waiting)
            let (one, two) = try await accepting.value()
            try await first.sendAll("1")
            try await second.sendAll("2")
            #expect(try one.take() == [49])
            #expect(try two.take() == [50])
        }
    }

    @Test(arguments: Place.allCases) func `a Unix datagram waits for room in its receiver's queue`(
        place: Place
    ) async throws {
        let folder = try TemporaryFolder()
        let address = SocketAddress.unix(path: FilePath(folder.file("s")))
        let receiver = try Socket.bound(to: address)
        receiver.timeout = .seconds(20)
        try await place.run { loop in
            let count = 2_000
            let sender = try await AsyncSocket.connected(to: address, .datagram, loop: loop)
            let stranger = try AsyncSocket(.unix, .datagram, on: loop)
            let reading = Background { try (0..<2 * count).map { _ in try receiver.receive(upTo: 10)?.count ?? -1 } }
            for _ in 0..<count {
                try await sender.sendAll("1")
                try await stranger.send("22", to: address)
            }
            #expect(try await reading.value().reduce(0, +) == 3 * count)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root")) func `an unreachable network is told at once`() async throws {
        let program = try Program(
            "unshare", ["-n", try Program.builtPath("async-fixture"), "connect", "192.0.2.1:9"])
        #expect(try await program.rest() == ["networkUnreachable"])
    }
}

extension AsyncSocket {
    /// The urgent byte, as soon as it has been announced: before that the kernel says that there is none.
    fileprivate func urgentByte() async throws -> UInt8? {
        try await withDeadline(.seconds(20)) {
            while true {
                do throws(SocketError) {
                    return try await receive(upTo: 1, flags: .outOfBand)?.first
                } catch {
                    guard error.code == .invalidArgument else { throw error }
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
        }
    }
}
