/// An address in a cluster by TIPC: a service, a range of them, or one socket.
///
/// ```swift
/// try socket.bind(to: SocketAddress(TIPCAddress(.service(type: 18_888, instance: 17))))
/// ```
///
/// The corresponding C structure is `sockaddr_tipc`.
public struct TIPCAddress: CustomSocketAddress, Hashable {
    /// The three forms of a name.
    public enum Name: Hashable, Sendable {
        /// Any socket of a service, looked for in a domain (0: everywhere, the nearest first); the corresponding C
        /// constant is `TIPC_SERVICE_ADDR`.
        case service(type: UInt32, instance: UInt32, domain: UInt32 = 0)
        /// All instances from one to another, to bind to, and to send to all; the corresponding C constant is
        /// `TIPC_SERVICE_RANGE`.
        case range(type: UInt32, lower: UInt32, upper: UInt32)
        /// One socket; the corresponding C constant is `TIPC_SOCKET_ADDR`.
        case socket(reference: UInt32, node: UInt32)
    }

    /// How far a name that is bound can be seen; an open set.
    public struct Scope: RawRepresentable, Hashable, Sendable {
        /// The number of the kernel.
        public let rawValue: Int8

        /// A scope by its number.
        public init(rawValue: Int8) { self.rawValue = rawValue }

        /// In the whole cluster; the corresponding C constant is `TIPC_CLUSTER_SCOPE`.
        public static let cluster = Scope(rawValue: 2)
        /// On this node; the corresponding C constant is `TIPC_NODE_SCOPE`.
        public static let node = Scope(rawValue: 3)
    }

    /// The name.
    public let name: Name
    /// How far it can be seen, when it is bound.
    public let scope: Scope

    /// Makes an address.
    public init(_ name: Name, scope: Scope = .cluster) {
        self.name = name
        self.scope = scope
    }

    /// Reads the address; `nil` when it is one of another family, too short, or has a form that is not known.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .tipc), let form: UInt8 = fields.native(),
            let scope: Int8 = fields.native(), let first: UInt32 = fields.native(),
            let second: UInt32 = fields.native(), let third: UInt32 = fields.native()
        else { return nil }
        switch form {
        case 1: self.init(.range(type: first, lower: second, upper: third), scope: Scope(rawValue: scope))
        case 2: self.init(.service(type: first, instance: second, domain: third), scope: Scope(rawValue: scope))
        case 3: self.init(.socket(reference: first, node: second), scope: Scope(rawValue: scope))
        default: return nil
        }
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        let (form, numbers): (UInt8, [UInt32]) =
            switch name {
            case .range(let type, let lower, let upper): (1, [type, lower, upper])
            case .service(let type, let instance, let domain): (2, [type, instance, domain])
            case .socket(let reference, let node): (3, [reference, node, 0])
            }
        var fields = AddressWriter()
        fields.native(form)
        fields.native(scope.rawValue)
        for number in numbers { fields.native(number) }
        return fields.raw(.tipc)
    }
}

extension TIPCAddress: CustomStringConvertible {
    /// The name, as `service 18888:17`.
    public var description: String {
        switch name {
        case .service(let type, let instance, _): "service \(type):\(instance)"
        case .range(let type, let lower, let upper): "service \(type):\(lower)–\(upper)"
        case .socket(let reference, let node): "socket \(reference) of node \(node)"
        }
    }
}
