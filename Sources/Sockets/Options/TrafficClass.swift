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
    public init(codePoint: UInt8 = 0, congestion: CongestionMark = .notCapable) {
        rawValue = codePoint << 2 | congestion.rawValue & 3
    }

    /// The code point of differentiated services, 0 to 63.
    public var codePoint: UInt8 { rawValue >> 2 }

    /// What routers say, and may say, of congestion.
    public var congestion: CongestionMark { CongestionMark(rawValue: rawValue & 3) }

    /// The two bits of explicit congestion notification (RFC 3168).
    public struct CongestionMark: RawRepresentable, Hashable, Sendable {
        /// The two bits.
        public let rawValue: UInt8

        /// A mark by its two bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The sender does not understand marks; the corresponding C constant is `IPTOS_ECN_NOT_ECT`.
        public static let notCapable = CongestionMark(rawValue: 0)
        /// The sender understands marks, by the code of L4S (RFC 9331); the corresponding C constant is `IPTOS_ECN_ECT1`.
        public static let capable1 = CongestionMark(rawValue: 1)
        /// The sender understands marks; the corresponding C constant is `IPTOS_ECN_ECT0`.
        public static let capable0 = CongestionMark(rawValue: 2)
        /// A router was congested; the corresponding C constant is `IPTOS_ECN_CE`.
        public static let congested = CongestionMark(rawValue: 3)
    }

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

extension TrafficClass: CustomStringConvertible {
    /// Code point and mark of congestion, as `code point 46, ECT(0)`.
    public var description: String { "code point \(codePoint), \(congestion)" }
}

extension TrafficClass.CongestionMark: CustomStringConvertible {
    /// The mark as RFC 3168 names it: `not ECT`, `ECT(1)`, `ECT(0)` or `CE`.
    public var description: String {
        switch self {
        case .notCapable: "not ECT"
        case .capable1: "ECT(1)"
        case .capable0: "ECT(0)"
        case .congested: "CE"
        default: "mark \(rawValue)"
        }
    }
}
