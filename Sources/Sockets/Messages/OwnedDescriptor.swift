internal import CSockets
internal import Glibc
public import SystemPackage

/// A descriptor that closes itself when nobody holds it any more: how descriptors travel in messages.
///
/// Received descriptors come as these, so that a program that ignores a message leaks none. They may be used from any
/// thread.
///
/// ```swift
/// for descriptor in message.descriptors {
///     if let file = descriptor.take() { … ; try file.close() }     // yours from here on
///     let socket = try descriptor.socket()                         // or this
/// }
/// ```
public final class OwnedDescriptor: Sendable {
    let descriptor: Descriptor

    init(number: CInt) { descriptor = Descriptor(number, polled: false) }

    /// Takes over a descriptor: it must not be closed by anybody else.
    ///
    /// - Parameter descriptor: An open descriptor.
    public convenience init(owning descriptor: FileDescriptor) { self.init(number: descriptor.rawValue) }

    /// Makes a duplicate of a descriptor, which stays the caller's; the duplicate is closed on exec.
    ///
    /// The corresponding C function is `dup`.
    ///
    /// - Parameter descriptor: An open descriptor of any kind.
    /// - Throws: ``SocketError`` with ``SocketError/Code/tooManyDescriptors``, or ``SocketError/errno`` `EBADF` where it
    ///   is not open.
    public convenience init(duplicating descriptor: FileDescriptor) throws(SocketError) {
        let number = csockets_dup(descriptor.rawValue)
        guard number >= 0 else {
            throw SocketError(.duplicate, result: number, subject: "descriptor \(descriptor.rawValue)")
        }
        self.init(number: number)
    }

    /// Makes a duplicate of a socket's descriptor; the socket stays usable.
    ///
    /// From now on the description may be shared, so closing the socket no longer shuts the connection down for others.
    ///
    /// - Parameter socket: An open socket.
    /// - Throws: ``SocketError`` with ``SocketError/Code/closed`` or ``SocketError/Code/tooManyDescriptors``.
    public convenience init(duplicating socket: Socket) throws(SocketError) {
        let entry = try socket.enter(.duplicate, sleeping: false)
        defer { socket.descriptor.leave(entry) }
        let number = csockets_dup(socket.descriptor.number)
        guard number >= 0 else { throw SocketError(.duplicate, result: number) }
        socket.descriptor.setPolled()
        self.init(number: number)
    }

    /// Gives the descriptor to the caller, who has to close it.
    ///
    /// - Returns: The open descriptor; `nil` when it was taken or closed before, or while a message with it is being sent.
    public func take() -> FileDescriptor? {
        if case .number(let number) = descriptor.detach() { return FileDescriptor(rawValue: number) }
        return nil
    }

    /// Makes a socket of the descriptor, which then belongs to the socket.
    ///
    /// - Returns: The socket.
    /// - Throws: ``SocketError`` with ``SocketError/Code/notSocket`` where it is another kind of file, which stays here
    ///   then; ``SocketError/Code/closed`` when it was taken or closed before, ``SocketError/Code/busy`` while a message
    ///   with it is being sent.
    public func socket() throws(SocketError) -> Socket {
        guard let entry = descriptor.enter(sleeping: false) else {
            throw SocketError(.closed, .adopt, hint: Self.isGone)
        }
        var type: CInt = 0
        let (result, _) = Syscalls.option(descriptor.number, SOL_SOCKET, SO_TYPE, into: &type)
        descriptor.leave(entry)
        if result < 0 { throw SocketError(.adopt, result: result, subject: "descriptor \(descriptor.number)") }
        switch descriptor.detach() {
        case .closed: throw SocketError(.closed, .adopt, hint: Self.isGone)
        case .busy: throw SocketError(.busy, .adopt, hint: "a message with it is being sent")
        case .number(let number):
            do throws(SocketError) {
                return try Socket(adopting: FileDescriptor(rawValue: number))
            } catch {
                _ = csockets_close(number)
                throw error
            }
        }
    }

    private static let isGone = "the descriptor was taken or closed before"

    /// Closes the descriptor now; closing twice is no mistake.
    public func close() { descriptor.close() }

    /// Whether the descriptor has been taken or closed.
    public var isClosed: Bool { descriptor.isClosed }

    /// Calls `body` with the descriptor, which stays open for the time of the call.
    ///
    /// - Parameter body: Gets the descriptor; it must neither close nor keep it.
    /// - Returns: What `body` returns; `nil` when the descriptor has been taken or closed.
    /// - Throws: What `body` throws.
    public func withUnsafeFileDescriptor<R, E: Error>(_ body: (FileDescriptor) throws(E) -> R) throws(E) -> R? {
        guard let entry = descriptor.enter(sleeping: false) else { return nil }
        defer { descriptor.leave(entry) }
        return try body(FileDescriptor(rawValue: descriptor.number))
    }
}

extension OwnedDescriptor: Hashable {
    /// Whether both are the same object.
    public static func == (first: OwnedDescriptor, second: OwnedDescriptor) -> Bool { first === second }

    /// Hashes the identity of the object.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension OwnedDescriptor: CustomStringConvertible {
    /// The number, as `descriptor 7`.
    public var description: String { isClosed ? "closed descriptor" : "descriptor \(descriptor.number)" }
}
