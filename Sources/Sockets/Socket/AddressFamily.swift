internal import CSockets
internal import Glibc

/// A communication domain: how sockets are named, and which protocols carry their data (`AF_…`).
///
/// The set is open: a family without a name here is `AddressFamily(rawValue:)`.
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A family by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// No family in particular; the corresponding C constant is `AF_UNSPEC`.
    public static let unspecified = AddressFamily(rawValue: CSockets.AF_UNSPEC)
    /// The Internet, version 4; the corresponding C constant is `AF_INET`.
    public static let ipv4 = AddressFamily(rawValue: CSockets.AF_INET)
    /// The Internet, version 6; the corresponding C constant is `AF_INET6`.
    public static let ipv6 = AddressFamily(rawValue: CSockets.AF_INET6)
    /// Processes on one machine; the corresponding C constant is `AF_UNIX`.
    public static let unix = AddressFamily(rawValue: CSockets.AF_UNIX)
    /// Link-layer frames; the corresponding C constant is `AF_PACKET`.
    public static let packet = AddressFamily(rawValue: CSockets.AF_PACKET)
    /// Messages to and from the kernel; the corresponding C constant is `AF_NETLINK`.
    public static let netlink = AddressFamily(rawValue: CSockets.AF_NETLINK)
    /// Virtual machines and their host; the corresponding C constant is `AF_VSOCK`.
    public static let vsock = AddressFamily(rawValue: CSockets.AF_VSOCK)
}

extension AddressFamily: CustomStringConvertible {
    /// The family in words, as `IPv4`; unknown ones by their number.
    public var description: String {
        switch self {
        case .unspecified: "unspecified"
        case .ipv4: "IPv4"
        case .ipv6: "IPv6"
        case .unix: "Unix"
        case .packet: "packet"
        case .netlink: "netlink"
        case .vsock: "vsock"
        default: "family \(rawValue)"
        }
    }
}

extension AddressFamily {
    /// The name in C of ``unspecified``.
    @available(*, unavailable, renamed: "unspecified")
    public static var AF_UNSPEC: AddressFamily { .unspecified }
    /// The name in C of ``ipv4``.
    @available(*, unavailable, renamed: "ipv4")
    public static var AF_INET: AddressFamily { .ipv4 }
    /// The name in C of ``ipv6``.
    @available(*, unavailable, renamed: "ipv6")
    public static var AF_INET6: AddressFamily { .ipv6 }
    /// The name in C of ``unix``.
    @available(*, unavailable, renamed: "unix")
    public static var AF_UNIX: AddressFamily { .unix }
    /// The name in C of ``unix``.
    @available(*, unavailable, renamed: "unix")
    public static var AF_LOCAL: AddressFamily { .unix }
    /// The name in C of ``packet``.
    @available(*, unavailable, renamed: "packet")
    public static var AF_PACKET: AddressFamily { .packet }
    /// The name in C of ``netlink``.
    @available(*, unavailable, renamed: "netlink")
    public static var AF_NETLINK: AddressFamily { .netlink }
    /// The name in C of ``vsock``.
    @available(*, unavailable, renamed: "vsock")
    public static var AF_VSOCK: AddressFamily { .vsock }
}
