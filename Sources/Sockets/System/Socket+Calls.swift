// How every call of a socket enters, waits, repeats and leaves.
internal import CSockets
internal import Glibc
internal import SystemPackage

extension SocketError {
    /// The error of a call that returned a negative errno.
    package init<Result: BinaryInteger>(
        _ operation: Operation, result: Result, address: SocketAddress? = nil, subject: String? = nil,
        hint: String? = nil
    ) {
        self.init(
            operation, errno: Errno(rawValue: CInt(truncatingIfNeeded: 0 &- CInt(truncatingIfNeeded: result))),
            address: address, subject: subject, hint: hint)
    }

    private init(
        _ operation: Operation, errno: Errno, address: SocketAddress?, subject: String?, hint: String?
    ) {
        self.init(nil, operation, errno: errno, address: address, subject: subject, hint: hint)
    }
}

extension Descriptor.Entry {
    /// The flags that keep a call from sleeping in the kernel where it must not.
    @inline(__always)
    var flags: CInt { maySleep ? 0 : Constants.dontWait }
}

extension Socket {
    /// Whether descriptors can come with a message: those of files, or of the sender's process.
    @inline(__always)
    var mayBringDescriptors: Bool { family == .unix || family == .netlink }

    /// The flag by which descriptors that come with a message are closed on exec from the start.
    ///
    /// Sockets of other families carry none, and some of them refuse the flag.
    @inline(__always)
    var messageFlags: CInt { mayBringDescriptors ? Constants.closeOnExecMessages : 0 }

    /// Enters a call, which `descriptor.leave` ends.
    @inline(__always)
    func enter(_ operation: SocketError.Operation, sleeping: Bool) throws(SocketError) -> Descriptor.Entry {
        if let entry = descriptor.enter(sleeping: sleeping) { return entry }
        throw SocketError(.closed, operation)
    }

    /// What to do after a call returned 0 or a negative errno.
    ///
    /// - Returns: `true` where 0 is the answer; `false` where the call is to be made again.
    @inline(never)
    func settle(
        _ result: Int, _ entry: borrowing Descriptor.Entry, _ operation: SocketError.Operation, _ events: Int16,
        _ waiting: inout Waiting, address: @autoclosure () -> SocketAddress? = nil
    ) throws(SocketError) -> Bool {
        if descriptor.isClosed { throw SocketError(.closed, operation) }
        switch CInt(truncatingIfNeeded: result) {
        case 0...: return true
        case -EINTR: return false
        case -EAGAIN:
            if entry.isNonBlocking { throw SocketError(.wouldBlock, operation, errno: .resourceTemporarilyUnavailable) }
            try wait(operation, events, &waiting)
            return false
        default:
            throw SocketError(operation, result: result, address: address() ?? (try? peerAddress))
        }
    }

    /// What a call remembers while it waits: it costs nothing until the first wait.
    struct Waiting {
        private(set) var deadline: Deadline?
        private var failures = 0

        init(until deadline: Deadline? = nil) { self.deadline = deadline }

        mutating func begin(_ timeout: Duration?) -> Deadline {
            if let deadline { return deadline }
            let deadline = Deadline(after: timeout)
            self.deadline = deadline
            return deadline
        }

        /// How long to hold back when readiness was announced and the call still could not go on: 1 to 16 ms.
        ///
        /// Unix and netlink sockets do so: their receiver's queue is full, and the kernel has no event for that. The error
        /// queue and out-of-band data do so as well: their events can stand for something else that waits.
        mutating func holdBack() -> Int64? {
            failures += 1
            return failures == 1 ? nil : 1_000_000 << Int64(min(4, failures - 2))
        }

        /// Whether a wait was ended by something that was not asked for: a message in the error queue, which poll(2) tells
        /// as long as it is there.
        var hearsOther = false
        private var isLate = false

        /// Whether readiness was announced before when the deadline had passed: who is told so again and again, in vain,
        /// would never end.
        mutating func wasLate() -> Bool {
            defer { isLate = true }
            return isLate
        }
    }

    /// Sleeps until the events come; throws when the timeout passes or the socket is closed.
    func wait(_ operation: SocketError.Operation, _ events: Int16, _ waiting: inout Waiting) throws(SocketError) {
        let deadline = waiting.begin(timeout)
        let isVague = events == Constants.pollOut ? announcesRoomInVain(operation) : events != Constants.pollIn
        if isVague || waiting.hearsOther, let pause = waiting.holdBack() {
            // Of no descriptor: this one would say again what it has said.
            let end = min(deadline, Deadline(afterNanoseconds: pause))
            guard descriptor.wait(for: 0, of: -1, until: end) != nil else {
                throw SocketError(.closed, operation)
            }
            if deadline.hasPassed { throw timedOut(operation) }
            return
        }
        switch descriptor.wait(for: events, until: deadline) {
        case nil: throw SocketError(.closed, operation)
        case 0?: throw timedOut(operation)
        case let result? where result < 0: throw SocketError(operation, result: result)
        case let result?:
            if result & CInt(events) == 0, events != 0 { waiting.hearsOther = true }
            if deadline.hasPassed, waiting.wasLate() { throw timedOut(operation) }
        }
    }

    /// Whether the kernel may say that there is room to send where there is none.
    ///
    /// A stream's own readiness can be trusted, and that of IP; a datagram of another family waits for its receiver's
    /// queue, a connection for the listener's.
    private func announcesRoomInVain(_ operation: SocketError.Operation) -> Bool {
        if family == .ipv4 || family == .ipv6 { return false }
        return type != .stream || family == .unix && operation == .connect
    }

    func timedOut(_ operation: SocketError.Operation, address: SocketAddress? = nil) -> SocketError {
        SocketError(
            .timedOut, operation, address: address ?? (try? peerAddress), hint: timeout.map { "the limit was \($0)" })
    }
}
