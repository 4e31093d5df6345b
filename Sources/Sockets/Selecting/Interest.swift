/// What to wait for on a socket or descriptor.
public struct Interest: OptionSet, Hashable, Sendable {
    /// The bits, those of poll and epoll.
    public let rawValue: UInt32

    /// Interest by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Something can be received, a client can be accepted, or the stream has ended; the corresponding C constant is `POLLIN`.
    public static let read = Interest(rawValue: 0x1)
    /// Urgent data has come, or another exceptional condition; the corresponding C constant is `POLLPRI`.
    public static let priority = Interest(rawValue: 0x2)
    /// Something can be sent, or a connection has been made; the corresponding C constant is `POLLOUT`.
    public static let write = Interest(rawValue: 0x4)
    /// The peer of a stream has ended sending; the corresponding C constant is `POLLRDHUP`.
    public static let peerEnded = Interest(rawValue: 0x2000)

    static let all: Interest = [.read, .write, .priority, .peerEnded]
}

extension Interest: CustomStringConvertible {
    /// The words, as `read, write`.
    public var description: String { Readiness(rawValue: rawValue).description }
}
