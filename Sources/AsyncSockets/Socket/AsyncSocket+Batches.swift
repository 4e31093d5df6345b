internal import CAsyncSockets
public import Sockets

extension AsyncSocket {
    /// Receives many datagrams by one system call.
    ///
    /// ```swift
    /// var batch = try DatagramBatch(capacity: 64, datagramSize: 2_048)
    /// while true {
    ///     try await socket.receiveBatch(into: &batch)
    ///     batch.prepareReplies()
    ///     try await socket.sendBatch(&batch)
    /// }
    /// ```
    ///
    /// Suspends until the first has come, and takes the others that are there already. What was in the batch before is gone.
    /// The corresponding C function is `recvmmsg`.
    ///
    /// - Parameters:
    ///   - batch: Gets the datagrams.
    ///   - flags: Flags of the call.
    /// - Returns: How many came, at least one.
    /// - Throws: `SocketError` as for ``receive(upTo:flags:)``.
    @discardableResult
    public func receiveBatch(
        into batch: inout DatagramBatch, flags: ReceiveFlags = []
    ) async throws(SocketError) -> Int {
        let count = try await perform(.read, .receive) { socket throws(SocketError) in
            try socket.receiveBatch(into: &batch, flags: flags)
        }
        casync_charge(batch.weight)
        return count
    }

    /// Sends all datagrams of a batch, by one system call when the kernel takes them so.
    ///
    /// Suspends while the kernel's buffer is full. An empty batch is sent without a call. The corresponding C function is
    /// `sendmmsg`.
    ///
    /// - Parameters:
    ///   - batch: The datagrams, which stay in it.
    ///   - flags: Flags of the call.
    /// - Throws: `SocketError` as for ``send(_:to:flags:)-(Span<UInt8>,_,_)``, with the address of the datagram that could
    ///   not be sent; the batch's `sentCount` says how many had been sent before it, also when the wait was ended.
    public func sendBatch(_ batch: inout DatagramBatch, flags: SendFlags = []) async throws(SocketError) {
        batch.forgetSending()
        try await performWriting { socket throws(SocketError) in try socket.sendRest(of: &batch, flags: flags) }
        casync_charge(batch.weight)
    }

    /// Sends many bytes as datagrams of one size, which the kernel cuts: fewer calls, and fewer ways through the network.
    ///
    /// Suspends while the kernel's buffer is full. The corresponding C constant is `UDP_SEGMENT`. Since Linux 4.18.
    ///
    /// - Parameters:
    ///   - bytes: The bytes; the last datagram has what is left.
    ///   - segmentSize: The bytes of each datagram; it must fit into one packet.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Throws: `SocketError` as for ``send(_:to:flags:)-(Span<UInt8>,_,_)``, and `.invalidArgument` for a size that does
    ///   not fit; `bytesTransferred` says how many bytes had been sent.
    public func send(
        _ bytes: Span<UInt8>, segmentSize: Int, to address: SocketAddress? = nil, flags: SendFlags = []
    ) async throws(SocketError) {
        let piece = try Socket.pieceSize(ofSegments: segmentSize, to: address)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + piece)
            do throws(SocketError) {
                start += try await sendMessage(
                    bytes.extracting(start..<end), control: [.segmentSize(segmentSize)], to: address, flags: flags)
            } catch {
                throw start == 0 ? error : error.with(bytesTransferred: start)
            }
        }
    }
}
