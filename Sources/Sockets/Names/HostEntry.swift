/// What the older functions of the C library tell of a host: its name, its other names, and its addresses.
///
/// The corresponding C structure is `hostent`.
public struct HostEntry: Hashable, Sendable {
    /// The official name.
    public let name: String
    /// The other names.
    public let aliases: [String]
    /// The addresses, all of one version.
    public let addresses: [IPAddress]

    /// Makes an entry.
    public init(name: String, aliases: [String] = [], addresses: [IPAddress] = []) {
        self.name = name
        self.aliases = aliases
        self.addresses = addresses
    }
}
