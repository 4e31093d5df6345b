internal import Glibc

/// Receives datagrams, and calls a handler with each.
///
/// ```swift
/// let server = try DatagramServer(on: .loopback(port: 7777))
/// try server.run { request in try request.reply(request.bytes) }
/// ```
///
/// With one worker, the start, the handler is called for one datagram after the other; with several, each in a thread,
/// for as many at the same time. What a handler throws goes to `onError`, and the server goes on. Python's names are
/// `socketserver.UDPServer`, `ThreadingUDPServer`, `UnixDatagramServer`.
public final class DatagramServer: SocketServer {
    /// What serves a datagram.
    public typealias Handler = @Sendable (DatagramRequest) throws -> Void

    /// The address that the server is bound to, with the port that the kernel chose.
    public let localAddress: SocketAddress
    /// The bound socket.
    public let socket: Socket
    /// The most bytes that are taken of a datagram.
    public let maximumSize: Int

    private let ownsSocket: Bool
    private let accepts: (@Sendable (DatagramRequest) -> Bool)?
    private let onError: ThreadedServer.ErrorHandler
    /// One for each worker.
    private let selectors: [Selector<Void>]
    private let lifetime: ServerLifetime
    private let running = Lock(0)

    /// Makes a server at an address; the socket is the server's, and closed at its end.
    ///
    /// - Parameters:
    ///   - address: Where to receive; port 0 lets the kernel choose.
    ///   - workers: How many datagrams to handle at the same time, from 1 to 1024.
    ///   - maximumSize: The most bytes to take of a datagram; the rest of a longer one is lost. Python's name is
    ///     `max_packet_size`.
    ///   - accepts: Decides on each datagram before it is handled. Python's name is `verify_request`.
    ///   - onError: Gets what handlers throw; by default it is printed on standard error.
    /// - Throws: ``SocketError`` as for ``Socket/bound(to:_:_:dualStack:reuseAddress:reusePort:)``.
    public convenience init(
        on address: SocketAddress, workers: Int = 1, maximumSize: Int = 65_535,
        accepts: (@Sendable (DatagramRequest) -> Bool)? = nil, onError: ThreadedServer.ErrorHandler? = nil
    ) throws(SocketError) {
        let socket = try Socket.bound(to: address)
        try self.init(
            socket, owns: true, workers: workers, maximumSize: maximumSize, accepts: accepts, onError: onError)
    }

    /// Makes a server for a bound datagram socket, which stays the caller's, and open at the server's end.
    ///
    /// - Parameters:
    ///   - socket: A bound datagram socket.
    ///   - workers: How many datagrams to handle at the same time, from 1 to 1024.
    ///   - maximumSize: The most bytes to take of a datagram.
    ///   - accepts: Decides on each datagram before it is handled.
    ///   - onError: Gets what handlers throw; by default it is printed on standard error.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``, ``SocketError/Code/tooManyDescriptors``, or
    ///   ``SocketError/Code/unsupported`` for a socket with connections.
    public convenience init(
        _ socket: Socket, workers: Int = 1, maximumSize: Int = 65_535,
        accepts: (@Sendable (DatagramRequest) -> Bool)? = nil, onError: ThreadedServer.ErrorHandler? = nil
    ) throws(SocketError) {
        try self.init(
            socket, owns: false, workers: workers, maximumSize: maximumSize, accepts: accepts, onError: onError)
    }

    private init(
        _ socket: Socket, owns: Bool, workers: Int, maximumSize: Int,
        accepts: (@Sendable (DatagramRequest) -> Bool)?, onError: ThreadedServer.ErrorHandler?
    ) throws(SocketError) {
        guard !socket.type.endsWithNothing else {
            throw SocketError(.unsupported, .serve, hint: "it is no datagram socket; see ThreadedServer")
        }
        self.socket = socket
        self.localAddress = try socket.localAddress
        self.ownsSocket = owns
        self.maximumSize = min(max(1, maximumSize), 1 << 24)
        self.accepts = accepts
        self.onError = onError ?? ThreadedServer.printError
        var selectors: [Selector<Void>] = []
        for _ in 0..<min(max(1, workers), 1024) { selectors.append(try Selector(backend: .poll)) }
        self.selectors = selectors
        self.lifetime = try ServerLifetime()
    }

    /// Receives datagrams until the server is stopped, and the last handler has ended.
    ///
    /// Blocks its thread, which is one of the workers. Can be called once.
    ///
    /// - Parameter handler: Serves a datagram.
    /// - Throws: ``SocketError`` with ``SocketError/Code/busy`` when the server runs already. When the socket is closed,
    ///   it returns as if stopped.
    @available(*, noasync, message: "run blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func run(_ handler: @escaping Handler) throws(SocketError) {
        guard try lifetime.begin() else { return }
        defer {
            if ownsSocket { socket.close() }
            lifetime.end()
        }
        for selector in selectors.dropFirst() {
            running.withLock { $0 += 1 }
            let result = Threads.start("socket-worker", stackSize: 524_288) { [self] in
                work(selector, handler)
                running.withLock { $0 -= 1 }
                selectors.first?.wakeUp()
            }
            if result < 0 {
                // The workers that there are do the work.
                running.withLock { $0 -= 1 }
                onError(SocketError(.serve, result: result, hint: "a worker could not be started"), nil)
            }
        }
        guard let first = selectors.first else { return }
        work(first, handler)
        // The socket may have ended for this worker alone, by an error.
        stop()
        while running.withLock({ $0 > 0 }) { _ = try? first.select(timeout: .seconds(1)) }
    }

    private func work(_ selector: Selector<Void>, _ handler: Handler) {
        do throws(SocketError) {
            try selector.register(socket, for: .read)
        } catch {
            if error.code != .closed { onError(error, nil) }
            return
        }
        defer { _ = try? selector.unregister(socket) }
        var buffer = [UInt8](repeating: 0, count: maximumSize)
        while !lifetime.isStopping {
            do throws(SocketError) {
                let events = try selector.select()
                if events.contains(where: { $0.ready.contains(.closed) }) { return }
                while !lifetime.isStopping, let request = try receive(&buffer) { serve(request, handler) }
            } catch {
                if error.code == .closed { return }
                // What an earlier datagram's answer met, such as a port that is closed; receiving goes on.
                onError(error, nil)
                Threads.pause(.milliseconds(10))
            }
        }
    }

    /// Takes a datagram without waiting, whatever the socket's mode; `nil` when there is none.
    private func receive(_ buffer: inout [UInt8]) throws(SocketError) -> DatagramRequest? {
        let entry = try socket.enter(.receive, sleeping: false)
        defer { socket.descriptor.leave(entry) }
        var address = KernelAddress()
        var bytes = buffer.mutableSpan
        let flags = Constants.dontWait | Constants.truncate
        let result = Syscalls.receive(socket.descriptor.number, into: &bytes, flags, from: &address)
        if result == -Int(EAGAIN) || result == -Int(EINTR) { return nil }
        if result < 0 { throw SocketError(.receive, result: result) }
        return DatagramRequest(
            bytes: Array(buffer.prefix(result)), sender: socket.sender(address), isTruncated: result > buffer.count,
            socket: socket)
    }

    private func serve(_ request: DatagramRequest, _ handler: Handler) {
        if let accepts, !accepts(request) { return }
        do { try handler(request) } catch { onError(error, request.sender) }
    }

    /// Ends the server: no datagram is received any more, and ``run(_:)`` returns when the last handler has ended.
    ///
    /// Returns at once; may be called from any thread, a handler's too, and before ``run(_:)``. A socket that the server
    /// made is closed; one that it was given stays open.
    public func stop() {
        if lifetime.stop(), ownsSocket { socket.close() }
        for selector in selectors { selector.wakeUp() }
    }

    /// Ends the server within a time: when it has passed, handlers that still wait for the socket find it closed.
    ///
    /// - Parameter limit: How long the handlers may take.
    /// - Returns: Whether all of them had ended by themselves.
    @discardableResult
    @available(*, noasync, message: "stop(within:) blocks its thread; call it from a thread of your own")
    public func stop(within limit: Duration) -> Bool {
        stop()
        if lifetime.waitForEnd(until: Deadline(after: limit)) { return true }
        if ownsSocket { socket.close() }
        return false
    }
}
