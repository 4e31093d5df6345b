internal import CSockets
public import SystemPackage

/// An error of the resolver: which name could not be resolved, and why.
public struct ResolverError: Error, Hashable, Sendable {
    /// The reason, as the resolver numbers it.
    public let code: Code
    /// The host name that was asked for.
    public let host: String?
    /// The service name that was asked for.
    public let service: String?
    /// The system's number, for the reason ``Code/system``.
    public let errno: Errno?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The reason.
    ///   - host: The host name that was asked for.
    ///   - service: The service name that was asked for.
    ///   - errno: The system's number.
    public init(_ code: Code, host: String? = nil, service: String? = nil, errno: Errno? = nil) {
        self.code = code
        self.host = host
        self.service = service
        self.errno = errno
    }

    /// The reason of a ``ResolverError`` (`EAI_…`); an open set.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number of the C library.
        public let rawValue: CInt

        /// A reason by its number.
        public init(rawValue: CInt) { self.rawValue = rawValue }
    }

    /// The reason in the resolver's own words.
    public var reason: String { "" }
}
