internal import COpenSSL
public import Sockets

/// An X.509 certificate: whose key it is, for which names, until when, and who says so (RFC 5280).
///
/// ```swift
/// let chain = try Certificate.load(from: "server.pem")
/// print(chain[0].subject, chain[0].alternativeNames, chain[0].notAfter)
/// ```
///
/// A certificate is a value; two with the same bytes are equal. Having one says nothing about whether it can be trusted.
public struct Certificate: Sendable {
    let storage: X509Storage

    init(_ storage: X509Storage) { self.storage = storage }

    /// Reads a certificate from its binary form (DER).
    ///
    /// - Parameter der: The bytes, without anything behind them.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``.
    public init(der: [UInt8]) throws(TLSError) {
        guard let storage = X509Storage.read(der: der) else {
            throw OpenSSLError.failure(.unreadableFile, .loadCertificate, hint: "these bytes are no certificate in DER")
        }
        self.storage = storage
    }

    /// Reads the first certificate of a PEM text.
    ///
    /// - Parameter pem: The text, with its `BEGIN CERTIFICATE` line.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``.
    public init(pem: String) throws(TLSError) {
        guard let first = try Certificate.all(pem: pem).first else {
            throw TLSError(.unreadableFile, .loadCertificate, hint: "the text has no certificate")
        }
        self = first
    }

    // MARK: What it says

    /// Whose certificate it is, as `C=NL, O=Example, CN=example.org`; for people, not for decisions.
    public var subject: String { storage.subject }
    /// Who issued it.
    public var issuer: String { storage.issuer }
    /// The common name of the subject; names of hosts are in ``alternativeNames``, and nowhere else.
    public var commonName: String? {
        let name = storage.commonName
        return name.isEmpty ? nil : name
    }
    /// The number that the issuer gave it, in hexadecimal digits.
    public var serialNumber: String { storage.serial }
    /// The version of the format: 3 for every one of today.
    public var version: Int { storage.version }
    /// From when on it holds.
    public var notBefore: CertificateTime { CertificateTime(secondsSinceEpoch: storage.notBefore ?? .max) }
    /// Until when it holds.
    public var notAfter: CertificateTime { CertificateTime(secondsSinceEpoch: storage.notAfter ?? .min) }
    /// Whether it may issue others.
    public var isAuthority: Bool { storage.isAuthority }
    /// Whether subject and issuer are the same: a root, or signed by itself.
    public var isSelfIssued: Bool { storage.subject == storage.issuer }
    /// The algorithm of its signature, as `ecdsa-with-SHA256`.
    public var signatureAlgorithm: String { storage.signatureAlgorithm }

    /// A name that a certificate holds for.
    public enum AlternativeName: Hashable, Sendable, CustomStringConvertible {
        /// The name of a host; `*` as its first label stands for any one label.
        case host(String)
        /// The address of a host.
        case address(IPAddress)
        /// An address of electronic mail.
        case email(String)
        /// A resource.
        case uri(String)

        /// The name as text; what is no printing character of ASCII is escaped, for it may come from an enemy.
        public var description: String {
            switch self {
            case .host(let name), .email(let name), .uri(let name):
                name.unicodeScalars.reduce(into: "") { $0 += $1.escaped(asASCII: true) }
            case .address(let address): address.description
            }
        }
    }

    /// The names that it holds for, in its order.
    ///
    /// The corresponding extension is `subjectAltName`. Names of other kinds are left out.
    public var alternativeNames: [AlternativeName] {
        storage.alternativeNames.compactMap { kind, bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            return switch kind {
            case GEN_DNS: .host(text)
            case GEN_EMAIL: .email(text)
            case GEN_URI: .uri(text)
            case GEN_IPADD: IPAddress(bytes: bytes).map { .address($0) }
            default: nil
            }
        }
    }

    // MARK: Its key and its bytes

    /// The kind of its public key, as `EC P-256` or `RSA 2048`.
    public var publicKeyDescription: String { PrivateKey.describe(storage.keyKind) }
    /// Its public key (SubjectPublicKeyInfo in DER).
    public var publicKey: [UInt8] { storage.publicKey }
    /// The SHA-256 of its public key: what ``Trust/publicKeys(_:)-([[UInt8]])`` compares.
    public var publicKeyFingerprint: [UInt8] { Digest.sha256(storage.publicKey) }
    /// The SHA-256 of its bytes.
    public var fingerprint: [UInt8] { Digest.sha256(storage.der) }
    /// Its bytes (DER).
    public var der: [UInt8] { storage.der }
    /// Its PEM text.
    public var pem: String { storage.pem }
}

extension Certificate: Hashable {
    /// Whether both have the same bytes.
    public static func == (first: Certificate, second: Certificate) -> Bool {
        first.storage === second.storage || first.storage.der == second.storage.der
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.der) }
}

extension Certificate: CustomStringConvertible {
    /// The subject, the names, and the last day.
    public var description: String {
        let names = alternativeNames.map(\.description).joined(separator: ", ")
        return "\(subject)\(names.isEmpty ? "" : " for \(names)"), until \(notAfter)"
    }
}
