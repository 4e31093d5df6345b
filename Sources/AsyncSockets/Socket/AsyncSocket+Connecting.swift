internal import Glibc
public import Sockets
public import SystemPackage

extension AsyncSocket {
    /// Gives the socket a local address.
    ///
    /// Does not suspend. The corresponding C function is `bind`.
    ///
    /// - Parameter address: An address of this machine, or a Unix name.
    /// - Throws: `SocketError` with `.addressInUse`, `.addressNotAvailable`, `.permissionDenied`, `.invalidAddress`,
    ///   `.nameTooLong`.
    public func bind(to address: SocketAddress) throws(SocketError) { try socket.bind(to: address) }

    /// Starts to listen: from now on clients can connect, and wait in a queue until they are accepted.
    ///
    /// Does not suspend. The corresponding C function is `listen`.
    ///
    /// - Parameter backlog: How many clients may wait; the kernel's limit (`net.core.somaxconn`) holds it down, and is the
    ///   default.
    /// - Throws: `SocketError` with `.invalidArgument` for a backlog below zero, `.addressInUse`, or `.unsupported` for a
    ///   type without connections.
    public func listen(backlog: Int = .max) throws(SocketError) { try socket.listen(backlog: backlog) }

    /// Waits for a client, and returns a new socket for the conversation with it.
    ///
    /// Suspends until a client comes. Clients that went away while they waited are passed over. The corresponding C
    /// function is `accept4`; for all clients one after the other see ``connections``, for serving them
    /// ``serve(limit:onError:_:)``.
    ///
    /// - Returns: The socket of the conversation, and the client's address.
    /// - Throws: `SocketError` with `.cancelled`, `.timedOut`, `.closed`, `.busy` (another task waits to accept),
    ///   `.invalidArgument` for a socket that does not listen, `.tooManyDescriptors`: the client still waits then.
    public func accept() async throws(SocketError) -> (socket: AsyncSocket, address: SocketAddress) {
        guard let peer = try await acceptPeer(on: nil, isStopping: { false }) else {
            throw SocketError(.closed, .accept)
        }
        // Who has gone meanwhile has no address any more; receiving will tell.
        return (peer, (try? peer.peerAddress) ?? peer.family.unknownPeer)
    }

    /// The same without the address; `nil` when `isStopping`, which is asked after each `nudge`.
    ///
    /// - Parameter places: Where a place is taken for the client, if there is a limit: only when one may be there, because
    ///   others, at other listeners, may have clients for it. Whoever gets a client has its place.
    func acceptPeer(
        on loop: EventLoop?, within places: ServerState? = nil, isStopping: () -> Bool
    ) async throws(SocketError) -> AsyncSocket? {
        try await takeTurn(.accept)
        var mayAsk = mayAsk(.read)
        while true {
            if isStopping() {
                // Whoever accepts next asks.
                keepReady(.read)
                return nil
            }
            if mayAsk {
                if let places, !(await places.takePlace()) {
                    keepReady(.read)
                    return nil
                }
                let (peer, result) = socket.acceptNow()
                if let peer {
                    keepReady(.read)
                    return AsyncSocket(nonBlocking: peer, on: loop)
                }
                places?.leave(nil)
                if result != Socket.mustWait {
                    keepReady(.read)
                    if result == Socket.wasClosed || isClosed { throw SocketError(.closed, .accept) }
                    throw SocketError(.accept, result: result, address: try? localAddress)
                }
                if isStopping() {
                    keepReady(.read)
                    return nil
                }
            }
            try await wait(.read, .accept)
            mayAsk = self.mayAsk(.read)
        }
    }

    /// Connects to a peer.
    ///
    /// Suspends until the peer has answered. After a failure, also by cancellation or deadline, close the socket and make a
    /// new one: the attempt may go on in the kernel. A datagram socket only remembers the peer, at once. The corresponding C
    /// function is `connect`.
    ///
    /// - Parameter address: The peer's address.
    /// - Throws: `SocketError` with `.connectionRefused`, `.timedOut`, `.cancelled`, `.hostUnreachable`,
    ///   `.networkUnreachable`, `.closed`, …
    public func connect(to address: SocketAddress) async throws(SocketError) {
        do throws(SocketError) {
            try await takeTurn(.connect)
            var pause: Int64 = 1_000_000
            while true {
                // Before asking: the answer may come at once.
                _ = mayAsk(.write)
                let result = try socket.connectNow(to: address)
                switch CInt(truncatingIfNeeded: result) {
                case 0:
                    keepReady(.write)
                    return
                case -EINPROGRESS, -EALREADY:
                    try await finishConnecting(to: address)
                    return
                case -EAGAIN where family == .unix:
                    // The listener's queue is full, and the kernel has no event for room in it.
                    try await wait(.write, .connect, atMost: pause)
                    pause = min(pause * 2, 16_000_000)
                default:
                    throw socket.failure(.connect, result, address: address)
                }
            }
        } catch {
            throw error.with(address: address)
        }
    }

    private func finishConnecting(to address: SocketAddress) async throws(SocketError) {
        while true {
            try await wait(.write, .connect)
            // Taken, so that the next wait is for something new.
            _ = mayAsk(.write)
            if let error = try socket.pendingError() {
                throw SocketError(nil, .connect, errno: error, address: address)
            }
            // Asked once more the kernel calls the socket connected, or tells of a reset that came meanwhile.
            let result = try socket.connectNow(to: address)
            switch CInt(truncatingIfNeeded: result) {
            case 0, -EISCONN:
                keepReady(.write)
                return
            case -EINPROGRESS, -EALREADY:
                // Woken for something else.
                continue
            default:
                throw socket.failure(.connect, result, address: address)
            }
        }
    }

    /// Takes the error that waits on the socket.
    ///
    /// The corresponding C constant is `SO_ERROR`.
    ///
    /// - Returns: The error; `nil` when there is none.
    /// - Throws: `SocketError` with `.closed`.
    public func pendingError() throws(SocketError) -> Errno? { try socket.pendingError() }

    /// Ends receiving, sending, or both, without closing.
    ///
    /// Does not suspend. The corresponding C function is `shutdown`.
    ///
    /// - Parameter direction: What to end.
    /// - Throws: `SocketError` with `.notConnected` or `.closed`.
    public func shutdown(_ direction: Socket.ShutdownDirection) throws(SocketError) {
        try socket.shutdown(direction)
        // Not every kind of socket has an event for its own end: a full Unix stream has none for its sender.
        if direction != .write { nudge(.read) }
        if direction != .read { nudge(.write) }
    }

    /// Ends sending, waits until the peer has ended too, and closes: so nothing that was sent can be lost.
    ///
    /// What the peer still sends is read and thrown away. Suspends until the peer closes its side; put it under
    /// ``withDeadline(_:_:)`` unless the peer is trusted to end. The socket is closed in any case.
    ///
    /// - Throws: `SocketError` with `.timedOut` or `.cancelled` when the peer did not end in time, or the error that broke
    ///   the connection.
    public func closeGracefully() async throws(SocketError) {
        defer { close() }
        do {
            try shutdown(.write)
        } catch {
            // Both sides have ended already, or it was never connected: receiving tells which.
            guard error.code == .notConnected else { throw error }
        }
        while let _ = try await receive(upTo: 16_384) {}
    }

    /// The address that the socket is bound to.
    ///
    /// The corresponding C function is `getsockname`.
    ///
    /// - Throws: `SocketError` with `.closed`.
    public var localAddress: SocketAddress { get throws(SocketError) { try socket.localAddress } }

    /// The address of the peer.
    ///
    /// The corresponding C function is `getpeername`.
    ///
    /// - Throws: `SocketError` with `.notConnected` or `.closed`.
    public var peerAddress: SocketAddress { get throws(SocketError) { try socket.peerAddress } }
}

extension AddressFamily {
    /// What stands for the address of a client that is not connected any more.
    fileprivate var unknownPeer: SocketAddress {
        switch self {
        case .ipv4: .any(port: 0)
        case .ipv6: .anyIPv6(port: 0)
        default: .unix(.unnamed)
        }
    }
}
