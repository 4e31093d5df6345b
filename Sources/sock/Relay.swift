import AsyncSockets
import Sockets
import TLSSockets

/// One conversation: standard input goes to the peer, and what the peer sends goes to standard output.
///
/// Each way has a task, so that a peer that sends while it is sent to can never stop both.
final class Relay: Sendable {
    private enum Direction {
        case open
        case ended
        case failed(any Error)
    }

    /// What the tasks of a conversation have to tell.
    private enum Event {
        case input(Direction)
        case output(Direction)
        case quiet
    }

    private let socket: AsyncSocket
    /// The secure socket over it, where the conversation is one.
    private let secure: AsyncTLSSocket?
    /// The sender of the latest datagram, where the socket is not connected.
    private let partner: Lock<SocketAddress?>
    /// Whether to answer whoever sent the latest datagram.
    private let answersAnybody: Bool
    private let input: StandardInput
    private let output = StandardOutput()
    /// How much was sent and received, and whether the first bytes were those of an alert of TLS.
    private let amounts = Lock((sent: 0, received: 0, isAlert: false))
    /// When something happened last.
    private let latest = Lock(ContinuousClock.now)

    /// Prepares a conversation over a connected socket; or, with a partner, over a datagram socket that takes datagrams
    /// from everybody and answers the latest sender.
    init(_ socket: AsyncSocket, answering partner: SocketAddress? = nil) throws {
        self.socket = socket
        secure = nil
        self.partner = Lock(partner)
        answersAnybody = partner != nil
        input = try StandardInput()
    }

    /// Prepares a conversation over a secure socket.
    init(_ secure: AsyncTLSSocket) throws {
        socket = secure.socket
        self.secure = secure
        partner = Lock(nil)
        answersAnybody = false
        input = try StandardInput()
    }

    private var isStream: Bool { socket.type != .datagram }

    /// Runs the conversation until both sides have ended, and closes the socket.
    ///
    /// - Parameter quietTime: Ends it also when standard input has ended and nothing has come for so long.
    func run(quietTime: Duration?) async throws {
        defer {
            secure?.close()
            socket.close()
        }
        touch()
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask { [self] in .input(await direction { try await copyInput() }) }
            group.addTask { [self] in .output(await direction { try await copyOutput() }) }
            // What of standard input was not read when this ends stays there for the next conversation.
            defer { group.cancelAll() }
            var input = Direction.open
            var output = Direction.open
            while let event = try await group.next() {
                switch event {
                case .input(let direction): input = direction
                case .output(let direction): output = direction
                case .quiet: return
                }
                touch()
                if case .ended = output { try checkForTLS() }
                switch (input, output) {
                case (_, .failed(let error)): throw error
                case (.failed(let error), _) where !isStream: throw error
                case (.failed(let error), .ended): throw error
                case (.ended, .ended): return
                // A person has nobody to type to any more; a file or a program still wants to be sent to its end.
                case (.open, .ended) where StandardInput.isTerminal: return
                case (.ended, .open):
                    guard let quietTime else { break }
                    group.addTask { [self] in
                        await waitForQuiet(quietTime)
                        return .quiet
                    }
                default: break
                }
            }
        }
    }

    /// Says so when the peer seems to speak TLS, and this side does not.
    private func checkForTLS() throws {
        guard isStream, secure == nil else { return }
        let (sent, received, isAlert) = amounts.withLock { $0 }
        if isAlert, received == 7 {
            throw Console.Failure("the peer answered with an alert of TLS; say --tls")
        }
        // Servers that never answer are nothing strange, so only a person is told.
        if received == 0, sent > 0, Console.isTerminal {
            Console.note("The peer ended without an answer. Does it speak TLS? Then say --tls.")
        }
    }

    private func direction(_ copy: () async throws -> Void) async -> Direction {
        do {
            try await copy()
            return .ended
        } catch {
            return .failed(error)
        }
    }

    private func touch() { latest.withLock { $0 = .now } }

    /// Returns when nothing has happened for so long.
    private func waitForQuiet(_ time: Duration) async {
        while true {
            let left = latest.withLock { time - (ContinuousClock.now - $0) }
            if left <= .zero { return }
            do { try await Task.sleep(for: left) } catch { return }
        }
    }

    private func copyInput() async throws {
        // A datagram of this size passes every network in one piece.
        while let bytes = try await input.read(upTo: isStream ? 131_072 : 1232) {
            // Before, for the peer may answer, or end, while this is still on its way.
            amounts.withLock { $0.sent += bytes.count }
            if answersAnybody, let partner = partner.withLock({ $0 }) {
                _ = try await socket.send(bytes, to: partner)
            } else if let secure {
                try await secure.sendAll(bytes)
            } else {
                try await socket.sendAll(bytes)
            }
        }
        // The peer may have gone meanwhile, and needs to be told nothing then.
        if let secure { return (try? await secure.finishWriting()) ?? () }
        if isStream { try? socket.shutdown(.write) }
    }

    private func copyOutput() async throws {
        while true {
            if answersAnybody {
                let (bytes, sender) = try await socket.receiveFrom(upTo: 65_536)
                partner.withLock { $0 = sender }
                try await output.write(bytes)
            } else if let secure {
                guard let bytes = try await secure.receive(upTo: 16_384) else { return }
                try await output.write(bytes)
            } else {
                // An empty datagram is no end: only a stream has one.
                guard let bytes = try await socket.receive(upTo: 131_072) else { return }
                amounts.withLock { amounts in
                    if amounts.received == 0 { amounts.isAlert = bytes.starts(with: [0x15, 0x03]) }
                    amounts.received += bytes.count
                }
                try await output.write(bytes)
            }
            touch()
        }
    }
}
