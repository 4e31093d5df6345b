internal import CSockets
internal import Glibc
internal import Synchronization
public import SystemPackage

/// A named, bidirectional endpoint of a communication, as in 4.3BSD; it blocks, and may be used from any thread.
///
/// ```swift
/// let listener = try Socket.listening(on: .loopback(port: 7777))
/// while true {
///     let (peer, address) = try listener.accept()
///     print("Connected by", address)
///     while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
/// }
/// ```
///
/// A socket owns its descriptor: it closes when the last reference goes, or at once by ``close()``. Closing is safe at
/// any time and from any thread: a thread inside a call wakes with ``SocketError/Code/closed``, and the number is given
/// back to the system after the last call has left, so that no call can ever reach another file.
///
/// One reader and one writer may use a socket at the same time. Two readers (or two writers) are memory-safe as well,
/// but who gets which bytes is the kernel's choice.
public final class Socket: Sendable {
    /// The communication domain.
    public let family: AddressFamily
    /// How data travels.
    public let type: SocketType
    /// The protocol; `.default` only where the kernel does not tell.
    public let `protocol`: TransportProtocol

    let descriptor: Descriptor
    /// The timeout in nanoseconds; `Int64.max` for none.
    let timeoutNanoseconds = Atomic<Int64>(.max)
    /// What was sent without copying; `nil` until there is a ``ZeroCopySender``.
    let zeroCopyLedger = AtomicLazyReference<ZeroCopyLedger>()

    /// Takes over a number that is known to be a socket of this kind.
    ///
    /// - Parameters:
    ///   - isShared: Whether others may own the description as well.
    ///   - isNonBlocking: Whether the description has O_NONBLOCK, and the socket is not to wait.
    init(
        owning number: CInt, _ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol,
        isShared: Bool = false, isNonBlocking: Bool = false
    ) {
        self.family = family
        self.type = type
        self.protocol = `protocol`
        self.descriptor = Descriptor(number, polled: isShared || Self.cannotBeWoken(family, type))
        if isNonBlocking {
            descriptor.setNonBlocking(true)
            timeoutNanoseconds.store(0, ordering: .relaxed)
        }
    }

    /// Whether shutdown(2) does not wake a thread that sleeps in a call.
    ///
    /// Then calls sleep in poll(2), which can be woken.
    private static func cannotBeWoken(_ family: AddressFamily, _ type: SocketType) -> Bool {
        switch family {
        case .ipv4, .ipv6: false
        // A sender of datagrams sleeps on the receiver's queue, where our shutdown does not reach it.
        case .unix: type != .stream
        default: true
        }
    }

    /// Makes a socket that has neither name nor peer yet; it is closed on exec.
    ///
    /// The corresponding C function is `socket`.
    ///
    /// - Parameters:
    ///   - family: The communication domain.
    ///   - type: How data travels.
    ///   - protocol: The protocol, where family and type leave a choice.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressFamilyNotSupported`` where the kernel lacks the family,
    ///   ``SocketError/Code/unsupported`` for a combination that does not exist,
    ///   ``SocketError/Code/permissionDenied`` for raw sockets without privilege,
    ///   ``SocketError/Code/tooManyDescriptors``.
    public convenience init(
        _ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol = .default
    ) throws(SocketError) {
        let number = csockets_socket(family.rawValue, type.rawValue | Constants.closeOnExec, `protocol`.rawValue)
        guard number >= 0 else {
            throw SocketError(.socket, result: number, subject: Self.name(family, type, `protocol`))
        }
        self.init(owning: number, family, type, Self.actualProtocol(family, type, `protocol`))
    }

    /// Takes over a descriptor, reads its family, type and protocol from the kernel, and sets it to close on exec.
    ///
    /// When this fails, the descriptor still belongs to the caller. The description behind it may be shared with other
    /// processes (it came through a Unix socket, or from a parent process); so closing never shuts it down.
    ///
    /// - Parameter descriptor: An open descriptor of a socket.
    /// - Throws: ``SocketError`` with ``SocketError/Code/notSocket`` where it is another kind of file.
    public convenience init(adopting descriptor: FileDescriptor) throws(SocketError) {
        func read(_ name: CInt) throws(SocketError) -> CInt {
            var value: CInt = 0
            let (result, _) = Syscalls.option(descriptor.rawValue, SOL_SOCKET, name, into: &value)
            guard result >= 0 else {
                throw SocketError(.adopt, result: result, subject: "descriptor \(descriptor.rawValue)")
            }
            return value
        }
        let family = try AddressFamily(rawValue: read(SO_DOMAIN))
        let type = try SocketType(rawValue: read(SO_TYPE))
        let `protocol` = try TransportProtocol(rawValue: read(SO_PROTOCOL))
        let flags = csockets_fcntl_getfl(descriptor.rawValue)
        let result = csockets_fcntl_setfd(descriptor.rawValue, FD_CLOEXEC)
        guard flags >= 0, result >= 0 else {
            throw SocketError(
                .adopt, result: min(flags, result), subject: "descriptor \(descriptor.rawValue)")
        }
        self.init(owning: descriptor.rawValue, family, type, `protocol`, isShared: true)
        if flags & O_NONBLOCK != 0 {
            self.descriptor.setNonBlocking(true)
            self.timeoutNanoseconds.store(0, ordering: .relaxed)
        }
    }

    /// The protocol that the kernel chooses for the default, so that options can be matched with it.
    static func actualProtocol(
        _ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol
    ) -> TransportProtocol {
        guard `protocol` == .default, family == .ipv4 || family == .ipv6 else { return `protocol` }
        return type == .stream ? .tcp : type == .datagram ? .udp : `protocol`
    }

    /// Makes two sockets that are connected with each other.
    ///
    /// The corresponding C function is `socketpair`.
    ///
    /// - Parameters:
    ///   - family: The communication domain; most kernels have pairs of Unix sockets alone.
    ///   - type: How data travels.
    ///   - protocol: The protocol, where family and type leave a choice.
    /// - Returns: Both ends; which is which does not matter.
    /// - Throws: ``SocketError`` as for making a socket.
    public static func pair(
        _ family: AddressFamily = .unix, _ type: SocketType = .stream, _ protocol: TransportProtocol = .default
    ) throws(SocketError) -> (Socket, Socket) {
        let (result, first, second) = Syscalls.pair(
            family.rawValue, type.rawValue | Constants.closeOnExec, `protocol`.rawValue)
        guard result >= 0 else { throw SocketError(.pair, result: result, subject: "\(family) \(type)") }
        return (
            Socket(owning: first, family, type, `protocol`), Socket(owning: second, family, type, `protocol`)
        )
    }

    deinit {
        // The descriptor closes by itself; what the kernel may still read is kept.
        if zeroCopyLedger.load() != nil { close() }
    }

    // MARK: The end

    /// Closes the socket; closing twice is no mistake.
    ///
    /// Does not wait for threads that are inside calls: they wake with ``SocketError/Code/closed``. Bytes that have been
    /// sent and not yet acknowledged are delivered by the kernel afterwards (see ``SocketOption/linger``); bytes that
    /// have come and were not received make TCP reset the connection. To be sure that the peer got all, shut down
    /// writing, receive until the end, and close then: ``closeGracefully(within:)``.
    ///
    /// The corresponding C function is `close`.
    public func close() {
        if let ledger = zeroCopyLedger.load() { return ZeroCopyKeeper.close(self, ledger) }
        descriptor.close()
    }

    /// Whether the socket has been closed or detached.
    public var isClosed: Bool { descriptor.isClosed }

    /// Gives the descriptor to the caller, who has to close it; the socket is closed from now on.
    ///
    /// - Returns: The open descriptor.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``, or ``SocketError/Code/busy`` while another thread is
    ///   inside a call of this socket.
    public func detach() throws(SocketError) -> FileDescriptor {
        switch descriptor.detach() {
        case .number(let number):
            if let ledger = zeroCopyLedger.load() { ZeroCopyKeeper.keep(ledger) }
            return FileDescriptor(rawValue: number)
        case .closed: throw SocketError(.closed, .detach)
        case .busy: throw SocketError(.busy, .detach, hint: "let the other threads' calls end first")
        }
    }

    /// Makes a second socket for the same endpoint; both have to be closed before the connection ends.
    ///
    /// The duplicate has the same timeout and is closed on exec. Duplicate before another thread begins a call that may
    /// wait: to wake a thread that was already asleep in the kernel, closing has to shut the connection down, for the
    /// duplicate as well. The corresponding C function is `dup`.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` or ``SocketError/Code/tooManyDescriptors``.
    public func duplicate() throws(SocketError) -> Socket {
        let entry = try enter(.duplicate, sleeping: false)
        defer { descriptor.leave(entry) }
        let number = csockets_dup(descriptor.number)
        guard number >= 0 else { throw SocketError(.duplicate, result: number) }
        descriptor.setPolled()
        let duplicate = Socket(owning: number, family, type, `protocol`, isShared: true)
        duplicate.timeoutNanoseconds.store(timeoutNanoseconds.load(ordering: .relaxed), ordering: .relaxed)
        duplicate.descriptor.setNonBlocking(descriptor.isNonBlocking)
        duplicate.descriptor.setTimed(timeout != nil)
        // Both have one error queue.
        if let ledger = zeroCopyLedger.load() { _ = duplicate.zeroCopyLedger.storeIfNil(ledger) }
        return duplicate
    }

    /// Calls `body` with the descriptor, for system calls that this library does not have.
    ///
    /// The number is valid for the time of the call, also when another thread closes the socket meanwhile. Do not close
    /// it, and do not keep it.
    ///
    /// - Parameter body: Gets the descriptor.
    /// - Returns: What `body` returns; `nil`, without calling it, when the socket is closed.
    /// - Throws: What `body` throws.
    public func withUnsafeFileDescriptor<R, E: Error>(_ body: (FileDescriptor) throws(E) -> R) throws(E) -> R? {
        guard let entry = descriptor.enter(sleeping: false) else { return nil }
        defer { descriptor.leave(entry) }
        return try body(FileDescriptor(rawValue: descriptor.number))
    }

    /// Whether programs started by exec keep the descriptor; `false` from the start.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``.
    public var isInheritable: Bool {
        get throws(SocketError) {
            let entry = try enter(.getOption, sleeping: false)
            defer { descriptor.leave(entry) }
            return csockets_fcntl_getfd(descriptor.number) & FD_CLOEXEC == 0
        }
    }

    /// Lets programs started by exec keep the descriptor, or not.
    ///
    /// The corresponding C flag is `FD_CLOEXEC`, turned round.
    ///
    /// - Parameter inheritable: Whether they keep it.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``.
    public func setInheritable(_ inheritable: Bool) throws(SocketError) {
        let entry = try enter(.setOption, sleeping: false)
        defer { descriptor.leave(entry) }
        // Another process is going to share the description: closing here must not end it there.
        if inheritable { descriptor.setPolled() }
        let result = csockets_fcntl_setfd(descriptor.number, inheritable ? 0 : FD_CLOEXEC)
        if result < 0 { throw SocketError(.setOption, result: result, subject: "FD_CLOEXEC") }
    }
}

extension Socket {
    /// What a socket of these would be, for errors; the default protocol goes without saying.
    static func name(_ family: AddressFamily, _ type: SocketType, _ protocol: TransportProtocol) -> String {
        `protocol` == .default ? "\(family) \(type)" : "\(family) \(type) \(`protocol`)"
    }
}

extension Socket: Hashable {
    /// Whether both are the same object.
    public static func == (first: Socket, second: Socket) -> Bool { first === second }

    /// Hashes the identity of the object.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Socket: CustomStringConvertible {
    /// The kind of the socket and its addresses, as `IPv4 stream socket 127.0.0.1:7777 ↔ 127.0.0.1:40112`.
    public var description: String {
        if isClosed { return "closed \(family) \(type) socket" }
        var text = "\(family) \(type) socket"
        if let local = try? localAddress { text += " \(local)" }
        if let peer = try? peerAddress { text += " ↔ \(peer)" }
        return text
    }
}
