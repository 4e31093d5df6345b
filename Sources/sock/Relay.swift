import Dispatch
import Foundation
import Sockets
import Synchronization
import SystemPackage

/// One conversation: standard input goes to the peer, and what the peer sends goes to standard output.
///
/// Each way has a thread, so that a peer that sends while it is sent to can never stop both.
final class Relay: Sendable {
    private struct State {
        var input = Direction.open
        var output = Direction.open
        var isStopped = false
        /// When something happened last.
        var latest = ContinuousClock.now
    }

    private enum Direction {
        case open
        case ended
        case failed(any Error)
    }

    private let socket: Socket
    /// The sender of the latest datagram, where the socket is not connected.
    private let partner: Mutex<SocketAddress?>
    /// Whether to answer whoever sent the latest datagram.
    private let answersAnybody: Bool
    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)
    /// Waits for standard input, and can be woken; epoll would not take a file.
    private let selector: Selector<Void>

    /// Prepares a conversation over a connected socket; or, with a partner, over a datagram socket that takes datagrams
    /// from everybody and answers the latest sender.
    init(_ socket: Socket, answering partner: SocketAddress? = nil) throws {
        self.socket = socket
        self.partner = Mutex(partner)
        answersAnybody = partner != nil
        selector = try Selector(backend: .poll)
        try selector.register(descriptor: .standardInput, for: .read)
    }

    private var isStream: Bool { socket.type != .datagram }

    /// Runs the conversation until both sides have ended, and closes the socket.
    ///
    /// - Parameter quietTime: Ends it also when standard input has ended and nothing has come for so long.
    func run(quietTime: Duration?) throws {
        Thread.detachNewThread { [self] in
            let result = Result { try copyInput() }
            finish { $0.input = Self.direction(result) }
        }
        Thread.detachNewThread { [self] in
            let result = Result { try copyOutput() }
            finish { $0.output = Self.direction(result) }
        }
        defer { stop() }
        while true {
            let (input, output, latest) = state.withLock { ($0.input, $0.output, $0.latest) }
            switch (input, output) {
            case (_, .failed(let error)): throw error
            case (.failed(let error), _) where !isStream: throw error
            case (.failed(let error), .ended): throw error
            case (.ended, .ended): return
            // A person has nobody to type to any more; a file or a program still wants to be sent to its end.
            case (.open, .ended) where StandardInput.isTerminal: return
            case (.ended, .open):
                guard let quietTime else { break }
                let left = quietTime - (ContinuousClock.now - latest)
                if left <= .zero { return }
                _ = changed.wait(timeout: .now() + left.inSeconds)
                continue
            default: break
            }
            changed.wait()
        }
    }

    private static func direction(_ result: Result<Void, any Error>) -> Direction {
        switch result {
        case .success: .ended
        case .failure(let error): .failed(error)
        }
    }

    private func finish(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            state.latest = .now
        }
        changed.signal()
    }

    /// Ends both threads; what of standard input was not read stays there for the next conversation.
    private func stop() {
        state.withLock { $0.isStopped = true }
        selector.wakeUp()
        socket.close()
        while state.withLock({ if case .open = $0.input { true } else { false } }) { changed.wait() }
    }

    private func copyInput() throws {
        // A datagram of this size passes every network in one piece.
        var buffer = [UInt8](repeating: 0, count: isStream ? 131_072 : 1232)
        while true {
            _ = try selector.select()
            if state.withLock({ $0.isStopped }) { return }
            let count = try StandardInput.read(into: &buffer)
            if count == 0 { break }
            let bytes = buffer.span.extracting(0..<count)
            if answersAnybody, let partner = partner.withLock({ $0 }) {
                _ = try socket.send(bytes, to: partner)
            } else {
                try socket.sendAll(bytes)
            }
        }
        // The peer may have gone meanwhile, and needs to be told nothing then.
        if isStream { try? socket.shutdown(.write) }
    }

    private func copyOutput() throws {
        var buffer = [UInt8](repeating: 0, count: 131_072)
        while true {
            let count: Int
            if answersAnybody {
                let (bytes, sender) = try socket.receiveFrom(upTo: 65_536)
                partner.withLock { $0 = sender }
                try Console.write(bytes[...])
                count = bytes.count
            } else {
                count = try socket.receive(into: &buffer)
                if count == 0, isStream { return }
                try Console.write(buffer[..<count])
            }
            state.withLock { $0.latest = .now }
        }
    }
}

extension Duration {
    /// The duration as Dispatch takes it.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
