import Sockets

// A communication domain made outside the library: Netlink, by which programs talk with the Linux kernel. The library has it
// too; here nothing of that is used, so that it shows how a domain is added that the library does not have: its number, its
// protocol, and what its addresses look like.

extension AddressFamily {
    /// Messages between programs and the kernel; `AF_NETLINK`.
    static let netlink = AddressFamily(rawValue: 16)
}

extension TransportProtocol {
    /// Links, addresses and routes; `NETLINK_ROUTE`.
    static let netlinkRoute = TransportProtocol(rawValue: 0)
}

/// An address of the Netlink domain; the C structure is `sockaddr_nl`.
struct NetlinkAddress: Hashable {
    /// Whose socket it is: 0 is the kernel's, and lets the kernel choose a number when a socket is bound to it.
    var portID: UInt32 = 0
    /// The multicast groups that the socket listens to, a bit each.
    var groups: UInt32 = 0

    /// The kernel itself.
    static let kernel = NetlinkAddress()
}

/// With these two members the address goes wherever the library takes or gives a `SocketAddress`.
extension NetlinkAddress: CustomSocketAddress {
    /// After the family there are two bytes of nothing, then the two numbers.
    init?(_ raw: RawSocketAddress) {
        var reader = NativeReader(raw.bytes)
        guard raw.family == UInt16(AddressFamily.netlink.rawValue), reader.skip(2),
            let portID = reader.read(UInt32.self), let groups = reader.read(UInt32.self)
        else { return nil }
        self.init(portID: portID, groups: groups)
    }

    var raw: RawSocketAddress {
        var writer = NativeWriter()
        writer.write(UInt16(0))
        writer.write(portID)
        writer.write(groups)
        return RawSocketAddress(family: UInt16(AddressFamily.netlink.rawValue), bytes: writer.bytes)
    }
}
