/// What became of the bytes that a client sent before the handshake was over (0-RTT; RFC 8446, section 2.3).
@nonexhaustive public enum EarlyDataStatus: Hashable, Sendable {
    /// The client has sent none, or it is not known yet.
    case notSent
    /// The server has taken them.
    case accepted
    /// The server has thrown them away: they have to be sent again, if they are still wanted.
    case rejected
}

extension SecureConnection {
    /// What became of the bytes that the client sent before the handshake was over.
    ///
    /// For a client it is known once the handshake is over.
    public var earlyDataStatus: EarlyDataStatus { facts.connection?.earlyStatus ?? .notSent }
}

extension SecureSocket {
    /// Whether a client may send all of this early.
    func takes(_ earlyData: [UInt8]) -> Bool {
        !earlyData.isEmpty && earlyData.count <= facts.connection?.earlyRoom ?? 0
    }
}
