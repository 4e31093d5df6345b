// A program whose system calls, signals and privileges the tests look at from outside.
import Glibc
import Sockets
import SystemPackage

/// A mark between the system calls that a tracer sees.
func mark(_ name: String) { _ = access("/mark/\(name)", F_OK) }

func roundTrips(_ name: String, _ first: Socket, _ second: Socket) throws {
    var bytes = [UInt8](repeating: 7, count: 64)
    mark(name)
    for _ in 0..<100 {
        guard try first.send(bytes) == 64, try second.receive(into: &bytes) == 64 else { exit(2) }
    }
    mark("end")
}

switch CommandLine.arguments.dropFirst().first {
case "calls":
    let listener = try Socket.listening(on: .loopback(port: 0))
    let client = try Socket.connected(to: listener.localAddress)
    let server = try listener.accept().socket
    try roundTrips("tcp", client, server)
    client.timeout = .seconds(10)
    server.timeout = .seconds(10)
    try roundTrips("tcp-timed", client, server)
    let (first, second) = try Socket.pair()
    let copies = try (first.duplicate(), second.duplicate())
    try roundTrips("shared", first, second)
    _ = copies
    let receiver = try Socket.bound(to: .loopback(port: 0))
    let sender = try Socket.connected(to: receiver.localAddress, .datagram)
    try roundTrips("udp", sender, receiver)
case "batches":
    // Echoes of one datagram and of 64 between marks; what a mark itself allocates is told by the one named null.
    let receiver = try Socket.bound(to: .loopback(port: 0))
    let sender = try Socket.connected(to: receiver.localAddress, .datagram)
    receiver.timeout = .seconds(10)
    sender.timeout = .seconds(10)
    func echoes(_ count: Int, _ size: Int) throws {
        var outgoing = try DatagramBatch(capacity: size, datagramSize: 64)
        let bytes = [UInt8](repeating: 7, count: 64)
        var incoming = try DatagramBatch(capacity: size, datagramSize: 64)
        var sum = 0
        mark("start")
        mark("null")
        for _ in 0..<count {
            outgoing.removeAll()
            for _ in 0..<size { try outgoing.append(bytes.span) }
            try sender.sendBatch(&outgoing)
            guard try receiver.receiveBatch(into: &incoming) == size else { exit(2) }
            incoming.forEachDatagram { _, bytes in sum += bytes.count }
            incoming.prepareReplies()
            try receiver.sendBatch(&incoming)
            guard try sender.receiveBatch(into: &incoming) == size else { exit(2) }
        }
        mark("of\(size)")
        guard sum == count * size * 64 else { exit(2) }
    }
    try echoes(2, 1)
    for size in [1, 64] { try echoes(100, size) }
    var kept: [[Int]] = []
    kept.reserveCapacity(100)
    mark("start")
    mark("null")
    for number in 0..<100 { kept.append([number]) }
    mark("kept")
case "sigpipe":
    signal(SIGPIPE, SIG_DFL)
    let file = try FileDescriptor.open("/proc/self/exe", .readOnly)
    var failures = 0
    for attempt in 0..<6 {
        let (first, second) = try Socket.pair()
        second.close()
        do throws(SocketError) {
            switch attempt {
            case 0: _ = try first.send("x")
            case 1: try first.sendAll("x")
            case 2: _ = try first.sendMessage("x")
            case 3: try first.sendAll(gathering: [[1], [2]])
            case 4: try first.sendFile(file)
            default: try first.duplicate().sendFile(file)
            }
        } catch { if error.code == .connectionReset { failures += 1 } }
    }
    // Another thread closes while the kernel sleeps in the call: it returns what was sent, and the signal comes all the same.
    let listener = try Socket.listening(on: .loopback(port: 0))
    let sender = try Socket.connected(to: listener.localAddress)
    let receiver = try listener.accept().socket
    let ended = Thread {
        _ = try? receiver.receive(exactly: 1)
        usleep(50_000)
        sender.close()
    }
    do throws(SocketError) {
        while true { try sender.sendFile(file) }
    } catch { if error.code == .closed { failures += 1 } }
    ended.join()
    print("alive after \(failures)")
case "refused-flag":
    // Under a library by which the kernel refuses MSG_NOSIGNAL, and says that the family is AX.25.
    signal(SIGPIPE, SIG_DFL)
    let (first, second) = try Socket.pair(.unix, .sequencedPacket)
    second.timeout = .seconds(10)
    _ = try first.send("a")
    try first.sendAll("b")
    _ = try first.sendMessage("c")
    var batch = try DatagramBatch(capacity: 2, datagramSize: 8)
    for _ in 0..<2 { try batch.append([UInt8(ascii: "d")]) }
    try first.sendBatch(&batch)
    let right = try Socket.bound(to: .unix(abstract: "refused-flag-\(getpid())"))
    _ = try Socket(.unix, .datagram).send("e", to: right.localAddress)
    var heard = ""
    for _ in 0..<5 { heard += String(decoding: try second.receive(upTo: 8) ?? [], as: UTF8.self) }
    heard += String(decoding: try right.receive(upTo: 8) ?? [], as: UTF8.self)
    second.close()
    do throws(SocketError) { _ = try first.send("f") } catch { print("heard \(heard), then \(error.code)") }
case "bind":
    guard let address = CommandLine.arguments.last.flatMap({ SocketAddress($0) }) else { exit(2) }
    do throws(SocketError) {
        let socket = try Socket(address.family, .stream)
        try socket.bind(to: address)
        print("bound")
    } catch { print(error) }
default:
    exit(2)
}

/// A thread to join.
final class Thread {
    private var handle = pthread_t()

    init(_ work: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Work(work)).toOpaque()
        pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, box)
    }

    func join() { pthread_join(handle, nil) }

    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
