/// A communication domain: how sockets are named, and which protocols carry their data (`AF_…`).
///
/// Every family of Linux has a name here; which of them there are depends on the kernel, and making a socket of one that
/// it lacks is ``SocketError/Code/addressFamilyNotSupported``. The set is open: `AddressFamily(rawValue:)`.
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A family by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// No family in particular.
    ///
    /// The corresponding C constant is `AF_UNSPEC`.
    public static let unspecified = AddressFamily(rawValue: 0)
    /// Processes on one machine.
    ///
    /// The corresponding C constant is `AF_UNIX`.
    public static let unix = AddressFamily(rawValue: 1)
    /// The Internet, version 4.
    ///
    /// The corresponding C constant is `AF_INET`.
    public static let ipv4 = AddressFamily(rawValue: 2)
    /// Amateur packet radio; addresses are ``AX25Address``.
    ///
    /// The corresponding C constant is `AF_AX25`.
    public static let ax25 = AddressFamily(rawValue: 3)
    /// Novell's IPX, until Linux 5.14; addresses are ``IPXAddress``.
    ///
    /// The corresponding C constant is `AF_IPX`.
    public static let ipx = AddressFamily(rawValue: 4)
    /// AppleTalk's datagrams; addresses are ``AppleTalkAddress``.
    ///
    /// The corresponding C constant is `AF_APPLETALK`.
    public static let appleTalk = AddressFamily(rawValue: 5)
    /// NET/ROM over packet radio; addresses are ``AX25Address``.
    ///
    /// The corresponding C constant is `AF_NETROM`.
    public static let netROM = AddressFamily(rawValue: 6)
    /// Ethernet bridges, in Netlink's messages; there are no sockets of it.
    ///
    /// The corresponding C constant is `AF_BRIDGE`.
    public static let bridge = AddressFamily(rawValue: 7)
    /// Permanent circuits of ATM.
    ///
    /// The corresponding C constant is `AF_ATMPVC`.
    public static let atmPVC = AddressFamily(rawValue: 8)
    /// X.25; addresses are ``X25Address``.
    ///
    /// The corresponding C constant is `AF_X25`.
    public static let x25 = AddressFamily(rawValue: 9)
    /// The Internet, version 6.
    ///
    /// The corresponding C constant is `AF_INET6`.
    public static let ipv6 = AddressFamily(rawValue: 10)
    /// ROSE over packet radio.
    ///
    /// The corresponding C constant is `AF_ROSE`.
    public static let rose = AddressFamily(rawValue: 11)
    /// DECnet, until Linux 6.0.
    ///
    /// The corresponding C constant is `AF_DECnet`.
    public static let decNet = AddressFamily(rawValue: 12)
    /// 802.2 links, reserved; Linux has never had it.
    ///
    /// The corresponding C constant is `AF_NETBEUI`.
    public static let netBEUI = AddressFamily(rawValue: 13)
    /// Reserved for callbacks of security modules.
    ///
    /// The corresponding C constant is `AF_SECURITY`.
    public static let security = AddressFamily(rawValue: 14)
    /// Key management of IPsec (RFC 2367).
    ///
    /// The corresponding C constant is `AF_KEY`.
    public static let key = AddressFamily(rawValue: 15)
    /// Messages to and from the kernel; addresses are ``NetlinkAddress``.
    ///
    /// The corresponding C constant is `AF_NETLINK`.
    public static let netlink = AddressFamily(rawValue: 16)
    /// Link-layer frames; addresses are ``PacketAddress``.
    ///
    /// The corresponding C constant is `AF_PACKET`.
    public static let packet = AddressFamily(rawValue: 17)
    /// Ash, reserved.
    ///
    /// The corresponding C constant is `AF_ASH`.
    public static let ash = AddressFamily(rawValue: 18)
    /// Acorn's Econet, until Linux 3.4.
    ///
    /// The corresponding C constant is `AF_ECONET`.
    public static let econet = AddressFamily(rawValue: 19)
    /// Switched circuits of ATM.
    ///
    /// The corresponding C constant is `AF_ATMSVC`.
    public static let atmSVC = AddressFamily(rawValue: 20)
    /// Reliable datagrams; addresses are those of the Internet, ``SocketAddress/ipv4(_:port:)`` and
    /// ``SocketAddress/ipv6(_:port:flowLabel:)``.
    ///
    /// The corresponding C constant is `AF_RDS`.
    public static let rds = AddressFamily(rawValue: 21)
    /// IBM's SNA, reserved.
    ///
    /// The corresponding C constant is `AF_SNA`.
    public static let sna = AddressFamily(rawValue: 22)
    /// Infrared, until Linux 4.16; addresses are ``IrDAAddress``.
    ///
    /// The corresponding C constant is `AF_IRDA`.
    public static let irda = AddressFamily(rawValue: 23)
    /// PPP over other protocols; addresses are ``PPPAddress``.
    ///
    /// The corresponding C constant is `AF_PPPOX`.
    public static let pppox = AddressFamily(rawValue: 24)
    /// Sangoma's cards, until Linux 2.6.
    ///
    /// The corresponding C constant is `AF_WANPIPE`.
    public static let wanpipe = AddressFamily(rawValue: 25)
    /// Logical link control (IEEE 802.2); addresses are ``LLCAddress``.
    ///
    /// The corresponding C constant is `AF_LLC`.
    public static let llc = AddressFamily(rawValue: 26)
    /// InfiniBand, in addresses of its connection manager; there are no sockets of it.
    ///
    /// The corresponding C constant is `AF_IB`.
    public static let infiniBand = AddressFamily(rawValue: 27)
    /// Label switching, in Netlink's messages; there are no sockets of it.
    ///
    /// The corresponding C constant is `AF_MPLS`.
    public static let mpls = AddressFamily(rawValue: 28)
    /// The buses of vehicles; addresses are ``CANAddress``, ``ISOTPAddress`` and ``J1939Address``.
    ///
    /// The corresponding C constant is `AF_CAN`.
    public static let can = AddressFamily(rawValue: 29)
    /// Processes of a cluster; addresses are ``TIPCAddress``.
    ///
    /// The corresponding C constant is `AF_TIPC`.
    public static let tipc = AddressFamily(rawValue: 30)
    /// Bluetooth; addresses are ``L2CAPAddress``, ``RFCOMMAddress``, ``HCIAddress`` and ``SCOAddress``.
    ///
    /// The corresponding C constant is `AF_BLUETOOTH`.
    public static let bluetooth = AddressFamily(rawValue: 31)
    /// Virtual machines of IBM's z/VM.
    ///
    /// The corresponding C constant is `AF_IUCV`.
    public static let iucv = AddressFamily(rawValue: 32)
    /// Remote procedure calls of AFS.
    ///
    /// The corresponding C constant is `AF_RXRPC`.
    public static let rxRPC = AddressFamily(rawValue: 33)
    /// ISDN by the stack mISDN.
    ///
    /// The corresponding C constant is `AF_ISDN`.
    public static let isdn = AddressFamily(rawValue: 34)
    /// Modems of Nokia's telephones; addresses are ``PhonetAddress``.
    ///
    /// The corresponding C constant is `AF_PHONET`.
    public static let phonet = AddressFamily(rawValue: 35)
    /// Low-rate radio networks; addresses are ``IEEE802154Address``.
    ///
    /// The corresponding C constant is `AF_IEEE802154`.
    public static let ieee802154 = AddressFamily(rawValue: 36)
    /// Modems of ST-Ericsson's telephones.
    ///
    /// The corresponding C constant is `AF_CAIF`.
    public static let caif = AddressFamily(rawValue: 37)
    /// The kernel's cryptography; addresses are ``AlgorithmAddress``.
    ///
    /// The corresponding C constant is `AF_ALG`.
    public static let alg = AddressFamily(rawValue: 38)
    /// Near field communication; addresses are ``NFCAddress`` and ``NFCLinkAddress``.
    ///
    /// The corresponding C constant is `AF_NFC`.
    public static let nfc = AddressFamily(rawValue: 39)
    /// Virtual machines and their host; addresses are ``VSockAddress``.
    ///
    /// The corresponding C constant is `AF_VSOCK`.
    public static let vsock = AddressFamily(rawValue: 40)
    /// The kernel's connection multiplexer over TCP; its sockets have no addresses.
    ///
    /// The corresponding C constant is `AF_KCM`.
    public static let kcm = AddressFamily(rawValue: 41)
    /// The router between Qualcomm's processors; addresses are ``QIPCRouterAddress``.
    ///
    /// The corresponding C constant is `AF_QIPCRTR`.
    public static let qipcrtr = AddressFamily(rawValue: 42)
    /// Shared memory by RDMA under TCP's interface; addresses are those of the Internet.
    ///
    /// The corresponding C constant is `AF_SMC`.
    public static let smc = AddressFamily(rawValue: 43)
    /// Frames past the network stack; addresses are ``XDPAddress``.
    ///
    /// The corresponding C constant is `AF_XDP`.
    public static let xdp = AddressFamily(rawValue: 44)
    /// Management components inside a machine; addresses are ``MCTPAddress``.
    ///
    /// The corresponding C constant is `AF_MCTP`.
    public static let mctp = AddressFamily(rawValue: 45)
}

extension AddressFamily: CustomStringConvertible {
    /// The family in words, as `IPv4`; unknown ones by their number.
    public var description: String {
        let index = Int(rawValue)
        return Self.names.indices.contains(index) ? Self.names[index] : "family \(rawValue)"
    }

    /// The names of all families, at the places of their numbers.
    private static let names = [
        "unspecified", "Unix", "IPv4", "AX.25", "IPX", "AppleTalk", "NET/ROM", "bridge", "ATM PVC", "X.25", "IPv6",
        "ROSE", "DECnet", "NetBEUI", "security", "key", "netlink", "packet", "Ash", "Econet", "ATM SVC", "RDS",
        "SNA", "IrDA", "PPPoX", "WANPIPE", "LLC", "InfiniBand", "MPLS", "CAN", "TIPC", "Bluetooth", "IUCV", "RxRPC",
        "ISDN", "Phonet", "IEEE 802.15.4", "CAIF", "ALG", "NFC", "vsock", "KCM", "QIPCRTR", "SMC", "XDP", "MCTP",
    ]
}

extension AddressFamily {
    /// The name in C of ``unspecified``.
    @available(*, unavailable, renamed: "unspecified") public static var AF_UNSPEC: AddressFamily { .unspecified }
    /// The name in C of ``unix``.
    @available(*, unavailable, renamed: "unix") public static var AF_UNIX: AddressFamily { .unix }
    /// The name in C of ``ipv4``.
    @available(*, unavailable, renamed: "ipv4") public static var AF_INET: AddressFamily { .ipv4 }
    /// The name in C of ``ax25``.
    @available(*, unavailable, renamed: "ax25") public static var AF_AX25: AddressFamily { .ax25 }
    /// The name in C of ``ipx``.
    @available(*, unavailable, renamed: "ipx") public static var AF_IPX: AddressFamily { .ipx }
    /// The name in C of ``appleTalk``.
    @available(*, unavailable, renamed: "appleTalk") public static var AF_APPLETALK: AddressFamily { .appleTalk }
    /// The name in C of ``netROM``.
    @available(*, unavailable, renamed: "netROM") public static var AF_NETROM: AddressFamily { .netROM }
    /// The name in C of ``bridge``.
    @available(*, unavailable, renamed: "bridge") public static var AF_BRIDGE: AddressFamily { .bridge }
    /// The name in C of ``atmPVC``.
    @available(*, unavailable, renamed: "atmPVC") public static var AF_ATMPVC: AddressFamily { .atmPVC }
    /// The name in C of ``x25``.
    @available(*, unavailable, renamed: "x25") public static var AF_X25: AddressFamily { .x25 }
    /// The name in C of ``ipv6``.
    @available(*, unavailable, renamed: "ipv6") public static var AF_INET6: AddressFamily { .ipv6 }
    /// The name in C of ``rose``.
    @available(*, unavailable, renamed: "rose") public static var AF_ROSE: AddressFamily { .rose }
    /// The name in C of ``decNet``.
    @available(*, unavailable, renamed: "decNet") public static var AF_DECnet: AddressFamily { .decNet }
    /// The name in C of ``netBEUI``.
    @available(*, unavailable, renamed: "netBEUI") public static var AF_NETBEUI: AddressFamily { .netBEUI }
    /// The name in C of ``security``.
    @available(*, unavailable, renamed: "security") public static var AF_SECURITY: AddressFamily { .security }
    /// The name in C of ``key``.
    @available(*, unavailable, renamed: "key") public static var AF_KEY: AddressFamily { .key }
    /// The name in C of ``netlink``.
    @available(*, unavailable, renamed: "netlink") public static var AF_NETLINK: AddressFamily { .netlink }
    /// The name in C of ``packet``.
    @available(*, unavailable, renamed: "packet") public static var AF_PACKET: AddressFamily { .packet }
    /// The name in C of ``ash``.
    @available(*, unavailable, renamed: "ash") public static var AF_ASH: AddressFamily { .ash }
    /// The name in C of ``econet``.
    @available(*, unavailable, renamed: "econet") public static var AF_ECONET: AddressFamily { .econet }
    /// The name in C of ``atmSVC``.
    @available(*, unavailable, renamed: "atmSVC") public static var AF_ATMSVC: AddressFamily { .atmSVC }
    /// The name in C of ``rds``.
    @available(*, unavailable, renamed: "rds") public static var AF_RDS: AddressFamily { .rds }
    /// The name in C of ``sna``.
    @available(*, unavailable, renamed: "sna") public static var AF_SNA: AddressFamily { .sna }
    /// The name in C of ``irda``.
    @available(*, unavailable, renamed: "irda") public static var AF_IRDA: AddressFamily { .irda }
    /// The name in C of ``pppox``.
    @available(*, unavailable, renamed: "pppox") public static var AF_PPPOX: AddressFamily { .pppox }
    /// The name in C of ``wanpipe``.
    @available(*, unavailable, renamed: "wanpipe") public static var AF_WANPIPE: AddressFamily { .wanpipe }
    /// The name in C of ``llc``.
    @available(*, unavailable, renamed: "llc") public static var AF_LLC: AddressFamily { .llc }
    /// The name in C of ``infiniBand``.
    @available(*, unavailable, renamed: "infiniBand") public static var AF_IB: AddressFamily { .infiniBand }
    /// The name in C of ``mpls``.
    @available(*, unavailable, renamed: "mpls") public static var AF_MPLS: AddressFamily { .mpls }
    /// The name in C of ``can``.
    @available(*, unavailable, renamed: "can") public static var AF_CAN: AddressFamily { .can }
    /// The name in C of ``tipc``.
    @available(*, unavailable, renamed: "tipc") public static var AF_TIPC: AddressFamily { .tipc }
    /// The name in C of ``bluetooth``.
    @available(*, unavailable, renamed: "bluetooth") public static var AF_BLUETOOTH: AddressFamily { .bluetooth }
    /// The name in C of ``iucv``.
    @available(*, unavailable, renamed: "iucv") public static var AF_IUCV: AddressFamily { .iucv }
    /// The name in C of ``rxRPC``.
    @available(*, unavailable, renamed: "rxRPC") public static var AF_RXRPC: AddressFamily { .rxRPC }
    /// The name in C of ``isdn``.
    @available(*, unavailable, renamed: "isdn") public static var AF_ISDN: AddressFamily { .isdn }
    /// The name in C of ``phonet``.
    @available(*, unavailable, renamed: "phonet") public static var AF_PHONET: AddressFamily { .phonet }
    /// The name in C of ``ieee802154``.
    @available(*, unavailable, renamed: "ieee802154") public static var AF_IEEE802154: AddressFamily { .ieee802154 }
    /// The name in C of ``caif``.
    @available(*, unavailable, renamed: "caif") public static var AF_CAIF: AddressFamily { .caif }
    /// The name in C of ``alg``.
    @available(*, unavailable, renamed: "alg") public static var AF_ALG: AddressFamily { .alg }
    /// The name in C of ``nfc``.
    @available(*, unavailable, renamed: "nfc") public static var AF_NFC: AddressFamily { .nfc }
    /// The name in C of ``vsock``.
    @available(*, unavailable, renamed: "vsock") public static var AF_VSOCK: AddressFamily { .vsock }
    /// The name in C of ``kcm``.
    @available(*, unavailable, renamed: "kcm") public static var AF_KCM: AddressFamily { .kcm }
    /// The name in C of ``qipcrtr``.
    @available(*, unavailable, renamed: "qipcrtr") public static var AF_QIPCRTR: AddressFamily { .qipcrtr }
    /// The name in C of ``smc``.
    @available(*, unavailable, renamed: "smc") public static var AF_SMC: AddressFamily { .smc }
    /// The name in C of ``xdp``.
    @available(*, unavailable, renamed: "xdp") public static var AF_XDP: AddressFamily { .xdp }
    /// The name in C of ``mctp``.
    @available(*, unavailable, renamed: "mctp") public static var AF_MCTP: AddressFamily { .mctp }
    /// The name in C of ``unix``.
    @available(*, unavailable, renamed: "unix") public static var AF_LOCAL: AddressFamily { .unix }
    /// The name in C of ``unix``.
    @available(*, unavailable, renamed: "unix") public static var AF_FILE: AddressFamily { .unix }
    /// The name in C of ``netlink``.
    @available(*, unavailable, renamed: "netlink") public static var AF_ROUTE: AddressFamily { .netlink }
}
