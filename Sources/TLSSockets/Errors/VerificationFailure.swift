/// Why a certificate was refused: the reason, where in the chain, and whose certificate it was.
public struct VerificationFailure: Hashable, Sendable {
    /// OpenSSL's number of the reason (`X509_V_ERR_…`).
    public let code: Int
    /// The place in the chain: 0 is the peer's own certificate, 1 its issuer's, and so on.
    public let depth: Int
    /// The subject of the certificate at that place; `nil` where there is none.
    public let subject: String?
    /// The reason in OpenSSL's words, as `certificate has expired`.
    public let reason: String

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - code: OpenSSL's number.
    ///   - depth: The place in the chain.
    ///   - subject: The subject of the certificate there.
    ///   - reason: The reason in words.
    public init(code: Int, depth: Int, subject: String?, reason: String) {
        self.code = code
        self.depth = depth
        self.subject = subject
        self.reason = reason
    }
}

extension VerificationFailure: CustomStringConvertible {
    /// The reason, the subject, and the place in the chain.
    public var description: String {
        var text = reason
        if let subject, !subject.isEmpty { text += " (\(subject), \(depth == 0 ? "its own" : "depth \(depth)"))" }
        return text
    }
}
