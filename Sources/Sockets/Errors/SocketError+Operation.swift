extension SocketError {
    /// What was tried, by the name of the method; an open set.
    public struct Operation: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The name as it is printed.
        public let rawValue: String

        /// Names an operation; for packages that add their own.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name as it is printed.
        public var description: String { rawValue }

        /// Accepting a connection.
        public static let accept = Operation(rawValue: "accept")
        /// Taking over a descriptor.
        public static let adopt = Operation(rawValue: "adopt")
        /// Binding to a local address.
        public static let bind = Operation(rawValue: "bind")
        /// Connecting to a remote address.
        public static let connect = Operation(rawValue: "connect")
        /// Giving the descriptor away.
        public static let detach = Operation(rawValue: "detach")
        /// Duplicating the descriptor.
        public static let duplicate = Operation(rawValue: "duplicate")
        /// Reading an option.
        public static let getOption = Operation(rawValue: "get")
        /// Asking for the network interfaces.
        public static let interfaces = Operation(rawValue: "interfaces")
        /// Starting to listen.
        public static let listen = Operation(rawValue: "listen")
        /// Asking for the local address.
        public static let localAddress = Operation(rawValue: "local address")
        /// Making a pair of connected sockets.
        public static let pair = Operation(rawValue: "pair")
        /// Asking for the peer's address.
        public static let peerAddress = Operation(rawValue: "peer address")
        /// Receiving.
        public static let receive = Operation(rawValue: "receive")
        /// Looking a name up.
        public static let resolve = Operation(rawValue: "resolve")
        /// Waiting for events of several sockets.
        public static let select = Operation(rawValue: "select")
        /// Sending.
        public static let send = Operation(rawValue: "send")
        /// Sending a file.
        public static let sendFile = Operation(rawValue: "send file")
        /// Serving clients.
        public static let serve = Operation(rawValue: "serve")
        /// Changing the name of the machine.
        public static let setHostName = Operation(rawValue: "set host name")
        /// Changing an option.
        public static let setOption = Operation(rawValue: "set")
        /// Shutting down one or both directions.
        public static let shutdown = Operation(rawValue: "shutdown")
        /// Making a socket.
        public static let socket = Operation(rawValue: "socket")
        /// Waiting until the socket is ready.
        public static let wait = Operation(rawValue: "wait")
    }
}
