public import Sockets

extension AsyncSocket {
    /// Receives what has come, at most `count` bytes; `nil` at the end of a stream.
    ///
    /// ```swift
    /// while let bytes = try await peer.receive(upTo: 4096) { try await peer.sendAll(bytes) }
    /// ```
    ///
    /// Suspends until something has come; a task that waits has no buffer. Of a datagram that is longer the rest is lost.
    /// An empty datagram is `[]`. The corresponding C function is `recv`.
    ///
    /// - Parameters:
    ///   - count: The most that is wanted; more than 16 MiB count as 16 MiB. A stream brings at most
    ///     64 KiB at once, and twice as much each time as long as it does.
    ///   - flags: Flags of the call.
    /// - Returns: The bytes; `nil` when the peer of a connection has ended sending.
    /// - Throws: `SocketError` with `.cancelled`, `.timedOut`, `.closed`, `.busy` (another task waits to receive),
    ///   `.connectionReset`, `.connectionRefused` (a datagram's port was closed), `.notConnected`, `.invalidArgument` for a
    ///   count below zero.
    @inlinable
    @inline(__always)  // one frame less, and none when nothing has to be waited for
    public func receive(upTo count: Int, flags: ReceiveFlags = []) async throws(SocketError) -> [UInt8]? {
        while true {
            let (result, bytes) = try receiveNow(upTo: count, flags)
            if result > 0 { return bytes }
            if result == 0 { return endsWithNothing && count > 0 ? nil : bytes }
            try await pause(after: result, .receive)
        }
    }

    /// Appends what has come to an array, at most `count` bytes, and returns its count.
    ///
    /// Suspends until something has come; only then is room made in the array.
    ///
    /// - Parameters:
    ///   - count: The most that is wanted; more than 16 MiB count as 16 MiB.
    ///   - bytes: Gets the bytes appended.
    /// - Returns: How many bytes came; 0 at the end of a stream.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receive(upTo count: Int, appendingTo bytes: inout [UInt8]) async throws(SocketError) -> Int {
        while true {
            let result = try receiveNow(upTo: count, [], appendingTo: &bytes)
            if result >= 0 { return result }
            try await pause(after: result, .receive)
        }
    }

    /// Appends what has come to the free room of a buffer.
    ///
    /// Suspends until something has come. Allocates nothing. The corresponding C function is `recv`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes appended.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   there is no room.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    @inlinable
    @inline(__always)
    public func receive(into buffer: inout OutputSpan<UInt8>, flags: ReceiveFlags = []) async throws(SocketError) -> Int
    {
        while true {
            let result = try receiveNow(into: &buffer, flags)
            if result >= 0 { return result }
            try await pause(after: result, .receive)
        }
    }

    /// Receives bytes into memory that the caller has, from its start.
    ///
    /// Suspends until something has come. Allocates nothing. The corresponding C function is `recv`; Python's name is
    /// `sock_recv_into`.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and at once, without receiving, when
    ///   there is no room.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    @inlinable
    @inline(__always)
    public func receive(
        into buffer: inout MutableSpan<UInt8>, flags: ReceiveFlags = []
    ) async throws(SocketError) -> Int {
        while true {
            let result = try receiveNow(into: &buffer, flags)
            if result >= 0 { return result }
            try await pause(after: result, .receive)
        }
    }

    /// Receives bytes into the elements of an array, from its start; the array keeps its length.
    ///
    /// Suspends until something has come.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came; 0 at the end of a stream, for an empty datagram, and on a stream at once when the array
    ///   is empty.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    @inlinable
    @inline(__always)
    public func receive(into buffer: inout [UInt8], flags: ReceiveFlags = []) async throws(SocketError) -> Int {
        while true {
            var bytes = buffer.mutableSpan
            let result = try receiveNow(into: &bytes, flags)
            if result >= 0 { return result }
            try await pause(after: result, .receive)
        }
    }

    /// Receives exactly so many bytes of a stream; `nil` when it ended before the first of them.
    ///
    /// Suspends until the last byte has come. Memory grows with what comes, not with what was promised. When it fails after
    /// some bytes, these are lost to the caller: where that can happen, as under a deadline, use an
    /// ``AsyncBufferedReader``, which keeps them.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes, `count` of them.
    /// - Throws: `SocketError` with `.endOfStream` when the stream ends in between, and as for the other forms;
    ///   `bytesTransferred` says how many had come.
    public func receive(exactly count: Int) async throws(SocketError) -> [UInt8]? {
        guard try Socket.capacity(count) > 0 else { return [] }
        var bytes: [UInt8] = []
        do throws(SocketError) {
            while bytes.count < count {
                let piece = min(count - bytes.count, max(16_384, bytes.count))
                if try await receive(upTo: piece, appendingTo: &bytes) == 0 {
                    if bytes.isEmpty { return nil }
                    throw SocketError(
                        .endOfStream, .receive, address: try? socket.peerAddress, hint: "\(count) bytes were expected")
                }
            }
        } catch {
            throw bytes.isEmpty ? error : error.with(bytesTransferred: bytes.count)
        }
        return bytes
    }

    // MARK: With the sender's address

    /// Receives a datagram and the address of its sender.
    ///
    /// Suspends until one has come. The corresponding C function is `recvfrom`.
    ///
    /// - Parameters:
    ///   - count: The most bytes that are wanted; the rest of a longer datagram is lost.
    ///   - flags: Flags of the call.
    /// - Returns: The bytes and the sender; a Unix sender without a name is `.unix(.unnamed)`.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveFrom(
        upTo count: Int, flags: ReceiveFlags = []
    ) async throws(SocketError) -> (bytes: [UInt8], address: SocketAddress) {
        try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveFrom(upTo: count, flags: flags)
        }
    }

    /// Receives a datagram into memory that the caller has, and the address of its sender; allocates nothing.
    ///
    /// Suspends until one has come.
    ///
    /// - Parameters:
    ///   - buffer: Gets the bytes, from its start.
    ///   - flags: Flags of the call.
    /// - Returns: How many bytes came, and the sender.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    public func receiveFrom(
        into buffer: inout MutableSpan<UInt8>, flags: ReceiveFlags = []
    ) async throws(SocketError) -> (count: Int, address: SocketAddress) {
        try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveFrom(into: &buffer, flags: flags)
        }
    }
}
