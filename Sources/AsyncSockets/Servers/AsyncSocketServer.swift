public import Sockets
internal import SystemPackage

/// A server whose clients are served by tasks, on one or several loops.
///
/// ```swift
/// let server = try AsyncSocketServer(on: .any(port: 7777), limit: 10_000)
/// try await server.run { peer in
///     while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
/// }
/// ```
///
/// ``run(_:)`` is structured: when it returns, no handler runs any more and every client's socket is closed. The errors of
/// one client go to `onError` and touch no other. Elsewhere ``stop()`` lets the clients that are there finish, and
/// ``stop(within:)`` gives them a time.
public final class AsyncSocketServer: Sendable {
    /// Is told of the errors of handlers, with the client's socket, and of accepting (`nil`), once for a shortage.
    public typealias ErrorHandler = @Sendable (_ error: any Error, _ peer: AsyncSocket?) -> Void
    /// Serves one client; its socket is closed afterwards.
    public typealias Handler = @Sendable (_ peer: AsyncSocket) async throws -> Void

    /// The listening sockets: one, or one for each loop.
    public let listeners: [AsyncSocket]
    /// The most clients that are served at the same time; others wait in the kernel's queue.
    public let limit: Int

    private let loops: EventLoops
    private let onError: ErrorHandler
    private let ownsListeners: Bool
    private let state: ServerState

    /// Makes a server that listens at an address.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - dualStack: Whether an IPv6 listener takes IPv4 clients too.
    ///   - isSharded: Whether each loop has a listener of its own, and the kernel spreads the clients over them
    ///     (`SO_REUSEPORT`): accepting then scales with the processors. Else one listener deals the clients out in turn.
    ///   - limit: The most clients at the same time.
    ///   - loops: The loops that serve.
    ///   - onError: Is told of errors; by default they are printed to the standard error.
    /// - Throws: `SocketError` as ``AsyncSocket/listening(on:_:_:backlog:dualStack:reusePort:loop:)``.
    public convenience init(
        on address: SocketAddress, dualStack: Bool = false, isSharded: Bool = false, limit: Int = .max,
        loops: EventLoops = .shared, onError: ErrorHandler? = nil
    ) throws(SocketError) {
        var listeners: [AsyncSocket] = []
        var address = address
        for loop in isSharded ? loops.loops : [loops.next()] {
            let listener = try AsyncSocket.listening(
                on: address, dualStack: dualStack, reusePort: isSharded, loop: loop)
            // The port that the first one got is the port of all.
            if listeners.isEmpty { address = try listener.localAddress }
            listeners.append(listener)
        }
        self.init(listeners, owns: true, limit: limit, loops: loops, onError: onError)
    }

    /// Makes a server for a socket that listens already, and stays open when the server ends.
    ///
    /// - Parameters:
    ///   - listener: A listening socket.
    ///   - limit: The most clients at the same time.
    ///   - loops: The loops that serve.
    ///   - onError: Is told of errors; by default they are printed to the standard error.
    public convenience init(
        listener: AsyncSocket, limit: Int = .max, loops: EventLoops = .shared, onError: ErrorHandler? = nil
    ) {
        self.init([listener], owns: false, limit: limit, loops: loops, onError: onError)
    }

    private init(
        _ listeners: [AsyncSocket], owns: Bool, limit: Int, loops: EventLoops, onError: ErrorHandler?
    ) {
        self.listeners = listeners
        self.ownsListeners = owns
        self.limit = max(1, limit)
        self.loops = loops
        self.onError = onError ?? Self.printError
        self.state = ServerState(limit: max(1, limit))
    }

    /// Where the server listens.
    ///
    /// - Throws: `SocketError` with `.closed` after the end.
    public var localAddress: SocketAddress {
        get throws(SocketError) {
            guard let first = listeners.first else { throw SocketError(.closed, .localAddress) }
            return try first.localAddress
        }
    }

    /// How many clients are being served.
    public var activeClients: Int { state.activeClients }

    /// Serves clients until the server is stopped, and the last handler has ended.
    ///
    /// Suspends until then. When the task is cancelled, so are the handlers; it throws `.cancelled` after the last one has
    /// ended. Can be called once.
    ///
    /// - Parameter handler: Serves a client, on the thread of a loop: what blocks or computes for long belongs elsewhere.
    /// - Throws: `SocketError` with `.busy` when the server has been run before, `.cancelled`, or the error that makes
    ///   accepting impossible, such as `.invalidArgument` for a socket that does not listen. A listener that is closed
    ///   counts as a stop.
    public func run(_ handler: @escaping Handler) async throws(SocketError) {
        guard state.begin() else {
            throw SocketError(.busy, .serve, hint: "a server runs once; make another one")
        }
        let outcome = Outcomes()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for (index, listener) in listeners.enumerated() {
                    // A lone listener deals its clients out; sharded ones keep them.
                    let own = listeners.count > 1 ? loops.loops[index % loops.loops.count] : nil
                    let acceptor = own ?? listener.preferredLoop ?? loops.next()
                    group.addTask(executorPreference: acceptor) { [self] in
                        do throws(SocketError) {
                            try await accept(from: listener, keeping: own, handler)
                        } catch {
                            outcome.add(error)
                            stop()
                        }
                    }
                }
            }
        } onCancel: {
            // The acceptors that wait for a place; the others are cancelled as children.
            state.cancel()
        }
        if ownsListeners { for listener in listeners { listener.close() } }
        state.end()
        if state.isCancelled { throw SocketError(.cancelled, .serve) }
        if let error = outcome.first { throw error }
    }

    /// Accepts until the server stops, and waits for the handlers that were started here.
    private func accept(
        from listener: AsyncSocket, keeping own: EventLoop?, _ handler: @escaping Handler
    ) async throws(SocketError) {
        do throws(SocketError) {
            try listener.attach()
        } catch {
            // Closed before the first client: a stop, as later.
            guard error.code == .closed else { throw error }
            return
        }
        var failure: SocketError?
        await withDiscardingTaskGroup { group in
            var hasToldOfShortage = false
            while true {
                let loop = own ?? loops.next()
                do throws(SocketError) {
                    guard
                        let peer = try await listener.acceptPeer(
                            on: loop, within: state, isStopping: { state.isStopping })
                    else { break }
                    hasToldOfShortage = false
                    guard state.enter(peer) else {
                        // The time of stopping had passed while this client was let in.
                        peer.close()
                        state.leave(nil)
                        continue
                    }
                    // As few frames as can be: an idle client costs what they hold.
                    group.addTask(executorPreference: loop) { [self] in
                        let record = peer.beginOwning()
                        do {
                            try await handler(peer)
                        } catch {
                            report(error, peer)
                        }
                        peer.endOwning(record)
                        peer.close()
                        state.leave(peer)
                    }
                } catch {
                    if error.code == .closed || error.code == .cancelled { break }
                    guard error.code == .tooManyDescriptors || error.code == .noBufferSpace else {
                        failure = error
                        break
                    }
                    if !hasToldOfShortage {
                        hasToldOfShortage = true
                        onError(error, nil)
                    }
                    // The queue stays full of clients that cannot be taken: look again after a while.
                    await EventLoop.sleep(for: .milliseconds(100))
                }
            }
            if failure != nil { group.cancelAll() }
        }
        if let failure { throw failure }
    }

    private func report(_ error: any Error, _ peer: AsyncSocket) {
        // Ended by force or by cancellation: the error is ours.
        if !state.isForced, !Task.isCancelled { onError(error, peer) }
    }

    private static func printError(_ error: any Error, _ peer: AsyncSocket?) {
        // A client that goes away in the middle is no news.
        if let error = error as? SocketError, error.code == .connectionReset { return }
        let client = (try? peer?.peerAddress).map { "\($0)" } ?? "clients"
        _ = try? FileDescriptor.standardError.writeAll("serving \(client): \(error)\n".utf8)
    }

    // MARK: Stopping

    /// Ends the server: no client is accepted any more, and ``run(_:)`` returns when the last handler has ended by itself.
    ///
    /// Returns at once; may be called from anywhere, a handler too, and before ``run(_:)``. Listeners that the server made are
    /// closed, and clients that wait in their queues are turned away; one that it was given stays open.
    public func stop() {
        state.stop()
        for listener in listeners {
            if ownsListeners { listener.close() } else { listener.nudge() }
        }
    }

    /// Ends the server, and closes the sockets of the clients that are still there after a time.
    ///
    /// Suspends until the last handler has ended. A handler that notices neither its closed socket nor its cancellation is
    /// waited for; so a handler itself must not call this, but ``stop()``.
    ///
    /// - Parameter limit: How long the clients may go on.
    /// - Returns: Whether all handlers ended by themselves.
    @discardableResult
    public func stop(within limit: Duration) async -> Bool {
        stop()
        return await state.drain(within: limit)
    }
}

/// The first error of several tasks.
private final class Outcomes: Sendable {
    private let errors = Lock<SocketError?>(nil)
    func add(_ error: SocketError) { errors.withLock { $0 = $0 ?? error } }
    var first: SocketError? { errors.withLock { $0 } }
}
