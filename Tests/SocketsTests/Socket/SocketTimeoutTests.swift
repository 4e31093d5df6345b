import Foundation
import Sockets
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketTimeoutTests {
    /// Runs what must time out, and says how long it took.
    private func timedOut(
        _ operation: SocketError.Operation, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            try body()
            Issue.record("it did not time out", sourceLocation: sourceLocation)
        } catch let error as SocketError {
            #expect(error.code == .timedOut && error.operation == operation, "\(error)", sourceLocation: sourceLocation)
        }
        return clock.now - start
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `every call that waits stops in time, and the socket stays usable`(shared: Bool) throws {
        let limit = Duration.milliseconds(60)
        let (first, second) = try tcpPair()
        let copy = shared ? try first.duplicate() : nil
        first.timeout = limit
        #expect(first.timeout == limit && first.isBlocking)
        var buffer = [UInt8](repeating: 0, count: 10)
        let receiving: [() throws -> Void] = [
            { _ = try first.receive(upTo: 1) },
            { _ = try first.receive(into: &buffer) },
            { _ = try first.receive(exactly: 4) },
            { _ = try first.receive(until: [10]) },
            { _ = try first.receiveFrom(upTo: 1) },
            { _ = try first.receiveMessage(upTo: 1) },
            {
                var arrays = [[UInt8](repeating: 0, count: 4)]
                _ = try first.receive(scattering: &arrays)
            },
        ]
        for call in receiving {
            let time = try timedOut(.receive, call)
            #expect(time >= limit && time < .seconds(10))
        }
        try second.sendAll("late")
        #expect(try first.receive(exactly: 4) == Array("late".utf8))
        let listener = try Socket.listening(on: .loopback(port: 0))
        let listening = shared ? try listener.duplicate() : nil
        listener.timeout = limit
        let time = try timedOut(.accept) { _ = try listener.accept() }
        #expect(time >= limit && time < .seconds(10))
        let client = try Socket.connected(to: listener.localAddress)
        #expect(try listener.accept().address == client.localAddress)
        _ = (copy, listening)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SocketAddress.loopback(port: 0), .unix(abstract: "full-\(getpid())")])
    func `connecting stops in time`(address: SocketAddress) throws {
        let listener = try Socket.listening(on: address, backlog: 0)
        let name = try listener.localAddress
        var others: [Socket] = []
        for _ in 0..<3 {
            let client = try Socket(address.family, .stream)
            client.isBlocking = false
            try? client.connect(to: name)
            others.append(client)
        }
        let clock = ContinuousClock()
        let start = clock.now
        do throws(SocketError) {
            _ = try Socket.connected(to: name, timeout: .milliseconds(80))
            Issue.record("connected to a full queue")
        } catch {
            #expect(error.code == .timedOut && error.operation == .connect && error.address == name)
        }
        #expect(clock.now - start >= .milliseconds(80) && clock.now - start < .seconds(10))
        withExtendedLifetime(others) {}
    }

    @Test(.timeLimit(.minutes(5))) func `the limit holds for the whole of a call`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .milliseconds(150)
        let isOver = Atomic<Bool>(false)
        // A byte now and then keeps each single wait short.
        let drip = Background {
            while !isOver.load(ordering: .relaxed) {
                try second.sendAll("x")
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
        let time = try timedOut(.receive) { _ = try first.receive(exactly: 1_000_000) }
        isOver.store(true, ordering: .relaxed)
        try drip.join()
        #expect(time >= .milliseconds(150) && time < .seconds(10))
    }

    @Test(.timeLimit(.minutes(5))) func `100 MB to a peer that does not read: the error tells exactly how far it came`()
        throws
    {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let python = try Program.python(
            """
            import hashlib, socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            n = int(sys.stdin.readline())
            h, got = hashlib.sha256(), 0
            while data := s.recv(1 << 20):
                h.update(data); got += len(data)
            block = bytes((i * 31 + (i >> 8)) & 255 for i in range(65521))
            print(got, h.digest() == hashlib.sha256((block * (n // 65521 + 1))[:n]).digest())
            """, "\(try #require(try listener.localAddress.port))")
        let peer = try listener.accept().socket
        let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(100_065_521)
        while bytes.count < 100_000_000 { bytes += block }
        peer.timeout = .milliseconds(200)
        do throws(SocketError) {
            try peer.sendAll(bytes)
            Issue.record("100 MB went nowhere")
        } catch {
            #expect(error.code == .timedOut && error.operation == .send)
            let sent = try #require(error.bytesTransferred)
            #expect(sent > 0 && sent < 100_000_000)
            #expect(error.description.contains("timed out after \(sent) bytes"))
            peer.close()
            try python.write("\(sent)\n")
            #expect(try python.finish() == ["\(sent) True"])
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a socket that does not block says so`() throws {
        let (first, second) = try tcpPair()
        first.isBlocking = false
        #expect(!first.isBlocking && first.timeout == .zero)
        func code(_ body: () throws -> Void) -> SocketError.Code? {
            do { try body() } catch { return (error as? SocketError)?.code }
            return nil
        }
        #expect(code { _ = try first.receive(upTo: 1) } == .wouldBlock)
        #expect(code { _ = try first.receiveMessage(upTo: 1) } == .wouldBlock)
        #expect(code { while true { _ = try first.send([UInt8](repeating: 0, count: 100_000)) } } == .wouldBlock)
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .zero
        #expect(code { _ = try listener.accept() } == .wouldBlock)
        let flags = first.withUnsafeFileDescriptor { fcntl($0.rawValue, F_GETFL) }
        #expect((flags ?? 0) & O_NONBLOCK != 0)
        first.isBlocking = true
        #expect(first.timeout == nil && first.isBlocking)
        #expect((first.withUnsafeFileDescriptor { fcntl($0.rawValue, F_GETFL) } ?? O_NONBLOCK) & O_NONBLOCK == 0)
        let connecting = try Socket(.ipv4, .stream)
        connecting.isBlocking = false
        let result = code { try connecting.connect(to: listener.localAddress) }
        #expect(result == .inProgress || result == nil)
        _ = second
    }

    /// A handler without SA_RESTART, so that every sleeping call is interrupted.
    private static let handler: Void = {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGUSR2, &action, nil)
    }()

    /// Runs the work on a thread that gets a signal after the other.
    private func bombarded<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) throws -> Value {
        Self.handler
        let thread = Lock<UInt?>(nil)
        let isOver = Atomic<Bool>(false)
        let isEnded = DispatchSemaphore(value: 0)
        let worker = Background { () throws -> Value in
            thread.withLock { $0 = UInt(pthread_self()) }
            defer {
                // The thread lives until nobody sends it signals any more.
                isOver.store(true, ordering: .sequentiallyConsistent)
                isEnded.wait()
            }
            return try work()
        }
        var count = 0
        while !isOver.load(ordering: .sequentiallyConsistent) {
            if let target = thread.withLock({ $0 }) {
                pthread_kill(pthread_t(target), SIGUSR2)
                count += 1
            }
            usleep(200)
        }
        isEnded.signal()
        #expect(count > 10)
        return try worker.join()
    }

    @Test(.timeLimit(.minutes(5)), arguments: [nil, Duration.seconds(30)])
    func `signals never show`(timeout: Duration?) throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = timeout
        let port = try #require(try listener.localAddress.port)
        let python = try Program.python(
            """
            import socket, sys, time
            time.sleep(0.1)
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            for i in range(20):
                time.sleep(0.01); s.sendall(b"0123456789")
            n = 0
            while n < 5_000_000: n += len(s.recv(65536))
            print(n)
            """, "\(port)")
        let (count, last) = try bombarded {
            let peer = try listener.accept().socket
            peer.timeout = timeout
            let bytes = try peer.receive(exactly: 200)
            try peer.sendAll([UInt8](repeating: 1, count: 5_000_000))
            return (bytes?.count, try peer.receive(upTo: 10))
        }
        #expect(count == 200 && last == nil)
        #expect(try python.finish() == ["5000000"])
    }

    @Test(.timeLimit(.minutes(5))) func `signals do not make a limit longer`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .milliseconds(100)
        let clock = ContinuousClock()
        let start = clock.now
        let error = try bombarded { () -> SocketError? in
            do throws(SocketError) {
                _ = try first.receive(upTo: 1)
                return nil
            } catch { return error }
        }
        #expect(error?.code == .timedOut && clock.now - start < .seconds(5))
        _ = second
    }
}
