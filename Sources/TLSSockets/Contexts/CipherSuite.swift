/// A cipher suite: how a connection is encrypted.
public struct CipherSuite: Hashable, Sendable, CustomStringConvertible {
    /// The name of the standards, as `TLS_AES_256_GCM_SHA384`.
    public let name: String
    /// The name that OpenSSL has for it; with TLS 1.3 the same.
    public let openSSLName: String
    /// The bits of the secret.
    public let bits: Int

    /// The name of the standards.
    public var description: String { name }
}
