// Certificates and keys of OpenSSL, counted by Swift.
internal import COpenSSL
internal import Sockets

/// A certificate of OpenSSL.
@safe
final class X509Storage: @unchecked Sendable {
    // Sendable because nothing changes it: OpenSSL fills its caches under locks of its own.
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Adds a reference.
    init(sharing pointer: OpaquePointer) {
        _ = unsafe X509_up_ref(pointer)
        unsafe self.pointer = pointer
    }

    deinit { unsafe X509_free(pointer) }

    /// The certificates of PEM text, in its order; the errors are in OpenSSL's queue when there is none.
    static func read(pem: [UInt8]) -> [X509Storage] {
        OpenSSLError.clear()
        var certificates: [X509Storage] = []
        unsafe pem.withUnsafeBufferPointer { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, CInt(clamping: bytes.count)) else { return }
            while let pointer = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
                unsafe certificates.append(X509Storage(owning: pointer))
            }
            unsafe BIO_free(bio)
        }
        return certificates
    }

    /// The certificate of DER bytes, all of them.
    static func read(der: [UInt8]) -> X509Storage? {
        OpenSSLError.clear()
        return unsafe der.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            guard let pointer = unsafe d2i_X509(nil, &place, bytes.count) else { return nil }
            let certificate = unsafe X509Storage(owning: pointer)
            let end = unsafe bytes.baseAddress.map { unsafe $0 + bytes.count }
            return unsafe place == end ? certificate : nil
        }
    }

    var der: [UInt8] { unsafe [UInt8](taking: copenssl_der(pointer)) }
    var pem: String { unsafe String(taking: copenssl_pem(pointer)) }
    var publicKey: [UInt8] { unsafe [UInt8](taking: copenssl_public_key(pointer)) }
    var serial: String { unsafe String(taking: copenssl_serial(pointer)) }
    var subject: String { unsafe String(taking: copenssl_name(X509_get_subject_name(pointer))) }
    var issuer: String { unsafe String(taking: copenssl_name(X509_get_issuer_name(pointer))) }
    var commonName: String { unsafe String(taking: copenssl_common_name(X509_get_subject_name(pointer))) }
    var version: Int {
        // A certificate may say any number, of which 0 stands for 1.
        let number = unsafe Int(X509_get_version(pointer))
        return number < .max ? number + 1 : number
    }
    var isAuthority: Bool { unsafe X509_check_ca(pointer) > 0 }
    var signatureAlgorithm: String { unsafe String(copying: copenssl_signature_algorithm(pointer)) ?? "unknown" }

    var notBefore: Int64? { unsafe Self.seconds(X509_get0_notBefore(pointer)) }
    var notAfter: Int64? { unsafe Self.seconds(X509_get0_notAfter(pointer)) }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var seconds: Int64 = 0
        return unsafe copenssl_seconds(time, &seconds) == 1 ? seconds : nil
    }

    /// The kind of the public key and its size in bits.
    var keyKind: (name: String, bits: Int, group: String?) {
        guard let key = unsafe X509_get0_pubkey(pointer) else { return ("unknown", 0, nil) }
        return unsafe PrivateKeyStorage.kind(key)
    }

    /// The kinds (`GEN_DNS` and so on) and the bytes of the alternative names.
    var alternativeNames: [(kind: CInt, bytes: [UInt8])] {
        guard let names = unsafe copenssl_alternative_names(pointer) else { return [] }
        defer { unsafe copenssl_names_free(names) }
        var result: [(kind: CInt, bytes: [UInt8])] = []
        for index in 0..<max(0, unsafe copenssl_names_count(names)) {
            var bytes: UnsafePointer<UInt8>?
            var count = 0
            let kind = unsafe copenssl_names_item(names, index, &bytes, &count)
            // The bytes belong to the names, which live until the end.
            if kind >= 0 { unsafe result.append((kind, [UInt8](copying: bytes, count: count))) }
        }
        return result
    }

    /// Whether the key signs for this certificate.
    func belongs(to key: PrivateKeyStorage) -> Bool {
        defer { OpenSSLError.clear() }
        return unsafe X509_check_private_key(pointer, key.pointer) == 1
    }

    /// A certificate that is signed by its own key.
    static func selfSigned(_ key: PrivateKeyStorage, name: String, names: String, seconds: Int) -> X509Storage? {
        OpenSSLError.clear()
        return unsafe copenssl_self_signed(key.pointer, name, names, seconds).map {
            unsafe X509Storage(owning: $0)
        }
    }
}

/// A private key of OpenSSL.
@safe
final class PrivateKeyStorage: @unchecked Sendable {
    // Sendable because nothing changes it: OpenSSL fills its caches under locks of its own.
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// A private key, and whether a password was needed for it.
    static func read(_ bytes: [UInt8], isDER: Bool, password: String?) -> (key: PrivateKeyStorage?, isLocked: Bool) {
        OpenSSLError.clear()
        func read(_ text: UnsafePointer<CChar>?) -> (key: PrivateKeyStorage?, isLocked: Bool) {
            var password = unsafe copenssl_password(text: text, was_asked: 0)
            let pointer = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe copenssl_read_key(bytes.baseAddress, CInt(clamping: bytes.count), isDER ? 1 : 0, &password)
            }
            return unsafe (pointer.map { unsafe PrivateKeyStorage(owning: $0) }, password.was_asked != 0)
        }
        // The text is valid for the call.
        guard let password else { return read(nil) }
        return unsafe password.withCString { unsafe read($0) }
    }

    /// A new key on a curve.
    static func generate(group: String) -> PrivateKeyStorage? {
        OpenSSLError.clear()
        return unsafe copenssl_generate_key(group).map { unsafe PrivateKeyStorage(owning: $0) }
    }

    var pem: String { unsafe String(taking: copenssl_key_pem(pointer)) }
    var publicKey: [UInt8] { unsafe [UInt8](taking: copenssl_key_der(pointer)) }
    var kind: (name: String, bits: Int, group: String?) { unsafe Self.kind(pointer) }

    static func kind(_ key: OpaquePointer) -> (name: String, bits: Int, group: String?) {
        let name = unsafe String(copying: EVP_PKEY_get0_type_name(key)) ?? "unknown"
        var group: String?
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            var count = 0
            if unsafe EVP_PKEY_get_group_name(key, text.baseAddress, text.count, &count) == 1 {
                group = unsafe String(copying: text.baseAddress)
            }
        }
        OpenSSLError.clear()
        return (name, Int(unsafe EVP_PKEY_get_bits(key)), group)
    }
}

/// What a PKCS#12 file holds.
enum PKCS12 {
    enum Outcome {
        case identity(certificate: X509Storage, key: PrivateKeyStorage, others: [X509Storage])
        case wrongPassword
        case unreadable
    }

    static func read(_ bytes: [UInt8], password: String) -> Outcome {
        OpenSSLError.clear()
        let parsed = unsafe bytes.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return unsafe d2i_PKCS12(nil, &place, bytes.count)
        }
        guard let parsed = unsafe parsed else { return .unreadable }
        defer { unsafe PKCS12_free(parsed) }
        guard unsafe PKCS12_verify_mac(parsed, password, -1) == 1 else { return .wrongPassword }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var others: OpaquePointer?
        guard unsafe PKCS12_parse(parsed, password, &key, &certificate, &others) == 1 else { return .unreadable }
        let keyStorage = unsafe key.map { unsafe PrivateKeyStorage(owning: $0) }
        let storage = unsafe certificate.map { unsafe X509Storage(owning: $0) }
        defer { unsafe copenssl_stack_free(others) }
        guard let keyStorage, let storage else { return .unreadable }
        return unsafe .identity(certificate: storage, key: keyStorage, others: X509Storage.all(of: others))
    }
}

extension X509Storage {
    /// The certificates of a stack, each with a reference of its own.
    static func all(of stack: OpaquePointer?) -> [X509Storage] {
        var result: [X509Storage] = []
        for index in 0..<max(0, unsafe copenssl_stack_count(stack)) {
            if let pointer = unsafe copenssl_stack_item(stack, index) {
                unsafe result.append(X509Storage(sharing: pointer))
            }
        }
        return result
    }
}

/// SHA-256, for finger prints.
enum Digest {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        // The digest writes 32 bytes.
        _ = unsafe result.withUnsafeMutableBufferPointer { result in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe EVP_Q_digest(nil, "SHA256", nil, bytes.baseAddress, bytes.count, result.baseAddress, nil)
            }
        }
        return result
    }
}
