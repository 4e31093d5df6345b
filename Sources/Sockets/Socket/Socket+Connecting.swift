internal import CSockets
internal import Glibc
public import SystemPackage

extension Socket {
    /// A direction of a connection that ``Socket/shutdown(_:)`` ends.
    public enum ShutdownDirection: Sendable {
        /// Receiving: what comes later is not delivered; the corresponding C constant is `SHUT_RD`.
        case read
        /// Sending: the peer receives the end of the stream; the corresponding C constant is `SHUT_WR`.
        case write
        /// Both directions; the corresponding C constant is `SHUT_RDWR`.
        case both
    }

    /// Gives the socket a local address.
    ///
    /// Port 0 lets the kernel choose a free one, which ``localAddress`` tells then. The corresponding C function is `bind`.
    ///
    /// - Parameter address: An address of this machine, or a Unix name.
    /// - Throws: ``SocketError`` with ``SocketError/Code/addressInUse``, ``SocketError/Code/addressNotAvailable``,
    ///   ``SocketError/Code/permissionDenied``, ``SocketError/Code/invalidAddress``, ``SocketError/Code/nameTooLong``.
    public func bind(to address: SocketAddress) throws(SocketError) {
        let kernel = try KernelAddress(address, for: .bind, of: self)
        let entry = try enter(.bind, sleeping: false)
        defer { descriptor.leave(entry) }
        let result = Syscalls.bind(descriptor.number, kernel)
        if result < 0 { throw SocketError(.bind, result: result, address: address) }
    }

    /// Starts to listen: from now on clients can connect, and wait in a queue until they are accepted.
    ///
    /// The corresponding C function is `listen`.
    ///
    /// - Parameter backlog: How many clients may wait; the kernel's limit (`net.core.somaxconn`) holds it down, and is the default.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` for a backlog below zero,
    ///   ``SocketError/Code/addressInUse``, or ``SocketError/Code/unsupported`` for a type without connections.
    public func listen(backlog: Int = .max) throws(SocketError) {
        guard backlog >= 0 else {
            throw SocketError(
                .invalidArgument, .listen, errno: .invalidArgument, hint: "a backlog of \(backlog) is below zero")
        }
        let entry = try enter(.listen, sleeping: false)
        defer { descriptor.leave(entry) }
        let result = csockets_listen(descriptor.number, CInt(clamping: backlog))
        if result < 0 { throw SocketError(.listen, result: result, address: try? localAddress) }
    }

    /// Waits for a client, and returns a new socket for the conversation with it.
    ///
    /// Blocks until a client comes, the ``timeout`` passes or the socket is closed. The new socket blocks and has no
    /// timeout. Clients that went away while they waited are passed over. The corresponding C function is `accept4`.
    ///
    /// - Returns: The socket of the conversation, and the client's address.
    /// - Throws: ``SocketError`` with ``SocketError/Code/timedOut``, ``SocketError/Code/closed``,
    ///   ``SocketError/Code/wouldBlock``, ``SocketError/Code/invalidArgument`` for a socket that does not listen,
    ///   ``SocketError/Code/tooManyDescriptors``: the client still waits then.
    @available(*, noasync, message: "accept blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func accept() throws(SocketError) -> (socket: Socket, address: SocketAddress) {
        let entry = try enter(.accept, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        var address = KernelAddress()
        while true {
            // A call that must not sleep in the kernel could, when another thread or process takes the client first, or
            // clears the flag of a shared description; accept(2) knows no flag against that but the description's own.
            if !entry.maySleep { setKernelNonBlocking(true) }
            let number = Syscalls.accept(descriptor.number, from: &address)
            if number >= 0 {
                return (Socket(owning: number, family, type, `protocol`), address.address(of: self))
            }
            // The client has gone, or the network told of an error meanwhile; Linux passes those on here.
            if Self.isLostClient(number) { continue }
            _ = try settle(Int(number), entry, .accept, Constants.pollIn, &waiting, address: try? localAddress)
        }
    }

    /// Accepts a client that waits, whatever the mode of the socket; `nil` when none does.
    ///
    /// The description does not block from then on, which a blocking socket's calls allow for.
    func acceptWithoutWaiting() throws(SocketError) -> (socket: Socket, address: SocketAddress)? {
        let entry = try enter(.accept, sleeping: false)
        defer { descriptor.leave(entry) }
        var address = KernelAddress()
        while true {
            setKernelNonBlocking(true)
            let number = Syscalls.accept(descriptor.number, from: &address)
            if number >= 0 { return (Socket(owning: number, family, type, `protocol`), address.address(of: self)) }
            if descriptor.isClosed { throw SocketError(.closed, .accept) }
            if number == -EAGAIN { return nil }
            if number == -EINTR || Self.isLostClient(number) { continue }
            throw SocketError(.accept, result: number, address: try? localAddress)
        }
    }

    static func isLostClient(_ result: CInt) -> Bool {
        switch -result {
        // EPERM: a rule of the firewall.
        case EPERM, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH: true
        default: false
        }
    }

    /// Connects to a peer.
    ///
    /// Blocks until the peer has answered, the ``timeout`` passes or the socket is closed. After a failure, close the
    /// socket and make a new one: POSIX does not say what state it is in. On a non-blocking socket it throws
    /// ``SocketError/Code/inProgress``; wait until the socket is writable and see ``pendingError()`` then. A datagram
    /// socket only remembers the peer, at once. The corresponding C function is `connect`.
    ///
    /// - Parameter address: The peer's address.
    /// - Throws: ``SocketError`` with ``SocketError/Code/connectionRefused``, ``SocketError/Code/timedOut``,
    ///   ``SocketError/Code/hostUnreachable``, ``SocketError/Code/networkUnreachable``, ``SocketError/Code/closed``, …
    @available(*, noasync, message: "connect blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func connect(to address: SocketAddress) throws(SocketError) {
        try connect(to: address, until: nil)
    }

    /// The same with a deadline of the caller's instead of the timeout.
    func connect(to address: SocketAddress, until deadline: Deadline?) throws(SocketError) {
        let kernel = try KernelAddress(address, for: .connect, of: self)
        let entry = try enter(.connect, sleeping: false)
        defer { descriptor.leave(entry) }
        // A thread that sleeps inside connect(2) could not be woken for sure; so it never sleeps there.
        // The flag may not be as our timeout says: another owner of the description can have changed it.
        let isTemporary = type != .datagram && !entry.isNonBlocking
        if isTemporary { setKernelNonBlocking(true) }
        defer { if isTemporary, timeout == nil { setKernelNonBlocking(false) } }

        var waiting = Waiting(until: deadline)
        while true {
            let result = Syscalls.connect(descriptor.number, kernel)
            if result >= 0 { return }
            if descriptor.isClosed { throw SocketError(.closed, .connect, address: address) }
            switch result {
            case -EINPROGRESS, -EINTR:
                if entry.isNonBlocking {
                    throw SocketError(.inProgress, .connect, errno: .nowInProgress, address: address)
                }
                try waitUntilConnected(address, &waiting)
                // The kernel calls a socket connected only when it has been asked once more; until then another connect
                // would seem to succeed, whatever its address.
                if family == .ipv4 || family == .ipv6 {
                    let result = Syscalls.connect(descriptor.number, kernel)
                    // A reset that came meanwhile is told here or never.
                    if result < 0, result != -EISCONN, result != -EALREADY, result != -EINTR {
                        throw SocketError(.connect, result: result, address: address)
                    }
                }
                return
            case -EAGAIN where family == .unix:
                // The listener's queue is full.
                if entry.isNonBlocking { fallthrough }
                do { try wait(.connect, Constants.pollOut, &waiting) } catch { throw error.with(address: address) }
            default:
                throw SocketError(.connect, result: result, address: address)
            }
        }
    }

    private func waitUntilConnected(_ address: SocketAddress, _ waiting: inout Waiting) throws(SocketError) {
        switch descriptor.wait(for: Constants.pollOut, until: waiting.begin(timeout)) {
        case nil: throw SocketError(.closed, .connect, address: address)
        case 0?: throw timedOut(.connect, address: address)
        case let result? where result < 0: throw SocketError(.connect, result: result, address: address)
        default: break
        }
        if let error = try pendingError() {
            throw SocketError(nil, .connect, errno: error, address: address)
        }
    }

    /// Takes the error that waits on the socket, as after a connection was tried without blocking.
    ///
    /// The corresponding C constant is `SO_ERROR`.
    ///
    /// - Returns: The number of the system, or `nil` when there is none.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``.
    public func pendingError() throws(SocketError) -> Errno? {
        let entry = try enter(.getOption, sleeping: false)
        defer { descriptor.leave(entry) }
        var value: CInt = 0
        let (result, _) = Syscalls.option(descriptor.number, SOL_SOCKET, SO_ERROR, into: &value)
        if result < 0 { throw SocketError(.getOption, result: result, subject: "SO_ERROR") }
        return value == 0 ? nil : Errno(rawValue: value)
    }

    /// Ends one or both directions of the connection, for everybody who shares it; the socket stays open.
    ///
    /// After `.write` the peer receives the end of the stream, and can still send. The corresponding C function is `shutdown`.
    ///
    /// - Parameter direction: What to end.
    /// - Throws: ``SocketError`` with ``SocketError/Code/notConnected`` or ``SocketError/Code/closed``.
    public func shutdown(_ direction: ShutdownDirection) throws(SocketError) {
        let entry = try enter(.shutdown, sleeping: false)
        defer { descriptor.leave(entry) }
        let how =
            switch direction {
            case .read: Constants.shutdownRead
            case .write: Constants.shutdownWrite
            case .both: Constants.shutdownBoth
            }
        let result = csockets_shutdown(descriptor.number, how)
        if result < 0 { throw SocketError(.shutdown, result: result) }
    }

    /// Ends sending, waits until the peer has ended too, and closes: so nothing that was sent can be lost.
    ///
    /// What the peer still sends is read and thrown away. Blocks until the peer closes its side, or the time has passed;
    /// the socket is closed in any case.
    ///
    /// - Parameter limit: How long to wait for the peer.
    /// - Throws: ``SocketError`` with ``SocketError/Code/timedOut`` when the peer did not end in time, or the error
    ///   that broke the connection.
    @available(
        *, noasync, message: "closeGracefully blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func closeGracefully(within limit: Duration) throws(SocketError) {
        defer { close() }
        do {
            try shutdown(.write)
        } catch  where error.code == .notConnected {
            // Both sides have ended already, or it was never connected: receiving tells which.
        }
        let deadline = Deadline(after: limit)
        var rest = [UInt8](repeating: 0, count: 16_384)
        while true {
            guard let left = deadline.left, left > .zero else { throw timedOut(.receive) }
            timeout = left
            if try receive(into: &rest) == 0 { return }
        }
    }

    /// The address that the socket is bound to.
    ///
    /// The corresponding C function is `getsockname`.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed``.
    public var localAddress: SocketAddress {
        get throws(SocketError) {
            let entry = try enter(.localAddress, sleeping: false)
            defer { descriptor.leave(entry) }
            var address = KernelAddress()
            let result = Syscalls.localAddress(descriptor.number, &address)
            if result < 0 { throw SocketError(.localAddress, result: result) }
            return address.address(of: self)
        }
    }

    /// The address of the peer.
    ///
    /// The corresponding C function is `getpeername`.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/notConnected`` or ``SocketError/Code/closed``.
    public var peerAddress: SocketAddress {
        get throws(SocketError) {
            let entry = try enter(.peerAddress, sleeping: false)
            defer { descriptor.leave(entry) }
            var address = KernelAddress()
            let result = Syscalls.peerAddress(descriptor.number, &address)
            if result < 0 { throw SocketError(.peerAddress, result: result) }
            return address.address(of: self)
        }
    }
}
