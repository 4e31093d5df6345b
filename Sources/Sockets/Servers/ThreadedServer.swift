internal import SystemPackage

/// Serves each client of a listening socket in a thread of its own.
///
/// ```swift
/// let server = try ThreadedServer(on: .loopback(port: 7777))
/// try server.run { peer, address in
///     while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
/// }
/// ```
///
/// The handler gets the connected socket and the client's address; the socket is closed when it returns or throws. What
/// it throws goes to `onError` and harms no other client. When `limit` clients are being served, the next ones wait in
/// the kernel's queue. When the process has no descriptor (or no memory for a thread) left, accepting waits until a
/// client ends, and tries again each tenth of a second; no waiting client is lost.
///
/// The short form is ``Socket/serve(limit:accepts:onError:_:)``. Python's names are `socketserver.ThreadingTCPServer` and
/// `ThreadingUnixStreamServer`; with a limit of 1, `TCPServer` and `UnixStreamServer`.
public final class ThreadedServer: SocketServer {
    /// What gets the errors: with the client's address, or `nil` where accepting failed.
    public typealias ErrorHandler = @Sendable (_ error: any Error, _ client: SocketAddress?) -> Void
    /// What decides on a client before it is served.
    public typealias Admission = @Sendable (_ peer: Socket, _ client: SocketAddress) -> Bool
    /// What serves a client.
    public typealias Handler = @Sendable (_ peer: Socket, _ client: SocketAddress) throws -> Void

    /// The address that the server listens on, with the port that the kernel chose.
    public let localAddress: SocketAddress
    /// The listening socket.
    public let listener: Socket
    /// How many clients are served at the same time.
    public let limit: Int

    private let ownsListener: Bool
    private let stackSize: Int
    private let accepts: Admission?
    private let onError: ErrorHandler
    private let selector: Selector<Void>
    let lifetime: ServerLifetime

    private struct State {
        var peers: [ObjectIdentifier: Socket] = [:]
        var isForced = false
    }

    private let state = Lock(State())

    /// Makes a server that listens at an address; the listener is the server's, and closed at its end.
    ///
    /// - Parameters:
    ///   - address: Where to listen; port 0 lets the kernel choose.
    ///   - limit: How many clients to serve at the same time, at least one.
    ///   - stackSize: The stack of each thread, in bytes.
    ///   - accepts: Decides on each client before it is served; one that is refused is closed. It runs in the thread that
    ///     accepts, so it must not wait. Python's name is `verify_request`.
    ///   - onError: Gets what handlers throw; by default it is printed on standard error.
    /// - Throws: ``SocketError`` as for ``Socket/listening(on:_:_:backlog:dualStack:reusePort:)``.
    public convenience init(
        on address: SocketAddress, limit: Int = 512, stackSize: Int = 524_288, accepts: Admission? = nil,
        onError: ErrorHandler? = nil
    ) throws(SocketError) {
        let listener = try Socket.listening(on: address)
        try self.init(
            listener, owns: true, limit: limit, stackSize: stackSize, accepts: accepts, onError: onError)
    }

    /// Makes a server for a socket that listens; the socket stays the caller's, and open at the server's end.
    ///
    /// While the server runs, the socket does not block.
    ///
    /// - Parameters:
    ///   - listener: A socket that listens.
    ///   - limit: How many clients to serve at the same time, at least one.
    ///   - stackSize: The stack of each thread, in bytes.
    ///   - accepts: Decides on each client before it is served.
    ///   - onError: Gets what handlers throw; by default it is printed on standard error.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` or ``SocketError/Code/tooManyDescriptors``.
    public convenience init(
        _ listener: Socket, limit: Int = 512, stackSize: Int = 524_288, accepts: Admission? = nil,
        onError: ErrorHandler? = nil
    ) throws(SocketError) {
        try self.init(
            listener, owns: false, limit: limit, stackSize: stackSize, accepts: accepts, onError: onError)
    }

    private init(
        _ listener: Socket, owns: Bool, limit: Int, stackSize: Int, accepts: Admission?, onError: ErrorHandler?
    ) throws(SocketError) {
        self.listener = listener
        self.localAddress = try listener.localAddress
        self.ownsListener = owns
        self.limit = max(1, limit)
        self.stackSize = max(65_536, stackSize)
        self.accepts = accepts
        self.onError = onError ?? Self.printError
        self.selector = try Selector(backend: .poll)
        self.lifetime = try ServerLifetime()
    }

    /// How many clients are being served.
    public var activeClients: Int { state.withLock { $0.peers.count } }

    /// Serves clients until the server is stopped, and the last handler has ended.
    ///
    /// Blocks its thread; the handlers run in others. Can be called once.
    ///
    /// - Parameter handler: Serves a client; the socket is closed afterwards.
    /// - Throws: ``SocketError`` with ``SocketError/Code/busy`` when the server runs already, or the error that makes
    ///   accepting impossible, such as ``SocketError/Code/invalidArgument`` for a socket that does not listen. When the
    ///   listener is closed, it returns as if stopped.
    @available(
        *, noasync, message: "run blocks its thread; use AsyncSocketServer, or call it from a thread of your own"
    )
    public func run(_ handler: @escaping Handler) throws(SocketError) {
        guard try lifetime.begin() else { return }
        defer { lifetime.end() }
        do throws(SocketError) {
            try selector.register(listener, for: [])
            defer { _ = try? selector.unregister(listener) }
            try acceptClients(handler)
        } catch {
            endListening()
            waitForHandlers()
            // The listener was closed, or its selector is out of use: both are ways to stop.
            if error.code != .closed { throw error }
            return
        }
        endListening()
        waitForHandlers()
    }

    private func endListening() {
        if ownsListener { listener.close() }
    }

    private func waitForHandlers() {
        while activeClients > 0 {
            // Each handler wakes it at its end.
            do throws(SocketError) {
                _ = try selector.select(timeout: .seconds(1))
            } catch {
                // Waiting itself fails, as without memory; what is certain is that handlers still run.
                Threads.pause(.milliseconds(100))
            }
        }
    }

    // MARK: Accepting

    private func acceptClients(_ handler: @escaping Handler) throws(SocketError) {
        /// A client for which there was no thread.
        var pending: (socket: Socket, address: SocketAddress)?
        var isListening = false
        var hasToldOfShortage = false
        defer { pending?.0.close() }
        while !lifetime.isStopping {
            var shortage: SocketError?
            while shortage == nil, activeClients < limit, !lifetime.isStopping {
                do throws(SocketError) {
                    var next: (socket: Socket, address: SocketAddress)? = pending
                    if next == nil { next = try listener.acceptWithoutWaiting() }
                    guard let (peer, address) = next else { break }
                    if pending == nil, let accepts, !accepts(peer, address) {
                        peer.close()
                        continue
                    }
                    pending = (peer, address)
                    try start(peer, address, handler)
                    pending = nil
                    hasToldOfShortage = false
                } catch {
                    guard error.code == .tooManyDescriptors || error.code == .noBufferSpace else { throw error }
                    shortage = error
                }
            }
            if let shortage, !hasToldOfShortage {
                hasToldOfShortage = true
                onError(shortage, nil)
            }
            // A queue that cannot be taken from must not be waited for: it is ready all the time.
            let shallListen = shortage == nil && activeClients < limit
            if shallListen != isListening {
                try selector.modify(listener, for: shallListen ? .read : [])
                isListening = shallListen
            }
            let events = try selector.select(timeout: shortage == nil ? nil : .milliseconds(100))
            if events.contains(where: { $0.ready.contains(.closed) }) { throw SocketError(.closed, .serve) }
        }
    }

    private func start(_ peer: Socket, _ address: SocketAddress, _ handler: @escaping Handler) throws(SocketError) {
        let isForced = state.withLock { state in
            state.peers[ObjectIdentifier(peer)] = peer
            return state.isForced
        }
        // The time of stopping has passed while this client was being let in: its handler finds it closed.
        if isForced { peer.close() }
        let result = Threads.start("socket-client", stackSize: stackSize) { [self] in
            serve(peer, address, handler)
            peer.close()
            state.withLock { $0.peers[ObjectIdentifier(peer)] = nil }
            selector.wakeUp()
        }
        if result < 0 {
            state.withLock { $0.peers[ObjectIdentifier(peer)] = nil }
            throw SocketError(
                .noBufferSpace, .serve, errno: Errno(rawValue: -result), hint: "no thread could be started")
        }
    }

    private func serve(_ peer: Socket, _ address: SocketAddress, _ handler: Handler) {
        do {
            try handler(peer, address)
        } catch {
            // Ended by force: the error is ours.
            if peer.isClosed, state.withLock({ $0.isForced }) { return }
            onError(error, address)
        }
    }

    // MARK: Stopping

    /// Ends the server: no client is accepted any more, and ``run(_:)`` returns when the last handler has ended by itself.
    ///
    /// Returns at once; may be called from any thread, a handler's too, and before ``run(_:)``. A listener that the server
    /// made is closed, and clients that wait in its queue are turned away; one that it was given stays open.
    public func stop() {
        if lifetime.stop() { endListening() }
        selector.wakeUp()
    }

    /// Ends the server within a time: handlers that have not ended by then find their sockets closed.
    ///
    /// Blocks until all handlers have ended by themselves, or the time has passed. Not to be called from a handler, which
    /// would wait for itself.
    ///
    /// - Parameter limit: How long the handlers may take.
    /// - Returns: Whether all of them had ended by themselves; else ``run(_:)`` returns as soon as they have seen that
    ///   their sockets are closed.
    @discardableResult
    @available(
        *, noasync,
        message: "stop(within:) blocks its thread; use AsyncSocketServer, or call it from a thread of your own"
    )
    public func stop(within limit: Duration) -> Bool {
        stop()
        if lifetime.waitForEnd(until: Deadline(after: limit)) { return true }
        let peers = state.withLock { state in
            state.isForced = true
            return Array(state.peers.values)
        }
        for peer in peers { peer.close() }
        return false
    }
}
