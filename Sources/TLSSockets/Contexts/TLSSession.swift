/// What a client remembers of a connection in order to resume it: the next handshake is shorter.
///
/// ```swift
/// let session = first.session          // after something has been received
/// let second = try TLSSocket.connected(to: host, port: 443, using: context, session: session)
/// print(second.isResumed)
/// ```
///
/// It holds the keys of the session: who has it can resume it. A session is offered to the server of the same name, by a
/// context that believes the same peers in the same way, as the same client: other trust, verification, revocation, judge,
/// own certificate or shared key make the handshake a full one. A judge is a function, which no other process can have:
/// sessions of a context with one are resumed in the same process alone.
public struct TLSSession: Sendable {
    let storage: SessionStorage
    /// The name of the server.
    public let serverName: String?
    /// What decided that the server was believed, and its name.
    let binding: [UInt8]
    /// Why it was believed.
    let acceptance: Acceptance

    /// The bytes of the session, to keep it for another process; a secret.
    public var secretBytes: [UInt8] { Self.mark + [acceptance.rawValue] + binding + storage.bytes }
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

    /// What the bytes of a session begin with.
    private static let mark = Array("sockets1".utf8)

    init(_ storage: SessionStorage, serverName: String?, binding: [UInt8], acceptance: Acceptance) {
        self.storage = storage
        self.serverName = serverName
        self.binding = binding
        self.acceptance = acceptance
    }

    /// Reads a session.
    ///
    /// - Parameters:
    ///   - secretBytes: What ``secretBytes`` gave.
    ///   - serverName: The name of the server that it is for; with another one it is not offered.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``.
    public init(secretBytes: [UInt8], serverName: String?) throws(TLSError) {
        let rest = secretBytes.dropFirst(Self.mark.count)
        guard secretBytes.starts(with: Self.mark), let acceptance = rest.first.flatMap(Acceptance.init(rawValue:)),
            rest.count > 33, let storage = SessionStorage.read(Array(rest.dropFirst(33)))
        else {
            throw OpenSSLError.failure(
                .unreadableFile, .handshake, subject: "session", hint: "these are not the bytes of a TLSSession")
        }
        self.init(
            storage, serverName: serverName, binding: Array(rest.dropFirst().prefix(32)), acceptance: acceptance)
    }
}

extension TLSSession: CustomStringConvertible, CustomReflectable {
    /// The server and the times; the secret is never printed.
    public var description: String { "session of \(serverName ?? "a server"), from \(begin), for \(lifetime)" }

    /// The name of the server.
    public var customMirror: Mirror { Mirror(self, children: ["serverName": serverName as Any]) }
}
