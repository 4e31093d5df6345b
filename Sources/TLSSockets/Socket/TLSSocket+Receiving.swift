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
        let connection = try secured(.receive)
        let deadline = deadline
        if !connection.isEstablished { try handshake(until: deadline) }
        if buffer.freeCapacity == 0 { return 0 }
        try take(connection.reading, deadline, .receive)
        defer { connection.reading.give() }
        var step = Connection.Step.needsInput
        // What has come already needs no waiting, and the socket is asked without waiting while it has not said "no more".
        if !connection.mustWaitForInput() {
            step = try withNumber(.receive) { number throws(TLSError) in try connection.read(into: &buffer, number) }
        }
        while step == .needsInput {
            // Answers that reading has made and the socket did not take; what is left goes with what is sent next.
            if connection.outputCount > 0 {
                try withNumber(.receive) { number throws(TLSError) in connection.flushNow(number) }
            }
            step = try receive(connection, into: &buffer, deadline)
        }
        if case .done(let count) = step { return count }
        return 0
    }
}
