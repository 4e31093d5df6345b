internal import SystemPackage

/// Everything that decides whether a peer is believed, read once: what is used and what is compared is the same.
struct PeerPolicy {
    /// The certificates of the trust's files and lists.
    let certificates: [Certificate]
    /// The revocation lists, PEM.
    let revocationLists: [(path: FilePath, bytes: [UInt8])]
    /// Differs for contexts that may judge a peer differently: a session of one is not resumed with another.
    let fingerprint: [UInt8]

    init(_ side: TLSContext.Side, _ settings: TLSSettings) throws(TLSError) {
        var certificates: [Certificate] = []
        var parts: [(name: String, bytes: [UInt8])] = []
        for source in settings.trust.sources {
            switch source {
            case .system: parts.append(("system", []))
            case .certificates(let given): certificates += given
            case .file(let path): certificates += try Certificate.load(from: path)
            case .directory(let path): parts.append(("directory", Array(path.string.utf8)))
            case .publicKeys(let keys): parts += keys.map { ("key", $0) }
            }
        }
        parts += certificates.map { ("certificate", $0.der) }
        var lists: [(path: FilePath, bytes: [UInt8])] = []
        for path in settings.revocationLists {
            lists.append((path, try SecretFile.read(path, for: .makeContext)))
        }
        parts += lists.map { ("revocation list", $0.bytes) }
        parts.append(("revocation", Array("\(settings.revocation)".utf8)))
        parts.append(("strict chains", [settings.requiresStrictChains ? 1 : 0]))
        parts.append(("judge", settings.judgeMark.bytes))
        switch side {
        case .client:
            parts.append(("verification", Array("\(settings.verification)".utf8)))
            // A session carries who this side was, too.
            parts += settings.identities.map { ("identity", $0.certificateChain.first?.der ?? []) }
            if let shared = settings.sharedKey {
                parts.append(("shared key", Array(shared.identity.utf8) + [0] + shared.key))
            }
        case .server:
            parts.append(("client certificates", Array("\(settings.clientCertificates)".utf8)))
            parts.append(("shared keys", settings.sharedKeyMark.bytes))
        }
        self.certificates = certificates
        revocationLists = lists
        fingerprint = Self.digest(parts)
    }

    private static func digest(_ parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var all: [UInt8] = []
        for part in parts { all += Array("\(part.name) \(part.bytes.count) ".utf8) + part.bytes }
        return Digest.sha256(all)
    }
}

/// Tells functions apart, which cannot be compared: each one that is set has a mark of its own.
struct FunctionMark: Sendable {
    /// Empty: there is no function.
    private(set) var bytes: [UInt8] = []

    mutating func change(isSet: Bool) {
        bytes = isSet ? (0..<16).map { _ in UInt8.random(in: .min ... .max) } : []
    }
}

/// Why a peer was believed.
enum Acceptance: UInt8, Sendable {
    /// It was not asked who it is: a shared key, or a client that needs no certificate.
    case unasked = 0
    /// Nothing was verified.
    case blindly = 1
    /// Its key is trusted by itself.
    case key = 2
    /// The program's judge took it although its verification failed.
    case judge = 3
    /// Its chain was verified.
    case chain = 4
    /// Its chain was verified, and that it is for the name.
    case chainAndName = 5
}
