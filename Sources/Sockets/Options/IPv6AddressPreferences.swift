/// Which kind of own address is preferred for what is sent (RFC 5014).
public struct IPv6AddressPreferences: OptionSet, Hashable, Sendable {
    /// The bits of the kernel.
    public let rawValue: UInt32

    /// A set by its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A temporary address, which does not give the machine away; the corresponding C constant is
    /// `IPV6_PREFER_SRC_TMP`.
    public static let temporary = IPv6AddressPreferences(rawValue: 0x0001)
    /// A public address; the corresponding C constant is `IPV6_PREFER_SRC_PUBLIC`.
    public static let `public` = IPv6AddressPreferences(rawValue: 0x0002)
    /// An address that is care-of, of a mobile machine; the corresponding C constant is `IPV6_PREFER_SRC_COA`.
    public static let careOf = IPv6AddressPreferences(rawValue: 0x0004)
    /// Whichever of temporary and public the system prefers; the corresponding C constant is
    /// `IPV6_PREFER_SRC_PUBTMP_DEFAULT`.
    public static let systemDefault = IPv6AddressPreferences(rawValue: 0x0100)
    /// The home address of a mobile machine; the corresponding C constant is `IPV6_PREFER_SRC_HOME`.
    public static let home = IPv6AddressPreferences(rawValue: 0x0400)
}
