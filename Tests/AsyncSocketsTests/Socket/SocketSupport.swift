import AsyncSockets
import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Where a task runs.
enum Place: String, CaseIterable, CustomTestStringConvertible {
    case pool, loop, otherLoop, actor, mainActor

    var testDescription: String { rawValue }

    private actor Runner {
        func run<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R { try await body() }
    }

    @MainActor private static func onMainActor<R: Sendable>(
        _ body: @Sendable () async throws -> R
    ) async throws -> R { try await body() }

    /// Runs the body here; it gets the loop for its sockets, which is the task's own in `loop` alone.
    func run<R: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> R) async throws -> R {
        let loops = EventLoops(count: 2, name: "test")
        defer { loops.stop() }
        let own = loops.loops[0]
        switch self {
        case .pool: return try await cancellable(Task.detached { try await body(own) })
        case .loop: return try await cancellable(Task(executorPreference: own) { try await body(own) })
        case .otherLoop: return try await cancellable(Task(executorPreference: loops.loops[1]) { try await body(own) })
        case .actor: return try await Runner().run { try await body(own) }
        case .mainActor: return try await Self.onMainActor { try await body(own) }
        }
    }
}

/// The value of a task, which is cancelled with the one that waits for it.
func cancellable<R: Sendable>(_ task: Task<R, any Error>) async throws -> R {
    try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        task.cancel()
    }
}

extension Background {
    /// Waits without blocking the thread.
    func value() async throws -> Value {
        while !isDone { try await Task.sleep(for: .milliseconds(1)) }
        return try join()
    }
}

extension Program {
    /// The next line, without blocking the thread.
    func nextLine() async throws -> String { try await Background { try self.line() }.value() }

    /// The lines up to its end, which must be a good one.
    func rest() async throws -> [String] { try await Background { try self.finish() }.value() }

    /// Starts a script of Python's that prints the port where it listens, and returns the address.
    static func listeningPython(_ script: String) async throws -> (program: Program, address: SocketAddress) {
        let program = try Program.python(script)
        let port = try await program.nextLine()
        return (program, .loopback(port: Sockets.Port(try #require(UInt16(port)))))
    }
}

extension AsyncSocket {
    /// A connection over loopback, on a loop or where it happens.
    static func tcpPair(on loop: EventLoop? = nil) async throws -> (client: AsyncSocket, server: AsyncSocket) {
        let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
        let client = try await AsyncSocket.connected(to: listener.localAddress, loop: loop)
        let accepted = try await listener.accept().socket
        guard let loop else { return (client, accepted) }
        return (client, try AsyncSocket(accepted.detach(), on: loop))
    }

    /// Receives up to the end.
    func receiveToEnd(upTo count: Int = 65_536) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await receive(upTo: count) { all += bytes }
        return all
    }

    /// Whether the other end has bytes for this one, by the kernel's word.
    func waitUntilReadable() async throws {
        while try pendingBytes() == 0 { try await Task.sleep(for: .milliseconds(1)) }
    }

    func pendingBytes() throws -> Int {
        var count: CInt = 0
        _ = withUnsafeFileDescriptor { ioctl($0.rawValue, UInt(FIONREAD), &count) }
        return Int(count)
    }
}

/// Whether an error came, and which.
func code(_ body: () async throws -> Void) async -> SocketError.Code? {
    do { try await body() } catch { return (error as? SocketError)?.code ?? .system }
    return nil
}

private let block = (0..<65_521).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }

/// Bytes that depend on their place and a seed, with a period that is no power of two.
func pattern(_ count: Int, seed: Int = 0, from start: Int = 0) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
        let place = (start + seed + bytes.count) % block.count
        bytes += block[place..<min(block.count, place + count - bytes.count)]
    }
    return bytes
}

/// The descriptors of this process.
func openDescriptors() -> Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0) - 1
}

extension Socket {
    /// Sends what the kernel takes at once, also in a task.
    func put(_ text: String) throws {
        timeout = .seconds(20)
        try sendAll(text)
    }

    /// Begins to connect, and does not wait.
    func connecting(to address: SocketAddress) -> Socket {
        isBlocking = false
        _ = try? connect(to: address)
        return self
    }

    /// Receives what is there, or comes soon, also in a task.
    func take(upTo count: Int = 100) throws -> [UInt8]? {
        timeout = .seconds(20)
        return try receive(upTo: count)
    }
}
