/// Whether packets may be cut on their way, or the largest size of the path is found out (`IP_PMTUDISC_…`).
public struct PathMTUDiscovery: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A way by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Never forbid to cut packets; the corresponding C constant is `IP_PMTUDISC_DONT`.
    public static let never = PathMTUDiscovery(rawValue: 0)
    /// As the route says; the corresponding C constant is `IP_PMTUDISC_WANT`.
    public static let byRoute = PathMTUDiscovery(rawValue: 1)
    /// Always forbid to cut packets, so that larger ones are an error; the corresponding C constant is `IP_PMTUDISC_DO`.
    public static let always = PathMTUDiscovery(rawValue: 2)
    /// Forbid to cut packets, and ignore what is known of the path; the corresponding C constant is `IP_PMTUDISC_PROBE`.
    public static let probe = PathMTUDiscovery(rawValue: 3)
    /// Use the size of the interface, and do not believe what the network says; the corresponding C constant is
    /// `IP_PMTUDISC_INTERFACE`.
    public static let interface = PathMTUDiscovery(rawValue: 4)
    /// As ``interface``, but larger packets are cut; the corresponding C constant is `IP_PMTUDISC_OMIT`.
    public static let omit = PathMTUDiscovery(rawValue: 5)
}
