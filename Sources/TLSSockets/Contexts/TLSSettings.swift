public import SystemPackage

/// What a ``TLSContext`` is made of; the values from the start are the safe ones.
///
/// ```swift
/// let context = try TLSContext.client { settings in
///     settings.trust = .file("company-root.pem")
///     settings.applicationProtocols = ["h2", "http/1.1"]
/// }
/// ```
public struct TLSSettings: Sendable {
    /// Makes the settings of a client that trusts the system's authorities, and verifies chain and name.
    public init() {}

    // MARK: Who we are

    /// The own certificates with their keys: at least one for a server; one for each kind of key that clients may want.
    public var identities: [TLSIdentity] = []

    // MARK: Whom we believe

    /// Whose certificates are believed.
    ///
    /// A server that asks clients for certificates has to be told: there anybody can buy a certificate of the system's
    /// authorities.
    public var trust = Trust.system { didSet { isTrustChosen = true } }
    /// Whether somebody has chosen whom to trust.
    private(set) var isTrustChosen = false

    /// What is verified of a server.
    public struct Verification: Hashable, Sendable {
        enum Kind: Sendable {
            case full, anyHostName, nothing
        }

        let kind: Kind

        /// The chain of certificates up to one that is trusted, and that the first one is for the host's name.
        public static let full = Verification(kind: .full)
        /// The chain alone: anybody with a certificate of a trusted authority can pretend to be the server.
        public static let dangerouslyAnyHostName = Verification(kind: .anyHostName)
        /// Nothing: anybody on the way can read and change everything.
        public static let dangerouslyNothing = Verification(kind: .nothing)

        var checksChain: Bool { kind != .nothing }
        var checksHostName: Bool { kind == .full }
    }

    /// What a client verifies of the server.
    public var verification = Verification.full

    /// Whether a server wants certificates of its clients.
    public struct ClientCertificates: Hashable, Sendable {
        enum Kind: Sendable {
            case ignored, requested, required
        }

        let kind: Kind

        /// They are not asked for.
        public static let ignored = ClientCertificates(kind: .ignored)
        /// They are asked for, and verified when they come.
        public static let requested = ClientCertificates(kind: .requested)
        /// Without one there is no connection, but for clients with a shared key (``TLSSettings/sharedKeyForIdentity``), and
        /// for those that resume a session that began with one.
        public static let required = ClientCertificates(kind: .required)

        var areAsked: Bool { kind != .ignored }
        var areRequired: Bool { kind == .required }
    }

    /// Whether a server wants certificates of its clients.
    public var clientCertificates = ClientCertificates.ignored

    /// Whether each certificate of a chain has to say all that RFC 5280 wants of it, as authorities their usage of the key.
    ///
    /// Authorities of companies that were made by hand often lack `keyUsage`; Python before 3.13 and curl believe them.
    /// `false` believes them, too; chains and names are still verified.
    public var requiresStrictChains = true

    /// Decides on a peer, after its chain and name were verified: with the chain, and the failure where there is one.
    ///
    /// Returning `true` takes the peer, also one whose verification failed; so look at the failure. It runs in the middle of
    /// the handshake: it must not wait, nor use the connection.
    public typealias Judge = @Sendable (_ chain: [Certificate], _ failure: VerificationFailure?) -> Bool

    /// Decides on each peer that has a certificate; `nil`: what the verification says.
    ///
    /// A peer that resumes a session was judged when the session began, and is not judged again; sessions from before the
    /// judge was set are not resumed, in other processes neither.
    public var judge: Judge? { didSet { judgeMark.change(isSet: judge != nil) } }
    private(set) var judgeMark = FunctionMark()

    /// Which certificates must not be on a revocation list.
    public struct Revocation: Hashable, Sendable {
        enum Kind: Sendable {
            case unchecked, own, chain
        }

        let kind: Kind

        /// None is looked up.
        public static let unchecked = Revocation(kind: .unchecked)
        /// The peer's own; a list of its issuer has to be there.
        public static let ownCertificate = Revocation(kind: .own)
        /// All of the chain; a list of each issuer has to be there.
        public static let wholeChain = Revocation(kind: .chain)

        var isChecked: Bool { kind != .unchecked }
        var isForChain: Bool { kind == .chain }
    }

    /// Which certificates must not be on a list of ``revocationLists``.
    public var revocation = Revocation.unchecked
    /// Files with revocation lists (PEM); certificates in them are not read.
    public var revocationLists: [FilePath] = []

    /// Whether a client asks the server for a stapled OCSP response; see ``SecureConnection/ocspResponse``.
    public var asksForOCSPResponse = false

    // MARK: How

    /// The oldest version to speak.
    public var minimumVersion = TLSVersion.v1_2
    /// The newest version to speak; `nil`: the newest that the library has.
    public var maximumVersion: TLSVersion?
    /// The cipher suites of TLS 1.3 in the order of preference, as `TLS_AES_128_GCM_SHA256`; `nil`: the library's.
    public var cipherSuites: [String]?
    /// The ciphers of TLS 1.2, in OpenSSL's names or expressions, as `ECDHE+AESGCM`; `nil`: those that authenticate what
    /// they encrypt (GCM, ChaCha20), with forward secrecy or a shared key.
    ///
    /// Old peers that have ciphers with CBC alone need `["DEFAULT"]`: all that the library holds for safe.
    public var ciphers: [String]?
    /// The groups of the key agreement in the order of preference, as `X25519`, `P-256`; `nil`: the library's.
    public var groups: [String]?
    /// The signature algorithms, as `ecdsa_secp256r1_sha256`, `ed25519` or `RSA-PSS+SHA256`; `nil`: the library's.
    public var signatureAlgorithms: [String]?
    /// The signature algorithms that a server takes from clients' certificates; `nil`: ``signatureAlgorithms``.
    public var clientSignatureAlgorithms: [String]?
    /// OpenSSL's level of security from 0 to 5; `nil`: the library's.
    ///
    /// Old versions and weak keys need 0.
    public var securityLevel: Int?
    /// The application protocols (ALPN) in the order of preference, as `h2`.
    ///
    /// A client that offers some, and a server that has others, make no connection.
    public var applicationProtocols: [String] = []

    // MARK: A server's choices

    /// What a server does with the name that a client asks for.
    @nonexhaustive public enum NameChoice: Sendable {
        /// Goes on with this context.
        case this
        /// Goes on with another context: its certificates, whom it believes, versions, groups, ciphers, application
        /// protocols, and sessions. What it would choose by name itself does not count.
        case use(TLSContext)
        /// Refuses the client with the alert `unrecognized_name`.
        case refuse
    }

    /// Chooses a context by the name that the client asks for (SNI), in lower case; `nil` stands for no name.
    ///
    /// It runs in the middle of the handshake: it must not wait, nor use the connection.
    public var chooseByName: (@Sendable (_ serverName: String?) -> NameChoice)?

    // MARK: Sessions

    /// How many tickets a server gives to each client, for resuming (TLS 1.3); 0: no resuming at all.
    public var ticketCount = 2
    /// The secret that a server encrypts tickets with: 80 random bytes that all servers of a name share; `nil`: own ones.
    public var ticketKeys: [UInt8]?
    /// How many bytes a server takes before the handshake is over (0-RTT), with a resumed session; 0: none.
    ///
    /// Read what ``TLSSocket/receiveEarlyData(upTo:)`` says about the danger of copies. OpenSSL's protection against them
    /// stays on: each session is kept in the memory of this context, at most 20,480 of them, and is good for one time; so
    /// while this is not 0, no other process and no context after ``TLSContext/update(_:)`` can resume it, and
    /// ``ticketKeys`` are not used with TLS 1.3.
    public var maximumEarlyData = 0

    // MARK: Shared keys

    /// A client's name and secret for a key that it shares with the server (PSK).
    public struct SharedKey: Sendable {
        /// The name that tells the server which key it is.
        public let identity: String
        /// The secret, of at most 256 bytes.
        public let key: [UInt8]

        /// Makes a shared key.
        public init(identity: String, key: [UInt8]) {
            self.identity = identity
            self.key = key
        }
    }

    /// The key that a client shares with the server; `nil`: none.
    public var sharedKey: SharedKey?
    /// A server's keys by the names that clients give; an answer of `nil` means that there is none.
    ///
    /// A client that resumes a session is not asked again; with ``ticketCount`` 0 each one is.
    public var sharedKeyForIdentity: (@Sendable (_ identity: String) -> [UInt8]?)? {
        didSet { sharedKeyMark.change(isSet: sharedKeyForIdentity != nil) }
    }
    private(set) var sharedKeyMark = FunctionMark()

    // MARK: For diagnosis

    /// The file that gets the secrets of each connection, for Wireshark and its like; by default what the variable
    /// `SSLKEYLOGFILE` names.
    ///
    /// Who has it reads everything.
    public var keyLogFile: FilePath? = KeyLog.fileOfEnvironment
}
