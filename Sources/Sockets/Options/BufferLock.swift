/// Which buffers of a socket keep the size that they have.
public struct BufferLock: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: UInt32

    /// A set by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The send buffer; the corresponding C constant is `SOCK_SNDBUF_LOCK`.
    public static let send = BufferLock(rawValue: 1)
    /// The receive buffer; the corresponding C constant is `SOCK_RCVBUF_LOCK`.
    public static let receive = BufferLock(rawValue: 2)
}
