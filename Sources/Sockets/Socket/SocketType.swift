internal import CSockets

/// How data travels through a socket (`SOCK_…`).
public struct SocketType: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel, without the flags that C adds to it.
    public let rawValue: CInt

    /// A type by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// A virtual circuit: bytes in order, both ways; the corresponding C constant is `SOCK_STREAM`.
    public static let stream = SocketType(rawValue: Constants.stream)
    /// Single messages that may be lost or come out of order; the corresponding C constant is `SOCK_DGRAM`.
    public static let datagram = SocketType(rawValue: Constants.datagram)
    /// Messages in order over a connection; the corresponding C constant is `SOCK_SEQPACKET`.
    public static let sequencedPacket = SocketType(rawValue: Constants.sequencedPacket)
    /// Datagrams that are not lost, in any order; the corresponding C constant is `SOCK_RDM`.
    public static let reliableDatagram = SocketType(rawValue: Constants.reliableDatagram)
    /// Packets of the network protocol itself; the corresponding C constant is `SOCK_RAW`.
    public static let raw = SocketType(rawValue: Constants.raw)
    /// Datagram congestion control; the corresponding C constant is `SOCK_DCCP`.
    public static let dccp = SocketType(rawValue: Constants.dccp)

    /// Whether reading nothing means that the peer has ended: true for types with connections.
    package var endsWithNothing: Bool { self == .stream || self == .sequencedPacket }
}

extension SocketType: CustomStringConvertible {
    /// The type in words, as `stream`; unknown ones by their number.
    public var description: String {
        switch self {
        case .stream: "stream"
        case .datagram: "datagram"
        case .sequencedPacket: "sequenced packet"
        case .reliableDatagram: "reliable datagram"
        case .raw: "raw"
        case .dccp: "DCCP"
        default: "type \(rawValue)"
        }
    }
}

extension SocketType {
    /// The name in C of ``stream``.
    @available(*, unavailable, renamed: "stream")
    public static var SOCK_STREAM: SocketType { .stream }
    /// The name in C of ``datagram``.
    @available(*, unavailable, renamed: "datagram")
    public static var SOCK_DGRAM: SocketType { .datagram }
    /// The name in C of ``sequencedPacket``.
    @available(*, unavailable, renamed: "sequencedPacket")
    public static var SOCK_SEQPACKET: SocketType {
        .sequencedPacket
    }
    /// The name in C of ``reliableDatagram``.
    @available(*, unavailable, renamed: "reliableDatagram")
    public static var SOCK_RDM: SocketType { .reliableDatagram }
    /// The name in C of ``raw``.
    @available(*, unavailable, renamed: "raw")
    public static var SOCK_RAW: SocketType { .raw }
    /// The name in C of ``dccp``.
    @available(*, unavailable, renamed: "dccp")
    public static var SOCK_DCCP: SocketType { .dccp }
}
