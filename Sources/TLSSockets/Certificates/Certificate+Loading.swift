internal import Sockets
public import SystemPackage

extension Certificate {
    /// Reads all certificates of a PEM text, in its order; other things in between are passed over.
    ///
    /// - Parameter pem: The text.
    /// - Returns: The certificates, at least one.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``.
    public static func all(pem: String) throws(TLSError) -> [Certificate] {
        try all(Array(pem.utf8), subject: nil)
    }

    /// Reads all certificates of a file, PEM or DER, in its order.
    ///
    /// ```swift
    /// let chain = try Certificate.load(from: "/etc/ssl/server.pem")
    /// ```
    ///
    /// - Parameter file: The path of a file of at most 16 MiB.
    /// - Returns: The certificates, at least one.
    /// - Throws: ``TLSError`` with ``TLSError/Code/unreadableFile``, which names the file and the reason.
    public static func load(from file: FilePath) throws(TLSError) -> [Certificate] {
        try all(SecretFile.read(file, for: .loadCertificate), subject: file.string)
    }

    private static func all(_ bytes: [UInt8], subject: String?) throws(TLSError) -> [Certificate] {
        if bytes.isDER {
            guard let storage = X509Storage.read(der: bytes) else {
                throw OpenSSLError.failure(
                    .unreadableFile, .loadCertificate, subject: subject, hint: "it is no certificate in DER")
            }
            return [Certificate(storage)]
        }
        let certificates = X509Storage.read(pem: bytes).map { Certificate($0) }
        let errors = OpenSSLError.takeAll()
        // Reading ends with the error that there is no further certificate; a broken one ends it before.
        if let broken = errors.first(where: { !$0.isEndOfPEM }) {
            throw TLSError(
                .unreadableFile, .loadCertificate, subject: subject,
                hint: "certificate number \(certificates.count + 1) is broken", detail: broken.text)
        }
        guard !certificates.isEmpty else {
            throw TLSError(
                .unreadableFile, .loadCertificate, subject: subject,
                hint: bytes.isEmpty
                    ? "it is empty"
                    : String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----")
                        ? "it holds a private key and no certificate: are the two swapped?"
                        : "there is no BEGIN CERTIFICATE line, and it is no certificate in DER")
        }
        return certificates
    }
}

/// Reads files of certificates and keys.
enum SecretFile {
    static let limit = 1 << 24

    static func read(_ path: FilePath, for operation: SocketError.Operation) throws(TLSError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                // What grows is copied, and the copies of a key stay in memory that was given back.
                bytes.reserveCapacity(Int(clamping: min((try? file.seek(offset: 0, from: .end)) ?? 0, Int64(limit))))
                _ = try? file.seek(offset: 0, from: .start)
                while bytes.count <= limit {
                    var piece = try [UInt8](unsafeCapacity: 65_536, readingFrom: file)
                    defer { piece.forget() }
                    if piece.isEmpty { return bytes }
                    bytes += piece
                }
                throw TLSError(
                    .unreadableFile, operation, subject: path.string, hint: "it is larger than \(limit >> 20) MiB")
            }
        } catch let error as TLSError {
            throw error
        } catch let error as Errno {
            throw TLSError(
                .unreadableFile, operation, subject: path.string, socketError: nil, hint: "\(error)".lowercasedFirst)
        } catch {
            throw TLSError(.unreadableFile, operation, subject: path.string, hint: "\(error)")
        }
    }
}

extension [UInt8] {
    /// Whether these are a certificate or key in DER, which begins as a sequence does; PEM is text, and may begin with
    /// the same character.
    var isDER: Bool { first == 0x30 && !contains("-----BEGIN ".utf8) }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension SocketError.Operation {
    /// Reading a certificate.
    static let loadCertificate = SocketError.Operation(rawValue: "load certificate")
    /// Reading a private key.
    static let loadKey = SocketError.Operation(rawValue: "load key")
    /// Making a context.
    static let makeContext = SocketError.Operation(rawValue: "make context")
    /// The handshake.
    static let handshake = SocketError.Operation(rawValue: "handshake")
    /// Going back to plain text.
    static let unwrap = SocketError.Operation(rawValue: "unwrap")
    /// Asking for facts of the connection.
    static let inspect = SocketError.Operation(rawValue: "inspect")
}
