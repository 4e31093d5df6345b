/// The byte of an IP header that asks for a kind of treatment: a class of service (DSCP) and congestion marks (ECN).
///
/// Version 4 calls it type of service, version 6 traffic class; see RFC 2474 and RFC 3168.
public struct TrafficClass: RawRepresentable, Hashable, Sendable {
    /// The whole byte.
    public let rawValue: UInt8

    /// A class by its byte.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Puts a class together.
    ///
    /// - Parameters:
    ///   - codePoint: The class of service, 0 to 63; of a larger number the lowest six bits count.
    ///   - congestion: The congestion mark.
    public init(codePoint: UInt8, congestion: CongestionMark = .notCapable) {
        rawValue = (codePoint & 0x3F) << 2 | congestion.rawValue & 0x03
    }

    /// The class of service, 0 to 63 (DSCP).
    public var codePoint: UInt8 { rawValue >> 2 }

    /// The congestion mark (ECN).
    public var congestion: CongestionMark { CongestionMark(rawValue: rawValue & 0x03) }

    /// What routers say, and may say, of congestion (RFC 3168).
    public struct CongestionMark: RawRepresentable, Hashable, Sendable {
        /// The two bits.
        public let rawValue: UInt8

        /// A mark by its two bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The sender does not understand marks; the C constant is `IPTOS_ECN_NOT_ECT`.
        public static let notCapable = CongestionMark(rawValue: 0)
        /// The sender understands marks, second code, used by L4S; the C constant is `IPTOS_ECN_ECT1`.
        public static let capable1 = CongestionMark(rawValue: 1)
        /// The sender understands marks, first code; the C constant is `IPTOS_ECN_ECT0`.
        public static let capable0 = CongestionMark(rawValue: 2)
        /// A router was congested; the C constant is `IPTOS_ECN_CE`.
        public static let congested = CongestionMark(rawValue: 3)
    }

    /// Best effort, the default.
    public static let bestEffort = TrafficClass(codePoint: 0)
    /// Less than best effort, for what may wait (RFC 8622).
    public static let lowerEffort = TrafficClass(codePoint: 1)
    /// Expedited forwarding, for voice (RFC 3246).
    public static let expeditedForwarding = TrafficClass(codePoint: 46)
    /// Assured forwarding in a class from 1 to 4 with a drop precedence from 1 to 3 (RFC 2597); `nil` for others.
    public static func assuredForwarding(class number: Int, dropPrecedence: Int) -> TrafficClass? {
        guard 1...4 ~= number, 1...3 ~= dropPrecedence else { return nil }
        return TrafficClass(codePoint: UInt8(number * 8 + dropPrecedence * 2))
    }
    /// A class selector from 0 to 7 (RFC 2474); `nil` for others.
    public static func classSelector(_ number: Int) -> TrafficClass? {
        0...7 ~= number ? TrafficClass(codePoint: UInt8(number * 8)) : nil
    }
}
