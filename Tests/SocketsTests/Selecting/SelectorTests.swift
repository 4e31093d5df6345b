import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Why the body failed.
private func failure(_ body: () throws -> Void) -> SocketError.Code? {
    do { try body() } catch { return (error as? SocketError)?.code }
    return nil
}

@Suite(.timeLimit(.minutes(2))) struct SelectorTests {
    @Test func `both backends find the same of a thousand`() throws {
        // Room for two thousand descriptors beside those of other tests.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 8192))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let pairs = try (0..<1000).map { _ in try Socket.pair() }
        let epoll = try Selector<Int>()
        let poll = try Selector<Int>(backend: .poll)
        for (number, pair) in pairs.enumerated() {
            try epoll.register(pair.0, for: .read, data: number)
            try poll.register(pair.0, for: .read, data: number)
        }
        #expect(epoll.count == 1000 && poll.keys.count == 1000)
        var generator = SystemRandomNumberGenerator()
        for size in [0, 1, 7, 255, 400, 1000] {
            let chosen = Set((0..<1000).shuffled(using: &generator).prefix(size))
            for number in chosen { try pairs[number].1.sendAll("x") }
            for selector in [epoll, poll] {
                // epoll gives 256 at a time; level-triggered ones come round again.
                var found: Set<Int> = []
                for _ in 0..<20 where found.count < size {
                    for event in try selector.select(timeout: .zero) {
                        #expect(event.ready == .read)
                        found.insert(event.key.data)
                    }
                }
                #expect(found == chosen)
                if size == 0 { #expect(try selector.select(timeout: .milliseconds(1)).isEmpty) }
            }
            for number in chosen { #expect(try pairs[number].0.receive(upTo: 9) == Array("x".utf8)) }
        }
    }

    @Test(arguments: SelectorKind.allCases) func `wakes up from another thread and before`(kind: SelectorKind) throws {
        let selector = try Selector<Void>(backend: kind)
        selector.wakeUp()
        selector.wakeUp()
        #expect(try selector.select(timeout: .seconds(20)).isEmpty)
        #expect(try selector.select(timeout: .milliseconds(5)).isEmpty)
        let waiting = Background { try selector.select().isEmpty }
        selector.wakeUp()
        #expect(try waiting.join())
    }

    @Test(arguments: SelectorKind.allCases) func `what other threads change holds at once`(kind: SelectorKind) throws {
        let (near, far) = try Socket.pair()
        try far.sendAll("x")
        let selector = try Selector<String>(backend: kind)
        let waiting = Background { try selector.select(timeout: .seconds(20)).map(\.key.data) }
        try selector.register(near, for: [], data: "a")
        try selector.modify(near, data: "b")
        try selector.modify(near, for: .read)
        #expect(try waiting.join() == ["b"])
    }

    @Test(arguments: SelectorKind.allCases) func `a socket that is closed is reported once`(kind: SelectorKind) throws {
        let selector = try Selector<Int>(backend: kind)
        let (near, far) = try Socket.pair()
        far.timeout = .seconds(20)
        try selector.register(near, for: .read, data: 7)
        let waiting = Background { try selector.select(timeout: .seconds(20)) }
        near.close()
        // The connection ends at once, whether anybody selects or not.
        #expect(try far.receive(upTo: 1) == nil)
        let events = try waiting.join()
        #expect(events.map(\.ready) == [.closed] && events.map(\.key.data) == [7])
        #expect(selector.key(for: near) == nil && selector.count == 0)
        #expect(throws: SocketError.self) { try selector.unregister(near) }
        #expect(throws: SocketError.self) { try selector.register(near, for: .read, data: 8) }
        #expect(try selector.select(timeout: .milliseconds(1)).isEmpty)
    }

    @Test(arguments: SelectorKind.allCases) func `a number that is used again brings no old events`(
        kind: SelectorKind
    ) throws {
        let selector = try Selector<Int>(backend: kind)
        for round in 0..<200 {
            let (near, far) = try Socket.pair()
            try selector.register(near, for: .read, data: round)
            // The duplicate keeps the file alive, so that the kernel does not forget the registration by itself.
            let duplicate = try near.duplicate()
            near.close()
            let (next, peer) = try Socket.pair()
            try peer.sendAll("x")
            try far.sendAll("y")
            let events = try selector.select(timeout: .zero)
            #expect(events.map(\.ready) == [.closed] && events.map(\.key.data) == [round])
            #expect(try selector.select(timeout: .zero).isEmpty)
            try selector.register(next, for: .read, data: -round)
            #expect(try selector.select(timeout: .zero).map(\.key.data) == [-round])
            try selector.unregister(next)
            duplicate.close()
        }
    }

    @Test func `a closed descriptor with a duplicate does not spin`() throws {
        let selector = try Selector<Int>()
        let (near, far) = try Socket.pair()
        let descriptor = try near.detach()
        let duplicate = try descriptor.duplicate()
        defer { try? duplicate.close() }
        try selector.register(descriptor: descriptor, for: .read, data: 1)
        try descriptor.close()
        try far.sendAll("x")
        try selector.unregister(descriptor: descriptor)
        /// What this thread has used, in nanoseconds.
        func processorTime() throws -> Int {
            let text = try String(contentsOfFile: "/proc/thread-self/schedstat", encoding: .utf8)
            return try #require(Int(text.prefix { $0 != " " }))
        }
        let before = try processorTime()
        #expect(try selector.select(timeout: .milliseconds(400)).isEmpty)
        #expect(try processorTime() - before < 200_000_000)
        let (other, peer) = try Socket.pair()
        try selector.register(other, for: .read, data: 2)
        try peer.sendAll("x")
        #expect(try selector.select(timeout: .seconds(20)).map(\.key.data) == [2])
    }

    @Test(arguments: SelectorKind.allCases) func `modifying, pausing, one shot`(kind: SelectorKind) throws {
        let selector = try Selector<Int>(backend: kind)
        let (near, far) = try Socket.pair()
        try selector.register(near, for: [.read, .write], data: 1)
        #expect(try selector.select(timeout: .zero).map(\.ready) == [.write])
        try far.sendAll("x")
        #expect(try selector.select(timeout: .zero).map(\.ready) == [[.read, .write]])
        #expect(try selector.modify(near, for: .read, data: 2).data == 2)
        #expect(try selector.select(timeout: .zero).map(\.ready) == [.read])
        try selector.modify(near, for: [])
        #expect(try selector.select(timeout: .zero).isEmpty)
        try selector.modify(near, for: .read, mode: .oneShot)
        #expect(try selector.select(timeout: .zero).map(\.key.data) == [2])
        #expect(try selector.select(timeout: .zero).isEmpty)
        try selector.modify(near)
        #expect(try selector.select(timeout: .zero).map(\.ready) == [.read])
        try selector.modify(near, mode: [])
        far.close()
        let ready = try selector.select(timeout: .zero).first?.ready
        #expect(ready?.isSuperset(of: [.read, .hangUp]) == true)
        #expect(try selector.unregister(near).interest == .read)
        #expect(try selector.select(timeout: .zero).isEmpty)
    }

    @Test func `edge-triggered reports news only`() throws {
        let selector = try Selector<Void>()
        let (near, far) = try Socket.pair()
        try selector.register(near, for: .read, mode: .edgeTriggered)
        try far.sendAll("x")
        #expect(try selector.select(timeout: .zero).count == 1)
        #expect(try selector.select(timeout: .zero).isEmpty)
        try far.sendAll("y")
        #expect(try selector.select(timeout: .zero).count == 1)
        let poll = try Selector<Void>(backend: .poll)
        for mode in [TriggerMode.edgeTriggered, .exclusive] {
            #expect(failure { _ = try poll.register(near, for: .read, mode: mode) } == .unsupported)
        }
        #expect(poll.count == 0)
    }

    @Test func `exclusive registrations can be modified`() throws {
        let (near, far) = try Socket.pair()
        let selectors = try (0..<2).map { _ in try Selector<Void>() }
        for selector in selectors { try selector.register(near, for: .write, mode: .exclusive) }
        try selectors[0].modify(near, for: .read)
        try far.sendAll("x")
        #expect(try selectors[0].select(timeout: .zero).map(\.ready) == [.read])
        #expect(failure { _ = try selectors[1].modify(near, mode: [.exclusive, .oneShot]) } == .invalidArgument)
    }

    @Test(arguments: SelectorKind.allCases) func `mistakes are told`(kind: SelectorKind) throws {
        let selector = try Selector<Void>(backend: kind)
        let (near, _) = try Socket.pair()
        try selector.register(near, for: .read)
        #expect(failure { _ = try selector.register(near, for: .write) } == .invalidArgument)
        #expect(failure { _ = try near.detach() } == .busy)
        try selector.unregister(near)
        #expect(failure { _ = try selector.modify(near, for: .write) } == .invalidArgument)
        let descriptor = try near.detach()
        try selector.register(descriptor: descriptor, for: .write)
        #expect(selector.key(for: descriptor)?.interest == .write)
        #expect(try selector.select(timeout: .zero).first?.key.descriptor == descriptor)
        try selector.unregister(descriptor: descriptor)
        try descriptor.close()
        let waiting = Background { try selector.select(timeout: .seconds(20)) }
        // Either the thread waits already, or it will find the selector closed.
        selector.close()
        #expect(failure { _ = try waiting.join() } == .closed)
        #expect(failure { _ = try selector.select() } == .closed)
        let (other, _) = try Socket.pair()
        #expect(failure { _ = try selector.register(other, for: .read) } == .closed)
        #expect(!other.isClosed)
        selector.close()
    }

    @Test(arguments: SelectorKind.allCases) func `a selector that goes lets its sockets go`(kind: SelectorKind) throws {
        func leave() throws -> Socket {
            let (near, far) = try Socket.pair()
            let selector = try Selector<Void>(backend: kind)
            try selector.register(near, for: .read)
            return far
        }
        let far = try leave()
        far.timeout = .seconds(20)
        // The selector was the last that held the other end, and has closed it.
        #expect(try far.receive(upTo: 1) == nil)
    }

    @Test(arguments: SelectorKind.allCases) func `python's clients are echoed by one thread`(kind: SelectorKind) throws
    {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.isBlocking = false
        let port = try #require(try listener.localAddress.port)
        let client = try Program.python(
            """
            import socket, sys
            clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) for _ in range(50)]
            for number, client in enumerate(clients): client.sendall(b"%d" % number * 1000); client.shutdown(1)
            for number, client in enumerate(clients):
                answer = b""
                while piece := client.recv(4096): answer += piece
                assert answer == b"%d" % number * 1000
            print("done")
            """, "\(port)")
        let selector = try Selector<Bool>(backend: kind)
        try selector.register(listener, for: .read, data: true)
        var ended = 0
        while ended < 50 {
            let events = try selector.select(timeout: .seconds(20))
            try #require(!events.isEmpty)
            for event in events {
                let socket = try #require(event.key.socket)
                if event.key.data {
                    try selector.register(try listener.accept().socket, for: .read, data: false)
                } else if let bytes = try socket.receive(upTo: 65_536) {
                    try socket.sendAll(bytes)
                } else {
                    try selector.unregister(socket)
                    socket.close()
                    ended += 1
                }
            }
        }
        #expect(try client.finish() == ["done"])
    }

    @Test func `one socket's readiness`() throws {
        let (near, far) = try Socket.pair()
        #expect(try near.wait(for: .read, timeout: .milliseconds(1)) == [])
        #expect(try near.wait(for: [.read, .write], timeout: .zero) == .write)
        try far.sendAll("x")
        #expect(try near.wait(for: .read) == .read)
        far.close()
        #expect(try near.wait(for: .read).contains(.hangUp))
        let (other, _other) = try Socket.pair()
        let waiting = Background { try other.wait(for: .read, timeout: .seconds(20)) }
        other.close()
        #expect(failure { _ = try waiting.join() } == .closed)
        _other.close()
    }
}
