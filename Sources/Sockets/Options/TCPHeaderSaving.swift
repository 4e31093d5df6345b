/// Which headers of the packets that begin connections a listener keeps.
public struct TCPHeaderSaving: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A way by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// None.
    public static let off = TCPHeaderSaving(rawValue: 0)
    /// Those of IP and TCP.
    public static let network = TCPHeaderSaving(rawValue: 1)
    /// Those of the link layer as well; since Linux 5.10.
    public static let link = TCPHeaderSaving(rawValue: 2)
}
