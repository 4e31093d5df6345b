import Glibc
import Sockets
import Synchronization
import TestSupport
import Testing

@testable import AsyncSockets

/// What two tasks, or two ends, do to each other's waits.
@Suite(.timeLimit(.minutes(1))) struct AsyncSocketInterplayTests {
    @Test(arguments: [true, false], [true, false])
    func `the end of sending wakes a sender that waits`(isUnix: Bool, isOwn: Bool) async throws {
        let (here, there) = isUnix ? try AsyncSocket.pair() : try await AsyncSocket.tcpPair()
        let sending = Task { try await here.sendAll([UInt8](repeating: 0, count: 50_000_000)) }
        while here.watch?.isWaited(.write) != true { await Task.yield() }
        if isOwn { try here.shutdown(.write) } else { try there.shutdown(.read) }
        if !isOwn, !isUnix {
            // TCP takes no notice of a peer that does not want to receive; what has come is thrown away by closing.
            there.close()
        }
        let code = await code { try await withDeadline(.seconds(20)) { try await cancellable(sending) } }
        #expect(code == .connectionReset)
    }

    @Test func `a task that goes on late leaves the deadline of the next one alone`() async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        let (late, own) = (loops.loops[0], loops.loops[1])
        let (peer, lower) = try Socket.pair()
        let socket = try AsyncSocket(lower, on: own)
        let first = Task(executorPreference: late) {
            try await withDeadline(.seconds(1000)) { try await socket.receive(upTo: 1) }
        }
        while socket.watch?.isWaited(.read) != true { await Task.yield() }
        // Its thread is held, so that it is resumed, and does not run.
        let isHeld = Atomic(false)
        let mayGoOn = Atomic(false)
        let holder = Task(executorPreference: late) {
            isHeld.store(true, ordering: .sequentiallyConsistent)
            while !mayGoOn.load(ordering: .sequentiallyConsistent) { usleep(100) }
        }
        while !isHeld.load(ordering: .sequentiallyConsistent) { await Task.yield() }
        try peer.put("x")
        while socket.watch?.isWaited(.read) != false { await Task.yield() }
        let hasEnded = Atomic(false)
        let second = Task(executorPreference: own) {
            defer { hasEnded.store(true, ordering: .sequentiallyConsistent) }
            return try await withDeadline(.milliseconds(500)) {
                let bytes = try await socket.receive(upTo: 1)
                _ = try await socket.receive(upTo: 1)
                return bytes
            }
        }
        while socket.watch?.isWaited(.read) != true, !hasEnded.load(ordering: .sequentiallyConsistent) {
            await Task.yield()
        }
        mayGoOn.store(true, ordering: .sequentiallyConsistent)
        await holder.value
        // The first one finds another waiting, or waits when that has gone.
        let code = await code { _ = try await cancellable(second) }
        #expect(code == .timedOut || code == .busy)
        first.cancel()
        _ = try? await first.value
    }

    @Test func `a sharded server with a limit serves clients of all its listeners`() async throws {
        let loops = EventLoops(count: 2)
        let server = try AsyncSocketServer(on: .loopback(port: 0), isSharded: true, limit: 1, loops: loops)
        let address = try server.localAddress
        let running = Task { try await server.run { peer in try await peer.sendAll("hi") } }
        for _ in 0..<40 {
            let bytes = try await withDeadline(.seconds(20)) {
                let client = try await AsyncSocket.connected(to: address)
                return try await client.receive(upTo: 10)
            }
            #expect(bytes == Array("hi".utf8))
        }
        server.stop()
        try await running.value
        loops.stop()
    }

    @Test func `a stopped loop ends though a task on it never waits`() async throws {
        let loop = EventLoop()
        let restless = Task(executorPreference: loop) { while !Task.isCancelled { await Task.yield() } }
        let (first, second) = try await AsyncSocket.tcpPair(on: loop)
        loop.stop()
        while !loop.hasEnded { await Task.yield() }
        restless.cancel()
        await restless.value
        #expect(await code { _ = try await first.receive(upTo: 1) } == .closed)
        second.close()
    }

    @Test func `pieces that are gathered arrive whole, however the kernel cuts them`() async throws {
        let (client, server) = try await AsyncSocket.tcpPair()
        var pieces = (0..<3000).map { pattern($0 % 700, seed: $0) }
        pieces.insert(pattern(20_000_000), at: 1500)
        let all = Array(pieces.joined())
        async let received = server.receiveToEnd(upTo: 1 << 20)
        try await client.sendAll(gathering: pieces)
        try client.shutdown(.write)
        #expect(try await received == all)
    }

    @Test func `what came off the loops in a small piece is kept in a small array`() async throws {
        let (here, there) = try AsyncSocket.pair()
        try await there.sendAll("small")
        let bytes = try #require(try await Task.detached { try await here.receive(upTo: 65_536) }.value)
        #expect(bytes == Array("small".utf8) && bytes.capacity < 256)
        // Without room there is nothing to wait for.
        var none: [UInt8] = []
        #expect(try await here.receive(into: &none) == 0)
    }

    @Test(arguments: Place.allCases) func `asking for errors in vain does not hide the bytes that are there`(
        place: Place
    ) async throws {
        try await place.run { loop in
            let receiver = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            // It is watched, and known to have nothing.
            let early = await code {
                _ = try await withDeadline(.milliseconds(5)) { try await receiver.receive(upTo: 9) }
            }
            #expect(early == .timedOut)
            let sender = try await AsyncSocket.connected(to: receiver.localAddress, .datagram)
            try await sender.sendAll("x")
            try await receiver.waitUntilReadable()
            let none = await code {
                _ = try await withDeadline(.milliseconds(20)) {
                    try await receiver.receiveMessage(upTo: 9, flags: .errorQueue)
                }
            }
            #expect(none == .timedOut)
            #expect(try await withDeadline(.seconds(20)) { try await receiver.receive(upTo: 9) } == [120])
        }
    }
}
