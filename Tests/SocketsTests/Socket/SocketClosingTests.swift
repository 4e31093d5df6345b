import Foundation
import Sockets
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized) struct SocketClosingTests {
    enum Call: String, CaseIterable, Sendable {
        case tcpReceive, tcpSend, tcpAccept, tcpConnect, udpReceive, tcpMessage, tcpFile
        case streamReceive, streamSend, streamAccept, datagramReceive, datagramSend, packetReceive, packetSend
        case sharedReceive, sharedSend, sharedAccept, sharedFile

        /// The socket to close, what threads do with it, and what must live until then.
        func prepare() throws -> (Socket, @Sendable (Socket) throws -> Void, [Socket]) {
            let receive: @Sendable (Socket) throws -> Void = { _ = try $0.receive(upTo: 10) }
            let send: @Sendable (Socket) throws -> Void = {
                while true { try $0.sendAll([UInt8](repeating: 0, count: 50_000)) }
            }
            let accept: @Sendable (Socket) throws -> Void = { _ = try $0.accept() }
            let file: @Sendable (Socket) throws -> Void = { while true { try $0.sendFile(at: "/proc/self/exe") } }
            switch self {
            case .tcpReceive, .tcpSend, .tcpMessage, .tcpFile:
                let (first, second) = try tcpPair()
                if self == .tcpMessage { return (first, { _ = try $0.receiveMessage(upTo: 10) }, [second]) }
                return (first, self == .tcpReceive ? receive : self == .tcpSend ? send : file, [second])
            case .tcpAccept: return (try .listening(on: .loopbackIPv6(port: 0)), accept, [])
            case .tcpConnect:
                // A queue for one client, which is full: the kernel lets the next ones wait.
                let listener = try Socket.listening(on: .loopback(port: 0), backlog: 0)
                let address = try listener.localAddress
                var waiting: [Socket] = [listener]
                for _ in 0..<3 {
                    let client = try Socket(.ipv4, .stream)
                    client.isBlocking = false
                    try? client.connect(to: address)
                    waiting.append(client)
                }
                return (try Socket(.ipv4, .stream), { try $0.connect(to: address) }, waiting)
            case .udpReceive: return (try .bound(to: .loopback(port: 0)), receive, [])
            case .streamAccept:
                return (try .listening(on: .unix(abstract: "closing-\(UInt64.random(in: 0 ... .max))")), accept, [])
            case .streamReceive, .streamSend:
                let (first, second) = try Socket.pair()
                return (first, self == .streamReceive ? receive : send, [second])
            case .datagramReceive, .datagramSend:
                let (first, second) = try Socket.pair(.unix, .datagram)
                return (first, self == .datagramReceive ? receive : send, [second])
            case .packetReceive, .packetSend:
                let (first, second) = try Socket.pair(.unix, .sequencedPacket)
                return (first, self == .packetReceive ? receive : send, [second])
            case .sharedReceive, .sharedSend, .sharedFile:
                let (first, second) = try tcpPair()
                return (
                    first, self == .sharedReceive ? receive : self == .sharedSend ? send : file,
                    [second, try first.duplicate()]
                )
            case .sharedAccept:
                let listener = try Socket.listening(on: .loopback(port: 0))
                return (listener, accept, [try listener.duplicate()])
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Call.allCases, [false, true])
    func `closing wakes every thread that is inside`(call: Call, timed: Bool) throws {
        for count in [1, 8] where call != .tcpConnect || count == 1 {
            let (socket, work, others) = try call.prepare()
            if timed { socket.timeout = .seconds(600) }
            let threads = (0..<count).map { _ in
                let state = ThreadState()
                let thread = Background { () -> SocketError? in
                    state.enter()
                    do {
                        try work(socket)
                        return nil
                    } catch { return error as? SocketError }
                }
                return (state, thread)
            }
            for (state, _) in threads { #expect(state.waitUntilAsleep()) }
            socket.close()
            for (_, thread) in threads { #expect(try thread.join(within: 10)?.code == .closed) }
            // What is shared goes on.
            switch call {
            case .sharedReceive:
                try others[0].sendAll("on")
                others[1].timeout = .seconds(10)
                #expect(try others[1].receive(upTo: 10) == Array("on".utf8))
            case .sharedAccept:
                let client = try Socket.connected(to: others[0].localAddress, timeout: .seconds(10))
                others[0].timeout = .seconds(10)
                #expect(try others[0].accept().address == client.localAddress)
            case .sharedSend, .sharedFile:
                try others[0].sendAll("on")
                others[1].timeout = .seconds(10)
                #expect(try others[1].receive(upTo: 10) == Array("on".utf8))
            default: break
            }
            withExtendedLifetime(others) {}
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a client that another thread took leaves a shared listener's threads wakeable`()
        throws
    {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let copy = try listener.duplicate()
        let threads = (0..<4).map { _ in Background { try? listener.accept().socket } }
        // Each client wakes several threads, and only one gets it.
        let clients = try (0..<2).map { _ in try Socket.connected(to: copy.localAddress, timeout: .seconds(10)) }
        while threads.filter(\.isDone).count < 2 { sched_yield() }
        listener.close()
        #expect(try threads.compactMap { try $0.join(within: 10) }.count == 2)
        withExtendedLifetime(clients) {}
    }

    @Test(.timeLimit(.minutes(5))) func `the peer sees the end when the last thread has left`() throws {
        let (first, second) = try Socket.pair()
        second.timeout = .seconds(10)
        let state = ThreadState()
        let inside = Background {
            state.enter()
            _ = try? first.receive(upTo: 1)
        }
        #expect(state.waitUntilAsleep())
        first.close()
        first.close()
        try inside.join()
        #expect(try second.receive(upTo: 1) == nil)
    }

    /// Every byte is the number of its connection; sockets are used, closed and opened by many threads at the same time.
    @Test(.timeLimit(.minutes(5))) func `no byte ever reaches a socket of another connection`() throws {
        struct Connection: Sendable {
            let first: Socket
            let second: Socket
            let number: UInt8
        }
        struct Findings {
            var wrong = 0
            var received = 0
            var opened = 0
            var errors: [String] = []
        }
        let findings = Lock(Findings())
        let counter = Atomic<Int>(0)
        @Sendable func open() throws -> Connection {
            let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
            let (first, second) = try number % 2 == 0 ? Socket.pair() : tcpPair()
            if number % 3 == 0 {
                first.timeout = .seconds(5)
                second.timeout = .milliseconds(1)
            }
            return Connection(first: first, second: second, number: UInt8(truncatingIfNeeded: number))
        }
        let slots = try Lock((0..<6).map { _ in try open() })
        let isOver = Atomic<Bool>(false)
        @Sendable func check(_ body: () throws -> Void) {
            do { try body() } catch {
                let code = (error as? SocketError)?.code
                if code != .closed, code != .connectionReset, code != .timedOut {
                    findings.withLock { $0.errors.append("\(error)") }
                }
            }
        }
        let workers = (0..<8).map { worker in
            Background {
                var random = SystemRandomNumberGenerator()
                while !isOver.load(ordering: .relaxed) {
                    let connection = slots.withLock { $0[Int.random(in: 0..<6, using: &random)] }
                    switch worker {
                    case 0...2:
                        check { try connection.first.sendAll([UInt8](repeating: connection.number, count: 500)) }
                    case 3...5:
                        check {
                            let bytes = try connection.second.receive(upTo: 1_000) ?? []
                            findings.withLock {
                                $0.received += bytes.count
                                $0.wrong += bytes.filter { $0 != connection.number }.count
                            }
                        }
                    default:
                        check {
                            let new = try open()
                            let old = slots.withLock { slots in
                                let index = Int.random(in: 0..<6, using: &random)
                                let old = slots[index]
                                slots[index] = new
                                return old
                            }
                            findings.withLock { $0.opened += 1 }
                            old.first.close()
                            old.second.close()
                        }
                    }
                }
            }
        }
        Thread.sleep(forTimeInterval: 2)
        isOver.store(true, ordering: .relaxed)
        // Wake those that wait; a worker may still have put a new one in.
        while !workers.allSatisfy(\.isDone) {
            for connection in slots.withLock({ $0 }) {
                connection.first.close()
                connection.second.close()
            }
            sched_yield()
        }
        let result = findings.withLock { $0 }
        #expect(result.wrong == 0)
        #expect(result.errors == [])
        #expect(result.opened > 10 && result.received > 1_000)
    }
}
