/// How the network is to treat a packet: the byte of IPv4 that was the type of service, and the traffic class of IPv6.
///
/// Its upper six bits are the code point of differentiated services (RFC 2474), its lower two explicit congestion
/// notification (RFC 3168).
///
/// ```swift
/// try socket.set(.typeOfService, TrafficClass(codePoint: 46))      // expedited forwarding
/// ```
public struct TrafficClass: RawRepresentable, Hashable, Sendable {
    /// The byte in the header.
    public let rawValue: UInt8

    /// A class by the byte in the header.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A class by its code point, 0 to 63; higher bits are cut.
    public init(codePoint: UInt8) { rawValue = codePoint << 2 }

    /// The code point of differentiated services, 0 to 63.
    public var codePoint: UInt8 { rawValue >> 2 }

    /// The two bits of explicit congestion notification, 0 to 3.
    public var congestion: UInt8 { rawValue & 3 }

    /// No particular treatment.
    public static let normal = TrafficClass(rawValue: 0)
    /// For conversations; the corresponding C constant is `IPTOS_LOWDELAY`.
    public static let lowDelay = TrafficClass(rawValue: 0x10)
    /// For bulk data; the corresponding C constant is `IPTOS_THROUGHPUT`.
    public static let throughput = TrafficClass(rawValue: 0x08)
    /// Not to be lost; the corresponding C constant is `IPTOS_RELIABILITY`.
    public static let reliability = TrafficClass(rawValue: 0x04)
    /// For voice (RFC 3246); the corresponding C constant is `IPTOS_DSCP_EF`.
    public static let expedited = TrafficClass(codePoint: 46)
    /// For what can wait (RFC 8622).
    public static let lowerEffort = TrafficClass(codePoint: 1)
}
