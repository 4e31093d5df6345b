import Foundation
import SystemPackage
import TLSSockets
import TestSupport

/// An authority of a test's own, and certificates of it, made by the openssl program: another hand than the library's.
final class PKI: Sendable {
    let folder: TemporaryFolder

    /// Makes an authority.
    init() throws {
        folder = try TemporaryFolder()
        try root("root")
    }

    var rootFile: String { folder.file("root.pem") }

    /// Kinds of keys, as the openssl program names them.
    enum Key: String, CaseIterable, Sendable {
        case rsa = "rsa:2048"
        case p256 = "ec -pkeyopt ec_paramgen_curve:P-256"
        case ed25519 = "ed25519"
        case weak = "rsa:1024"
    }

    /// Makes a root certificate `NAME.pem` with its key `NAME.key`.
    func root(_ name: String) throws {
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).pem -days 30 "
                + "-subj '/CN=Test \(name)' -addext basicConstraints=critical,CA:TRUE "
                + "-addext keyUsage=critical,keyCertSign,cRLSign")
    }

    /// Makes a certificate `NAME.pem` with its key `NAME.key`, for names such as `DNS:localhost,IP:127.0.0.1`.
    func certificate(
        _ name: String, _ names: String? = "DNS:localhost,IP:127.0.0.1", key: Key = .p256, issuer: String = "root",
        subject: String? = nil, extensions: [String] = ["basicConstraints=critical,CA:FALSE"], days: Int = 30
    ) throws {
        let all = (names.map { ["subjectAltName=\($0)"] } ?? []) + extensions
        let added = all.map { "-addext '\($0)'" }.joined(separator: " ")
        try openssl(
            "req -new -newkey \(key.rawValue) -nodes -keyout \(name).key -out \(name).csr "
                + "-subj '/CN=\(subject ?? name)' \(added)")
        try openssl(
            "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -days \(days) -copy_extensions copy "
                + "-out \(name).pem")
    }

    /// Runs the openssl program in the folder.
    func openssl(_ arguments: String) throws {
        try shell("openssl \(arguments)")
    }

    /// Runs commands in the folder.
    func shell(_ script: String) throws {
        let program = try Program("sh", ["-ec", "cd \(folder.path); \(script)"])
        try program.endInput()
        _ = try program.finish()
    }

    func file(_ name: String) -> String { folder.file(name) }

    func identity(_ name: String, chain: String? = nil) throws -> TLSIdentity {
        try TLSIdentity(
            certificateChain: .init(file(chain ?? "\(name).pem")), privateKey: .init(file("\(name).key")))
    }

    /// A context for servers with a certificate of the authority.
    func server(
        _ name: String = "server", _ configure: (inout TLSSettings) throws(TLSError) -> Void = { _ in }
    ) throws -> TLSContext {
        try .server(identity(name), configure)
    }

    /// A context for clients that trust the authority.
    func client(_ configure: (inout TLSSettings) throws(TLSError) -> Void = { _ in }) throws -> TLSContext {
        let root = rootFile
        return try .client { settings throws(TLSError) in
            settings.trust = .file(.init(root))
            try configure(&settings)
        }
    }
}
