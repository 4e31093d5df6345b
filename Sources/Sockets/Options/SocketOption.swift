/// The key of an option that can be read and set; its type says which values it has.
///
/// ```swift
/// try socket.set(.reuseAddress, true)
/// try socket.set(.linger, .seconds(3))
/// let size = try socket.get(.receiveBufferSize)
/// ```
///
/// A value of the wrong type does not compile; a value that does not fit into what the kernel has for it (a negative
/// size, a name that is too long) is a ``SocketError`` with ``SocketError/Code/invalidArgument`` before the kernel sees
/// it. Durations are rounded up to the unit of the kernel. Options that can only be read are ``ReadOnlySocketOption``s,
/// those that can only be set ``WriteOnlySocketOption``s. Each option says the name of its C constant, and that name
/// itself is known to the compiler, which proposes the name here: `.SO_REUSEADDR` becomes `.reuseAddress`.
///
/// An option without a key here is reached by its numbers: `raw(level:name:as:)`.
public struct SocketOption<Value>: Sendable, CustomStringConvertible {
    let key: OptionKey<Value>

    init(
        _ level: CInt, _ number: CInt, _ name: String, _ codec: OptionCodec<Value>, needs: String? = nil,
        hint: String? = nil
    ) {
        key = OptionKey(level, number, name, codec, needs: needs, hint: hint)
    }

    /// The name of the C constant, as `SO_REUSEADDR`.
    public var description: String { key.name }
}

/// The key of an option that can only be read; to set it does not compile.
public struct ReadOnlySocketOption<Value>: Sendable, CustomStringConvertible {
    let key: OptionKey<Value>

    init(
        _ level: CInt, _ number: CInt, _ name: String, _ codec: OptionCodec<Value>, needs: String? = nil,
        hint: String? = nil
    ) {
        key = OptionKey(level, number, name, codec, needs: needs, hint: hint)
    }

    /// The name of the C constant, as `SO_ERROR`.
    public var description: String { key.name }
}

/// The key of an option that can only be set; to read it does not compile.
public struct WriteOnlySocketOption<Value>: Sendable, CustomStringConvertible {
    let key: OptionKey<Value>

    init(
        _ level: CInt, _ number: CInt, _ name: String, _ codec: OptionCodec<Value>, needs: String? = nil,
        hint: String? = nil, levelOfValue: (@Sendable (Value) -> CInt)? = nil
    ) {
        key = OptionKey(level, number, name, codec, needs: needs, hint: hint, levelOfValue: levelOfValue)
    }

    /// The name of the C constant, as `SO_SNDBUFFORCE`.
    public var description: String { key.name }
}

extension Socket {
    /// Reads an option.
    ///
    /// Does not block. The corresponding C function is `getsockopt`.
    ///
    /// - Parameter option: Which option, as `.receiveBufferSize`.
    /// - Returns: Its value.
    /// - Throws: ``SocketError`` with ``SocketError/Code/optionNotSupported`` or ``SocketError/Code/unsupported`` where
    ///   sockets of this kind or this kernel do not have the option, ``SocketError/Code/permissionDenied``,
    ///   ``SocketError/Code/closed``. Its ``SocketError/subject`` is the name of the C constant.
    public func get<Value>(_ option: SocketOption<Value>) throws(SocketError) -> Value { try read(option.key) }

    /// Reads an option that can only be read.
    ///
    /// Does not block. The corresponding C function is `getsockopt`.
    ///
    /// - Parameter option: Which option, as `.peerCredentials`.
    /// - Returns: Its value.
    /// - Throws: ``SocketError`` as ``get(_:)-(SocketOption<Value>)``.
    public func get<Value>(_ option: ReadOnlySocketOption<Value>) throws(SocketError) -> Value {
        try read(option.key)
    }

    /// Sets an option.
    ///
    /// Does not block. The corresponding C function is `setsockopt`.
    ///
    /// - Parameters:
    ///   - option: Which option, as `.reuseAddress`.
    ///   - value: Its new value.
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` for a value that the option cannot have,
    ///   ``SocketError/Code/optionNotSupported`` or ``SocketError/Code/unsupported`` where sockets of this kind or this
    ///   kernel do not have the option, ``SocketError/Code/permissionDenied``, ``SocketError/Code/closed``. Its
    ///   ``SocketError/subject`` is the name of the C constant.
    public func set<Value>(_ option: SocketOption<Value>, _ value: Value) throws(SocketError) {
        try write(option.key, value)
    }

    /// Sets an option that can only be set.
    ///
    /// Does not block. The corresponding C function is `setsockopt`.
    ///
    /// - Parameters:
    ///   - option: Which option, as `.addMembership`.
    ///   - value: Its new value.
    /// - Throws: ``SocketError`` as ``set(_:_:)-(SocketOption<Value>,_)``.
    public func set<Value>(_ option: WriteOnlySocketOption<Value>, _ value: Value) throws(SocketError) {
        try write(option.key, value)
    }

    /// Sets an option that has no value, as `.detachFilter`.
    ///
    /// Does not block. The corresponding C function is `setsockopt`.
    ///
    /// - Parameter option: Which option.
    /// - Throws: ``SocketError`` as ``set(_:_:)-(SocketOption<Value>,_)``.
    public func set(_ option: WriteOnlySocketOption<Void>) throws(SocketError) { try write(option.key, ()) }

    /// Says why it does not compile.
    @available(*, unavailable, message: "this option can only be read")
    public func set<Value>(_ option: ReadOnlySocketOption<Value>, _ value: Value) throws(SocketError) {}

    /// Says why it does not compile.
    @available(*, unavailable, message: "this option can only be set")
    public func get<Value>(_ option: WriteOnlySocketOption<Value>) throws(SocketError) {}
}
