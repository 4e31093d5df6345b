internal import COpenSSL
internal import Sockets

extension Connection {
    var version: TLSVersion? {
        guard isEstablished else { return nil }
        return unsafe ask { ssl in TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(ssl))) }
    }

    var cipher: CipherSuite? {
        unsafe ask { ssl in
            guard let cipher = unsafe SSL_get_current_cipher(ssl),
                let name = unsafe String(copying: SSL_CIPHER_get_name(cipher))
            else { return nil }
            let standard = unsafe String(copying: SSL_CIPHER_standard_name(cipher)) ?? name
            return CipherSuite(name: standard, openSSLName: name, bits: Int(unsafe SSL_CIPHER_get_bits(cipher, nil)))
        }
    }

    var group: String? {
        // OpenSSL looks into the session, which is not there before the handshake.
        guard isEstablished else { return nil }
        return unsafe ask { ssl in unsafe String(copying: copenssl_group(ssl)) }
    }
    var peerSignature: String? { unsafe ask { ssl in unsafe String(copying: copenssl_peer_signature(ssl)) } }
    var isResumed: Bool { unsafe ask { ssl in unsafe SSL_session_reused(ssl) == 1 } }
    var pendingCount: Int { unsafe ask { ssl in Int(unsafe SSL_pending(ssl)) } }
    var serverName: String? {
        unsafe ask { ssl in unsafe String(copying: SSL_get_servername(ssl, CInt(TLSEXT_NAMETYPE_host_name))) }
    }

    var applicationProtocol: String? {
        unsafe ask { ssl in
            var bytes: UnsafePointer<UInt8>?
            var count: UInt32 = 0
            unsafe SSL_get0_alpn_selected(ssl, &bytes, &count)
            // The bytes belong to the connection, which is held.
            let name = unsafe [UInt8](copying: bytes, count: Int(count))
            return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        }
    }

    var peerCertificate: Certificate? {
        unsafe ask { ssl in
            unsafe SSL_get1_peer_certificate(ssl).map { unsafe Certificate(X509Storage(owning: $0)) }
        }
    }

    /// The chain as it was verified, up to the one that is trusted.
    var verifiedChain: [Certificate] {
        guard isEstablished else { return [] }
        return unsafe ask { ssl in
            // What a judge took in spite of a failure was not verified.
            guard acceptance == .chain || acceptance == .chainAndName else { return [] }
            return unsafe X509Storage.all(of: SSL_get0_verified_chain(ssl)).map { Certificate($0) }
        }
    }

    /// The chain as the peer sent it, its own certificate first.
    var presentedChain: [Certificate] {
        unsafe ask { ssl in
            let chain = unsafe X509Storage.all(of: SSL_get_peer_cert_chain(ssl)).map { Certificate($0) }
            // To a server OpenSSL gives the chain without the first.
            guard side == .server, let own = unsafe SSL_get1_peer_certificate(ssl) else { return chain }
            return [Certificate(unsafe X509Storage(owning: own))] + chain
        }
    }

    var ocspResponse: [UInt8]? {
        unsafe ask { ssl in
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe copenssl_status(ssl, &bytes)
            // The bytes belong to the connection, which is held.
            let response = unsafe [UInt8](copying: bytes, count: count)
            return response.isEmpty ? nil : response
        }
    }

    /// Secrets of both sides for another protocol.
    func export(label: String, context: [UInt8]?, count: Int) -> [UInt8]? {
        guard isEstablished, count > 0, count <= 1 << 16 else { return nil }
        return unsafe ask { ssl in
            OpenSSLError.clear()
            var result = [UInt8](repeating: 0, count: count)
            let label = Array(label.utf8)
            let done = unsafe label.withUnsafeBufferPointer { label in
                unsafe label.withMemoryRebound(to: CChar.self) { label in
                    unsafe SSL_export_keying_material(
                        ssl, &result, count, label.baseAddress, label.count, context ?? [], context?.count ?? 0,
                        context == nil ? 0 : 1)
                }
            }
            OpenSSLError.clear()
            return done == 1 ? result : nil
        }
    }

    /// What both sides have of the handshake's last messages (RFC 5929).
    func finished(ofPeer: Bool) -> [UInt8] {
        unsafe ask { ssl in
            var bytes = [UInt8](repeating: 0, count: 64)
            let count =
                unsafe ofPeer
                ? SSL_get_peer_finished(ssl, &bytes, bytes.count) : SSL_get_finished(ssl, &bytes, bytes.count)
            return Array(bytes.prefix(count))
        }
    }

    /// Whether the secrets depend on the whole handshake: always with TLS 1.3, and by an extension with TLS 1.2.
    var bindsToHandshake: Bool {
        unsafe ask { ssl in unsafe SSL_version(ssl) == TLS1_3_VERSION || copenssl_has_extended_secret(ssl) == 1 }
    }

    /// The name that the peer was verified to be, in this handshake or in that of the session that it resumes.
    var verifiedName: String? {
        guard isEstablished else { return nil }
        return unsafe ask { _ in acceptance == .chainAndName ? peerName?.text : nil }
    }

    /// A client's session, for a connection to the same server by the same rules.
    var resumableSession: TLSSession? {
        guard let storage = newestSession else { return nil }
        let acceptance = unsafe ask { _ in self.acceptance }
        return TLSSession(storage, serverName: peerName?.text, binding: sessionBinding, acceptance: acceptance)
    }

    /// What has to be the same for a session to be resumed.
    var sessionBinding: [UInt8] { Digest.sha256(context.policyFingerprint + Array((peerName?.text ?? "").utf8)) }
}
