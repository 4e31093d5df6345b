internal import COpenSSL
internal import Sockets
internal import SystemPackage

/// A context of OpenSSL, made of settings; it does not change afterwards.
@safe
final class ContextStorage: @unchecked Sendable {
    // Sendable because nothing changes it after it was made: OpenSSL counts and caches under locks of its own.
    let pointer: OpaquePointer
    let side: TLSContext.Side
    let settings: TLSSettings
    let keyLog: KeyLog?
    /// The application protocols as the protocol has them: each after its length.
    let protocols: [UInt8]
    let trustedKeys: Set<[UInt8]>
    /// Differs for contexts that may judge a peer differently.
    let policyFingerprint: [UInt8]

    init(_ side: TLSContext.Side, _ settings: TLSSettings, ticketKeys: [UInt8]?) throws(TLSError) {
        OpenSSLError.clear()
        let policy = try PeerPolicy(side, settings)
        let method = unsafe side == .client ? TLS_client_method() : TLS_server_method()
        guard let pointer = unsafe SSL_CTX_new(method) else {
            throw OpenSSLError.failure(.internalError, .makeContext)
        }
        unsafe self.pointer = pointer
        self.side = side
        self.settings = settings
        trustedKeys = Set(settings.trust.publicKeys)
        policyFingerprint = policy.fingerprint
        do throws(TLSError) {
            keyLog = try KeyLog.open(settings.keyLogFile)
            protocols = try Self.encode(settings.applicationProtocols)
        } catch {
            unsafe SSL_CTX_free(pointer)
            throw error
        }
        // From here on the object is whole: when one of these throws, its end frees the pointer.
        setModes()
        try setVersions()
        try setAlgorithms()
        try setIdentities()
        try setTrust(policy)
        setVerification()
        try setSessions(ticketKeys)
        setCallbacks()
    }

    deinit { unsafe SSL_CTX_free(pointer) }

    /// A setting that OpenSSL refuses.
    private func refused(_ setting: String, _ value: String, hint: String? = nil) -> TLSError {
        OpenSSLError.failure(.badSetting, .makeContext, subject: "\(setting) \(value)", hint: hint)
    }

    private static func encode(_ protocols: [String]) throws(TLSError) -> [UInt8] {
        var bytes: [UInt8] = []
        for name in protocols {
            guard let count = UInt8(exactly: name.utf8.count), count > 0 else {
                throw TLSError(
                    .badSetting, .makeContext, subject: "application protocol '\(name)'",
                    hint: "a name has 1 to 255 bytes")
            }
            bytes.append(count)
            bytes += name.utf8
        }
        guard bytes.count <= 65_535 else {
            throw TLSError(.badSetting, .makeContext, subject: "application protocols", hint: "these are too many")
        }
        return bytes
    }

    private func setModes() {
        _ = unsafe SSL_CTX_set_options(
            pointer,
            copenssl_op_no_compression | copenssl_op_no_renegotiation | copenssl_op_cipher_server_preference
                | copenssl_op_prioritize_chacha)
        // The library's configuration may have switched these on.
        _ = unsafe SSL_CTX_clear_options(
            pointer, copenssl_op_ignore_unexpected_eof | copenssl_op_legacy_server_connect | copenssl_op_enable_ktls)
        _ = unsafe copenssl_set_mode(
            pointer, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    }

    private func setVersions() throws(TLSError) {
        let (least, most) = (settings.minimumVersion, settings.maximumVersion)
        guard unsafe copenssl_set_min_version(pointer, CInt(least.rawValue)) == 1 else {
            throw refused("minimum version", least.description)
        }
        guard let most else {
            _ = unsafe copenssl_set_max_version(pointer, 0)
            return
        }
        guard most >= least else {
            throw TLSError(
                .badSetting, .makeContext, subject: "maximum version \(most)",
                hint: "it is older than the minimum, \(least)"
            )
        }
        guard unsafe copenssl_set_max_version(pointer, CInt(most.rawValue)) == 1 else {
            throw refused("maximum version", most.description)
        }
    }

    private func setAlgorithms() throws(TLSError) {
        if let level = settings.securityLevel {
            unsafe SSL_CTX_set_security_level(pointer, CInt(clamping: level))
        }
        func set(
            _ name: String, _ values: [String]?, _ apply: (UnsafePointer<CChar>) -> Int
        ) throws(TLSError) {
            guard let values else { return }
            let text = values.joined(separator: ":")
            guard unsafe text.withCString({ unsafe apply($0) }) == 1 else { throw refused(name, text) }
        }
        let pointer = unsafe pointer
        try unsafe set("cipher suites", settings.cipherSuites) { unsafe Int(SSL_CTX_set_ciphersuites(pointer, $0)) }
        try unsafe set("ciphers", settings.ciphers ?? modernCiphers) {
            unsafe Int(SSL_CTX_set_cipher_list(pointer, $0))
        }
        try unsafe set("groups", settings.groups) { unsafe copenssl_set_groups(pointer, $0) }
        try unsafe set("signature algorithms", settings.signatureAlgorithms) {
            unsafe copenssl_set_signature_algorithms(pointer, $0)
        }
        try unsafe set("client signature algorithms", settings.clientSignatureAlgorithms) {
            unsafe copenssl_set_client_signature_algorithms(pointer, $0)
        }
    }

    /// The ciphers of TLS 1.2 where none are chosen; older versions have no such.
    private var modernCiphers: [String]? {
        settings.minimumVersion < .v1_2
            ? nil
            : [
                "ECDHE+AESGCM", "ECDHE+CHACHA20", "DHE+aRSA+AESGCM", "DHE+CHACHA20", "ECDHEPSK+CHACHA20",
                "DHEPSK+AESGCM",
                "DHEPSK+CHACHA20", "PSK+AESGCM", "PSK+CHACHA20",
            ]
    }

    private func setIdentities() throws(TLSError) {
        if side == .server, settings.identities.isEmpty, settings.sharedKeyForIdentity == nil,
            settings.chooseByName == nil
        {
            throw TLSError(
                .badSetting, .makeContext, subject: "identities", hint: "a server needs a certificate and its key")
        }
        var kinds: Set<String> = []
        for identity in settings.identities {
            guard let own = identity.certificateChain.first else { continue }
            guard kinds.insert(own.storage.keyKind.name).inserted else {
                throw TLSError(
                    .badSetting, .makeContext, subject: "identity \(own.subject)",
                    hint: "there is one with a key of this kind already; for several names use chooseByName")
            }
            let others = unsafe copenssl_stack_new()
            defer { unsafe copenssl_stack_free(others) }
            for issuer in identity.certificateChain.dropFirst() {
                _ = unsafe copenssl_stack_push(others, issuer.storage.pointer)
            }
            let key = identity.privateKey.storage
            guard unsafe SSL_CTX_use_cert_and_key(pointer, own.storage.pointer, key.pointer, others, 1) == 1 else {
                throw refused("identity", own.subject, hint: "the certificate or its key is too weak, or not usable")
            }
        }
    }

    private func setTrust(_ policy: PeerPolicy) throws(TLSError) {
        guard let store = unsafe SSL_CTX_get_cert_store(pointer) else {
            throw OpenSSLError.failure(.internalError, .makeContext)
        }
        try checkTrust()
        for source in settings.trust.sources {
            switch source {
            // These were read with the policy.
            case .publicKeys, .certificates, .file: break
            case .system:
                // A server that asks nobody needs none of them; reading takes some milliseconds.
                if side == .server, !settings.clientCertificates.areAsked { break }
                guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                    throw refused("trust", "of the system")
                }
            case .directory(let path):
                var isFolder = false
                if let folder = try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]) {
                    isFolder = true
                    try? folder.close()
                }
                guard isFolder, unsafe X509_STORE_load_path(store, path.string) == 1 else {
                    throw refused("trust", path.string, hint: "there is no such folder")
                }
            }
        }
        for certificate in policy.certificates {
            guard unsafe X509_STORE_add_cert(store, certificate.storage.pointer) == 1 else {
                throw refused("trust", certificate.subject)
            }
            // Clients choose their certificate by the names that the server tells when it asks, now or later.
            if side == .server { _ = unsafe SSL_CTX_add_client_CA(pointer, certificate.storage.pointer) }
        }
        for list in policy.revocationLists {
            let count = unsafe copenssl_add_lists(store, list.bytes, CInt(clamping: list.bytes.count))
            guard count > 0 else {
                throw refused(
                    "revocation list", list.path.string,
                    hint: count == 0 ? "there is none in it" : "it is no list in PEM"
                )
            }
        }
    }

    /// Says what is wrong with whom to believe, before the first peer is refused, or the wrong one believed.
    private func checkTrust() throws(TLSError) {
        if let key = trustedKeys.first(where: { $0.count != 32 }) {
            throw TLSError(
                .badSetting, .makeContext, subject: "trust in a public key of \(key.count) bytes",
                hint: "it is the SHA-256 of the key, 32 bytes: Certificate.publicKeyFingerprint")
        }
        guard side == .server, settings.clientCertificates.areAsked, settings.judge == nil else { return }
        guard settings.isTrustChosen else {
            throw TLSError(
                .badSetting, .makeContext, subject: "client certificates",
                hint: "say in settings.trust whose are believed; .system would be anybody's who buys one")
        }
        guard !settings.clientCertificates.areRequired || !settings.trust.sources.isEmpty else {
            throw TLSError(
                .badSetting, .makeContext, subject: "client certificates",
                hint: "they are required, and nobody's are believed: no client could connect")
        }
    }

    /// Whether the authorities of ``TLSSettings/trust`` are there, for asking a client later.
    var canJudgeClients: Bool {
        settings.clientCertificates.areAsked
            || settings.trust.sources.contains { source in if case .system = source { false } else { true } }
    }

    private func setVerification() {
        guard let parameters = unsafe SSL_CTX_get0_param(pointer) else { return }
        _ = unsafe X509_VERIFY_PARAM_set_flags(parameters, verificationFlags)
        // Names stand in the extension for them alone, and a star stands for a whole label.
        unsafe X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) | UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        unsafe SSL_CTX_set_verify(pointer, verificationMode, nil)
        unsafe SSL_CTX_set_verify_depth(pointer, 10)
        if side == .client { unsafe SSL_CTX_set_post_handshake_auth(pointer, settings.identities.isEmpty ? 0 : 1) }
    }

    private var verificationFlags: UInt {
        // Partial: whatever was trusted by name is an anchor, root or not. Strict: chains as RFC 5280 has them.
        var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN) | UInt(X509_V_FLAG_TRUSTED_FIRST)
        if settings.requiresStrictChains { flags |= UInt(X509_V_FLAG_X509_STRICT) }
        if settings.revocation.isChecked { flags |= UInt(X509_V_FLAG_CRL_CHECK) }
        if settings.revocation.isForChain { flags |= UInt(X509_V_FLAG_CRL_CHECK_ALL) }
        return flags
    }

    /// Makes a server's connection follow this context in the middle of its handshake, where OpenSSL's own way of
    /// changing the context leaves it with what it took from the first one.
    func take(over ssl: OpaquePointer) -> Bool {
        guard unsafe SSL_set_SSL_CTX(ssl, pointer) != nil else { return false }
        unsafe SSL_set_verify(ssl, verificationMode, nil)
        let parameters = unsafe SSL_get0_param(ssl)
        _ = unsafe X509_VERIFY_PARAM_clear_flags(
            parameters, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_X509_STRICT))
        _ = unsafe X509_VERIFY_PARAM_set_flags(parameters, verificationFlags)
        let most = settings.maximumVersion.map { Int($0.rawValue) } ?? 0
        guard unsafe copenssl_set_versions(ssl, Int(settings.minimumVersion.rawValue), most) == 1 else { return false }
        if let groups = settings.groups {
            guard unsafe copenssl_set_connection_groups(ssl, groups.joined(separator: ":")) == 1 else { return false }
        }
        let hasTickets = settings.ticketCount > 0
        if hasTickets {
            _ = unsafe SSL_clear_options(ssl, copenssl_op_no_ticket)
        } else {
            _ = unsafe SSL_set_options(ssl, copenssl_op_no_ticket)
        }
        _ = unsafe SSL_set_num_tickets(ssl, min(max(0, settings.ticketCount), 16))
        let early = UInt32(clamping: settings.maximumEarlyData)
        _ = unsafe SSL_set_max_early_data(ssl, early)
        _ = unsafe SSL_set_recv_max_early_data(ssl, max(early, 16_384))
        unsafe SSL_set_psk_server_callback(ssl, settings.sharedKeyForIdentity == nil ? nil : Callbacks.findSharedKey)
        return true
    }

    /// Whether the peer's certificate is asked for and needed.
    var verificationMode: CInt {
        switch side {
        // Whom to believe without looking is for the callback to say: OpenSSL would not listen to a refusal.
        case .client: SSL_VERIFY_PEER
        case .server:
            (settings.clientCertificates.areAsked ? SSL_VERIFY_PEER : 0)
                | (settings.clientCertificates.areRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
        }
    }

    private func setSessions(_ ticketKeys: [UInt8]?) throws(TLSError) {
        if side == .client {
            _ = unsafe copenssl_set_session_cache_mode(
                pointer, Int(SSL_SESS_CACHE_CLIENT) | Int(SSL_SESS_CACHE_NO_INTERNAL))
            return
        }
        let early = UInt32(clamping: settings.maximumEarlyData)
        // Tickets alone: nothing to keep, nothing to share between processes but a key. Early data needs sessions that are
        // good for one time; so they are kept here until they are used, or others take their place.
        _ = unsafe copenssl_set_session_cache_mode(
            pointer, early == 0 ? Int(SSL_SESS_CACHE_OFF) : Int(SSL_SESS_CACHE_SERVER))
        _ = unsafe SSL_CTX_set_max_early_data(pointer, early)
        // What is rejected has to be read past.
        _ = unsafe SSL_CTX_set_recv_max_early_data(pointer, max(early, 16_384))
        let count = min(max(0, settings.ticketCount), 16)
        _ = unsafe SSL_CTX_set_num_tickets(pointer, count)
        if count == 0 { _ = unsafe SSL_CTX_set_options(pointer, copenssl_op_no_ticket) }
        // A session is an answer to the question who the client is: it holds where the question is the same.
        _ = unsafe SSL_CTX_set_session_id_context(pointer, policyFingerprint, UInt32(policyFingerprint.count))
        if let keys = settings.ticketKeys ?? ticketKeys {
            guard keys.count == 80, unsafe copenssl_set_ticket_keys(pointer, keys, keys.count) == 1 else {
                throw refused("ticket keys", "of \(keys.count) bytes", hint: "80 random bytes are needed")
            }
        }
    }

    /// The keys of a server's tickets, for the context that takes this one's place.
    var ticketKeys: [UInt8]? {
        guard side == .server else { return nil }
        var keys = [UInt8](repeating: 0, count: 80)
        return unsafe copenssl_get_ticket_keys(pointer, &keys, keys.count) == 1 ? keys : nil
    }

    private func setCallbacks() {
        // Contexts live as long as their connections: these hold them.
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe SSL_CTX_set_cert_verify_callback(pointer, Callbacks.verify, owner)
        if keyLog != nil { unsafe SSL_CTX_set_keylog_callback(pointer, Callbacks.logKeys) }
        if !protocols.isEmpty {
            if side == .client {
                // 0 is success, in this function alone.
                _ = unsafe SSL_CTX_set_alpn_protos(pointer, protocols, UInt32(clamping: protocols.count))
            } else {
                unsafe SSL_CTX_set_alpn_select_cb(pointer, Callbacks.chooseProtocol, owner)
            }
        }
        if side == .client {
            unsafe SSL_CTX_sess_set_new_cb(pointer, Callbacks.takeSession)
            if settings.sharedKey != nil { unsafe SSL_CTX_set_psk_client_callback(pointer, Callbacks.giveSharedKey) }
        } else {
            if settings.sharedKeyForIdentity != nil {
                unsafe SSL_CTX_set_psk_server_callback(pointer, Callbacks.findSharedKey)
            }
            if settings.chooseByName != nil {
                // Before OpenSSL looks at the client's session, which the chosen context may not take.
                unsafe SSL_CTX_set_client_hello_cb(pointer, Callbacks.chooseByName, owner)
                _ = unsafe copenssl_set_server_name_callback(pointer, Callbacks.confirmName, owner)
            }
            if settings.identities.contains(where: { $0.ocspResponse != nil }) {
                _ = unsafe copenssl_set_status_callback(pointer, Callbacks.giveStatus, owner)
            }
        }
    }
}
