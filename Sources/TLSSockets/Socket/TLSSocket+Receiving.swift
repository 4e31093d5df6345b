internal import Sockets

extension TLSSocket {
    /// Receives bytes into the free room of a buffer, and returns how many; 0 when the peer has said goodbye.
    ///
    /// Gives what one record held, 16,384 bytes at most. Blocks until something has come, no longer than ``timeout``, which
    /// is one limit for the whole. Allocates nothing.
    ///
    /// - Parameter buffer: Gets the bytes appended.
    /// - Returns: How many bytes came; 0 at the end, and when there is no room.
    /// - Throws: ``TLSError`` as ``handshake()``, and with ``TLSError/Code/truncated`` when the connection ended without a
    ///   goodbye.
    @available(*, noasync, message: "receive blocks its thread; call it from a thread of your own")
    public func receive(into buffer: inout OutputSpan<UInt8>) throws(TLSError) -> Int {
        try receiveContent(into: &buffer)
    }

    /// Receives bytes into memory that the caller has, from its start, and returns how many; 0 when the peer has said
    /// goodbye.
    ///
    /// As ``receive(into:)-(OutputSpan<UInt8>)``. Python's name is `recv_into`.
    ///
    /// - Parameter buffer: Gets the bytes.
    /// - Returns: How many bytes came; 0 at the end, and when the memory is empty.
    /// - Throws: ``TLSError`` as the other form.
    @available(*, noasync, message: "receive blocks its thread; call it from a thread of your own")
    public func receive(into buffer: inout MutableSpan<UInt8>) throws(TLSError) -> Int {
        try receiveContent(into: &buffer)
    }

    /// Receives bytes into the elements of an array, from its start; the array keeps its length.
    ///
    /// As ``receive(into:)-(OutputSpan<UInt8>)``.
    ///
    /// - Parameter buffer: Gets the bytes.
    /// - Returns: How many bytes came; 0 at the end, and when the array is empty.
    /// - Throws: ``TLSError`` as the other forms.
    @available(*, noasync, message: "receive blocks its thread; call it from a thread of your own")
    public func receive(into buffer: inout [UInt8]) throws(TLSError) -> Int {
        var bytes = buffer.mutableSpan
        return try receiveContent(into: &bytes)
    }
}
