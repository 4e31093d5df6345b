import AsyncSockets
import Glibc
import Sockets

/// Opens so many connections, a hundred at a time, so that no server's queue runs over.
func connect(_ count: Int, to address: SocketAddress) async throws -> [AsyncSocket] {
    try await withThrowingTaskGroup(of: AsyncSocket.self) { group in
        var sockets: [AsyncSocket] = []
        for number in 0..<count {
            if number >= 100, let socket = try await group.next() { sockets.append(socket) }
            let loop = EventLoops.shared.next()
            group.addTask(executorPreference: loop) { try await AsyncSocket.connected(to: address, loop: loop) }
        }
        for try await socket in group { sockets.append(socket) }
        return sockets
    }
}

/// Sends a small message on every connection and waits for its echo, `rounds` times, on all of them at once.
func measure(_ sockets: [AsyncSocket], rounds: Int) async throws -> EchoTimes {
    let clock = ContinuousClock()
    let start = clock.now
    var times: [Duration] = []
    try await withThrowingTaskGroup(of: [Duration].self) { group in
        for socket in sockets {
            group.addTask(executorPreference: EventLoops.shared.next()) {
                var times: [Duration] = []
                let message = [UInt8](repeating: 0x2E, count: 64)
                for _ in 0..<rounds {
                    let start = clock.now
                    try await socket.sendAll(message)
                    guard let echo = try await socket.receive(exactly: message.count) else {
                        throw SocketError(.endOfStream, .receive, address: try socket.peerAddress)
                    }
                    guard echo == message else { throw SocketError(.protocolError, .receive) }
                    times.append(clock.now - start)
                }
                return times
            }
        }
        for try await more in group { times += more }
    }
    return EchoTimes(all: times.sorted(), total: clock.now - start)
}

/// How long the echoes took.
struct EchoTimes: Sendable {
    /// Each, the shortest first.
    let all: [Duration]
    /// All together, at the same time.
    let total: Duration

    /// The time within which this part of them was there.
    func quantile(_ part: Double) -> Duration {
        all.isEmpty ? .zero : all[min(all.count - 1, Int(Double(all.count) * part))]
    }
}

/// Raises this process's limit of open descriptors, as far as it may.
func allowDescriptors(_ count: Int) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = max(limit.rlim_cur, min(rlim_t(count), limit.rlim_max))
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
