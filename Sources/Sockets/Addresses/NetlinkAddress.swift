/// An address of Netlink, by which processes and the kernel speak: a port and groups.
///
/// ```swift
/// let socket = try Socket(.netlink, .raw, .netlinkRoute)
/// try socket.bind(to: SocketAddress(NetlinkAddress(groups: 1)))            // RTMGRP_LINK: hear of changes of links
/// ```
///
/// The corresponding C structure is `sockaddr_nl`.
public struct NetlinkAddress: CustomSocketAddress, Hashable {
    /// The port: 0 is the kernel; to bind to it, the kernel's choice, which is the number of the process at first.
    public let portID: UInt32
    /// The multicast groups, one bit each.
    public let groups: UInt32

    /// Makes an address.
    ///
    /// - Parameters:
    ///   - portID: The port; 0 for the kernel, or for its choice.
    ///   - groups: The multicast groups, one bit each.
    public init(portID: UInt32 = 0, groups: UInt32 = 0) {
        self.portID = portID
        self.groups = groups
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .netlink), fields.skip(2), let portID: UInt32 = fields.native(),
            let groups: UInt32 = fields.native()
        else { return nil }
        self.init(portID: portID, groups: groups)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.skip(2)
        fields.native(portID)
        fields.native(groups)
        return fields.raw(.netlink)
    }
}

extension NetlinkAddress: CustomStringConvertible {
    /// Port and groups, as `port 4711, groups 0x1`.
    public var description: String { "port \(portID), groups 0x\(String(groups, radix: 16))" }
}

extension TransportProtocol {
    /// Links, addresses and routes by Netlink; the corresponding C constant is `NETLINK_ROUTE`.
    public static let netlinkRoute = TransportProtocol(rawValue: 0)
    /// Messages between programs by Netlink; the corresponding C constant is `NETLINK_USERSOCK`.
    public static let netlinkUser = TransportProtocol(rawValue: 2)
    /// The sockets of the machine by Netlink; the corresponding C constant is `NETLINK_SOCK_DIAG`.
    public static let netlinkSocketDiagnosis = TransportProtocol(rawValue: 4)
    /// IPsec by Netlink; the corresponding C constant is `NETLINK_XFRM`.
    public static let netlinkTransform = TransportProtocol(rawValue: 6)
    /// Auditing by Netlink; the corresponding C constant is `NETLINK_AUDIT`.
    public static let netlinkAudit = TransportProtocol(rawValue: 9)
    /// The netfilter subsystem by Netlink; the corresponding C constant is `NETLINK_NETFILTER`.
    public static let netlinkNetfilter = TransportProtocol(rawValue: 12)
    /// Events of devices by Netlink; the corresponding C constant is `NETLINK_KOBJECT_UEVENT`.
    public static let netlinkDeviceEvents = TransportProtocol(rawValue: 15)
    /// All others, by names, by Netlink; the corresponding C constant is `NETLINK_GENERIC`.
    public static let netlinkGeneric = TransportProtocol(rawValue: 16)
    /// The kernel's cryptography by Netlink; the corresponding C constant is `NETLINK_CRYPTO`.
    public static let netlinkCryptography = TransportProtocol(rawValue: 21)
}
