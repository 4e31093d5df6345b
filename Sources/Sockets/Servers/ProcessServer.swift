internal import CSockets
internal import Glibc
public import SystemPackage

/// Serves each client of a listening socket by a program of its own, as inetd does.
///
/// ```swift
/// let server = try ProcessServer(on: .loopback(port: 7777), running: "/bin/cat")
/// try server.run()
/// ```
///
/// The program has the connection as its standard input and output; standard error is this process's. No other descriptor
/// of this library goes to it, because all are closed on exec. It is the leader of a process group of its own, and its
/// signals are as at the start of a process. Its environment is this process's, and tells of the connection in the words of
/// UCSPI (`tcpserver`) and of systemd:
///
/// | Family | Variables |
/// |---|---|
/// | Internet | `PROTO=TCP`, `TCPLOCALIP`, `TCPLOCALPORT`, `TCPREMOTEIP`, `TCPREMOTEPORT`, `REMOTE_ADDR`, `REMOTE_PORT` |
/// | Unix | `PROTO=UNIX`, `UNIXLOCALPATH`, and where the client has a name `UNIXREMOTEPATH` and `REMOTE_ADDR` |
/// | others | `PROTO` is not set |
///
/// IPv4 clients of an IPv6 listener are named as IPv4. Such variables that this process has from elsewhere are removed.
/// Each program is collected when it ends, by the thread that waits for it alone: no handler of SIGCHLD is needed, and
/// other children of the process are left alone. Python's name is `socketserver.ForkingTCPServer`; a Swift process cannot
/// go on after fork, so a program is started instead.
public final class ProcessServer: SocketServer {
    /// How a program ended.
    public enum Ending: Hashable, Sendable {
        /// By itself, with this status.
        case exited(status: CInt)
        /// By a signal of this number.
        case signalled(CInt)
    }

    /// The program; one without a slash is looked for on the `PATH`.
    public let program: FilePath
    /// The arguments, without the program's name.
    public let arguments: [String]

    private let server: ThreadedServer
    private let environment: [[UInt8]]
    private let onEnd: (@Sendable (SocketAddress, Ending) -> Void)?

    private struct Children {
        var running: Set<pid_t> = []
        /// What programs are told that start while the server ends.
        var signal: CInt?
    }

    private let children = Lock(Children())

    /// Makes a server that listens at an address; the listener is the server's, and closed at its end.
    ///
    /// - Parameters:
    ///   - address: Where to listen; port 0 lets the kernel choose.
    ///   - program: The program to run for each client; one without a slash is looked for on the `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables to set in addition.
    ///   - limit: How many programs to run at the same time, at least one.
    ///   - accepts: Decides on each client before a program is started.
    ///   - onError: Gets the errors of starting; by default they are printed on standard error.
    ///   - onEnd: Is told how each client's program ended.
    /// - Throws: ``SocketError`` as for ``Socket/listening(on:_:_:backlog:dualStack:reusePort:)``, and
    ///   ``SocketError/Code/invalidArgument`` for a NUL in a string.
    public convenience init(
        on address: SocketAddress, running program: FilePath, _ arguments: [String] = [],
        environment: [String: String] = [:], limit: Int = 40, accepts: ThreadedServer.Admission? = nil,
        onError: ThreadedServer.ErrorHandler? = nil, onEnd: (@Sendable (SocketAddress, Ending) -> Void)? = nil
    ) throws(SocketError) {
        let server = try ThreadedServer(
            on: address, limit: limit, stackSize: 131_072, accepts: accepts, onError: onError)
        try self.init(server, program, arguments, environment, onEnd)
    }

    /// Makes a server for a socket that listens; the socket stays the caller's, and open at the server's end.
    ///
    /// - Parameters:
    ///   - listener: A socket that listens.
    ///   - program: The program to run for each client; one without a slash is looked for on the `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables to set in addition.
    ///   - limit: How many programs to run at the same time, at least one.
    ///   - accepts: Decides on each client before a program is started.
    ///   - onError: Gets the errors of starting; by default they are printed on standard error.
    ///   - onEnd: Is told how each client's program ended.
    /// - Throws: ``SocketError`` as for the other form.
    public convenience init(
        _ listener: Socket, running program: FilePath, _ arguments: [String] = [],
        environment: [String: String] = [:], limit: Int = 40, accepts: ThreadedServer.Admission? = nil,
        onError: ThreadedServer.ErrorHandler? = nil, onEnd: (@Sendable (SocketAddress, Ending) -> Void)? = nil
    ) throws(SocketError) {
        let server = try ThreadedServer(
            listener, limit: limit, stackSize: 131_072, accepts: accepts, onError: onError)
        try self.init(server, program, arguments, environment, onEnd)
    }

    private init(
        _ server: ThreadedServer, _ program: FilePath, _ arguments: [String], _ environment: [String: String],
        _ onEnd: (@Sendable (SocketAddress, Ending) -> Void)?
    ) throws(SocketError) {
        let strings = arguments + environment.keys + environment.values
        guard !strings.contains(where: { $0.utf8.contains(0) }), !environment.keys.contains(where: { $0.contains("=") })
        else {
            throw SocketError(
                .invalidArgument, .serve, errno: .invalidArgument, subject: program.string,
                hint: "arguments and variables must have no NUL, and names no `=`")
        }
        self.server = server
        self.program = program
        self.arguments = arguments
        self.environment = ConnectionEnvironment.base(Spawning.environment(), adding: environment)
        self.onEnd = onEnd
    }

    /// The address that the server listens on, with the port that the kernel chose.
    public var localAddress: SocketAddress { server.localAddress }

    /// The listening socket.
    public var listener: Socket { server.listener }

    /// How many clients are being served.
    public var activeClients: Int { server.activeClients }

    /// The numbers of the programs that are running.
    public var runningProcesses: [CInt] { children.withLock { $0.running.sorted() } }

    /// Serves clients until the server is stopped, and the last program has ended.
    ///
    /// Blocks its thread. Can be called once.
    ///
    /// - Throws: ``SocketError`` as ``ThreadedServer/run(_:)``.
    @available(*, noasync, message: "run blocks its thread; call it from a thread of your own")
    public func run() throws(SocketError) {
        try server.run { [self] peer, address in try serve(peer, address) }
    }

    private func serve(_ peer: Socket, _ address: SocketAddress) throws(SocketError) {
        let local = (try? peer.localAddress) ?? localAddress
        let variables = environment + ConnectionEnvironment.variables(local: local, remote: address)
        let entry = try peer.enter(.serve, sleeping: false)
        let child = children.withLock { children in
            let child = Spawning.spawn(
                peer.descriptor.number, program.bytes, arguments.map { Array($0.utf8) }, environment: variables)
            if child > 0 {
                children.running.insert(child)
                if let signal = children.signal { _ = csockets_kill_group(child, signal) }
            }
            return child
        }
        peer.descriptor.leave(entry)
        guard child > 0 else {
            throw SocketError(.serve, result: child, subject: program.string, hint: "the program could not be started")
        }
        // The connection is the program's now; else the client would not see its end.
        peer.close()
        _ = csockets_wait_for_child(child)
        // Collected under the lock: a number in the set is never another process's.
        let status = children.withLock { children in
            children.running.remove(child)
            return csockets_collect_child(child)
        }
        if status >= 0 { onEnd?(address, status >= 256 ? .signalled(status - 256) : .exited(status: status)) }
    }

    private func kill(_ signal: CInt) {
        children.withLock { children in
            children.signal = signal
            for child in children.running { _ = csockets_kill_group(child, signal) }
        }
    }

    /// Ends the server: no client is accepted any more, and ``run()`` returns when the last program has ended by itself.
    ///
    /// Returns at once; may be called from any thread, and before ``run()``.
    public func stop() { server.stop() }

    /// Ends the server within a time: the programs get SIGTERM at once, and SIGKILL when the time has passed.
    ///
    /// The signals go to the process group of each program. Blocks until all have ended, or the time has passed.
    ///
    /// - Parameter limit: How long the programs may take.
    /// - Returns: Whether SIGKILL was not needed.
    @discardableResult
    @available(*, noasync, message: "stop(within:) blocks its thread; call it from a thread of your own")
    public func stop(within limit: Duration) -> Bool {
        stop()
        kill(SIGTERM)
        if server.lifetime.waitForEnd(until: Deadline(after: limit)) { return true }
        kill(SIGKILL)
        return false
    }
}
