internal import CAsyncSockets
public import Sockets
public import SystemPackage

extension AsyncSocket {
    /// Sends a message with control messages, by one system call.
    ///
    /// Suspends while the kernel's buffer is full. On a stream fewer bytes may be taken than were given; the control messages
    /// go with the first of them. The corresponding C function is `sendmsg`.
    ///
    /// - Parameters:
    ///   - bytes: The bytes; a Unix stream needs at least one to carry descriptors or credentials.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: `SocketError` as for ``send(_:flags:)-(Span<UInt8>,_)``, and as `Socket.sendMessage`.
    public func sendMessage(
        _ bytes: Span<UInt8>, control: [ControlMessage] = [], to address: SocketAddress? = nil, flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        let count = try await performWriting { socket throws(SocketError) in
            try socket.sendMessage(bytes, control: control, to: address, flags: flags)
        }
        casync_charge(count)
        return count
    }

    /// Sends an array with control messages; as ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    public func sendMessage(
        _ bytes: [UInt8], control: [ControlMessage] = [], to address: SocketAddress? = nil, flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await sendMessage(bytes.span, control: control, to: address, flags: flags)
    }

    /// Receives a message with all that came with it; `nil` at the end of a connection.
    ///
    /// Suspends until a message has come. The corresponding C function is `recvmsg`.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted; the rest of a longer message is lost, and it is `isTruncated`.
    ///   - controlCapacity: The room for control messages in the kernel's form, in bytes.
    ///   - flags: Flags of the call.
    /// - Returns: The message.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveMessage(
        upTo count: Int, controlCapacity: Int = Socket.defaultControlCapacity, flags: ReceiveFlags = []
    ) async throws(SocketError) -> ReceivedMessage? {
        let message = try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveMessage(upTo: count, controlCapacity: controlCapacity, flags: flags)
        }
        casync_charge(message?.bytes.count ?? 0)
        return message
    }

    /// Receives a message into memory that the caller has, with all that came with it.
    ///
    /// Suspends until a message has come.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes, from its start.
    ///   - controlCapacity: The room for control messages, in bytes.
    ///   - flags: Flags of the call.
    /// - Returns: All but the bytes; the count is 0 at the end of a connection and for an empty message.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveMessage(
        into buffer: inout MutableSpan<UInt8>, controlCapacity: Int = Socket.defaultControlCapacity,
        flags: ReceiveFlags = []
    ) async throws(SocketError) -> MessageDetails {
        let details = try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveMessage(into: &buffer, controlCapacity: controlCapacity, flags: flags)
        }
        casync_charge(min(details.count, buffer.count))
        return details
    }

    // MARK: Descriptors

    /// Sends descriptors over a Unix socket, with at least one byte; the receiver gets duplicates of them.
    ///
    /// Suspends while the kernel's buffer is full. The corresponding C constant is `SCM_RIGHTS`.
    ///
    /// - Parameters:
    ///   - descriptors: At most 253 open descriptors of any kind; they stay the caller's.
    ///   - bytes: What goes with them.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: `SocketError` as for ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    @discardableResult
    public func send(
        descriptors: [OwnedDescriptor], with bytes: [UInt8] = [0], to address: SocketAddress? = nil,
        flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await sendMessage(bytes, control: [.descriptors(descriptors)], to: address, flags: flags)
    }

    /// Sends a descriptor of the system over a Unix socket; as ``send(descriptors:with:to:flags:)-([OwnedDescriptor],_,_,_)``.
    ///
    /// - Parameters:
    ///   - descriptors: At most 253 open descriptors of any kind; they stay the caller's, and must stay open meanwhile.
    ///   - bytes: What goes with them.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @discardableResult
    public func send(
        descriptors: [FileDescriptor], with bytes: [UInt8] = [0], to address: SocketAddress? = nil,
        flags: SendFlags = []
    ) async throws(SocketError) -> Int {
        try await performWriting { socket throws(SocketError) in
            try socket.send(descriptors: descriptors, with: bytes, to: address, flags: flags)
        }
    }

    /// Receives a message with room for so many descriptors; `nil` at the end of a connection.
    ///
    /// Suspends until a message has come. Surplus descriptors are closed, and the message is `isControlTruncated` then.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted.
    ///   - maximum: The most descriptors that are wanted, at most 253.
    ///   - flags: Flags of the call.
    /// - Returns: The message; its descriptors close when nobody holds them.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveDescriptors(
        upTo count: Int = 65_536, maximum: Int = 253, flags: ReceiveFlags = []
    ) async throws(SocketError) -> ReceivedMessage? {
        try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveDescriptors(upTo: count, maximum: maximum, flags: flags)
        }
    }

    // MARK: Several pieces

    /// Sends several pieces with one system call, and returns how many bytes the kernel has taken of all.
    ///
    /// Suspends while the kernel's buffer is full. The corresponding C function is `sendmsg`.
    ///
    /// - Parameters:
    ///   - pieces: The bytes, one piece after the other.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: `SocketError` as for ``send(_:flags:)-(Span<UInt8>,_)``.
    public func send(gathering pieces: [[UInt8]], flags: SendFlags = []) async throws(SocketError) -> Int {
        let count = try await performWriting { socket throws(SocketError) in
            try socket.send(gathering: pieces, flags: flags)
        }
        casync_charge(count)
        return count
    }

    /// Sends several pieces completely, with as many system calls as it takes.
    ///
    /// Suspends until the kernel has taken the last byte.
    ///
    /// - Parameters:
    ///   - pieces: The bytes, one piece after the other.
    ///   - flags: Flags of each call.
    /// - Throws: `SocketError` as for sending; `bytesTransferred` says how far it came.
    public func sendAll(gathering pieces: [[UInt8]], flags: SendFlags = []) async throws(SocketError) {
        var rest = pieces[...]
        var sent = 0
        do throws(SocketError) {
            repeat {
                // No more than the kernel takes with one call.
                var count = try await send(gathering: Array(rest.prefix(1024)), flags: flags)
                sent += count
                // What was taken goes away; an empty piece with it.
                while let first = rest.first, count >= first.count {
                    count -= first.count
                    rest.removeFirst()
                }
                if count > 0, let first = rest.popFirst() {
                    try await sendAll(first.span.extracting(droppingFirst: count), flags: flags)
                    sent += first.count - count
                }
            } while !rest.isEmpty
        } catch {
            let count = sent + (error.bytesTransferred ?? 0)
            throw count == 0 ? error : error.with(bytesTransferred: count)
        }
    }

    /// Receives into several arrays with one system call, one after the other; the arrays keep their lengths.
    ///
    /// Suspends until something has come. The corresponding C function is `recvmsg`.
    ///
    /// - Parameters:
    ///   - arrays: Get the bytes.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receive(scattering arrays: inout [[UInt8]], flags: ReceiveFlags = []) async throws(SocketError) -> Int {
        let count = try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receive(scattering: &arrays, flags: flags)
        }
        casync_charge(count)
        return count
    }
}
