internal import CSockets

/// How ``Resolver`` looks a name up (`AI_…`).
public struct ResolverFlags: OptionSet, Hashable, Sendable {
    /// The bits of the C library.
    public let rawValue: CInt

    /// Flags by their bits.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Without a host, give the addresses to listen on rather than the loopback ones.
    ///
    /// The corresponding C constant is `AI_PASSIVE`.
    public static let passive = ResolverFlags(rawValue: CSockets.AI_PASSIVE)
    /// Ask for the host's canonical name; the first result has it.
    ///
    /// The corresponding C constant is `AI_CANONNAME`.
    public static let canonicalName = ResolverFlags(rawValue: CSockets.AI_CANONNAME)
    /// Take the host as an address, and never look it up.
    ///
    /// The corresponding C constant is `AI_NUMERICHOST`.
    public static let numericHost = ResolverFlags(rawValue: CSockets.AI_NUMERICHOST)
    /// Take the service as a number, and never look it up.
    ///
    /// The corresponding C constant is `AI_NUMERICSERV`.
    public static let numericService = ResolverFlags(rawValue: CSockets.AI_NUMERICSERV)
    /// Give only addresses of the versions that an interface of this machine, other than loopback, has.
    ///
    /// The corresponding C constant is `AI_ADDRCONFIG`.
    public static let configuredFamilies = ResolverFlags(rawValue: CSockets.AI_ADDRCONFIG)
    /// Where IPv6 addresses are asked for and there are none, give the IPv4 ones as `::ffff:` addresses.
    ///
    /// The corresponding C constant is `AI_V4MAPPED`.
    public static let ipv4Mapped = ResolverFlags(rawValue: CSockets.AI_V4MAPPED)
    /// With ``ipv4Mapped``: give those also where there are IPv6 addresses.
    ///
    /// The corresponding C constant is `AI_ALL`.
    public static let all = ResolverFlags(rawValue: CSockets.AI_ALL)
    /// Encode a name with letters outside ASCII as domain names have them; the C library reads the name in the character
    /// set of the process's locale.
    ///
    /// The corresponding C constant is `AI_IDN`.
    public static let internationalName = ResolverFlags(rawValue: CSockets.AI_IDN)
    /// Decode the canonical name into the letters of the locale.
    ///
    /// The corresponding C constant is `AI_CANONIDN`.
    public static let internationalCanonicalName = ResolverFlags(rawValue: CSockets.AI_CANONIDN)
}

extension ResolverFlags {
    /// The C name of ``passive``.
    @available(*, unavailable, renamed: "passive") public static var AI_PASSIVE: ResolverFlags { .passive }
    /// The C name of ``canonicalName``.
    @available(*, unavailable, renamed: "canonicalName") public static var AI_CANONNAME: ResolverFlags {
        .canonicalName
    }
    /// The C name of ``numericHost``.
    @available(*, unavailable, renamed: "numericHost") public static var AI_NUMERICHOST: ResolverFlags { .numericHost }
    /// The C name of ``numericService``.
    @available(*, unavailable, renamed: "numericService")
    public static var AI_NUMERICSERV: ResolverFlags { .numericService }
    /// The C name of ``configuredFamilies``.
    @available(*, unavailable, renamed: "configuredFamilies")
    public static var AI_ADDRCONFIG: ResolverFlags { .configuredFamilies }
    /// The C name of ``ipv4Mapped``.
    @available(*, unavailable, renamed: "ipv4Mapped") public static var AI_V4MAPPED: ResolverFlags { .ipv4Mapped }
    /// The C name of ``all``.
    @available(*, unavailable, renamed: "all") public static var AI_ALL: ResolverFlags { .all }
    /// The C name of ``internationalName``.
    @available(*, unavailable, renamed: "internationalName")
    public static var AI_IDN: ResolverFlags { .internationalName }
    /// The C name of ``internationalCanonicalName``.
    @available(*, unavailable, renamed: "internationalCanonicalName")
    public static var AI_CANONIDN: ResolverFlags { .internationalCanonicalName }
}
