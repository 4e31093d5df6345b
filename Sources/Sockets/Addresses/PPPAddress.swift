/// An address of the point-to-point protocol over something else: a session over Ethernet (PPPoE), or a call over IPv4 (PPTP).
///
/// ```swift
/// let session = try Socket(.pppox, .stream, .pppOverEthernet)
/// try session.connect(to: SocketAddress(PPPAddress(.ethernet(session: 7, peer: concentrator, interface: "eth0"))))
/// ```
///
/// What sets the session up, and what speaks PPP in it, are other programs. The corresponding C structure is
/// `sockaddr_pppox`.
public struct PPPAddress: CustomSocketAddress, Hashable {
    /// What carries the protocol.
    public enum Carrier: Hashable, Sendable {
        /// A session over Ethernet (RFC 2516): its number, the other machine, and this machine's interface.
        case ethernet(session: UInt16, peer: HardwareAddress, interface: String)
        /// A call over IPv4 (RFC 2637): its number and the machine.
        case pointToPointTunnel(call: UInt16, IPv4Address)
    }

    /// What carries the protocol, and where it goes.
    public let carrier: Carrier

    /// Makes an address; `nil` when the hardware address has not 6 bytes, or the interface's name not 1 to 15.
    public init?(_ carrier: Carrier) {
        if case .ethernet(_, let peer, let interface) = carrier {
            guard peer.bytes.count == 6, (1...15).contains(interface.utf8.count), !interface.utf8.contains(0) else {
                return nil
            }
        }
        self.carrier = carrier
    }

    /// Reads the address; `nil` when it is one of another family or carrier, or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .pppox), let kind: UInt32 = fields.native(),
            let number: UInt16 = kind == 0 ? fields.bigEndian() : fields.native()
        else { return nil }
        switch kind {
        case 0:
            guard let bytes = fields.bytes(6), let peer = HardwareAddress(bytes: bytes), let name = fields.text(16)
            else { return nil }
            self.init(.ethernet(session: number, peer: peer, interface: name))
        case 2:
            guard fields.skip(2), let bytes = fields.bytes(4), let peer = IPv4Address(bytes: bytes) else { return nil }
            self.init(.pointToPointTunnel(call: number, peer))
        default: return nil
        }
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        switch carrier {
        case .ethernet(let session, let peer, let interface):
            fields.native(UInt32(0))
            fields.bigEndian(session)
            fields.bytes(peer.bytes, in: 6)
            fields.bytes(interface.utf8, in: 16)
        case .pointToPointTunnel(let call, let address):
            fields.native(UInt32(2))
            fields.native(call)
            fields.skip(2)
            fields.bytes(address.bytes, in: 20)
        }
        return fields.raw(.pppox)
    }
}

extension PPPAddress: CustomStringConvertible {
    /// Session or call and where it goes, as `session 7 of 02:fc:00:00:00:01 on eth0`.
    public var description: String {
        switch carrier {
        case .ethernet(let session, let peer, let interface): "session \(session) of \(peer) on \(interface)"
        case .pointToPointTunnel(let call, let address): "call \(call) of \(address)"
        }
    }
}

extension TransportProtocol {
    /// The point-to-point protocol over Ethernet; the corresponding C constant is `PX_PROTO_OE`.
    public static let pppOverEthernet = TransportProtocol(rawValue: 0)
    /// The point-to-point tunneling protocol; the corresponding C constant is `PX_PROTO_PPTP`.
    public static let pointToPointTunnel = TransportProtocol(rawValue: 2)
}
