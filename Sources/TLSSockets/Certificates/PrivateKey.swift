internal import Sockets
public import SystemPackage

/// A private key: RSA, elliptic curve, Ed25519 and whatever else the system's OpenSSL knows.
///
/// It never prints itself; ``description`` is its kind.
public struct PrivateKey: Sendable {
    let storage: PrivateKeyStorage

    init(_ storage: PrivateKeyStorage) { self.storage = storage }

    /// Reads a key from PEM text.
    ///
    /// - Parameters:
    ///   - pem: The text, with a line `BEGIN PRIVATE KEY` or one of the older forms.
    ///   - password: The password of an encrypted key.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile`` or ``TLSError/Code/wrongPassword``.
    public init(pem: String, password: String? = nil) throws(TLSError) {
        try self.init(Array(pem.utf8), isDER: false, password: password, subject: nil)
    }

    /// Reads a key from its binary form.
    ///
    /// - Parameters:
    ///   - der: The bytes: PKCS#8, or one of the older forms.
    ///   - password: The password of an encrypted key.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile`` or ``TLSError/Code/wrongPassword``.
    public init(der: [UInt8], password: String? = nil) throws(TLSError) {
        try self.init(der, isDER: true, password: password, subject: nil)
    }

    /// Reads a key from a file, PEM or DER.
    ///
    /// - Parameters:
    ///   - file: The path; a file with certificates and a key will do.
    ///   - password: The password of an encrypted key.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile`` or ``TLSError/Code/wrongPassword``, which names the
    ///   file and the reason.
    public init(file: FilePath, password: String? = nil) throws(TLSError) {
        var bytes = try SecretFile.read(file, for: .loadKey)
        defer { bytes.forget() }
        try self.init(bytes, isDER: bytes.isDER, password: password, subject: file.string)
    }

    private init(_ bytes: [UInt8], isDER: Bool, password: String?, subject: String?) throws(TLSError) {
        let (key, isLocked) = PrivateKeyStorage.read(bytes, isDER: isDER, password: password)
        if let key {
            OpenSSLError.clear()
            storage = key
            return
        }
        let errors = OpenSSLError.takeAll()
        if isLocked {
            throw TLSError(
                .wrongPassword, .loadKey, subject: subject,
                hint: password == nil ? "the key is encrypted: give its password" : nil,
                detail: OpenSSLError.text(errors))
        }
        throw TLSError(
            .unreadableFile, .loadKey, subject: subject,
            hint: bytes.isEmpty
                ? "it is empty"
                : isDER ? "it is no private key in DER" : "there is no line BEGIN PRIVATE KEY",
            detail: OpenSSLError.text(errors))
    }

    /// Makes a new key on the curve P-256.
    ///
    /// - Throws: ``TLSError`` with ``TLSError/Code/internalError``.
    public static func generate() throws(TLSError) -> PrivateKey {
        guard let storage = PrivateKeyStorage.generate(group: "P-256") else {
            throw OpenSSLError.failure(.internalError, .loadKey)
        }
        return PrivateKey(storage)
    }

    /// Its public half (SubjectPublicKeyInfo in DER).
    public var publicKey: [UInt8] { storage.publicKey }

    /// The key as PEM text, not encrypted: keep it from others.
    public var secretPEM: String { storage.pem }

    static func describe(_ kind: (name: String, bits: Int, group: String?)) -> String {
        switch (kind.name, kind.group) {
        case ("EC", "prime256v1"?): "EC P-256"
        case ("EC", "secp384r1"?): "EC P-384"
        case ("EC", "secp521r1"?): "EC P-521"
        case ("EC", let group?): "EC \(group)"
        case ("ED25519", _): "Ed25519"
        case ("ED448", _): "Ed448"
        default: "\(kind.name) \(kind.bits)"
        }
    }
}

extension PrivateKey: CustomStringConvertible {
    /// Its kind, as `private key EC P-256`.
    public var description: String { "private key \(Self.describe(storage.kind))" }
}
