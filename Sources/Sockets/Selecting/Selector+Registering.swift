internal import CSockets
internal import Glibc
public import SystemPackage

extension Selector {
    /// Starts to watch a socket.
    ///
    /// With an empty interest it is only kept, and not watched, until it is modified.
    ///
    /// - Parameters:
    ///   - socket: The socket; the selector keeps it alive until it is unregistered or closed.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    ///   - data: A value that the events bring back.
    /// - Returns: The registration.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when the socket is registered already,
    ///   ``SocketError/Code/unsupported`` when the mechanism lacks the mode, ``SocketError/Code/closed``.
    @discardableResult
    public func register(
        _ socket: Socket, for interest: Interest, mode: TriggerMode = [], data: UserData
    ) throws(SocketError) -> Key {
        let entry = try socket.enter(.register, sleeping: false)
        let key = Key(
            socket: socket, descriptor: nil, interest: interest.intersection(.all), mode: mode, data: data)
        let registration = Registration(
            key: key, source: .socket(ObjectIdentifier(socket)), number: socket.descriptor.number, entry: entry)
        let token: UInt64
        do { token = try add(registration) } catch {
            socket.descriptor.leave(entry)
            throw error
        }
        // Closed meanwhile: whoever closed it may have come before we were known.
        if socket.descriptor.isClosed {
            forget(token)
            throw SocketError(.closed, .register)
        }
        return key
    }

    /// Starts to watch a descriptor of any file that can be polled; it stays the caller's.
    ///
    /// Unregister it before you close it. When a descriptor was closed without, its number can be registered again for
    /// another file with epoll, which replaces the old registration; poll reports it as ``Readiness/closed``.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    ///   - data: A value that the events bring back.
    /// - Returns: The registration.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when it is registered already,
    ///   ``SocketError/Code/unsupported`` when the mechanism lacks the mode, ``SocketError/Code/permissionDenied`` for a
    ///   file that is always ready (epoll takes none of these), ``SocketError/Code/closed``.
    @discardableResult
    public func register(
        descriptor: FileDescriptor, for interest: Interest, mode: TriggerMode = [], data: UserData
    ) throws(SocketError) -> Key {
        let key = Key(
            socket: nil, descriptor: descriptor, interest: interest.intersection(.all), mode: mode, data: data)
        _ = try add(
            Registration(
                key: key, source: .descriptor(descriptor.rawValue), number: descriptor.rawValue, entry: nil))
        return key
    }

    /// Changes what is waited for, how, or the value with it; what is not given stays.
    ///
    /// A one-shot registration is armed again. An empty interest pauses it: not even errors are reported then.
    ///
    /// - Parameters:
    ///   - socket: A registered socket.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    ///   - data: A value that the events bring back.
    /// - Returns: The registration as it is now.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when it is not registered, and as for registering.
    @discardableResult
    public func modify(
        _ socket: Socket, for interest: Interest? = nil, mode: TriggerMode? = nil, data: UserData? = nil
    ) throws(SocketError) -> Key {
        try modify(.socket(ObjectIdentifier(socket)), interest, mode, data)
    }

    /// Changes what is waited for, how, or the value with it; as ``modify(_:for:mode:data:)``.
    ///
    /// - Parameters:
    ///   - descriptor: A registered descriptor.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    ///   - data: A value that the events bring back.
    /// - Returns: The registration as it is now.
    /// - Throws: ``SocketError`` as for sockets.
    @discardableResult
    public func modify(
        descriptor: FileDescriptor, for interest: Interest? = nil, mode: TriggerMode? = nil, data: UserData? = nil
    ) throws(SocketError) -> Key {
        try modify(.descriptor(descriptor.rawValue), interest, mode, data)
    }

    /// Stops to watch a socket.
    ///
    /// After the return no later ``select(timeout:)`` reports it; one that another thread is just returning from may.
    ///
    /// - Parameter socket: A registered socket.
    /// - Returns: The registration as it was.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when it is not registered.
    @discardableResult
    public func unregister(_ socket: Socket) throws(SocketError) -> Key {
        try unregister(.socket(ObjectIdentifier(socket)))
    }

    /// Stops to watch a descriptor; as ``unregister(_:)``.
    ///
    /// - Parameter descriptor: A registered descriptor.
    /// - Returns: The registration as it was.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` when it is not registered.
    @discardableResult
    public func unregister(descriptor: FileDescriptor) throws(SocketError) -> Key {
        try unregister(.descriptor(descriptor.rawValue))
    }

    // MARK: The table

    private func add(_ registration: Registration) throws(SocketError) -> UInt64 {
        try state.withLock { state throws(SocketError) in
            if state.isClosed { throw SocketError(.closed, .register, hint: "the selector is closed") }
            try check(registration.key.mode, state)
            var registration = registration
            let token = state.nextToken
            if let old = state.tokens[registration.source] {
                // epoll knows whether the number still means the file that was registered.
                let isReplaced =
                    registration.key.descriptor != nil && state.backend.knowsFiles
                    && state.registrations[old]?.isAdded == true
                    && state.backend.add(registration.number, token: token, [], []) == 0
                guard isReplaced else {
                    throw SocketError(
                        .invalidArgument, .register, hint: "it is registered already; modify the registration")
                }
                _ = state.backend.remove(registration.number, token: token)
                state.registrations[old] = nil
            }
            state.nextToken += 1
            state.registrations[token] = registration
            let result = apply(&registration, token, &state)
            guard result >= 0 else {
                state.registrations[token] = nil
                state.tokens[registration.source] = nil
                throw Self.failed(.register, result, registration.key)
            }
            state.registrations[token] = registration
            state.tokens[registration.source] = token
            if registration.entry != nil { WakeUps.shared.watch(registration.number, self, token: token) }
            return token
        }
    }

    /// Takes a registration back without a word to the thread that selects.
    private func forget(_ token: UInt64) {
        let registration = state.withLock { state -> Registration? in
            state.closed.removeAll { $0.token == token }
            return remove(token, &state)
        }
        if let registration { letGo(registration, token) }
    }

    private func modify(
        _ source: Source, _ interest: Interest?, _ mode: TriggerMode?, _ data: UserData?
    ) throws(SocketError) -> Key {
        try state.withLock { state throws(SocketError) in
            guard let token = state.tokens[source], var registration = state.registrations[token] else {
                throw Self.unknown(.modify, state)
            }
            let before = registration.key
            if let interest { registration.key.interest = interest.intersection(.all) }
            if let mode { registration.key.mode = mode }
            if let data { registration.key.data = data }
            try check(registration.key.mode, state)
            registration.isArmed = true
            let isExclusive = before.mode.union(registration.key.mode).contains(.exclusive)
            if isExclusive, registration.isAdded {
                // The kernel does not change these.
                _ = state.backend.remove(registration.number, token: token)
                registration.isAdded = false
            }
            let result = apply(&registration, token, &state)
            guard result >= 0 else {
                // What was taken out goes in again as it was; if even that fails, it is known to be out.
                if isExclusive, var old = state.registrations[token], old.isAdded {
                    old.isAdded = false
                    _ = apply(&old, token, &state)
                    state.registrations[token] = old
                }
                throw Self.failed(.modify, result, registration.key)
            }
            state.registrations[token] = registration
            return registration.key
        }
    }

    private func unregister(_ source: Source) throws(SocketError) -> Key {
        let (registration, token) = try state.withLock { state throws(SocketError) in
            guard let token = state.tokens[source], let registration = remove(token, &state) else {
                throw Self.unknown(.unregister, state)
            }
            return (registration, token)
        }
        letGo(registration, token)
        return registration.key
    }

    /// Brings the backend to what a registration wants.
    func apply(_ registration: inout Registration, _ token: UInt64, _ state: inout State) -> CInt {
        let key = registration.key
        let isWanted = registration.isArmed && !key.interest.isEmpty
        var result: CInt = 0
        if isWanted, registration.isAdded {
            result = state.backend.modify(registration.number, token: token, key.interest, key.mode)
        } else if isWanted {
            result = state.backend.add(registration.number, token: token, key.interest, key.mode)
        } else if registration.isAdded {
            result = state.backend.remove(registration.number, token: token)
        }
        if result >= 0 { registration.isAdded = isWanted }
        if state.isSelecting, state.backend.needsWakeUpAfterChange { signal(&state) }
        return result
    }

    private func check(_ mode: TriggerMode, _ state: State) throws(SocketError) {
        guard mode.subtracting(state.backend.modes).subtracting(.oneShot).isEmpty else {
            throw SocketError(
                .unsupported, .register, hint: "edge-triggered and exclusive registrations need the backend .epoll")
        }
    }

    private static func failed(_ operation: SocketError.Operation, _ result: CInt, _ key: Key) -> SocketError {
        let hint: String? =
            switch result {
            case -EPERM: "epoll takes no files that are always ready, such as regular files and folders"
            case -EINVAL where key.mode.contains(.exclusive):
                "an exclusive registration can wait for .read and .write alone, and not be one-shot"
            default: nil
            }
        return SocketError(
            operation, result: result, subject: key.descriptor.map { "descriptor \($0.rawValue)" }, hint: hint)
    }

    private static func unknown(_ operation: SocketError.Operation, _ state: State) -> SocketError {
        state.isClosed
            ? SocketError(.closed, operation, hint: "the selector is closed")
            : SocketError(.invalidArgument, operation, hint: "it is not registered; closing unregisters a socket")
    }
}

extension Selector where UserData == Void {
    /// Starts to watch a socket, without a value; as ``register(_:for:mode:data:)``.
    ///
    /// - Parameters:
    ///   - socket: The socket.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    /// - Returns: The registration.
    /// - Throws: ``SocketError`` as for the form with a value.
    @discardableResult
    public func register(
        _ socket: Socket, for interest: Interest, mode: TriggerMode = []
    ) throws(SocketError) -> Key {
        try register(socket, for: interest, mode: mode, data: ())
    }

    /// Starts to watch a descriptor, without a value; as ``register(descriptor:for:mode:data:)``.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor.
    ///   - interest: What to wait for.
    ///   - mode: How often to report it.
    /// - Returns: The registration.
    /// - Throws: ``SocketError`` as for the form with a value.
    @discardableResult
    public func register(
        descriptor: FileDescriptor, for interest: Interest, mode: TriggerMode = []
    ) throws(SocketError) -> Key {
        try register(descriptor: descriptor, for: interest, mode: mode, data: ())
    }
}

extension SocketError.Operation {
    /// Starting to watch a socket with a selector.
    public static let register = Self(rawValue: "register")
    /// Changing a registration of a selector.
    public static let modify = Self(rawValue: "modify")
    /// Ending a registration of a selector.
    public static let unregister = Self(rawValue: "unregister")
}
