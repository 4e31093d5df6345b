// What OpenSSL's words leave out: which names there are, which dates, which key.
internal import COpenSSL

extension VerificationFailure {
    /// A failure with OpenSSL's number, and with the facts of the certificate that it is about.
    init(_ code: CInt, depth: Int, of certificate: X509Storage?, own: X509Storage?, trustedKeys: Set<[UInt8]>) {
        var reason = unsafe String(copying: X509_verify_cert_error_string(Int(code))) ?? "refused"
        let facts = certificate.map { Certificate($0) }
        switch (code, facts) {
        case (X509_V_ERR_HOSTNAME_MISMATCH, let facts?), (X509_V_ERR_IP_ADDRESS_MISMATCH, let facts?):
            let names = facts.alternativeNames.prefix(8).map(\.description).joined(separator: ", ")
            reason +=
                names.isEmpty
                ? ": it has no alternative names, and its common name does not count"
                : ": it is for \(names)\(facts.alternativeNames.count > 8 ? " and others" : "")"
        case (X509_V_ERR_CERT_HAS_EXPIRED, let facts?): reason += " on \(facts.notAfter)"
        case (X509_V_ERR_CERT_NOT_YET_VALID, let facts?): reason += ": it is from \(facts.notBefore)"
        default: break
        }
        if !trustedKeys.isEmpty, let own {
            let digits = Digest.sha256(own.publicKey).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            reason += "; its public key, \(digits), is none of those that are trusted by themselves"
        }
        self.init(code: Int(code), depth: depth, subject: certificate?.subject, reason: reason)
    }
}
