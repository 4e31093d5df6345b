internal import CSockets
internal import SystemPackage

extension Socket {
    /// Receives many datagrams by one system call.
    ///
    /// Blocks until the first has come, no longer than ``timeout``, and takes the others that are there already. What was
    /// in the batch before is gone. The corresponding C function is `recvmmsg`.
    ///
    /// - Parameters:
    ///   - batch: Gets the datagrams.
    ///   - flags: Flags of the call.
    /// - Returns: How many came, at least one.
    /// - Throws: ``SocketError`` as for ``receive(upTo:flags:)``.
    @available(*, noasync, message: "receiveBatch blocks its thread; call it from a thread of your own")
    @discardableResult
    public func receiveBatch(into batch: inout DatagramBatch, flags: ReceiveFlags = []) throws(SocketError) -> Int {
        batch.removeAll()
        let entry = try enter(.receive, sleeping: true)
        defer { descriptor.leave(entry) }
        var waiting = Waiting()
        while true {
            let count = batch.memory.receive(
                descriptor.number,
                flags.rawValue | (entry.maySleep ? Constants.waitForOne : Constants.dontWait) | messageFlags)
            if count > 0 {
                batch.count = count
                batch.receivedCount = count
                // Descriptors that came need an owner, also when nobody asks for them.
                if mayBringDescriptors, batch.memory.controlCapacity > 0 {
                    for index in 0..<count {
                        batch.owned.append(batch.memory.messages(at: index).flatMap { ControlMessage.decode($0) })
                    }
                }
                // Closing wakes the call with messages that are none.
                if descriptor.isClosed, batch.memory.fullLength(at: 0) == 0 {
                    batch.removeAll()
                    throw SocketError(.closed, .receive)
                }
                return count
            }
            if try settle(count, entry, .receive, flags.events, &waiting) { return 0 }
        }
    }

    /// Sends all datagrams of a batch, by one system call when the kernel takes them so.
    ///
    /// Blocks while the kernel's buffer is full, no longer than ``timeout``. An empty batch is sent without a call. The
    /// corresponding C function is `sendmmsg`.
    ///
    /// - Parameters:
    ///   - batch: The datagrams, which stay in it. Of received ones the bytes go to their senders, and nothing of what came
    ///     beside them; ``DatagramBatch/prepareReplies()`` keeps what belongs to an answer.
    ///   - flags: Flags of the call.
    /// - Throws: ``SocketError`` as for ``send(_:to:flags:)-(Span<UInt8>,_,_)``, with the address of the datagram that
    ///   could not be sent; ``DatagramBatch/sentCount`` says how many had been sent before it.
    @available(*, noasync, message: "sendBatch blocks its thread; call it from a thread of your own")
    public func sendBatch(_ batch: inout DatagramBatch, flags: SendFlags = []) throws(SocketError) {
        batch.sentCount = 0
        try sendRest(of: &batch, flags: flags)
    }

    /// Sends the datagrams of a batch from the first one that has not been sent.
    package func sendRest(of batch: inout DatagramBatch, flags: SendFlags) throws(SocketError) {
        guard batch.sentCount < batch.count else { return }
        batch.forgetControl()
        let entry = try enter(.send, sleeping: true)
        defer { descriptor.leave(entry) }
        // Others, such as raw sockets, would not cut them again; and what the socket cuts itself it would cut otherwise.
        let isJoining =
            batch.sendOffload && type == .datagram && `protocol` == .udp && csockets_may_join(descriptor.number) != 0
        var waiting = Waiting()
        while batch.sentCount < batch.count {
            let count =
                if isJoining {
                    batch.memory.sendJoined(
                        descriptor.number, from: batch.sentCount, to: batch.count, flags.rawValue | entry.flags)
                } else {
                    batch.memory.send(
                        descriptor.number, from: batch.sentCount, to: batch.count, flags.rawValue | entry.flags)
                }
            if count > 0 {
                batch.sentCount += count
                continue
            }
            let failed = batch.sentCount
            let address = batch.address(at: failed)
            _ = try settle(count, entry, .send, Constants.pollOut, &waiting, address: address)
        }
    }

    /// Sends many bytes as datagrams of one size, which the kernel cuts: fewer calls, and fewer ways through the network.
    ///
    /// ```swift
    /// try socket.send(file.span, segmentSize: 1_200, to: peer)
    /// ```
    ///
    /// Blocks while the kernel's buffer is full, no longer than ``timeout`` for each piece of up to 64 datagrams. The
    /// corresponding C constant is `UDP_SEGMENT`. Since Linux 4.18.
    ///
    /// - Parameters:
    ///   - bytes: The bytes; the last datagram has what is left.
    ///   - segmentSize: The bytes of each datagram; it must fit into one packet.
    ///   - address: Where to; `nil` on a connected socket.
    ///   - flags: Flags of the call.
    /// - Throws: ``SocketError`` as for ``send(_:to:flags:)-(Span<UInt8>,_,_)``, and
    ///   ``SocketError/Code/invalidArgument`` for a size that does not fit; ``SocketError/bytesTransferred`` says how many
    ///   bytes had been sent.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(
        _ bytes: Span<UInt8>, segmentSize: Int, to address: SocketAddress? = nil, flags: SendFlags = []
    ) throws(SocketError) {
        let piece = try Self.pieceSize(ofSegments: segmentSize, to: address)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + piece)
            do throws(SocketError) {
                start += try sendMessage(
                    bytes.extracting(start..<end), control: [.segmentSize(segmentSize)], to: address, flags: flags)
            } catch {
                throw start == 0 ? error : error.with(bytesTransferred: start)
            }
        }
    }

    /// How many bytes one call is given, which the kernel cuts into segments.
    package static func pieceSize(ofSegments size: Int, to address: SocketAddress?) throws(SocketError) -> Int {
        guard (1...65_000).contains(size) else {
            throw SocketError(
                .invalidArgument, .send, errno: .invalidArgument, address: address,
                hint: "a datagram of \(size) bytes cannot be sent")
        }
        // The kernel takes 64 datagrams at most, and no more bytes than one datagram can have.
        return max(1, min(64, 65_000 / size)) * size
    }
}
