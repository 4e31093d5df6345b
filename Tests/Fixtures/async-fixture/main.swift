// What a whole process shows of loops: threads, descriptors, memory, system calls. The tests look at it from outside.
import AsyncSockets
import Glibc
import Sockets
import SystemPackage

@Sendable func say(_ text: String) { _ = try? FileDescriptor.standardOutput.writeAll("\(text)\n".utf8) }

/// The names in a folder of /proc.
@Sendable func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}
@Sendable func threads() -> Int { names(in: "/proc/self/task").count }
@Sendable func descriptors() -> Int { names(in: "/proc/self/fd").count - 1 }
@Sendable func hasEpoll() -> Bool {
    names(in: "/proc/self/fd").contains { name in
        var target = [CChar](repeating: 0, count: 100)
        return readlink("/proc/self/fd/\(name)", &target, 99) > 0
            && target.starts(with: "anon_inode:[eventpoll]".utf8CString.dropLast())
    }
}
@Sendable func residentKiB() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 200)
    guard fgets(&line, 200, file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024 : 0
}

/// A mark between the system calls that a tracer sees.
@Sendable func mark(_ name: String) { _ = access("/mark/\(name)", F_OK) }

/// Runs a task to its end on the thread of the program, which takes no part in it.
func wait(for body: @escaping @Sendable () async throws -> Void) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGUSR1)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let process = getpid()
    Task.detached {
        do { try await body() } catch { say("failed: \(error)") }
        kill(process, SIGUSR1)
    }
    var signal: CInt = 0
    sigwait(&set, &signal)
}

struct OtherBytes: Error {}

/// Waits for something, ten seconds at most; not by `Task.sleep`, for which Dispatch opens descriptors when it likes, and ends
/// the process where there are none.
@Sendable func until(_ condition: @Sendable () -> Bool) async throws {
    for _ in 0..<10_000 where !condition() {
        await Task.yield()
        pause(milliseconds: 1)
    }
}
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

@Sendable func state() -> String { "\(threads()) thread\(threads() == 1 ? "" : "s"), \(hasEpoll() ? "" : "no ")epoll" }

/// What this program was given, and the number that a folder being listed has.
let given = Set(names(in: "/proc/self/fd"))
let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "lazy":
    let loops = EventLoops(count: 4)
    _ = EventLoops.shared.loops.count
    let (first, second) = try AsyncSocket.pair()
    let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loops.next())
    let server = AsyncSocketServer(listener: listener)
    say("made: \(state())")
    first.close()
    second.close()
    listener.close()
    server.stop()
    loops.stop()
    say("never waited: \(state())")
    wait {
        let (first, second) = try AsyncSocket.pair()
        async let received = first.receive(upTo: 1)
        try await Task.sleep(for: .milliseconds(5))
        try await second.sendAll("x")
        _ = try await received
    }
    say("waited: \(threads() > 1 ? "more threads" : "1 thread"), \(hasEpoll() ? "" : "no ")epoll")
case "loops":
    let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 10
    wait {
        @Sendable func once() async throws {
            let loops = EventLoops(count: 3)
            let (first, second) = try AsyncSocket.pair()
            let socket = try AsyncSocket(first.detach(), on: loops.next())
            let task = Task(executorPreference: loops.next()) { try await socket.receive(upTo: 1) }
            let forgotten = Task(executorPreference: loops.next()) { try? await second.receive(upTo: 1) }
            try await second.sendAll("x")
            _ = try await task.value
            await withTaskGroup { group in
                for loop in loops.loops { group.addTask(executorPreference: loop) { await Task.yield() } }
            }
            loops.stop()
            second.close()
            _ = await forgotten.value
            try await until { loops.loops.allSatisfy(\.hasEnded) }
        }
        try await once()
        // The clock of the pool opens one, too.
        try await Task.sleep(for: .milliseconds(1))
        // Threads of the pool, and what the process opens once, are there.
        let before = (threads: threads(), descriptors: descriptors())
        for _ in 0..<count { try await once() }
        try await until { threads() <= before.threads && descriptors() <= before.descriptors }
        say("threads: \(max(0, threads() - before.threads))")
        say("descriptors: \(max(0, descriptors() - before.descriptors))")
    }
case "exec":
    wait {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let client = try await AsyncSocket.connected(to: listener.localAddress)
        let server = try await listener.accept().socket
        let waiting = Task { try? await server.receive(upTo: 1) }
        try await Task.sleep(for: .milliseconds(5))
        guard let pipe = popen("echo $(ls /proc/self/fd)", "r") else { return }
        var line = [CChar](repeating: 0, count: 200)
        _ = fgets(&line, 200, pipe)
        pclose(pipe)
        let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        say("inherited: \(text.split(separator: " ").map(String.init).filter { !given.contains($0) })")
        client.close()
        _ = await waiting.value
    }
case "idle":
    // Waits for half a second in every way, and tells whether that took processor time.
    wait {
        let loop = EventLoops(count: 1).loops[0]
        let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
        let client = try await AsyncSocket.connected(to: listener.localAddress, loop: loop)
        let server = try await listener.accept().socket
        let datagrams = try AsyncSocket.bound(to: .loopback(port: 0))
        let tasks = [
            Task(executorPreference: loop) { _ = try await listener.accept() },
            Task(executorPreference: loop) { _ = try await client.receive(upTo: 1) },
            Task { _ = try await server.receiveMessage(upTo: 1) },
            Task { _ = try await datagrams.receiveFrom(upTo: 1) },
            Task { try await server.sendAll([UInt8](repeating: 0, count: 20_000_000)) },
            Task(executorPreference: loop) { try await client.sendAll([UInt8](repeating: 0, count: 20_000_000)) },
        ]
        try await Task.sleep(for: .milliseconds(100))
        let before = clock()
        try await Task.sleep(for: .milliseconds(500))
        say("busy: \(clock() - before > 200_000)")
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }
case "connect":
    wait {
        guard let address = arguments.last.flatMap({ SocketAddress($0) }) else { return say("which address?") }
        do throws(SocketError) {
            _ = try await AsyncSocket.connected(to: address)
            say("connected")
        } catch { say(error.code == .networkUnreachable ? "networkUnreachable" : "\(error)") }
    }
case "emfile":
    wait {
        let loops = EventLoops(count: 1)
        let shortages = Lock(0)
        let server = try AsyncSocketServer(on: .loopback(port: 0), loops: loops) { error, peer in
            if peer == nil { shortages.withLock { $0 += 1 } }
        }
        let address = try server.localAddress
        let served = Lock(0)
        let running = Task {
            try await server.run { peer in
                _ = try await peer.receive(upTo: 1)
                try await peer.sendAll("y")
                _ = try await peer.receive(upTo: 1)
                served.withLock { $0 += 1 }
            }
        }
        // The loop has its descriptors.
        let first = try await AsyncSocket.connected(to: address, loop: loops.next())
        try await first.sendAll("x")
        _ = try await first.receive(upTo: 1)
        first.close()
        try await until { served.withLock { $0 } == 1 && server.activeClients == 0 }
        let before = descriptors()
        // A few descriptors are left for the other ends.
        let clients = try (0..<39).map { _ in try AsyncSocket(.ipv4, .stream, on: loops.next()) }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = rlim_t(descriptors() + 6)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        for client in clients {
            try await client.connect(to: address)
            try await client.sendAll("x")
        }
        try await until { shortages.withLock { $0 } > 0 }
        say("shortages told: \(shortages.withLock { $0 })")
        for client in clients {
            if try await client.receive(upTo: 1) == nil { say("turned away") }
            client.close()
        }
        try await until { served.withLock { $0 } == 40 && server.activeClients == 0 }
        say("served: \(served.withLock { $0 })")
        try await until { descriptors() <= before }
        say("left over: \(descriptors() - before)")
        server.stop()
        _ = try? await running.value
        loops.stop()
    }
case "churn":
    let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 1000
    wait {
        let loops = EventLoops(count: 2)
        let server = try AsyncSocketServer(on: .loopback(port: 0), loops: loops)
        let address = try server.localAddress
        let running = Task {
            try await server.run { peer in
                while let bytes = try await peer.receive(upTo: 100) { try await peer.sendAll(bytes) }
            }
        }
        @Sendable func connections(_ count: Int) async throws {
            try await withThrowingDiscardingTaskGroup { group in
                for worker in 0..<8 {
                    group.addTask(executorPreference: worker % 2 == 0 ? loops.next() : nil) {
                        for number in 0..<count / 8 {
                            let client = try await AsyncSocket.connected(to: address)
                            try await withDeadline(.seconds(30)) {
                                try await client.sendAll("ping")
                                guard try await client.receive(exactly: 4) == Array("ping".utf8) else {
                                    throw OtherBytes()
                                }
                            }
                            // Without it the ports of all would be kept for a minute.
                            try client.set(.linger, .zero)
                            if number % 3 != 0 { client.close() }
                        }
                    }
                }
            }
            try await until { server.activeClients == 0 }
        }
        try await connections(2000)
        let before = descriptors()
        let memory = residentKiB()
        try await connections(count)
        let after = residentKiB()
        try await until { descriptors() <= before }
        say("connections: \(count)")
        say("descriptors: \(max(0, descriptors() - before))")
        server.stop()
        _ = try? await running.value
        loops.stop()
        try await until { loops.loops.allSatisfy(\.hasEnded) }
        say("clients: \(server.activeClients)")
        say("memory KiB: \(after - memory)")
    }
case "echo":
    // Prints its port, serves one client on a loop, and marks the steady state of its calls.
    let warmUp = 50
    let count = 400
    wait {
        let loop = EventLoops(count: 1).loops[0]
        let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
        say("\(try listener.localAddress.port?.rawValue ?? 0)")
        let peer = try await listener.accept().socket
        let isTimed = arguments.dropFirst().first == "timed"
        try await Task(executorPreference: loop) {
            @Sendable func serve() async throws {
                var number = 0
                // The client begins when this task waits, on whose thread the other one runs only then: so that beginning to
                // wait is not counted.
                Task(executorPreference: loop) { try await peer.sendAll("!") }
                while let bytes = try await peer.receive(upTo: 4096) {
                    number += 1
                    if number == warmUp { mark("start") }
                    if number == warmUp + count { mark("end") }
                    try await peer.sendAll(bytes)
                }
            }
            if isTimed { try await withDeadline(.seconds(1000), serve) } else { try await serve() }
        }.value
    }
case "batches":
    // Echoes of one datagram and of 64 between marks; what a mark itself allocates is told by the one named null.
    wait {
        let loop = EventLoop()
        try await Task(executorPreference: loop) {
            let receiver = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            let sender = try await AsyncSocket.connected(to: receiver.localAddress, .datagram, loop: loop)
            @Sendable func echoes(_ count: Int, _ size: Int) async throws {
                var outgoing = try DatagramBatch(capacity: size, datagramSize: 64)
                var incoming = try DatagramBatch(capacity: size, datagramSize: 64)
                for _ in 0..<size { try outgoing.append([UInt8](repeating: 7, count: 64)) }
                mark("start")
                mark("null")
                for _ in 0..<count {
                    try await sender.sendBatch(&outgoing)
                    guard try await receiver.receiveBatch(into: &incoming) == size else { throw OtherBytes() }
                    incoming.prepareReplies()
                    try await receiver.sendBatch(&incoming)
                    guard try await sender.receiveBatch(into: &incoming) == size else { throw OtherBytes() }
                }
                mark("of\(size)")
            }
            for size in [1, 1, 64] { try await echoes(100, size) }
        }.value
        loop.stop()
    }
default:
    say("usage: async-fixture lazy | loops | exec | connect | emfile | churn | echo | batches")
    exit(2)
}
