public import Sockets

extension AsyncSocket {
    /// Reads an option.
    ///
    /// Does not suspend. The corresponding C function is `getsockopt`.
    ///
    /// - Parameter option: Which option, as `.receiveBufferSize`.
    /// - Returns: Its value.
    /// - Throws: `SocketError` with `.optionNotSupported`, `.permissionDenied`, `.closed`; its `subject` is the name of the C
    ///   constant.
    public func get<Value>(_ option: SocketOption<Value>) throws(SocketError) -> Value { try socket.get(option) }

    /// Reads an option that can only be read.
    ///
    /// Does not suspend. The corresponding C function is `getsockopt`.
    ///
    /// - Parameter option: Which option, as `.peerCredentials`.
    /// - Returns: Its value.
    /// - Throws: `SocketError` as ``get(_:)-(SocketOption<Value>)``.
    public func get<Value>(_ option: ReadOnlySocketOption<Value>) throws(SocketError) -> Value {
        try socket.get(option)
    }

    /// Sets an option.
    ///
    /// Does not suspend. The corresponding C function is `setsockopt`.
    ///
    /// - Parameters:
    ///   - option: Which option, as `.noDelay`.
    ///   - value: Its new value.
    /// - Throws: `SocketError` with `.invalidArgument`, `.optionNotSupported`, `.permissionDenied`, `.closed`; its `subject`
    ///   is the name of the C constant.
    public func set<Value>(_ option: SocketOption<Value>, _ value: Value) throws(SocketError) {
        try socket.set(option, value)
    }

    /// Sets an option that can only be set.
    ///
    /// Does not suspend. The corresponding C function is `setsockopt`.
    ///
    /// - Parameters:
    ///   - option: Which option.
    ///   - value: Its new value.
    /// - Throws: `SocketError` as ``set(_:_:)-(SocketOption<Value>,_)``.
    public func set<Value>(_ option: WriteOnlySocketOption<Value>, _ value: Value) throws(SocketError) {
        try socket.set(option, value)
    }

    /// Sets an option that has no value, as `.detachFilter`.
    ///
    /// Does not suspend. The corresponding C function is `setsockopt`.
    ///
    /// - Parameter option: Which option.
    /// - Throws: `SocketError` as ``set(_:_:)-(SocketOption<Value>,_)``.
    public func set(_ option: WriteOnlySocketOption<Void>) throws(SocketError) { try socket.set(option) }

    // MARK: Multicast

    /// Joins a group: the socket receives what is sent to it from now on.
    ///
    /// - Parameter group: The group, and the interface.
    /// - Throws: `SocketError` as `Socket.join(_:)`.
    public func join(_ group: MulticastGroup) throws(SocketError) { try socket.join(group) }

    /// Leaves a group.
    ///
    /// - Parameter group: The group, and the interface.
    /// - Throws: `SocketError` as `Socket.leave(_:)`.
    public func leave(_ group: MulticastGroup) throws(SocketError) { try socket.leave(group) }

    /// Joins a group for the datagrams of one source.
    ///
    /// - Parameters:
    ///   - group: The group, and the interface.
    ///   - source: Whose datagrams are wanted.
    /// - Throws: `SocketError` as `Socket.join(_:from:)`.
    public func join(_ group: MulticastGroup, from source: IPAddress) throws(SocketError) {
        try socket.join(group, from: source)
    }

    /// Leaves a group that was joined for one source.
    ///
    /// - Parameters:
    ///   - group: The group, and the interface.
    ///   - source: The source.
    /// - Throws: `SocketError` as `Socket.leave(_:from:)`.
    public func leave(_ group: MulticastGroup, from source: IPAddress) throws(SocketError) {
        try socket.leave(group, from: source)
    }
}
