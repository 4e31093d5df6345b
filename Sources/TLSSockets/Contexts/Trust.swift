public import SystemPackage

/// Whose certificates are believed: the system's authorities, own ones, or single keys; several can be joined.
///
/// ```swift
/// settings.trust = .file("company-root.pem")              // the company's authority alone
/// settings.trust = .system + .file("company-root.pem")    // that, and the system's
/// settings.trust = .publicKeys([fingerprint])             // these keys, whoever signed them
/// ```
public struct Trust: Sendable {
    enum Source: Sendable {
        case system
        case certificates([Certificate])
        case file(FilePath)
        case directory(FilePath)
        case publicKeys([[UInt8]])
    }

    let sources: [Source]

    /// The authorities that the operating system trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others.
    public static let system = Trust(sources: [.system])

    /// Nobody: for servers that ask no client for a certificate, and peers with a shared key.
    public static let nobody = Trust(sources: [])

    /// These certificates: of authorities, or of single peers.
    public static func certificates(_ certificates: [Certificate]) -> Trust {
        Trust(sources: [.certificates(certificates)])
    }

    /// The certificates of a PEM file; they are read when the context is made.
    public static func file(_ path: FilePath) -> Trust { Trust(sources: [.file(path)]) }

    /// The certificates of a folder whose names are hashes, as `openssl rehash` makes them; they are read when needed.
    public static func directory(_ path: FilePath) -> Trust { Trust(sources: [.directory(path)]) }

    /// Peers whose own certificate has one of these public keys, whoever signed it, and whatever it says otherwise.
    ///
    /// The names and dates of such a certificate are not looked at: the key is the identity. Certificates with other keys
    /// are verified as the other sources say; without other sources they are refused.
    ///
    /// - Parameter fingerprints: The SHA-256 of each key: ``Certificate/publicKeyFingerprint``.
    public static func publicKeys(_ fingerprints: [[UInt8]]) -> Trust {
        Trust(sources: [.publicKeys(fingerprints)])
    }

    /// Peers whose own certificate has one of these public keys, as ``publicKeys(_:)-([[UInt8]])``, in the form of other
    /// tools.
    ///
    /// ```console
    /// $ openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum
    /// ```
    ///
    /// `sock certificate HOST:PORT` prints it, too.
    ///
    /// - Parameter digits: The SHA-256 of each key: 64 hexadecimal digits; colons between them do not count.
    /// - Throws: ``TLSError`` with ``TLSError/Code/badSetting`` for other texts.
    public static func publicKeys(_ digits: [String]) throws(TLSError) -> Trust {
        var keys: [[UInt8]] = []
        for text in digits {
            let values = text.filter { $0 != ":" }.map(\.hexDigitValue)
            guard values.count == 64, !values.contains(nil) else {
                throw TLSError(
                    .badSetting, .makeContext, subject: "public key '\(text)'", hint: "64 hexadecimal digits are needed"
                )
            }
            let nibbles = values.compactMap { $0 }
            keys.append(
                stride(from: 0, to: 64, by: 2).map { UInt8(truncatingIfNeeded: nibbles[$0] << 4 | nibbles[$0 + 1]) })
        }
        return .publicKeys(keys)
    }

    /// Everybody whom one of both trusts.
    public static func + (first: Trust, second: Trust) -> Trust { Trust(sources: first.sources + second.sources) }

    /// The keys that are trusted by themselves.
    var publicKeys: [[UInt8]] {
        sources.flatMap { source in if case .publicKeys(let keys) = source { keys } else { [[UInt8]]() } }
    }
}
