internal import Sockets
public import SystemPackage

/// The settings of secure connections, ready for use: for one side, shared by as many connections as you like.
///
/// ```swift
/// let client = try TLSContext.client()
/// let server = try TLSContext.server(certificateChain: "server.pem", privateKey: "server.key")
/// ```
///
/// Everything that can be wrong with settings is an error here, not at the first connection. A context is for any number
/// of threads. ``update(_:)`` changes it for the connections to come: so certificates are renewed without a restart.
public final class TLSContext: Sendable {
    /// Which side a context is for.
    public enum Side: Sendable {
        /// The side that connects.
        case client
        /// The side that accepts.
        case server
    }

    /// Which side the context is for.
    public let side: Side

    private let current: Exchange<ContextStorage>
    /// Held while the context is changed.
    private let updating = Turn()

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - side: Which side it is for.
    ///   - settings: What it is made of.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public init(_ side: Side, _ settings: TLSSettings) throws(TLSError) {
        self.side = side
        current = Exchange(try ContextStorage(side, settings, ticketKeys: nil))
    }

    private init(_ storage: ContextStorage) {
        side = storage.side
        current = Exchange(storage)
    }

    /// A context for clients with the settings from the start.
    ///
    /// The system's authorities are read once for all of these; ``update(_:)`` changes this one alone.
    ///
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public static func client() throws(TLSError) -> TLSContext { TLSContext(try standard.get()) }

    /// Makes a context for clients.
    ///
    /// - Parameter configure: Changes the settings.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public static func client(
        _ configure: (inout TLSSettings) throws(TLSError) -> Void
    ) throws(TLSError) -> TLSContext {
        var settings = TLSSettings()
        try configure(&settings)
        return try TLSContext(.client, settings)
    }

    private static let standard = Result { () throws(TLSError) in
        try ContextStorage(.client, TLSSettings(), ticketKeys: nil)
    }

    /// Makes a context for servers.
    ///
    /// - Parameters:
    ///   - identity: The server's certificates and its key.
    ///   - configure: Changes the settings.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public static func server(
        _ identity: TLSIdentity, _ configure: (inout TLSSettings) throws(TLSError) -> Void = { _ in }
    ) throws(TLSError) -> TLSContext {
        var settings = TLSSettings()
        settings.identities = [identity]
        try configure(&settings)
        return try TLSContext(.server, settings)
    }

    /// Makes a context for servers of settings alone.
    ///
    /// For servers whose clients have shared keys, or that choose another context by name: others need an identity.
    ///
    /// - Parameter configure: Changes the settings.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public static func server(
        _ configure: (inout TLSSettings) throws(TLSError) -> Void
    ) throws(TLSError) -> TLSContext {
        var settings = TLSSettings()
        try configure(&settings)
        return try TLSContext(.server, settings)
    }

    /// Makes a context for servers of files, PEM or DER.
    ///
    /// - Parameters:
    ///   - certificateChain: The path of the chain: the own certificate first, then those of its issuers.
    ///   - privateKey: The path of the key; by default it is in the file of the chain.
    ///   - password: The password of an encrypted key.
    ///   - configure: Changes the settings.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public static func server(
        certificateChain: FilePath, privateKey: FilePath? = nil, password: String? = nil,
        _ configure: (inout TLSSettings) throws(TLSError) -> Void = { _ in }
    ) throws(TLSError) -> TLSContext {
        try server(
            TLSIdentity(certificateChain: certificateChain, privateKey: privateKey, password: password), configure)
    }

    /// What the context is made of now.
    public var settings: TLSSettings { current.value.settings }

    /// Changes the context for the connections to come; those that are there go on as they began.
    ///
    /// When the new settings cannot be used, the old ones stay. A server's tickets stay valid as long as the change is not
    /// about who is believed: after a change of trust, of revocation, of the judge or of whether certificates are wanted,
    /// each client has to show again who it is.
    ///
    /// ```swift
    /// try context.update { settings throws(TLSError) in
    ///     settings.identities = [try TLSIdentity(certificateChain: "server.pem", privateKey: "server.key")]
    /// }
    /// ```
    ///
    /// - Parameter change: Changes the settings.
    /// - Throws: ``TLSError`` that names the setting or the file, and the reason.
    public func update(_ change: (inout TLSSettings) throws(TLSError) -> Void) throws(TLSError) {
        updating.take()
        defer { updating.give() }
        let old = current.value
        var settings = old.settings
        try change(&settings)
        current.value = try ContextStorage(side, settings, ticketKeys: old.ticketKeys)
    }

    /// What connections are made of.
    var storage: ContextStorage { current.value }
}

extension TLSContext: CustomStringConvertible {
    /// The side and the settings, without the secrets among them.
    public var description: String { "\(side) context, \(settings)" }
}
