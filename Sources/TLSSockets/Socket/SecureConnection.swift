internal import Sockets

/// What can be asked of every form of secure connection: ``TLSSocket``, ``AsyncTLSSocket``, ``TLSEngine``.
///
/// The answers are those of the handshake; before it is over most are `nil` or empty.
///
/// ```swift
/// try socket.handshake()
/// print(socket.version, socket.cipherSuite, socket.peerCertificate?.subject)
/// ```
public protocol SecureConnection: AnyObject, Sendable {
    /// Where the answers come from.
    var facts: TLSFacts { get }
}

/// The state that ``SecureConnection`` takes its answers from.
public struct TLSFacts: Sendable {
    /// `nil`: there is none, as with a socket that listens.
    let connection: Connection?
    /// The socket below; `nil`: there is none.
    let socket: Socket?
}

extension SecureConnection {
    private var connection: Connection? { facts.connection }

    /// Whether the handshake is over.
    public var isEstablished: Bool { connection?.isEstablished ?? false }

    /// The version in use.
    public var version: TLSVersion? { connection?.version }

    /// The cipher suite in use.
    public var cipherSuite: CipherSuite? { connection?.cipher }

    /// The group of the key agreement, as `x25519`.
    public var group: String? { connection?.group }

    /// The kind of the peer's signature in the handshake.
    public var peerSignatureAlgorithm: String? { connection?.peerSignature }

    /// The application protocol that both sides agreed on (ALPN).
    public var applicationProtocol: String? { connection?.applicationProtocol }

    /// The name or the address that the server's certificate was verified to be for, by a trusted authority; `nil` before
    /// the handshake is over, and where a key, a judge in spite of a failure, or nothing made the server believed.
    public var verifiedName: String? { connection?.verifiedName }

    /// The name that the client asks for (SNI).
    public var serverName: String? { connection?.serverName }

    /// The peer's certificate.
    public var peerCertificate: Certificate? { connection?.peerCertificate }

    /// The peer's chain as it was verified: its own certificate first, the trusted one last.
    ///
    /// Empty where it was not verified: with trusted keys, with a judge who took the peer in spite of a failure, and on
    /// connections that resume a session.
    public var verifiedChain: [Certificate] { connection?.verifiedChain ?? [] }

    /// The peer's chain as it came, not verified.
    public var presentedChain: [Certificate] { connection?.presentedChain ?? [] }

    /// The OCSP response that the server sent along (DER), not verified.
    public var ocspResponse: [UInt8]? { connection?.ocspResponse }

    /// Whether the connection resumes an earlier session.
    public var isResumed: Bool { connection?.isResumed ?? false }

    /// A client's session, for resuming it later; `nil` while there is none that can be resumed.
    ///
    /// With TLS 1.3 the server sends it after the handshake: it comes with what is received.
    public var session: TLSSession? {
        guard let connection, connection.side == .client else { return nil }
        return connection.resumableSession
    }

    /// How many decrypted bytes can be received without asking the socket.
    public var pendingCount: Int { connection?.pendingCount ?? 0 }

    /// Secret bytes that both sides have in common, for another protocol (RFC 5705; RFC 8446, section 7.5).
    ///
    /// - Parameters:
    ///   - label: The name of the use, as `EXPORTER-Channel-Binding`.
    ///   - context: What the bytes shall depend on.
    ///   - count: How many, up to 65,536.
    /// - Returns: The bytes; `nil` before the handshake is over.
    public func exportedSecret(label: String, context: [UInt8]? = nil, count: Int) -> [UInt8]? {
        connection?.export(label: label, context: context, count: count)
    }

    /// What binds an authentication above TLS to this connection.
    ///
    /// - Parameter kind: The kind of binding.
    /// - Returns: The bytes; `nil` where the connection has none of this kind, or the peer with TLS 1.2 lacks the extended
    ///   master secret (RFC 7627), without which they would prove nothing.
    public func channelBinding(_ kind: ChannelBinding) -> [UInt8]? {
        // Without the extended master secret somebody in between can have both sides agree on it (RFC 9266, section 3).
        guard let connection, connection.isEstablished, connection.bindsToHandshake else { return nil }
        switch kind {
        case .exporter:
            return connection.export(label: "EXPORTER-Channel-Binding", context: [], count: 32)
        case .unique:
            // In TLS 1.3 it is not defined.
            guard connection.version == .v1_2 else { return nil }
            // The first of both messages: the client's in a full handshake, the server's in a resumed one.
            let isOwn = (connection.side == .client) != connection.isResumed
            let bytes = connection.finished(ofPeer: !isOwn)
            return bytes.isEmpty ? nil : bytes
        default: return nil
        }
    }
}

/// A kind of channel binding.
public struct ChannelBinding: RawRepresentable, Hashable, Sendable {
    /// The registered name.
    public let rawValue: String

    /// A kind by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// By exported secrets (RFC 9266).
    public static let exporter = ChannelBinding(rawValue: "tls-exporter")
    /// By the first of the messages that end the handshake (RFC 5929): for TLS 1.2.
    public static let unique = ChannelBinding(rawValue: "tls-unique")
}
