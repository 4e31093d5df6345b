/// What a client remembers of a connection in order to resume it: the next handshake is shorter.
///
/// ```swift
/// let session = first.session          // after something has been received
/// let second = try TLSSocket.connected(to: host, port: 443, using: context, session: session)
/// print(second.isResumed)
/// ```
///
/// It holds the keys of the session: who has it can resume it. A session that belongs to another server name, or that was
/// begun under other settings of verification, is not offered; the handshake is a full one then.
public struct TLSSession: Sendable {
    let storage: SessionStorage
    /// The name of the server.
    public let serverName: String?
    /// How the server was verified when the session began.
    let verification: TLSSettings.Verification

    /// The bytes of the session, to keep it for another process; a secret.
    public var secretBytes: [UInt8] { storage.bytes }
    /// For how long the server wants it to be usable.
    public var lifetime: Duration { .seconds(storage.lifetime) }
    /// When it began.
    public var begin: CertificateTime { CertificateTime(secondsSinceEpoch: storage.time) }
    /// Whether the server gave a ticket for it.
    public var hasTicket: Bool { storage.hasTicket }
    /// Its number; empty with tickets of TLS 1.3.
    public var id: [UInt8] { storage.id }
    /// How many bytes the server takes before the handshake is over.
    public var maximumEarlyData: Int { storage.maximumEarlyData }

    init(_ storage: SessionStorage, serverName: String?, verification: TLSSettings.Verification) {
        self.storage = storage
        self.serverName = serverName
        self.verification = verification
    }

    /// Reads a session of a server that was fully verified.
    ///
    /// - Parameters:
    ///   - secretBytes: What ``secretBytes`` gave.
    ///   - serverName: The name of the server that it is for.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``.
    public init(secretBytes: [UInt8], serverName: String?) throws(TLSError) {
        guard let storage = SessionStorage.read(secretBytes) else {
            throw OpenSSLError.failure(.unreadableFile, .handshake, subject: "session")
        }
        self.init(storage, serverName: serverName, verification: .full)
    }
}

extension TLSSession: CustomStringConvertible, CustomReflectable {
    /// The server and the times; the secret is never printed.
    public var description: String { "session of \(serverName ?? "a server"), from \(begin), for \(lifetime)" }

    /// The name of the server.
    public var customMirror: Mirror { Mirror(self, children: ["serverName": serverName as Any]) }
}
