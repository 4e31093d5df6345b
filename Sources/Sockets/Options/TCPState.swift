/// The state of a TCP connection (RFC 9293), as `ss` prints it.
public struct TCPState: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: UInt8

    /// A state by its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Both sides can send; the corresponding C constant is `TCP_ESTABLISHED`.
    public static let established = TCPState(rawValue: 1)
    /// Connecting; the corresponding C constant is `TCP_SYN_SENT`.
    public static let synSent = TCPState(rawValue: 2)
    /// A connection that is not established yet; the corresponding C constant is `TCP_SYN_RECV`.
    public static let synReceived = TCPState(rawValue: 3)
    /// This side has ended, and the peer has not acknowledged it; the corresponding C constant is `TCP_FIN_WAIT1`.
    public static let finWait1 = TCPState(rawValue: 4)
    /// This side has ended, and the peer has not; the corresponding C constant is `TCP_FIN_WAIT2`.
    public static let finWait2 = TCPState(rawValue: 5)
    /// Both have ended, and late packets are waited for; the corresponding C constant is `TCP_TIME_WAIT`.
    public static let timeWait = TCPState(rawValue: 6)
    /// No connection; the corresponding C constant is `TCP_CLOSE`.
    public static let closed = TCPState(rawValue: 7)
    /// The peer has ended, and this side has not; the corresponding C constant is `TCP_CLOSE_WAIT`.
    public static let closeWait = TCPState(rawValue: 8)
    /// Both have ended, and the peer has not acknowledged it; the corresponding C constant is `TCP_LAST_ACK`.
    public static let lastAcknowledgement = TCPState(rawValue: 9)
    /// Waiting for connections; the corresponding C constant is `TCP_LISTEN`.
    public static let listening = TCPState(rawValue: 10)
    /// Both have ended at the same time; the corresponding C constant is `TCP_CLOSING`.
    public static let closing = TCPState(rawValue: 11)
}

extension TCPState: CustomStringConvertible {
    /// The name of the state, as `ESTABLISHED`; unknown ones by their number.
    public var description: String {
        switch self {
        case .established: "ESTABLISHED"
        case .synSent: "SYN-SENT"
        case .synReceived: "SYN-RECEIVED"
        case .finWait1: "FIN-WAIT-1"
        case .finWait2: "FIN-WAIT-2"
        case .timeWait: "TIME-WAIT"
        case .closed: "CLOSED"
        case .closeWait: "CLOSE-WAIT"
        case .lastAcknowledgement: "LAST-ACK"
        case .listening: "LISTEN"
        case .closing: "CLOSING"
        default: "state \(rawValue)"
        }
    }
}
