public import Sockets

/// How fast the addresses of a host are tried one after the other, and which family comes first.
///
/// The values are those of RFC 8305 ("Happy Eyeballs"), which suit nearly every program.
///
/// ```swift
/// var pacing = ConnectionPacing()
/// pacing.attemptDelay = .milliseconds(100)       // impatient
/// pacing.preferredFamily = .ipv4
/// ```
public struct ConnectionPacing: Hashable, Sendable {
    /// How long an attempt has for itself before the next address is tried beside it; 250 milliseconds.
    ///
    /// From 10 milliseconds, less than which the RFC forbids, to a day. An attempt that fails sooner lets the next one
    /// start at once.
    public var attemptDelay: Duration {
        get { _attemptDelay }
        set { _attemptDelay = min(max(newValue, .milliseconds(10)), .seconds(86_400)) }
    }

    /// How long the addresses of other families wait for those of the preferred one; 50 milliseconds.
    ///
    /// From zero to a day.
    public var resolutionDelay: Duration {
        get { _resolutionDelay }
        set { _resolutionDelay = min(max(newValue, .zero), .seconds(86_400)) }
    }

    /// The family to try first; ``/Sockets/AddressFamily/ipv6``.
    public var preferredFamily: AddressFamily

    /// How many addresses of the preferred family are tried before the families take turns; 1.
    ///
    /// At least 1. The RFC's name is First Address Family Count.
    public var preferredFamilyCount: Int {
        get { _preferredFamilyCount }
        set { _preferredFamilyCount = max(1, newValue) }
    }

    private var _attemptDelay = Duration.milliseconds(250)
    private var _resolutionDelay = Duration.milliseconds(50)
    private var _preferredFamilyCount = 1

    /// Makes a pacing; values outside their range are held within it.
    public init(
        attemptDelay: Duration = .milliseconds(250), resolutionDelay: Duration = .milliseconds(50),
        preferredFamily: AddressFamily = .ipv6, preferredFamilyCount: Int = 1
    ) {
        self.preferredFamily = preferredFamily
        self.attemptDelay = attemptDelay
        self.resolutionDelay = resolutionDelay
        self.preferredFamilyCount = preferredFamilyCount
    }
}
