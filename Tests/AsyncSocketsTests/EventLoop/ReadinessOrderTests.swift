import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

/// What the kernel can announce, in every order, by a poller that is told what to say.
@Suite(.timeLimit(.minutes(1))) struct ReadinessOrderTests {
    /// A pair whose first socket waits on the loop of a fake poller; the second is driven by hand.
    private final class Scene: Sendable {
        let loop: EventLoop
        let poller: FakePoller
        let socket: AsyncSocket
        let peer: Socket

        init() throws {
            (loop, poller) = FakePoller.loop()
            let (first, second) = try Socket.pair()
            socket = try AsyncSocket(first, on: loop)
            peer = second
        }

        deinit { loop.stop() }

        /// Receives once in a task on the loop or elsewhere.
        func receive(onLoop: Bool, upTo count: Int = 100) -> Task<[UInt8]?, any Error> {
            Task(executorPreference: onLoop ? loop : nil) { [socket] in try await socket.receive(upTo: count) }
        }

        func untilWaiting(_ direction: Direction = .read) async throws {
            while socket.watch.map({ !$0.isWaited(direction) }) ?? true { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    @Test(arguments: [true, false]) func `an announcement after the wait began resumes it`(onLoop: Bool) async throws {
        let scene = try Scene()
        let task = scene.receive(onLoop: onLoop)
        try await scene.untilWaiting()
        #expect(scene.poller.calls == ["add"])
        #expect(scene.poller.interest(in: scene.socket) & FakePoller.input != 0)
        try scene.peer.put("now")
        try await scene.poller.settle()
        // Nothing was announced: it waits, although bytes are there.
        #expect(scene.socket.watch?.isWaited(.read) == true)
        scene.poller.announce((scene.socket, FakePoller.input))
        #expect(try await cancellable(task) == Array("now".utf8))
    }

    @Test(arguments: [true, false]) func `an announcement before asking is kept`(onLoop: Bool) async throws {
        let scene = try Scene()
        let first = scene.receive(onLoop: onLoop)
        try await scene.untilWaiting()
        try scene.peer.put("1")
        scene.poller.announce((scene.socket, FakePoller.input))
        #expect(try await cancellable(first) == [49])
        // Comes while nobody waits.
        try scene.peer.put("2")
        scene.poller.announce((scene.socket, FakePoller.input))
        try await scene.poller.settle()
        #expect(try await cancellable(scene.receive(onLoop: onLoop)) == [50])
        #expect(scene.poller.calls == ["add"])
    }

    @Test(arguments: [true, false]) func `what is announced twice, or for nothing, does no harm`(
        onLoop: Bool
    ) async throws {
        let scene = try Scene()
        let task = scene.receive(onLoop: onLoop)
        try await scene.untilWaiting()
        for _ in 0..<3 {
            scene.poller.announce((scene.socket, FakePoller.input))
            try await scene.poller.settle()
            try await scene.untilWaiting()
        }
        try scene.peer.put("a")
        scene.poller.announce((scene.socket, FakePoller.input), (scene.socket, FakePoller.input))
        #expect(try await cancellable(task) == [97])
        let next = scene.receive(onLoop: onLoop)
        try await scene.untilWaiting()
        try scene.peer.put("b")
        scene.poller.announce((scene.socket, FakePoller.input | FakePoller.output))
        #expect(try await cancellable(next) == [98])
    }

    @Test(arguments: [true, false]) func `each direction is resumed by its own events, and both by errors`(
        onLoop: Bool
    ) async throws {
        let scene = try Scene()
        try scene.socket.set(.sendBufferSize, 4608)
        let reader = scene.receive(onLoop: onLoop)
        let socket = scene.socket
        let writer = Task(executorPreference: onLoop ? scene.loop : nil) { try await socket.sendAll(pattern(500_000)) }
        try await scene.untilWaiting(.read)
        try await scene.untilWaiting(.write)
        #expect(scene.poller.calls.sorted() == ["add", "modify"])
        scene.poller.announce((socket, FakePoller.output))
        try await scene.poller.settle()
        // Nobody has made room.
        try await scene.untilWaiting(.write)
        #expect(socket.watch?.isWaited(.read) == true)
        scene.poller.announce((socket, FakePoller.input))
        try await scene.poller.settle()
        try await scene.untilWaiting(.read)
        #expect(socket.watch?.isWaited(.write) == true)
        scene.peer.close()
        scene.poller.announce((socket, FakePoller.hangUp | FakePoller.error))
        // Unread bytes make it a reset.
        #expect(await code { _ = try await cancellable(reader) } == .connectionReset)
        #expect(await code { try await cancellable(writer) } == .connectionReset)
    }

    @Test func `an event of a socket that the same batch closed is passed over`() async throws {
        let (loop, poller) = FakePoller.loop()
        defer { loop.stop() }
        let (first, firstPeer) = try Socket.pair()
        let (second, secondPeer) = try Socket.pair()
        let one = try AsyncSocket(first, on: loop)
        var other: AsyncSocket? = try AsyncSocket(second, on: loop)
        weak let gone = other
        let waiting = Task(executorPreference: loop) { [other] in await code { _ = try await other?.receive(upTo: 1) } }
        let closing = Task(executorPreference: loop) { [other] in
            _ = try await one.receive(upTo: 1)
            other?.close()
        }
        for socket in [one, other] {
            while socket?.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        }
        try firstPeer.put("x")
        try secondPeer.put("y")
        if let other { poller.announce((one, FakePoller.input), (other, FakePoller.input), (other, FakePoller.input)) }
        other = nil
        try await cancellable(closing)
        // Its event came, but it had been closed before: either is right, a hang or a crash is not.
        let result = await waiting.value
        #expect(result == .closed || result == nil)
        try await poller.settle()
        try await poller.settle()
        #expect(gone == nil)
    }

    @Test func `a refused registration is an error of this wait alone`() async throws {
        let scene = try Scene()
        scene.poller.refuse(with: -Errno.noMemory.rawValue, -Errno.noSpace.rawValue)
        for errno in [Errno.noMemory, .noSpace] {
            do {
                _ = try await scene.socket.receive(upTo: 1)
                Issue.record("it waited")
            } catch { #expect(error.errno == errno && error.operation == .receive) }
        }
        let task = scene.receive(onLoop: true)
        try await scene.untilWaiting()
        #expect(scene.poller.calls == ["add", "add", "add"])
        try scene.peer.put("x")
        scene.poller.announce((scene.socket, FakePoller.input))
        #expect(try await cancellable(task) == [120])
    }

    @Test func `a loop without descriptors refuses, and works once there are some`() async throws {
        let poller = FakePoller()
        let answers = Lock<[CInt]>([-Errno.tooManyOpenFiles.rawValue])
        let loop = EventLoop(name: "poor") {
            let answer = answers.withLock { $0.popLast() }
            return answer.map { (nil, $0) } ?? (poller, 0)
        }
        defer { loop.stop() }
        let (first, peer) = try Socket.pair()
        let socket = try AsyncSocket(first, on: loop)
        #expect(await code { _ = try await socket.receive(upTo: 1) } == .tooManyDescriptors)
        let task = Task { try await socket.receive(upTo: 1) }
        while socket.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        try peer.put("x")
        poller.announce((socket, FakePoller.input))
        #expect(try await cancellable(task) == [120])
    }

    @Test func `an interrupted wait is begun again`() async throws {
        let scene = try Scene()
        let task = scene.receive(onLoop: true)
        try await scene.untilWaiting()
        scene.poller.interrupt(with: -4, 0, -12, -4)
        try scene.peer.put("x")
        scene.poller.announce((scene.socket, FakePoller.input))
        #expect(try await cancellable(task) == [120])
    }

    @Test func `a deadline bounds the sleep, and none does not`() async throws {
        let scene = try Scene()
        let endless = scene.receive(onLoop: true)
        try await scene.untilWaiting()
        try await scene.poller.settle()
        #expect(scene.poller.timeout == -1)
        endless.cancel()
        #expect(await code { _ = try await endless.value } == .cancelled)
        let socket = scene.socket
        let task = Task(executorPreference: scene.loop) {
            try await withDeadline(.seconds(1000)) { try await socket.receive(upTo: 1) }
        }
        try await scene.untilWaiting()
        try await scene.poller.settle()
        #expect((900_000_000_000...1_000_000_000_000).contains(scene.poller.timeout))
        try scene.peer.put("x")
        scene.poller.announce((socket, FakePoller.input))
        #expect(try await cancellable(task) == [120])
    }

    @Test func `the end comes with bytes, and is found without another announcement`() async throws {
        let (loop, poller) = FakePoller.loop()
        defer { loop.stop() }
        let (client, server) = try await AsyncSocket.tcpPair()
        let socket = try AsyncSocket(server.detach(), on: loop)
        let task = Task(executorPreference: loop) { try await socket.receiveToEnd(upTo: 100) }
        while socket.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        try await client.sendAll("all of it")
        try client.shutdown(.write)
        try await socket.waitUntilReadable()
        poller.announce((socket, FakePoller.input | FakePoller.end))
        #expect(try await cancellable(task) == Array("all of it".utf8))
    }

    @Test func `a stopped loop ends its poller and wakes who waits`() async throws {
        let (loop, _) = FakePoller.loop()
        let (first, peer) = try Socket.pair()
        let socket = try AsyncSocket(first, on: loop)
        let task = Task(executorPreference: loop) { await code { _ = try await socket.receive(upTo: 1) } }
        while socket.watch?.isWaited(.read) != true { try await Task.sleep(for: .milliseconds(1)) }
        loop.stop()
        #expect(await task.value == .closed)
        while !loop.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
        #expect(await code { _ = try await socket.receive(upTo: 1) } == .closed)
        // What never waits still works, and so does going on elsewhere.
        try await socket.sendAll("still")
        #expect(try peer.take() == Array("still".utf8))
        let elsewhere = try AsyncSocket(socket.detach())
        try peer.put("here")
        #expect(try await elsewhere.receive(upTo: 10) == Array("here".utf8))
    }
}
