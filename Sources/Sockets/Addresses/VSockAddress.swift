/// An address between a virtual machine and its host: whose, and a port of 32 bits.
///
/// ```swift
/// let listener = try Socket.listening(on: SocketAddress(VSockAddress(.any, port: 5000)))
/// ```
///
/// The corresponding C structure is `sockaddr_vm`.
public struct VSockAddress: CustomSocketAddress, Hashable {
    /// The machine.
    public let contextID: ContextID
    /// The port; those below 1024 are privileged, and ``anyPort`` is the kernel's choice.
    public let port: UInt32
    /// Flags; bit 0 sends to another virtual machine through the host (`VMADDR_FLAG_TO_HOST`).
    public let flags: UInt8

    /// Any port, to bind to; the corresponding C constant is `VMADDR_PORT_ANY`.
    public static let anyPort = UInt32.max

    /// Makes an address.
    ///
    /// - Parameters:
    ///   - contextID: The machine.
    ///   - port: The port.
    ///   - flags: Flags; bit 0 sends to another virtual machine through the host.
    public init(_ contextID: ContextID, port: UInt32, flags: UInt8 = 0) {
        self.contextID = contextID
        self.port = port
        self.flags = flags
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .vsock), fields.skip(2), let port: UInt32 = fields.native(),
            let contextID: UInt32 = fields.native()
        else { return nil }
        self.init(ContextID(rawValue: contextID), port: port, flags: fields.native() ?? 0)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(port)
        fields.native(contextID.rawValue)
        fields.native(flags)
        fields.skip(3)
        return fields.raw(.vsock)
    }

    /// A virtual machine or its host, by number; an open set.
    public struct ContextID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The number.
        public let rawValue: UInt32

        /// A machine by its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Any machine, to bind to; the corresponding C constant is `VMADDR_CID_ANY`.
        public static let any = ContextID(rawValue: .max)
        /// The hypervisor; the corresponding C constant is `VMADDR_CID_HYPERVISOR`.
        public static let hypervisor = ContextID(rawValue: 0)
        /// This machine; the corresponding C constant is `VMADDR_CID_LOCAL`.
        public static let local = ContextID(rawValue: 1)
        /// The host of this virtual machine; the corresponding C constant is `VMADDR_CID_HOST`.
        public static let host = ContextID(rawValue: 2)

        /// The machine, as `host`, or its number.
        public var description: String {
            switch self {
            case .any: "any"
            case .hypervisor: "hypervisor"
            case .local: "local"
            case .host: "host"
            default: "\(rawValue)"
            }
        }
    }
}

extension VSockAddress: CustomStringConvertible {
    /// Machine and port, as `host:5000`.
    public var description: String { "\(contextID):\(port == Self.anyPort ? "any" : "\(port)")" }
}
