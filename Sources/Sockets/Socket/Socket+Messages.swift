internal import CSockets
internal import Synchronization
public import SystemPackage

extension Socket {
    // MARK: Sending

    /// Sends a message with control messages, by one system call.
    ///
    /// ```swift
    /// let sent = try socket.sendMessage("a file".utf8.span, control: [.descriptors([OwnedDescriptor(duplicating: file)])])
    /// ```
    ///
    /// Blocks while the kernel's buffer is full, no longer than ``timeout``. On a stream fewer bytes may be taken than
    /// were given; the control messages go with the first of them. The corresponding C function is `sendmsg`.
    ///
    /// - Parameters:
    ///   - bytes: The bytes; a Unix stream needs at least one to carry descriptors or credentials.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``SocketError`` as for ``send(_:flags:)-(Span<UInt8>,_)``; ``SocketError/Code/invalidArgument`` for
    ///   control messages that cannot be sent, ``SocketError/Code/permissionDenied`` for credentials of another process.
    @available(
        *, noasync, message: "sendMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func sendMessage(
        _ bytes: Span<UInt8>, control: [ControlMessage] = [], to address: SocketAddress? = nil, flags: SendFlags = []
    ) throws(SocketError) -> Int {
        var outgoing = try OutgoingMessage.make(self, control, isEmpty: bytes.isEmpty, to: address)
        return try transmit(to: address) { entry in
            Syscalls.sendMessage(
                descriptor.number, bytes, &outgoing.control, to: outgoing.address, flags.rawValue | entry.flags)
        }
    }

    /// Sends an array with control messages; as ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(
        *, noasync, message: "sendMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func sendMessage(
        _ bytes: [UInt8], control: [ControlMessage] = [], to address: SocketAddress? = nil, flags: SendFlags = []
    ) throws(SocketError) -> Int {
        try sendMessage(bytes.span, control: control, to: address, flags: flags)
    }

    /// Sends text in UTF-8 with control messages; as ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(
        *, noasync, message: "sendMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func sendMessage(
        _ text: String, control: [ControlMessage] = [], to address: SocketAddress? = nil, flags: SendFlags = []
    ) throws(SocketError) -> Int {
        try sendMessage(text.utf8.span, control: control, to: address, flags: flags)
    }

    /// Sends several pieces as one message with control messages, by one system call.
    ///
    /// - Parameters:
    ///   - pieces: The bytes, one piece after the other; any number of pieces.
    ///   - control: What goes beside the bytes.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken of all the pieces.
    /// - Throws: ``SocketError`` as for ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    @available(
        *, noasync, message: "sendMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func sendMessage(
        gathering pieces: [[UInt8]], control: [ControlMessage] = [], to address: SocketAddress? = nil,
        flags: SendFlags = []
    ) throws(SocketError) -> Int {
        var outgoing = try OutgoingMessage.make(self, control, isEmpty: pieces.allSatisfy { $0.isEmpty }, to: address)
        let vectors = Self.vectors(pieces[...], isStream: type == .stream)
        return try transmit(to: address) { entry in
            Syscalls.sendMessage(
                descriptor.number, vectors, &outgoing.control, to: outgoing.address, flags.rawValue | entry.flags)
        }
    }

    /// Enters, sends by `call`, waits and repeats.
    private func transmit(
        to address: SocketAddress?, _ call: (Descriptor.Entry) -> Int
    ) throws(SocketError) -> Int {
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            let result = call(entry)
            if result > 0 { return result }
            if try settle(result, entry, .send, Constants.pollOut, &waiting, address: address) { return 0 }
        }
    }

    /// Address and control messages in the kernel's form; it keeps the descriptors open that they name.
    private struct OutgoingMessage: ~Copyable {
        var control: ControlMessageBuffer
        let address: KernelAddress?
        private let held: [(OwnedDescriptor, Descriptor.Entry)]

        private init(
            _ messages: [ControlMessageBuffer.Message], _ address: KernelAddress?,
            holding held: [(OwnedDescriptor, Descriptor.Entry)]
        ) {
            self.control = ControlMessageBuffer(messages)
            self.address = address
            self.held = held
        }

        deinit { for (owned, entry) in held { owned.descriptor.leave(entry) } }

        static func make(
            _ socket: Socket, _ messages: [ControlMessage], isEmpty: Bool, to address: SocketAddress?
        ) throws(SocketError) -> OutgoingMessage {
            var kernel: KernelAddress?
            if let address { kernel = try KernelAddress(address, for: .send, of: socket) }
            guard !messages.isEmpty else { return OutgoingMessage([], kernel, holding: []) }
            if isEmpty, socket.type == .stream {
                throw SocketError(
                    .invalidArgument, .send, errno: .invalidArgument, address: address,
                    hint: "a stream carries control messages only with at least one byte")
            }
            let isVersion4 = socket.sendsByVersion4(to: address)
            var held: [(OwnedDescriptor, Descriptor.Entry)] = []
            var encoded: [ControlMessageBuffer.Message] = []
            do throws(SocketError) {
                for message in messages {
                    let one = try message.encoded(isVersion4: isVersion4) { owned in
                        guard let entry = owned.descriptor.enter(sleeping: false) else { return nil }
                        held.append((owned, entry))
                        return owned.descriptor.number
                    }
                    encoded.append(one)
                }
                if encoded.contains(where: { $0.bytes.count > 1 << 16 }) || encoded.count > 1_024 {
                    throw SocketError(
                        .invalidArgument, .send, errno: .invalidArgument,
                        hint: "the control messages are larger than the kernel takes")
                }
            } catch {
                for (owned, entry) in held { owned.descriptor.leave(entry) }
                throw error.with(address: address)
            }
            return OutgoingMessage(encoded, kernel, holding: held)
        }
    }

    /// Whether a packet goes by IPv4: an IPv6 socket sends so to mapped addresses.
    private func sendsByVersion4(to address: SocketAddress?) -> Bool {
        guard family == .ipv6 else { return true }
        return (address ?? (try? peerAddress))?.unmapped.ipAddress?.isIPv4 == true
    }

    // MARK: Receiving

    /// The room for control messages by default: enough for 253 descriptors, credentials and all facts about a packet.
    public static let defaultControlCapacity = 2_048

    /// Receives a message with all that came with it; `nil` at the end of a connection.
    ///
    /// ```swift
    /// if let message = try socket.receiveMessage(upTo: 65_536) {
    ///     for descriptor in message.descriptors { … }
    /// }
    /// ```
    ///
    /// Blocks until a message has come, no longer than ``timeout``. Descriptors that come are closed on exec from the
    /// start, and close when nobody holds them. The corresponding C function is `recvmsg`.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted; the rest of a longer message is lost, and it is ``ReceivedMessage/isTruncated``.
    ///   - controlCapacity: The room for control messages in the kernel's form, headers included, in bytes. What has none
    ///     is lost, and the message is ``ReceivedMessage/isControlTruncated``.
    ///   - flags: Flags of the call.
    /// - Returns: The message.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(
        *, noasync, message: "receiveMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func receiveMessage(
        upTo count: Int, controlCapacity: Int = defaultControlCapacity, flags: ReceiveFlags = []
    ) throws(SocketError) -> ReceivedMessage? {
        let capacity = try Self.capacity(count)
        var details: MessageDetails?
        let bytes = try [UInt8](capacity: capacity) { (buffer: inout OutputSpan<UInt8>) throws(SocketError) in
            details = try receiveMessage(into: &buffer, controlCapacity: controlCapacity, flags: flags)
        }
        guard let details else { return nil }
        // The error queue has no end, and a message that is empty but for its control part is none either.
        let isEnd =
            details.count == 0 && capacity > 0 && type.endsWithNothing && details.control.isEmpty
            && details.flags.isDisjoint(with: [.errorQueue, .controlTruncated])
        return isEnd ? nil : ReceivedMessage(bytes: bytes, details: details)
    }

    /// Receives a message into the free room of a buffer, with all that came with it.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes appended.
    ///   - controlCapacity: The room for control messages, in bytes.
    ///   - flags: Flags of the call.
    /// - Returns: All but the bytes; the count is 0 at the end of a connection and for an empty message.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(
        *, noasync, message: "receiveMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func receiveMessage(
        into buffer: inout OutputSpan<UInt8>, controlCapacity: Int = defaultControlCapacity, flags: ReceiveFlags = []
    ) throws(SocketError) -> MessageDetails {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            if flags.contains(.errorQueue), let ledger = zeroCopyLedger.load() {
                return try nextMessage(of: ledger, entry, &waiting).copy(into: &buffer)
            }
            var control = try ControlMessageBuffer(capacity: Self.capacity(controlCapacity))
            var address = KernelAddress()
            let received = Syscalls.receiveMessage(
                descriptor.number, into: &buffer, &control, from: &address,
                flags.rawValue | entry.flags | messageFlags)
            // Before anything can throw, so that every descriptor that came has an owner.
            let details = received.result < 0 ? nil : details(received, &control, address)
            if received.result > 0, let details { return details }
            if try settle(received.result, entry, .receive, flags.events, &waiting), let details { return details }
        }
    }

    /// Takes a message of the error queue without waiting; `nil`: there is none.
    func pendingError(
        into buffer: inout OutputSpan<UInt8>, controlCapacity: Int
    ) throws(SocketError) -> MessageDetails? {
        let entry = try enter(.receive, sleeping: false)
        defer { descriptor.leave(entry) }
        if let ledger = zeroCopyLedger.load() {
            return try ledger.nextMessage(descriptor.number, self)?.copy(into: &buffer)
        }
        while true {
            var control = try ControlMessageBuffer(capacity: Self.capacity(controlCapacity))
            var address = KernelAddress()
            let received = Syscalls.receiveMessage(
                descriptor.number, into: &buffer, &control, from: &address,
                ReceiveFlags.errorQueue.rawValue | Constants.dontWait | messageFlags)
            if received.result >= 0 { return details(received, &control, address) }
            let error = SocketError(.receive, result: received.result)
            if error.code == .wouldBlock { return nil }
            if error.errno != .interrupted { throw error }
        }
    }

    /// Receives a message into memory that the caller has, with all that came with it.
    ///
    /// Python's name is `recvmsg_into`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes, from its start.
    ///   - controlCapacity: The room for control messages, in bytes.
    ///   - flags: Flags of the call.
    /// - Returns: All but the bytes; the count is 0 at the end of a connection and for an empty message.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(
        *, noasync, message: "receiveMessage blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func receiveMessage(
        into buffer: inout MutableSpan<UInt8>, controlCapacity: Int = defaultControlCapacity, flags: ReceiveFlags = []
    ) throws(SocketError) -> MessageDetails {
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            if flags.contains(.errorQueue), let ledger = zeroCopyLedger.load() {
                return try nextMessage(of: ledger, entry, &waiting).copy(into: &buffer)
            }
            var control = try ControlMessageBuffer(capacity: Self.capacity(controlCapacity))
            var address = KernelAddress()
            let received = Syscalls.receiveMessage(
                descriptor.number, into: &buffer, &control, from: &address,
                flags.rawValue | entry.flags | messageFlags)
            // As in the other form.
            let details = received.result < 0 ? nil : details(received, &control, address)
            if received.result > 0, let details { return details }
            if try settle(received.result, entry, .receive, flags.events, &waiting), let details { return details }
        }
    }

    /// Waits for a message of the error queue that is no notice of sending without copying.
    private func nextMessage(
        of ledger: ZeroCopyLedger, _ entry: borrowing Descriptor.Entry, _ waiting: inout Waiting
    ) throws(SocketError) -> ReceivedMessage {
        while true {
            if let message = try ledger.nextMessage(descriptor.number, self) { return message }
            if entry.isNonBlocking {
                throw SocketError(.wouldBlock, .receive, errno: .resourceTemporarilyUnavailable)
            }
            let deadline = waiting.begin(timeout)
            if deadline.hasPassed { throw timedOut(.receive) }
            try waitForErrorQueue(until: deadline)
        }
    }

    /// Sleeps a moment, no longer than until the error queue may have something; the caller is inside.
    func waitForErrorQueue(until deadline: Deadline) throws(SocketError) {
        // What another thread takes out for everybody is not announced.
        let result = descriptor.wait(for: 0, until: min(deadline, Deadline(afterNanoseconds: 20_000_000)))
        guard let result else { throw SocketError(.closed, .receive) }
        if result < 0 { throw SocketError(.receive, result: result) }
        // The queue announces itself by POLLERR, which is always told. It is as well when the connection is broken and
        // there is nothing in the queue, so do not come back at once again and again.
        if result != 0 { Threads.pause(.milliseconds(1)) }
    }

    private func details(
        _ received: Syscalls.Received, _ control: inout ControlMessageBuffer, _ address: KernelAddress
    ) -> MessageDetails {
        MessageDetails(
            count: received.result,
            address: address.length == 0 && type.endsWithNothing ? nil : address.address(of: self),
            control: control.messages().flatMap { ControlMessage.decode($0) },
            flags: MessageFlags(rawValue: received.flags).subtracting(
                MessageFlags(rawValue: Constants.closeOnExecMessages)))
    }

    // MARK: Descriptors

    /// Sends descriptors over a Unix socket, with at least one byte; the receiver gets duplicates of them.
    ///
    /// Python's name is `send_fds`; the corresponding C constant is `SCM_RIGHTS`.
    ///
    /// - Parameters:
    ///   - descriptors: At most 253 open descriptors of any kind; they stay the caller's.
    ///   - bytes: What goes with them.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``SocketError`` as for ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(
        descriptors: [OwnedDescriptor], with bytes: [UInt8] = [0], to address: SocketAddress? = nil,
        flags: SendFlags = []
    ) throws(SocketError) -> Int {
        try sendMessage(bytes, control: [.descriptors(descriptors)], to: address, flags: flags)
    }

    /// Sends descriptors of the system over a Unix socket; as ``send(descriptors:with:to:flags:)-([OwnedDescriptor],_,_,_)``.
    ///
    /// - Parameters:
    ///   - descriptors: At most 253 open descriptors of any kind; they stay the caller's.
    ///   - bytes: What goes with them.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(
        descriptors: [FileDescriptor], with bytes: [UInt8] = [0], to address: SocketAddress? = nil,
        flags: SendFlags = []
    ) throws(SocketError) -> Int {
        var owned: [OwnedDescriptor] = []
        for descriptor in descriptors { owned.append(try OwnedDescriptor(duplicating: descriptor)) }
        return try send(descriptors: owned, with: bytes, to: address, flags: flags)
    }

    /// Sends sockets over a Unix socket; they stay usable here, and share their connections with the receiver's.
    ///
    /// To hand a connection over for good, close it here afterwards: that does not end it for the receiver.
    ///
    /// - Parameters:
    ///   - sockets: At most 253 open sockets.
    ///   - bytes: What goes with them.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``SocketError`` as for ``sendMessage(_:control:to:flags:)-(Span<UInt8>,_,_,_)``.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    @discardableResult
    public func send(
        sockets: [Socket], with bytes: [UInt8] = [0], to address: SocketAddress? = nil, flags: SendFlags = []
    ) throws(SocketError) -> Int {
        var owned: [OwnedDescriptor] = []
        for socket in sockets { owned.append(try OwnedDescriptor(duplicating: socket)) }
        return try send(descriptors: owned, with: bytes, to: address, flags: flags)
    }

    /// Receives a message with room for so many descriptors; `nil` at the end of a connection.
    ///
    /// Surplus descriptors are closed, and the message is ``ReceivedMessage/isControlTruncated`` then. Python's name is
    /// `recv_fds`.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted.
    ///   - maximum: The most descriptors that are wanted, at most 253.
    ///   - flags: Flags of the call.
    /// - Returns: The message; its ``ReceivedMessage/descriptors`` close when nobody holds them.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(
        *, noasync,
        message: "receiveDescriptors blocks its thread; use AsyncSocket, or call it from a thread of your own"
    )
    public func receiveDescriptors(
        upTo count: Int = 65_536, maximum: Int = 253, flags: ReceiveFlags = []
    ) throws(SocketError) -> ReceivedMessage? {
        let maximum = try min(Self.capacity(maximum), ControlMessage.maximumDescriptors)
        // Credentials and a security label come first where the socket asks for them; so the room is the usual one, and
        // what is more than was asked for is let go here.
        guard let message = try receiveMessage(upTo: count, flags: flags) else { return nil }
        guard message.descriptors.count > maximum else { return message }
        let control = message.control.map { (one: ControlMessage) -> ControlMessage in
            if case .descriptors(let descriptors) = one {
                .descriptors(Array(descriptors.prefix(maximum)))
            } else {
                one
            }
        }
        return ReceivedMessage(
            bytes: message.bytes,
            details: MessageDetails(
                count: message.details.count, address: message.address, control: control,
                flags: message.flags.union(.controlTruncated)))
    }
}

extension ReceivedMessage {
    /// Copies what fits; the details as the kernel would have told them.
    fileprivate func copy(into buffer: inout OutputSpan<UInt8>) -> MessageDetails {
        let count = min(buffer.freeCapacity, bytes.count)
        for index in 0..<count { buffer.append(bytes[index]) }
        return details(cutTo: count)
    }

    fileprivate func copy(into buffer: inout MutableSpan<UInt8>) -> MessageDetails {
        let count = min(buffer.count, bytes.count)
        for index in 0..<count { buffer[index] = bytes[index] }
        return details(cutTo: count)
    }

    private func details(cutTo count: Int) -> MessageDetails {
        MessageDetails(
            count: count, address: details.address, control: details.control,
            flags: count < bytes.count ? details.flags.union(.truncated) : details.flags)
    }
}

extension ReceiveFlags {
    /// The events to wait for when there is nothing yet.
    var events: Int16 {
        // The error queue announces itself by POLLERR, which poll(2) always tells.
        if contains(.errorQueue) { return 0 }
        return contains(.outOfBand) ? Constants.pollUrgent : Constants.pollIn
    }
}
