/// A datagram that a ``DatagramServer`` has received.
public struct DatagramRequest: Sendable {
    /// What came.
    public let bytes: [UInt8]
    /// Who sent it; `.unix(.unnamed)` for a Unix sender without a name, which cannot be answered.
    public let sender: SocketAddress
    /// Whether the datagram was longer than the server takes, and its end is lost.
    public let isTruncated: Bool
    /// The server's socket.
    public let socket: Socket

    /// Sends a datagram to the sender.
    ///
    /// Blocks while the kernel's buffer is full, no longer than the socket's timeout.
    ///
    /// - Parameter bytes: The answer.
    /// - Throws: ``SocketError`` as for sending.
    @available(*, noasync, message: "reply blocks its thread; call it from a thread of your own")
    public func reply(_ bytes: Span<UInt8>) throws(SocketError) { try socket.send(bytes, to: sender) }

    /// Sends an array to the sender; as ``reply(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter bytes: The answer.
    @available(*, noasync, message: "reply blocks its thread; call it from a thread of your own")
    public func reply(_ bytes: [UInt8]) throws(SocketError) { try reply(bytes.span) }

    /// Sends text in UTF-8 to the sender; as ``reply(_:)-(Span<UInt8>)``.
    ///
    /// - Parameter text: The answer.
    @available(*, noasync, message: "reply blocks its thread; call it from a thread of your own")
    public func reply(_ text: String) throws(SocketError) { try reply(text.utf8.span) }
}
