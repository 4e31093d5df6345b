/// The interface that multicast datagrams come and go through: by name, by number, or by an address of it.
///
/// ```swift
/// try socket.set(.ipv4MulticastInterface, "eth0")
/// ```
public struct MulticastInterface: Hashable, Sendable, ExpressibleByStringLiteral {
    enum Form: Hashable, Sendable {
        case any
        case index(UInt32)
        case name(String)
        case address(IPv4Address)
    }

    let form: Form

    private init(form: Form) { self.form = form }

    /// The one that the kernel chooses by its routes.
    public static let any = MulticastInterface(form: .any)
    /// The interface with a number; 0 for the one that the kernel chooses.
    public static func index(_ index: UInt32) -> MulticastInterface {
        MulticastInterface(form: index == 0 ? .any : .index(index))
    }
    /// The interface with a name, as `eth0`; it is looked up when it is used.
    public static func named(_ name: String) -> MulticastInterface { MulticastInterface(form: .name(name)) }
    /// The interface with an address of IPv4; for groups of IPv4 alone.
    public static func address(_ address: IPv4Address) -> MulticastInterface {
        MulticastInterface(form: address == .any ? .any : .address(address))
    }

    /// An interface that was found before.
    public init(_ interface: NetworkInterface) {
        self = UInt32(exactly: interface.index).map { .index($0) } ?? .named(interface.name)
    }

    /// The interface with a name, as `eth0`.
    public init(stringLiteral name: String) { self = .named(name) }
}

extension MulticastInterface: CustomStringConvertible {
    /// The name, number or address; `any`.
    public var description: String {
        switch form {
        case .any: "any"
        case .index(let index): "\(index)"
        case .name(let name): name
        case .address(let address): "\(address)"
        }
    }
}

extension MulticastInterface {
    /// The number of the interface in the socket's network; 0 for any.
    func index(for socket: Socket) throws(OptionMisfit) -> UInt32 {
        switch form {
        case .any: return 0
        case .index(let index): return index
        case .name(let name):
            // A number in place of a name, as in a zone, is one too.
            let known = name.utf8.contains(0) ? nil : Interfaces.index(of: name, for: socket)
            if let index = known ?? UInt32(name) { return index }
            throw OptionMisfit(
                "'\(name)' is no interface of the socket's network; `ip link` lists this machine's",
                code: .noSuchInterface)
        case .address(let address):
            throw OptionMisfit("the address \(address) names an interface for groups of IPv4 alone; say its name")
        }
    }

    /// The last two fields of an `ip_mreqn`: the address and the number.
    func ipv4Fields(for socket: Socket) throws(OptionMisfit) -> [UInt8] {
        if case .address(let address) = form { return address.bytes + OptionBytes.store(Int32(0)) }
        return try IPv4Address.any.bytes + OptionBytes.store(index(for: socket))
    }

    /// `IP_MULTICAST_IF`: set by an `ip_mreqn`, read as an `in_addr`.
    static var ipv4Codec: OptionCodec<MulticastInterface> {
        .structure(
            capacity: 4,
            encode: { interface, socket throws(OptionMisfit) in
                try IPv4Address.any.bytes + interface.ipv4Fields(for: socket)
            },
            decode: { IPv4Address(bytes: $0).map { MulticastInterface.address($0) } })
    }

    /// `IPV6_MULTICAST_IF`: the number.
    static var ipv6Codec: OptionCodec<MulticastInterface> {
        .structure(
            capacity: 4,
            encode: { interface, socket throws(OptionMisfit) in try OptionBytes.store(interface.index(for: socket)) },
            decode: { OptionBytes.load(UInt32.self, $0, at: 0).map { MulticastInterface.index($0) } })
    }
}
