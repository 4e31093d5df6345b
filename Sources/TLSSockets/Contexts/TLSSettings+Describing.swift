// Settings are printed and logged; the secrets among them are not.

extension TLSSettings: CustomStringConvertible, CustomReflectable {
    /// The settings in one line, without the secrets among them, and with what is dangerous first.
    public var description: String {
        var parts: [String] = []
        if verification != .full { parts.append("verifies \(verification)") }
        let names = identities.map { $0.certificateChain.first?.subject ?? "nobody" }
        if !names.isEmpty { parts.append("as \(names.joined(separator: " and "))") }
        parts.append("\(minimumVersion) \(maximumVersion.map { "up to \($0)" } ?? "and later")")
        parts.append("trusts \(trust)")
        if clientCertificates != .ignored { parts.append("client certificates \(clientCertificates)") }
        if judge != nil { parts.append("a judge of its own") }
        if !applicationProtocols.isEmpty { parts.append(applicationProtocols.joined(separator: " or ")) }
        if sharedKey != nil || sharedKeyForIdentity != nil { parts.append("with shared keys") }
        if let keyLogFile { parts.append("secrets are logged to \(keyLogFile)") }
        return parts.joined(separator: ", ")
    }

    /// Nothing: reflection would show the secrets.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TLSSettings.SharedKey: CustomStringConvertible, CustomReflectable {
    /// The identity; the key is never printed.
    public var description: String { "shared key of \(identity)" }

    /// The identity.
    public var customMirror: Mirror { Mirror(self, children: ["identity": identity]) }
}

extension TLSSettings.Verification: CustomStringConvertible {
    /// What is verified, in words.
    public var description: String {
        switch self {
        case .full: "chain and host name"
        case .dangerouslyAnyHostName: "the chain for ANY HOST NAME"
        default: "NOTHING"
        }
    }
}

extension TLSSettings.ClientCertificates: CustomStringConvertible {
    /// What a server does about certificates of clients, in a word.
    public var description: String {
        switch self {
        case .ignored: "ignored"
        case .requested: "requested"
        default: "required"
        }
    }
}

extension Trust: CustomStringConvertible {
    /// Whose certificates are believed, in words.
    public var description: String {
        if sources.isEmpty { return "nobody" }
        return sources.map { source in
            switch source {
            case .system: "the system's authorities"
            case .certificates(let certificates): certificates.map(\.subject).joined(separator: " and ")
            case .file(let path): "those of \(path)"
            case .directory(let path): "those in \(path)"
            case .publicKeys(let keys): keys.count == 1 ? "a public key" : "\(keys.count) public keys"
            }
        }.joined(separator: " and ")
    }
}
