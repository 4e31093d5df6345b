internal import Sockets

/// The two things that a task can wait for on a socket.
@usableFromInline
enum Direction: CInt, Sendable {
    case read = 0
    case write = 1

    /// The kernel's events for it: what can be received, that the peer ended, and urgent data; or what can be sent.
    var events: UInt32 { self == .read ? 0x1 | 0x2 | 0x2000 : 0x4 }

    /// What of the kernel's events concerns it; errors and hang-ups concern both.
    func concerns(_ events: UInt32) -> Bool { events & (self.events | 0x18) != 0 }

    /// Events after which a short read does not mean that nothing is left.
    static let vagueEvents: UInt32 = 0x2 | 0x8 | 0x10 | 0x2000
}

/// Why a wait ended; the numbers are those of `CAsyncSockets`.
enum Outcome: CInt, Sendable {
    /// The kernel is to be asked.
    case ask = 0
    case cancelled = 1
    case timedOut = 2
    case closed = 3
    /// Another task waits in the same direction.
    case busy = 4
}

/// What a task waits to do: an operation in one byte, which costs nothing until it fails.
@usableFromInline
enum Verb: UInt8, Sendable {
    case accept, connect, receive, send, sendFile

    var operation: SocketError.Operation {
        switch self {
        case .accept: .accept
        case .connect: .connect
        case .receive: .receive
        case .send: .send
        case .sendFile: .sendFile
        }
    }
}
