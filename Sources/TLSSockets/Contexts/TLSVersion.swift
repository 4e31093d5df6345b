/// A version of the protocol; versions compare by age.
public struct TLSVersion: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number of the protocol, as `0x0304`.
    public let rawValue: UInt16

    /// A version by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// TLS 1.0 (RFC 2246): broken; for old devices alone.
    public static let v1_0 = TLSVersion(rawValue: 0x0301)
    /// TLS 1.1 (RFC 4346): broken; for old devices alone.
    public static let v1_1 = TLSVersion(rawValue: 0x0302)
    /// TLS 1.2 (RFC 5246).
    public static let v1_2 = TLSVersion(rawValue: 0x0303)
    /// TLS 1.3 (RFC 8446).
    public static let v1_3 = TLSVersion(rawValue: 0x0304)

    /// The name, as `TLS 1.3`.
    public var description: String {
        switch self {
        case .v1_0: "TLS 1.0"
        case .v1_1: "TLS 1.1"
        case .v1_2: "TLS 1.2"
        case .v1_3: "TLS 1.3"
        default: "TLS version \(rawValue)"
        }
    }

    /// Orders by age.
    public static func < (first: TLSVersion, second: TLSVersion) -> Bool { first.rawValue < second.rawValue }
}
