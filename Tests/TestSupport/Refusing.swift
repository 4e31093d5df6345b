public import Sockets

extension Socket {
    /// A socket at whose address everybody is refused, for as long as it is held.
    ///
    /// Closing one would do most of the time: a program that another test starts at the same moment has a copy until it
    /// runs.
    public static func refusing(_ type: SocketType, at address: SocketAddress = .loopback(port: 0)) throws -> Socket {
        let socket = try Socket(address.family, type)
        try socket.bind(to: address)
        // One of streams does not listen, and one of datagrams hears itself alone.
        if type == .datagram { try socket.connect(to: socket.localAddress) }
        return socket
    }
}
