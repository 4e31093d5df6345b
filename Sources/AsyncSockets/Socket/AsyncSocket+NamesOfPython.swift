public import Sockets

// Names that people bring from Python: each tells what it is called here.

extension AsyncSocket {
    /// Python's name of `receive(upTo:)`.
    @available(*, unavailable, renamed: "receive(upTo:)")
    public func recv(_ count: Int) async -> [UInt8]? { nil }

    /// Python's name of `receiveFrom(upTo:)`.
    @available(*, unavailable, renamed: "receiveFrom(upTo:)")
    public func recvfrom(_ count: Int) async -> ([UInt8], SocketAddress)? { nil }

    /// Python's name of `receive(into:)`.
    @available(*, unavailable, renamed: "receive(into:)")
    public func recv_into(_ buffer: inout [UInt8]) async -> Int { 0 }

    /// Python's name of `sendAll(_:)`.
    @available(*, unavailable, renamed: "sendAll(_:)")
    public func sendall(_ bytes: [UInt8]) async {}

    /// Python's name of `send(_:to:)`.
    @available(*, unavailable, renamed: "send(_:to:)")
    public func sendto(_ bytes: [UInt8], _ address: SocketAddress) async {}

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

    /// What asynchronous operations have instead of a timeout.
    @available(
        *, unavailable,
        message: "put the calls into withDeadline(.seconds(5)) { … }, which is one limit for all of them"
    )
    public var timeout: Duration? { nil }

    /// What asynchronous operations have instead of a timeout.
    @available(
        *, unavailable,
        message: "put the calls into withDeadline(.seconds(5)) { … }, which is one limit for all of them"
    )
    public func settimeout(_ seconds: Double?) {}

    /// What asynchronous operations have instead of a timeout.
    @available(*, unavailable, message: "put the call into withDeadline(.seconds(5)) { … }")
    public static func connected(to host: String, port: Port, timeout: Duration) async -> AsyncSocket? { nil }

    /// Python's name; the host is resolved here, too.
    @available(*, unavailable, message: "use AsyncSocket.connected(to: \"example.org\", port: 80)")
    public static func create_connection(_ host: String, _ port: Port) {}

    /// Python's name; see `listening(on:)`.
    @available(*, unavailable, message: "use AsyncSocket.listening(on: .any(port: 80))")
    public static func create_server(_ host: String, _ port: Port) {}

}
