internal import CSockets
public import SystemPackage

/// A network of its own on this machine: interfaces, routes, ports, as containers have them.
///
/// ```swift
/// let container = try NetworkNamespace(process: 4711)
/// let socket = try Socket(.ipv4, .stream, in: container)
/// try socket.connect(to: .loopback(port: 80))              // the loopback of the container
/// ```
///
/// A socket belongs for ever to the network in which it was made, whichever thread uses it. The calling thread is never
/// moved: the work is done by a thread of its own. The namespace exists as long as this value, also when its last process
/// has gone. Entering needs the capability CAP_SYS_ADMIN; the corresponding C function is `setns`.
///
/// Names of interfaces, in zones of addresses and in ``MulticastInterface/named(_:)``, are those of the socket's network. A
/// ``DatagramBatch`` belongs to no socket: zones in its addresses, and in those that come beside the bytes of a message, are
/// looked up in the caller's network; give and expect the interface's number there.
public struct NetworkNamespace: Sendable {
    private let descriptor: OwnedDescriptor
    private let name: String

    /// The network whose file is at a path, as `/run/netns/blue` or `/proc/4711/ns/net`.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchFile``, ``SocketError/Code/permissionDenied``, and others of
    ///   opening a file.
    public init(path: FilePath) throws(SocketError) {
        do {
            descriptor = try OwnedDescriptor(owning: FileDescriptor.open(path, .readOnly, options: .closeOnExec))
        } catch {
            throw SocketError(
                nil, .socket, errno: error as? Errno, subject: "network \(path)",
                hint: error as? Errno == .permissionDenied
                    ? "the networks of other users' processes need the capability CAP_SYS_PTRACE"
                    : "`ip netns list` tells the networks that have names")
        }
        name = path.string
    }

    /// The network that was given a name by `ip netns add`.
    ///
    /// - Throws: ``SocketError`` as for ``init(path:)``.
    public init(named name: String) throws(SocketError) {
        try self.init(path: FilePath("/run/netns").appending(name))
    }

    /// The network of a process.
    ///
    /// - Throws: ``SocketError`` as for ``init(path:)``.
    public init(process: Int32) throws(SocketError) { try self.init(path: FilePath("/proc/\(process)/ns/net")) }

    /// The network of the calling thread.
    ///
    /// - Throws: ``SocketError`` as for ``init(path:)``.
    public static func current() throws(SocketError) -> NetworkNamespace {
        try NetworkNamespace(path: "/proc/thread-self/ns/net")
    }

    /// Calls `body` on a thread inside the network, and waits for its end.
    ///
    /// Sockets that it makes, and names of interfaces that it looks up, are those of the network.
    ///
    /// - Parameter body: Is called on a thread of its own.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``SocketError`` with ``SocketError/Code/permissionDenied`` when the network cannot be
    ///   entered.
    @available(*, noasync, message: "run blocks its thread; call it from a thread of your own")
    public func run<R: Sendable>(_ body: @escaping @Sendable () throws(SocketError) -> R) throws(SocketError) -> R {
        try enter(body)
    }

    func enter<R: Sendable>(_ body: @escaping @Sendable () throws(SocketError) -> R) throws(SocketError) -> R {
        guard let gate = Once() else { throw SocketError(.socket, result: csockets_no_descriptor_left()) }
        let outcome = Lock<Result<R, SocketError>?>(nil)
        let started = Threads.start("network", stackSize: 1 << 18) { [descriptor, name] in
            let result: Result<R, SocketError>
            let entered =
                descriptor.withUnsafeFileDescriptor { csockets_enter_network($0.rawValue) }
                ?? csockets_no_descriptor_left()
            if entered < 0 {
                result = .failure(
                    SocketError(
                        .socket, result: entered, subject: "network \(name)",
                        hint: Errno(rawValue: -entered) == .invalidArgument
                            ? "the file is no network's" : "entering a network needs the capability CAP_SYS_ADMIN"))
            } else {
                do throws(SocketError) { result = .success(try body()) } catch { result = .failure(error) }
            }
            outcome.withLock { $0 = result }
            gate.gate.open()
        }
        if started < 0 { throw SocketError(.socket, result: started, subject: "a thread in network \(name)") }
        while !gate.gate.wait(until: .never) {}
        guard let result = outcome.withLock({ $0 }) else { throw SocketError(.system, .socket) }
        return try result.get()
    }

    /// A gate that a thread and its starter share.
    private final class Once: Sendable {
        let gate: Gate

        init?() {
            guard let gate = Gate() else { return nil }
            self.gate = gate
        }
    }
}

extension NetworkNamespace: CustomStringConvertible {
    /// The path of its file.
    public var description: String { name }
}

extension Socket {
    /// Makes a socket inside another network of this machine; it is closed on exec.
    ///
    /// The calling thread stays where it is: see ``NetworkNamespace``.
    ///
    /// - Parameters:
    ///   - family: The communication domain.
    ///   - type: How data travels.
    ///   - protocol: The protocol, where family and type leave a choice.
    ///   - network: The network.
    /// - Throws: ``SocketError`` as for ``init(_:_:_:)``, and ``SocketError/Code/permissionDenied`` when the network cannot
    ///   be entered.
    public convenience init(
        _ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol = .default,
        in network: NetworkNamespace
    ) throws(SocketError) {
        let number = try network.enter { () throws(SocketError) -> CInt in
            let number = csockets_socket(family.rawValue, type.rawValue | Constants.closeOnExec, `protocol`.rawValue)
            guard number >= 0 else {
                throw SocketError(
                    .socket, result: number, subject: "\(Self.name(family, type, `protocol`)) in network \(network)")
            }
            return number
        }
        self.init(owning: number, family, type, Self.actualProtocol(family, type, `protocol`))
    }
}
