public import Sockets

/// One answer of an ``AsyncResolver``: addresses, or why a family has none.
public struct ResolverAnswer: Hashable, Sendable {
    /// The family that is answered for, so that nobody waits for it any more; `.unspecified` for all of them.
    public var family: AddressFamily
    /// The addresses, the best one first of each family; empty when there are none.
    public var addresses: [SocketAddress]
    /// Why there are no addresses.
    public var error: ResolverError?

    /// Makes an answer of addresses, the best one first of each family.
    ///
    /// - Parameters:
    ///   - addresses: The addresses, with their ports.
    ///   - family: The family that is answered for; by default all, so that there is nothing more to wait for.
    public init(_ addresses: [SocketAddress], family: AddressFamily = .unspecified) {
        self.addresses = addresses
        self.family = family
    }

    /// Makes an answer that says that a family has no addresses, and why.
    ///
    /// - Parameters:
    ///   - error: The reason.
    ///   - family: The family; `.unspecified` for all of them.
    public init(_ error: ResolverError, family: AddressFamily) {
        self.addresses = []
        self.family = family
        self.error = error
    }
}
