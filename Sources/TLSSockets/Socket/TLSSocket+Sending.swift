public import Sockets

extension TLSSocket {
    /// Sends bytes as one record, and returns how many of them were taken: 16,384 at most.
    ///
    /// Blocks until they are on their way, no longer than ``timeout``, which is one limit for the whole. When the time
    /// runs out after they were encrypted, they count as taken, and go with the next call.
    ///
    /// - Parameter bytes: What to send.
    /// - Returns: The number of bytes taken.
    /// - Throws: ``TLSError`` as ``handshake()``; ``TLSError/Code/closed`` also after ``finishWriting()``.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(_ bytes: Span<UInt8>) throws(TLSError) -> Int {
        let connection = try secured(.send)
        let deadline = deadline
        if !connection.isEstablished { try handshake(until: deadline) }
        if bytes.isEmpty { return 0 }
        try take(connection.writing, deadline, .send)
        defer { connection.writing.give() }
        if connection.hasBacklog { try flush(connection, deadline) }
        let count = try withNumber(.send) { number throws(TLSError) in try connection.write(bytes, number) }
        do throws(TLSError) {
            try flush(connection, deadline)
        } catch {
            guard error.code == .timedOut || error.code == .wouldBlock else { throw error }
        }
        return count
    }

    /// Sends an array as one record; as ``send(_:)-(Span<UInt8>)``.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(_ bytes: [UInt8]) throws(TLSError) -> Int { try send(bytes.span) }

    /// Sends text in UTF-8 as one record; as ``send(_:)-(Span<UInt8>)``.
    @available(*, noasync, message: "send blocks its thread; call it from a thread of your own")
    public func send(_ text: String) throws(TLSError) -> Int { try send(text.utf8.span) }

    /// Sends all the bytes, with as many records as it takes.
    ///
    /// Blocks until the last one is on its way; ``timeout`` is the limit of the whole.
    ///
    /// - Parameter bytes: What to send.
    /// - Throws: ``TLSError`` as for sending; ``TLSError/bytesTransferred`` says how far it came. Bytes that were counted
    ///   there are sent by the next call, where they are not yet.
    @available(*, noasync, message: "sendAll blocks its thread; call it from a thread of your own")
    public func sendAll(_ bytes: Span<UInt8>) throws(TLSError) {
        let connection = try secured(.send)
        let deadline = deadline
        if !connection.isEstablished { try handshake(until: deadline) }
        try take(connection.writing, deadline, .send)
        defer { connection.writing.give() }
        var sent = 0
        do throws(TLSError) {
            while true {
                // A few small records that wait go together with the first one.
                if sent > 0 || bytes.isEmpty || connection.hasBacklog { try flush(connection, deadline) }
                if sent == bytes.count { return }
                let rest = bytes.extracting(droppingFirst: sent)
                sent += try withNumber(.send) { number throws(TLSError) in try connection.write(rest, number) }
            }
        } catch {
            throw sent > 0 ? error.with(bytesTransferred: sent) : error
        }
    }
}

extension TLSSocket: ByteStream {
    /// The error of all operations.
    public typealias Failure = TLSError

    /// How long a call may wait: one limit for all that it waits for; `nil`, the start, means for ever.
    ///
    /// It is the timeout of the socket below. When it passes, the call throws ``TLSError/Code/timedOut``; the connection
    /// stays usable, and no byte is lost. Zero means not to wait at all: then calls throw ``TLSError/Code/wouldBlock``.
    public var timeout: Duration? {
        get { socket.timeout }
        set { socket.timeout = newValue }
    }

    /// Whether a call waits when it cannot go on at once; as `Socket/isBlocking`.
    public var isBlocking: Bool {
        get { socket.isBlocking }
        set { socket.isBlocking = newValue }
    }
}
