internal import CSockets

/// How ``Resolver`` turns an address into names (`NI_…`).
public struct NameFlags: OptionSet, Hashable, Sendable {
    /// The bits of the C library.
    public let rawValue: CInt

    /// Flags by their bits.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Give the host's address as text, and never look it up; the corresponding C constant is `NI_NUMERICHOST`.
    public static let numericHost = NameFlags(rawValue: CSockets.NI_NUMERICHOST)
    /// Give the port's number, and never look it up; the corresponding C constant is `NI_NUMERICSERV`.
    public static let numericService = NameFlags(rawValue: CSockets.NI_NUMERICSERV)
    /// Give hosts of the own domain without the domain; the corresponding C constant is `NI_NOFQDN`.
    public static let noDomain = NameFlags(rawValue: CSockets.NI_NOFQDN)
    /// Fail where the host has no name, rather than give its address; the corresponding C constant is `NI_NAMEREQD`.
    public static let nameRequired = NameFlags(rawValue: CSockets.NI_NAMEREQD)
    /// Give the name of the UDP service, where it is another than TCP's; the corresponding C constant is `NI_DGRAM`.
    public static let datagram = NameFlags(rawValue: CSockets.NI_DGRAM)
    /// Decode the name into the letters of the locale; the corresponding C constant is `NI_IDN`.
    public static let internationalName = NameFlags(rawValue: CSockets.NI_IDN)
}

extension NameFlags {
    /// The C name of ``numericHost``.
    @available(*, unavailable, renamed: "numericHost") public static var NI_NUMERICHOST: NameFlags { .numericHost }
    /// The C name of ``numericService``.
    @available(*, unavailable, renamed: "numericService")
    public static var NI_NUMERICSERV: NameFlags { .numericService }
    /// The C name of ``noDomain``.
    @available(*, unavailable, renamed: "noDomain") public static var NI_NOFQDN: NameFlags { .noDomain }
    /// The C name of ``nameRequired``.
    @available(*, unavailable, renamed: "nameRequired") public static var NI_NAMEREQD: NameFlags { .nameRequired }
    /// The C name of ``datagram``.
    @available(*, unavailable, renamed: "datagram") public static var NI_DGRAM: NameFlags { .datagram }
    /// The C name of ``internationalName``.
    @available(*, unavailable, renamed: "internationalName")
    public static var NI_IDN: NameFlags { .internationalName }
}
