internal import COpenSSL
internal import Sockets
public import SystemPackage

/// Who this side is: its certificate, those of its issuers, and the private key.
///
/// ```swift
/// let identity = try TLSIdentity(certificateChain: "server.pem", privateKey: "server.key")
/// ```
public struct TLSIdentity: Sendable {
    /// The own certificate first, then those of its issuers; the root may be left out.
    public let certificateChain: [Certificate]
    /// The private key of the first certificate.
    public let privateKey: PrivateKey
    /// An OCSP response (DER) about the own certificate, which a server sends along when clients ask for it.
    public var ocspResponse: [UInt8]?

    /// Joins a chain with its key.
    ///
    /// - Parameters:
    ///   - certificateChain: The own certificate first, then those of its issuers.
    ///   - privateKey: The key of the first one.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badKey`` when the key belongs to another certificate, or
    ///   ``TLSError/Code/badSetting`` for an empty chain.
    public init(certificateChain: [Certificate], privateKey: PrivateKey) throws(TLSError) {
        try self.init(certificateChain, privateKey, subject: nil)
    }

    /// Reads a chain and its key from files, PEM or DER.
    ///
    /// - Parameters:
    ///   - certificateChain: The path of the chain: the own certificate first.
    ///   - privateKey: The path of the key; by default it is in the file of the chain.
    ///   - password: The password of an encrypted key.
    /// - Throws: ``TLSError`` with the file and the reason, and as for the other form.
    public init(
        certificateChain: FilePath, privateKey: FilePath? = nil, password: String? = nil
    ) throws(TLSError) {
        try self.init(
            Certificate.load(from: certificateChain),
            PrivateKey(file: privateKey ?? certificateChain, password: password),
            subject: (privateKey ?? certificateChain).string)
    }

    /// Reads a PKCS#12 file (`.p12`, `.pfx`).
    ///
    /// - Parameters:
    ///   - pkcs12: The path.
    ///   - password: Its password.
    /// - Throws: ``TLSError`` with ``TLSError/Code/wrongPassword`` or ``TLSError/Code/unreadableFile``.
    public init(pkcs12: FilePath, password: String) throws(TLSError) {
        switch PKCS12.read(try SecretFile.read(pkcs12, for: .loadKey), password: password) {
        case .identity(let certificate, let key, let others):
            try self.init(
                [Certificate(certificate)] + others.map { Certificate($0) }, PrivateKey(key), subject: pkcs12.string)
        case .wrongPassword: throw OpenSSLError.failure(.wrongPassword, .loadKey, subject: pkcs12.string)
        case .unreadable:
            throw OpenSSLError.failure(
                .unreadableFile, .loadKey, subject: pkcs12.string,
                hint: "it is no PKCS#12 file with a certificate and its key")
        }
    }

    private init(_ chain: [Certificate], _ key: PrivateKey, subject: String?) throws(TLSError) {
        guard let own = chain.first else {
            throw TLSError(.badSetting, .loadCertificate, subject: subject, hint: "the chain has no certificate")
        }
        guard own.storage.belongs(to: key.storage) else {
            throw TLSError(
                .badKey, .loadKey, subject: subject,
                hint: "the key is not that of the first certificate (\(own.subject)); the own certificate comes first")
        }
        certificateChain = chain
        privateKey = key
    }

    /// Makes an identity that its own key has signed: for tests, for a first try, and for peers that know its key.
    ///
    /// Nobody trusts it by default. A client of yours trusts it with ``Trust/certificates(_:)``.
    ///
    /// ```swift
    /// let identity = try TLSIdentity.selfSigned(for: ["localhost", "127.0.0.1"])
    /// ```
    ///
    /// - Parameters:
    ///   - names: The names and addresses of this host.
    ///   - lifetime: How long it shall hold.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for a name that a certificate cannot hold.
    public static func selfSigned(
        for names: [String] = ["localhost", "127.0.0.1", "::1"], lifetime: Duration = .seconds(30 * 86_400)
    ) throws(TLSError) -> TLSIdentity {
        var entries: [String] = []
        for name in names {
            if let address = IPAddress(name) {
                entries.append("IP:\(address)")
            } else if !name.isEmpty, name.utf8.allSatisfy({ HostNameText.isAllowed($0) || $0 == UInt8(ascii: "*") }) {
                entries.append("DNS:\(name)")
            } else {
                throw TLSError(.badSetting, .loadCertificate, subject: name, hint: "it is no name of a host")
            }
        }
        guard let first = names.first else {
            throw TLSError(.badSetting, .loadCertificate, hint: "at least one name is needed")
        }
        let key = try PrivateKey.generate()
        let seconds = Int(clamping: min(max(1, lifetime.components.seconds), 1 << 40))
        guard
            let storage = X509Storage.selfSigned(
                key.storage, name: String(first.prefix(60)), names: entries.joined(separator: ","), seconds: seconds)
        else { throw OpenSSLError.failure(.badSetting, .loadCertificate, subject: names.joined(separator: ", ")) }
        return try TLSIdentity(certificateChain: [Certificate(storage)], privateKey: key)
    }
}
