public import Sockets

extension AsyncSocket: AsyncByteStream {
    /// The error of all operations.
    public typealias Failure = SocketError

    /// Sends bytes once; as ``send(_:flags:)-(Span<UInt8>,_)``.
    public func send(_ bytes: Span<UInt8>) async throws(SocketError) -> Int { try await send(bytes, flags: []) }

    /// Sends all the bytes; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    @inlinable
    @inline(__always)
    public func sendAll(_ bytes: Span<UInt8>) async throws(SocketError) {
        let sent = sendAllNow(bytes, [])
        if sent < 0 || sent < bytes.count { try await sendRest(bytes, [], after: sent) }
    }

    /// Sends a whole array; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    @inlinable
    @inline(__always)
    public func sendAll(_ bytes: [UInt8]) async throws(SocketError) {
        let sent = sendAllNow(bytes.span, [])
        if sent < 0 || sent < bytes.count { try await sendRest(bytes.span, [], after: sent) }
    }

    /// Sends a whole text in UTF-8; as ``sendAll(_:flags:)-(Span<UInt8>,_)``.
    public func sendAll(_ text: String) async throws(SocketError) { try await sendAll(text.utf8.span, flags: []) }

    /// Receives into the free room of a buffer; as ``receive(into:flags:)-(OutputSpan<UInt8>,_)``.
    public func receive(into buffer: inout OutputSpan<UInt8>) async throws(SocketError) -> Int {
        try await receive(into: &buffer, flags: [])
    }

    /// Receives what has come; as ``receive(upTo:flags:)``.
    @inlinable
    @inline(__always)
    public func receive(upTo count: Int) async throws(SocketError) -> [UInt8]? {
        try await receive(upTo: count, flags: [])
    }

    /// Ends sending; as ``shutdown(_:)`` with `.write`.
    public func finishWriting() async throws(SocketError) { try shutdown(.write) }
}
