internal import CSockets
internal import Glibc

/// Notices of the error queue about sending without copying, and what becomes of bytes whose sender has gone.
enum ZeroCopyKeeper {
    struct Notice {
        let numbers: ClosedRange<UInt32>
        let wasCopied: Bool
    }

    /// The next notice that is there; `nil` when none is.
    static func nextNotice(of socket: Socket) throws(SocketError) -> Notice? {
        let entry = try socket.enter(.receive, sleeping: false)
        defer { socket.descriptor.leave(entry) }
        while true {
            var control = ControlMessageBuffer(capacity: 256)
            var address = KernelAddress()
            var nothing: [UInt8] = []
            var span = nothing.mutableSpan
            let received = Syscalls.receiveMessage(
                socket.descriptor.number, into: &span, &control, from: &address,
                Constants.errorQueue | Constants.dontWait | socket.messageFlags)
            if received.result == -Int(EINTR) { continue }
            if received.result == -Int(EAGAIN) { return nil }
            if received.result < 0 { throw SocketError(.receive, result: received.result) }
            for message in control.messages().flatMap({ ControlMessage.decode($0) }) {
                if case .extendedError(let error) = message, let numbers = error.completedSends {
                    // A range that is larger than what can be under way is none.
                    if numbers.upperBound - numbers.lowerBound < 1 << 20 {
                        return Notice(numbers: numbers, wasCopied: error.wasCopied)
                    }
                }
            }
        }
    }

    /// Sleeps until the error queue may have something.
    static func wait(for socket: Socket, until deadline: Deadline) throws(SocketError) {
        let entry = try socket.enter(.receive, sleeping: false)
        defer { socket.descriptor.leave(entry) }
        // The queue announces itself by POLLERR, which is always told. It is as well when the connection is broken and
        // there is nothing in the queue, so do not come back at once again and again.
        let result = socket.descriptor.wait(for: 0, until: min(deadline, Deadline(afterNanoseconds: 50_000_000)))
        guard let result else { throw SocketError(.closed, .receive) }
        if result < 0 { throw SocketError(.receive, result: result) }
        if result != 0 { Threads.pause(.milliseconds(1)) }
    }

    /// Holds bytes until the kernel has ended their sending; for ever where it can no longer say so, because the socket
    /// was closed: it may still send them again.
    static func keep(_ pending: [UInt32: [UInt8]], of socket: Socket) {
        let held = Unended(pending)
        // Without a thread they are held for ever.
        eternal.withLock { $0[ObjectIdentifier(held)] = held }
        _ = Threads.start("zero-copy", stackSize: 1 << 18) {
            while !held.isEmpty {
                do throws(SocketError) {
                    if let notice = try nextNotice(of: socket) {
                        held.remove(notice.numbers)
                    } else {
                        try wait(for: socket, until: .never)
                    }
                } catch {
                    return
                }
            }
            eternal.withLock { $0[ObjectIdentifier(held)] = nil }
        }
    }

    private static let eternal = Lock<[ObjectIdentifier: Unended]>([:])

    private final class Unended: Sendable {
        private let pending: Lock<[UInt32: [UInt8]]>

        init(_ pending: [UInt32: [UInt8]]) { self.pending = Lock(pending) }

        var isEmpty: Bool { pending.withLock { $0.isEmpty } }

        func remove(_ numbers: ClosedRange<UInt32>) {
            pending.withLock { pending in for number in numbers { pending[number] = nil } }
        }
    }
}
