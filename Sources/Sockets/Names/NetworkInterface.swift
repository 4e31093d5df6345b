internal import SystemPackage

/// A network interface of this machine, with its addresses at the time it was asked for.
///
/// ```swift
/// for interface in try NetworkInterface.all() where interface.flags.contains(.up) {
///     print(interface.name, interface.addresses)      // lo [127.0.0.1/8, ::1/128]
/// }
/// ```
///
/// The interfaces are those of the network namespace that the calling thread is in.
public struct NetworkInterface: Hashable, Sendable, Identifiable {
    /// The number of the interface, above 0.
    public let index: Int
    /// The name, at most 15 bytes.
    public let name: String
    /// What it is, and what state it is in.
    public let flags: InterfaceFlags
    /// The most bytes that a packet may have; 0 where the kernel does not tell.
    public let mtu: Int
    /// The address on the link, `nil` where the link has none; that of loopback is all zeros.
    public let hardwareAddress: HardwareAddress?
    /// The Internet addresses in the kernel's order; many interfaces have none.
    public let addresses: [Address]

    /// The number of the interface.
    public var id: Int { index }

    /// One Internet address of an interface.
    public struct Address: Hashable, Sendable {
        /// The address; a link-local one has the interface as its zone.
        public let address: IPAddress
        /// The network on the link: that of the address, or of the peer where there is one.
        public let network: IPNetwork
        /// The address that reaches every member of an IPv4 network; `nil` where there is none.
        public let broadcast: IPv4Address?
        /// The address at the other end of a link to one peer; `nil` where there is none.
        public let peer: IPAddress?

        /// How many first bits the members of the network share.
        public var prefixLength: Int { network.prefixLength }
    }
}

extension NetworkInterface {
    /// All interfaces by their numbers, also those that are down or have no addresses.
    ///
    /// The corresponding C functions are `if_nameindex` and `getifaddrs`.
    ///
    /// - Returns: The interfaces.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noBufferSpace`` or ``SocketError/Code/tooManyDescriptors``.
    public static func all() throws(SocketError) -> [NetworkInterface] { try Interfaces.all() }

    /// Asks for the interface of a name.
    ///
    /// - Parameter name: The name.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchInterface``, and as ``all()``.
    public init(named name: String) throws(SocketError) {
        guard let interface = try Self.all().first(where: { $0.name == name }) else {
            throw Self.missing("'\(name)'")
        }
        self = interface
    }

    /// Asks for the interface of a number.
    ///
    /// - Parameter index: The number.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchInterface``, and as ``all()``.
    public init(index: Int) throws(SocketError) {
        guard let interface = try Self.all().first(where: { $0.index == index }) else { throw Self.missing("\(index)") }
        self = interface
    }

    /// The number of the interface of a name.
    ///
    /// The corresponding C function is `if_nametoindex`.
    ///
    /// - Parameter name: The name.
    /// - Returns: The number.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchInterface``.
    public static func index(of name: String) throws(SocketError) -> Int {
        guard !name.utf8.contains(0), let index = Interfaces.index(of: name) else { throw missing("'\(name)'") }
        return Int(index)
    }

    /// The name of the interface of a number.
    ///
    /// The corresponding C function is `if_indextoname`.
    ///
    /// - Parameter index: The number.
    /// - Returns: The name.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchInterface``.
    public static func name(of index: Int) throws(SocketError) -> String {
        guard let number = UInt32(exactly: index), let name = Interfaces.name(of: number) else {
            throw missing("\(index)")
        }
        return name
    }

    /// The numbers and names of all interfaces, without asking for more.
    ///
    /// The corresponding C function is `if_nameindex`.
    ///
    /// - Returns: The pairs, by number.
    /// - Throws: ``SocketError`` as ``all()``.
    public static func names() throws(SocketError) -> [(index: Int, name: String)] { try Interfaces.names() }

    private static func missing(_ subject: String) -> SocketError {
        SocketError(
            .noSuchInterface, .interfaces, errno: .noSuchAddressOrDevice, subject: subject,
            hint: "`sock interfaces` lists those of this machine")
    }
}

extension NetworkInterface: CustomStringConvertible {
    /// Number, name, flags, MTU and addresses in one line.
    public var description: String {
        var text = "\(index) \(name) <\(flags)> mtu \(mtu)"
        if let hardwareAddress { text += " link \(hardwareAddress)" }
        for address in addresses { text += " \(address)" }
        return text
    }
}

extension NetworkInterface.Address: CustomStringConvertible {
    /// The address, and the length of the network's prefix, as `192.0.2.7/24` or `192.0.2.7 → 192.0.2.8/32`.
    public var description: String {
        peer.map { "\(address) → \($0)/\(prefixLength)" } ?? "\(address)/\(prefixLength)"
    }
}
