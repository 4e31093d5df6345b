// Names that people bring from Python: each tells what it is called here.

extension Socket {
    /// Python's name of `receive(upTo:)`.
    @available(*, unavailable, renamed: "receive(upTo:)")
    public func recv(_ count: Int) -> [UInt8]? { nil }

    /// Python's name of `receiveFrom(upTo:)`.
    @available(*, unavailable, renamed: "receiveFrom(upTo:)")
    public func recvfrom(_ count: Int) -> ([UInt8], SocketAddress)? { nil }

    /// Python's name of `receive(into:)`.
    @available(*, unavailable, renamed: "receive(into:)")
    public func recv_into(_ buffer: inout [UInt8]) -> Int { 0 }

    /// Python's name of `sendAll(_:)`.
    @available(*, unavailable, renamed: "sendAll(_:)")
    public func sendall(_ bytes: [UInt8]) {}

    /// Python's name of `send(_:to:)`.
    @available(*, unavailable, renamed: "send(_:to:)")
    public func sendto(_ bytes: [UInt8], _ address: SocketAddress) {}

    /// Python's name of `localAddress`.
    @available(*, unavailable, renamed: "localAddress")
    public func getsockname() -> SocketAddress? { nil }

    /// Python's name of `peerAddress`.
    @available(*, unavailable, renamed: "peerAddress")
    public func getpeername() -> SocketAddress? { nil }

    /// Python's name; options are typed keys here.
    @available(*, unavailable, message: "options are typed keys: set(.reuseAddress, true)")
    public func setsockopt<Value>(_ level: Int, _ option: Int, _ value: Value) {}

    /// Python's name; options are typed keys here.
    @available(*, unavailable, message: "options are typed keys: get(.receiveBufferSize)")
    public func getsockopt(_ level: Int, _ option: Int) -> Int { 0 }

    /// Python's name; a reader and a writer are made each by itself here.
    @available(*, unavailable, message: "use reader(), whose lines and counts are what makefile() is for, or writer()")
    public func makefile(_ mode: String = "r") {}

    /// Python's name of `timeout`.
    @available(*, unavailable, message: "set `timeout`, a Duration: socket.timeout = .seconds(5)")
    public func settimeout(_ seconds: Double?) {}

    /// Python's name of `isBlocking`.
    @available(*, unavailable, message: "set `isBlocking`")
    public func setblocking(_ flag: Bool) {}

    /// Python's name of `withUnsafeFileDescriptor(_:)`.
    @available(*, unavailable, renamed: "withUnsafeFileDescriptor(_:)")
    public func fileno() -> Int { -1 }

    /// Python's name; the host is resolved here, too.
    @available(*, unavailable, message: "use Socket.connected(to: \"example.org\", port: 80)")
    public static func create_connection(_ host: String, _ port: Port) {}

    /// Python's name; see `listening(on:)`.
    @available(*, unavailable, message: "use Socket.listening(on: .any(port: 80))")
    public static func create_server(_ host: String, _ port: Port) {}

}
