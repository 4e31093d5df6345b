extension Socket: ByteStream {
    /// The error of all operations.
    public typealias Failure = SocketError

    /// Sends bytes with one system call; as ``send(_:flags:)-(Span<UInt8>,_)``.
    @available(*, noasync, message: "send blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func send(_ bytes: Span<UInt8>) throws(SocketError) -> Int { try send(bytes, flags: []) }

    /// Sends all the bytes; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(_ bytes: Span<UInt8>) throws(SocketError) { try sendAll(bytes, flags: []) }

    /// Sends a whole array; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(_ bytes: [UInt8]) throws(SocketError) { try sendAll(bytes.span, flags: []) }

    /// Sends a whole text in UTF-8; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    @available(*, noasync, message: "sendAll blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func sendAll(_ text: String) throws(SocketError) { try sendAll(text.utf8.span, flags: []) }

    /// Receives bytes into the free room of a buffer; as ``receive(into:flags:)-(OutputSpan<UInt8>,_)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(into buffer: inout OutputSpan<UInt8>) throws(SocketError) -> Int {
        try receive(into: &buffer, flags: [])
    }

    /// Receives what has come; as ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receive blocks its thread; use AsyncSocket, or call it from a thread of your own")
    public func receive(upTo count: Int) throws(SocketError) -> [UInt8]? { try receive(upTo: count, flags: []) }

    /// Ends sending; as ``shutdown(_:)`` with `.write`.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/notConnected`` or ``SocketError/Code/closed``.
    public func finishWriting() throws(SocketError) { try shutdown(.write) }
}
