/// An address on a link: an interface, which frames, and a hardware address.
///
/// ```swift
/// let capture = try Socket(.packet, .raw)
/// try capture.bind(to: SocketAddress(PacketAddress(interface: "eth0", etherType: .all)))
/// let (frame, from) = try capture.receiveFrom(upTo: 65_536)
/// print(frame.count, "bytes from", from)              // packet interface 2, IPv4, host 02:fc:00:00:00:01
/// ```
///
/// A socket hears nothing before it has an ``EtherType``: by its protocol (``EtherType/transportProtocol``), at once and from
/// every interface, or by binding it, from then on and from one. Receiving waits till then. The corresponding C structure is
/// `sockaddr_ll`.
public struct PacketAddress: CustomSocketAddress, Hashable {
    /// Which frames: the protocol that they carry.
    public let etherType: EtherType
    /// The number of the interface; 0 for any, to bind to.
    public let interfaceIndex: Int
    /// The kind of the hardware (`ARPHRD_…`): 1 is Ethernet; 0 where it does not matter.
    public let hardwareType: UInt16
    /// Whom a received frame was for.
    public let packetType: PacketType
    /// The hardware address; `nil` where there is none, as to bind to.
    public let hardwareAddress: HardwareAddress?

    /// Makes an address.
    ///
    /// - Parameters:
    ///   - interfaceIndex: The number of the interface.
    ///   - etherType: Which frames.
    ///   - hardwareAddress: The hardware address to send to.
    ///   - hardwareType: The kind of the hardware; only received.
    ///   - packetType: Whom a frame was for; only received.
    public init(
        interfaceIndex: Int, etherType: EtherType, hardwareAddress: HardwareAddress? = nil,
        hardwareType: UInt16 = 0, packetType: PacketType = .host
    ) {
        self.etherType = etherType
        self.interfaceIndex = interfaceIndex
        self.hardwareType = hardwareType
        self.packetType = packetType
        self.hardwareAddress = hardwareAddress
    }

    /// Makes an address of the interface with a name, which is looked up now, in the calling thread's network.
    ///
    /// - Parameters:
    ///   - interface: The name of the interface, as `eth0`.
    ///   - etherType: Which frames.
    ///   - hardwareAddress: The hardware address to send to.
    /// - Throws: ``SocketError`` with ``SocketError/Code/noSuchInterface``.
    public init(
        interface: String, etherType: EtherType, hardwareAddress: HardwareAddress? = nil
    ) throws(SocketError) {
        let index = try NetworkInterface.index(of: interface)
        self.init(interfaceIndex: index, etherType: etherType, hardwareAddress: hardwareAddress)
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .packet), let etherType: UInt16 = fields.bigEndian(),
            let index = fields.native(UInt32.self).map({ Int(clamping: $0) }),
            let hardwareType: UInt16 = fields.native(),
            let packetType: UInt8 = fields.native(), let length: UInt8 = fields.native()
        else { return nil }
        // Addresses longer than eight bytes, as of InfiniBand, stand in the bytes that follow.
        let address = fields.bytes(min(Int(length), fields.count)) ?? []
        self.init(
            interfaceIndex: index, etherType: EtherType(rawValue: etherType),
            hardwareAddress: HardwareAddress(bytes: address), hardwareType: hardwareType,
            packetType: PacketType(rawValue: packetType))
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        let address = hardwareAddress?.bytes ?? []
        var fields = AddressWriter()
        fields.bigEndian(etherType.rawValue)
        fields.native(UInt32(clamping: interfaceIndex))
        fields.native(hardwareType)
        fields.native(packetType.rawValue)
        fields.native(UInt8(truncatingIfNeeded: address.count))
        fields.bytes(address, in: max(8, address.count))
        return fields.raw(.packet)
    }

    /// What a frame carries, as its header says; an open set.
    public struct EtherType: RawRepresentable, Hashable, Sendable {
        /// The number in the header.
        public let rawValue: UInt16

        /// A protocol by its number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Every frame; the corresponding C constant is `ETH_P_ALL`.
        public static let all = EtherType(rawValue: 0x0003)
        /// IPv4; the corresponding C constant is `ETH_P_IP`.
        public static let ipv4 = EtherType(rawValue: 0x0800)
        /// Address resolution; the corresponding C constant is `ETH_P_ARP`.
        public static let arp = EtherType(rawValue: 0x0806)
        /// A tagged virtual network; the corresponding C constant is `ETH_P_8021Q`.
        public static let vlan = EtherType(rawValue: 0x8100)
        /// IPX; the corresponding C constant is `ETH_P_IPX`.
        public static let ipx = EtherType(rawValue: 0x8137)
        /// IPv6; the corresponding C constant is `ETH_P_IPV6`.
        public static let ipv6 = EtherType(rawValue: 0x86DD)
        /// Label switching; the corresponding C constant is `ETH_P_MPLS_UC`.
        public static let mpls = EtherType(rawValue: 0x8847)
        /// Link-layer discovery; the corresponding C constant is `ETH_P_LLDP`.
        public static let lldp = EtherType(rawValue: 0x88CC)
        /// Precision time; the corresponding C constant is `ETH_P_1588`.
        public static let precisionTime = EtherType(rawValue: 0x88F7)
        /// The Xerox Network Systems.
        public static let xns = EtherType(rawValue: 0x0600)
        /// For experiments at one place; the corresponding C constant is `ETH_P_802_EX1`.
        public static let experimental = EtherType(rawValue: 0x88B5)

        /// The number in the form in which a packet socket is made with it: in network order.
        public var transportProtocol: TransportProtocol { TransportProtocol(rawValue: CInt(rawValue.bigEndian)) }
    }

    /// Whom a frame was for (`PACKET_…`); an open set.
    public struct PacketType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The number of the kernel.
        public let rawValue: UInt8

        /// A type by its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// For this machine; the corresponding C constant is `PACKET_HOST`.
        public static let host = PacketType(rawValue: 0)
        /// For everybody; the corresponding C constant is `PACKET_BROADCAST`.
        public static let broadcast = PacketType(rawValue: 1)
        /// For a group; the corresponding C constant is `PACKET_MULTICAST`.
        public static let multicast = PacketType(rawValue: 2)
        /// For another machine; the corresponding C constant is `PACKET_OTHERHOST`.
        public static let otherHost = PacketType(rawValue: 3)
        /// Sent by this machine; the corresponding C constant is `PACKET_OUTGOING`.
        public static let outgoing = PacketType(rawValue: 4)

        /// The type in a word, as `host`.
        public var description: String {
            switch self {
            case .host: "host"
            case .broadcast: "broadcast"
            case .multicast: "multicast"
            case .otherHost: "other host"
            case .outgoing: "outgoing"
            default: "type \(rawValue)"
            }
        }
    }
}

extension PacketAddress: CustomStringConvertible {
    /// Interface, protocol, and what else there is, as `interface 2, IPv4, host 02:fc:00:00:00:01`.
    public var description: String {
        let address = hardwareAddress.map { " \($0)" } ?? ""
        return "interface \(interfaceIndex), \(etherType), \(packetType)\(address)"
    }
}

extension PacketAddress.EtherType: CustomStringConvertible {
    /// The protocol's name, as `IPv4`; unknown ones by their number, as `0x88a2`.
    public var description: String {
        switch self {
        case .all: "all"
        case .ipv4: "IPv4"
        case .arp: "ARP"
        case .vlan: "VLAN"
        case .ipx: "IPX"
        case .ipv6: "IPv6"
        case .mpls: "MPLS"
        case .lldp: "LLDP"
        case .precisionTime: "precision time"
        case .xns: "XNS"
        case .experimental: "experimental"
        default: "0x\(String(rawValue, radix: 16))"
        }
    }
}
