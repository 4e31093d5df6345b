/// What a socket or descriptor is ready for.
///
/// After ``error`` and ``hangUp`` no call waits any more; so the directions that were asked for are set with them, and
/// code that looks at ``read`` alone learns of the end by the next receive.
public struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits of poll and epoll; ``closed`` is a bit of this library.
    public let rawValue: UInt32

    /// Readiness by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Something can be received, a client can be accepted, or the stream has ended; the corresponding C constant is `POLLIN`.
    public static let read = Readiness(rawValue: 0x1)
    /// Urgent data has come, or another exceptional condition; the corresponding C constant is `POLLPRI`.
    public static let priority = Readiness(rawValue: 0x2)
    /// Something can be sent, or a connection has been made; the corresponding C constant is `POLLOUT`.
    public static let write = Readiness(rawValue: 0x4)
    /// An error waits: see ``Socket/pendingError()``; the corresponding C constant is `POLLERR`.
    public static let error = Readiness(rawValue: 0x8)
    /// The connection has ended in both directions; the corresponding C constant is `POLLHUP`.
    public static let hangUp = Readiness(rawValue: 0x10)
    /// The peer of a stream has ended sending; the corresponding C constant is `POLLRDHUP`.
    public static let peerEnded = Readiness(rawValue: 0x2000)
    /// The socket was closed while it was registered, and is registered no more.
    public static let closed = Readiness(rawValue: 1 << 24)

    /// `POLLNVAL`: the descriptor is not open.
    static let invalid = Readiness(rawValue: 0x20)

    /// What the kernel's bits mean for somebody with this interest.
    init(kernel bits: UInt32, for interest: Interest) {
        var readiness = Readiness(rawValue: bits & (interest.rawValue | 0x18))
        if bits & 0x18 != 0 {
            readiness.formUnion(Readiness(rawValue: interest.intersection([.read, .write]).rawValue))
        }
        self = readiness
    }
}

extension Readiness: CustomStringConvertible {
    /// The words, as `read, hang-up`.
    public var description: String {
        let names: [(Readiness, String)] = [
            (.read, "read"), (.write, "write"), (.priority, "priority"), (.peerEnded, "peer ended"), (.error, "error"),
            (.hangUp, "hang-up"), (.closed, "closed"),
        ]
        let words = names.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }
}
