/// Keeps a call that waits several times within the stream's timeout; costs nothing before the second wait.
struct Pace {
    private var isFirst = true
    private var deadline = Deadline.never

    mutating func begin<Stream: ByteStream>(
        _ stream: Stream, _ operation: SocketError.Operation = .receive
    ) throws(Stream.Failure) {
        if isFirst {
            isFirst = false
            // Zero means not to wait; each call says so by itself.
            if let timeout = stream.timeout, timeout > .zero { deadline = Deadline(after: timeout) }
        } else if deadline.hasPassed {
            throw Stream.Failure(
                SocketError(.timedOut, operation, hint: "the whole took longer than the stream's timeout"))
        }
    }
}
