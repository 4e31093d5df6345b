// What OpenSSL calls in the middle of a handshake, on the thread of the call, with the connection's lock held.
internal import COpenSSL
internal import Glibc

enum Callbacks {
    /// The connection that OpenSSL's object belongs to; it holds that object, so it lives.
    private static func connection(_ ssl: OpaquePointer?) -> Connection? {
        guard let ssl = unsafe ssl, let owner = unsafe copenssl_owner(ssl) else { return nil }
        return unsafe Unmanaged<Connection>.fromOpaque(owner).takeUnretainedValue()
    }

    private static func context(_ argument: UnsafeMutableRawPointer?) -> ContextStorage? {
        unsafe argument.map { unsafe Unmanaged<ContextStorage>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Verifies the peer's chain and name, and asks whoever wants to be asked.
    static let verify: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { verification, argument in
        guard let verification = unsafe verification,
            let connection = unsafe connection(copenssl_connection(verification)),
            let context = unsafe context(argument)
        else { return 0 }
        let settings = context.settings
        func accept(_ reason: Acceptance) -> CInt {
            unsafe X509_STORE_CTX_set_error(verification, X509_V_OK)
            connection.acceptance = reason
            return 1
        }
        let own = unsafe X509_STORE_CTX_get0_cert(verification).map { unsafe X509Storage(sharing: $0) }
        if !context.trustedKeys.isEmpty, let own, context.trustedKeys.contains(Digest.sha256(own.publicKey)) {
            return accept(.key)
        }
        if context.side == .client, !settings.verification.checksChain, settings.judge == nil {
            return accept(.blindly)
        }
        let checksName = context.side == .client && settings.verification.checksHostName
        var failure: VerificationFailure?
        if unsafe X509_verify_cert(verification) <= 0 {
            let code = unsafe X509_STORE_CTX_get_error(verification)
            failure = VerificationFailure(
                code, depth: Int(unsafe X509_STORE_CTX_get_error_depth(verification)),
                of: unsafe X509_STORE_CTX_get_current_cert(verification).map { unsafe X509Storage(sharing: $0) },
                own: own,
                trustedKeys: context.trustedKeys)
        }
        // A key or a shared secret was to stand for the name; a certificate does not do so without one.
        if failure == nil, checksName, connection.peerName == nil {
            unsafe X509_STORE_CTX_set_error(verification, X509_V_ERR_HOSTNAME_MISMATCH)
            failure = VerificationFailure(
                code: Int(X509_V_ERR_HOSTNAME_MISMATCH), depth: 0, subject: own?.subject,
                reason: "there is no name that it could be for")
        }
        OpenSSLError.clear()
        if let judge = settings.judge {
            let verified = unsafe X509Storage.all(of: X509_STORE_CTX_get0_chain(verification))
            let sent = unsafe X509Storage.all(of: X509_STORE_CTX_get0_untrusted(verification))
            let chain = failure == nil && !verified.isEmpty ? verified : sent
            if judge(chain.map { Certificate($0) }, failure) {
                return accept(failure != nil ? .judge : checksName ? .chainAndName : .chain)
            }
            if failure == nil {
                unsafe X509_STORE_CTX_set_error(verification, X509_V_ERR_APPLICATION_VERIFICATION)
                failure = VerificationFailure(
                    code: Int(X509_V_ERR_APPLICATION_VERIFICATION), depth: 0, subject: own?.subject,
                    reason: "the program's own judge refused it")
            }
        }
        guard let failure else { return accept(checksName ? .chainAndName : .chain) }
        connection.verification = failure
        return 0
    }

    /// Chooses the first of the server's protocols that the client has.
    static let chooseProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> CInt = { _, chosen, chosenCount, offered, offeredCount, argument in
            guard let context = unsafe context(argument), let chosen = unsafe chosen,
                let chosenCount = unsafe chosenCount,
                let offered = unsafe offered
            else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            let count = Int(offeredCount)
            var wanted = 0
            while wanted < context.protocols.count {
                let length = Int(context.protocols[wanted])
                let name = context.protocols[wanted...].dropFirst().prefix(length)
                var place = 0
                // OpenSSL has checked the lengths; they are checked again, for reading beyond them would be worse.
                while place < count {
                    let size = unsafe Int(offered[place])
                    guard place + 1 + size <= count else { break }
                    let bytes = unsafe UnsafeBufferPointer(start: offered + place + 1, count: size)
                    if unsafe size == length && bytes.elementsEqual(name) {
                        // It points into the client's message, which lives as long as OpenSSL needs it.
                        unsafe chosen.pointee = unsafe offered + place + 1
                        unsafe chosenCount.pointee = UInt8(truncatingIfNeeded: size)
                        return SSL_TLSEXT_ERR_OK
                    }
                    place += 1 + size
                }
                wanted += 1 + length
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }

    /// Chooses the context by the name that the client asks for.
    static let chooseByName:
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<CInt>?, UnsafeMutableRawPointer?) -> CInt = {
            ssl, alert, argument in
            guard let ssl = unsafe ssl, let connection = unsafe connection(ssl), let context = unsafe context(argument),
                let choose = context.settings.chooseByName
            else { return SSL_CLIENT_HELLO_ERROR }
            // A client that was asked to say hello again has its context.
            guard connection.beginChoice() else { return SSL_CLIENT_HELLO_SUCCESS }
            var bytes: UnsafePointer<UInt8>?
            var count = 0
            var name: String?
            if unsafe SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_server_name), &bytes, &count) == 1 {
                // They belong to the client's message, which is being read.
                name = unsafe serverName([UInt8](copying: bytes, count: count))
            }
            switch choose(name) {
            case .this: return SSL_CLIENT_HELLO_SUCCESS
            case .refuse:
                unsafe alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
                return SSL_CLIENT_HELLO_ERROR
            case .use(let other):
                let storage = other.storage
                unsafe alert?.pointee = SSL_AD_INTERNAL_ERROR
                guard storage.side == .server else { return SSL_CLIENT_HELLO_ERROR }
                connection.adopt(storage)
                return unsafe storage.take(over: ssl) ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR
            }
        }

    /// The host's name in the extension of that name (RFC 6066, section 3), in lower case.
    ///
    /// What is malformed has none here; OpenSSL, which reads it afterwards, ends the handshake.
    private static func serverName(_ bytes: [UInt8]) -> String? {
        // The list's length, the kind of the name (0: of a host), the name's length, the name.
        guard bytes.count > 5, bytes[2] == 0 else { return nil }
        let count = Int(bytes[3]) << 8 | Int(bytes[4])
        let name = bytes.dropFirst(5).prefix(count)
        guard name.count == count, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    /// Tells the client that the name was looked at.
    static let confirmName:
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<CInt>?, UnsafeMutableRawPointer?) -> CInt = { ssl, _, _ in
            guard let ssl = unsafe ssl, unsafe SSL_get_servername(ssl, CInt(TLSEXT_NAMETYPE_host_name)) != nil else {
                return SSL_TLSEXT_ERR_NOACK
            }
            return SSL_TLSEXT_ERR_OK
        }

    /// Gives a client the stapled OCSP response of the certificate in use.
    static let giveStatus: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { ssl, argument in
        guard let ssl = unsafe ssl, let context = unsafe context(argument) else { return SSL_TLSEXT_ERR_NOACK }
        let own = unsafe SSL_get_certificate(ssl).map { unsafe X509Storage(sharing: $0).der }
        for identity in context.settings.identities {
            guard let response = identity.ocspResponse, identity.certificateChain.first?.der == own else { continue }
            return unsafe copenssl_set_status(ssl, response, response.count) == 1
                ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
        }
        return SSL_TLSEXT_ERR_NOACK
    }

    static let logKeys: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { ssl, line in
        guard let line = unsafe String(copying: line) else { return }
        unsafe connection(ssl)?.context.keyLog?.write(line)
    }

    /// Keeps the newest session of a client; 1: the reference is ours now.
    static let takeSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> CInt = { ssl, session in
        guard let session = unsafe session, let connection = unsafe connection(ssl) else { return 0 }
        connection.session = unsafe SessionStorage(owning: session)
        return 1
    }

    /// Tells the server the name of the shared key, and OpenSSL the key.
    static let giveSharedKey:
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, UInt32, UnsafeMutablePointer<UInt8>?,
            UInt32
        ) -> UInt32 = { ssl, _, identity, identityRoom, key, keyRoom in
            guard let shared = unsafe connection(ssl)?.context.settings.sharedKey, let identity = unsafe identity,
                let key = unsafe key
            else { return 0 }
            let name = Array(shared.identity.utf8)
            // The name ends with a NUL, for which there is room beside the limit.
            guard name.count < Int(identityRoom), !name.contains(0), shared.key.count <= Int(keyRoom) else { return 0 }
            for (index, byte) in name.enumerated() { unsafe identity[index] = CChar(bitPattern: byte) }
            unsafe identity[name.count] = 0
            for (index, byte) in shared.key.enumerated() { unsafe key[index] = byte }
            return UInt32(shared.key.count)
        }

    /// Finds the key by the name that the client gave.
    static let findSharedKey:
        @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<UInt8>?, UInt32) -> UInt32 = {
            ssl, identity, key, room in
            guard let find = unsafe connection(ssl)?.context.settings.sharedKeyForIdentity, let key = unsafe key,
                let name = unsafe String(copying: identity), let found = find(name), found.count <= Int(room)
            else { return 0 }
            for (index, byte) in found.enumerated() { unsafe key[index] = byte }
            return UInt32(found.count)
        }
}
