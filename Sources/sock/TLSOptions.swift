import ArgumentParser
import AsyncSockets
import Sockets
import SystemPackage
import TLSSockets

/// Whom a client believes.
struct TLSClientOptions: ParsableArguments {
    @Option(
        help: .init(
            """
            Trust the certificates of this PEM file instead of the system's authorities; \
            `sock certificate --pem HOST:PORT > FILE` writes those of a server.
            """, valueName: "file"))
    var trust: String?

    @Option(help: .init("The name that the server's certificate has to be for.", valueName: "name"))
    var serverName: String?

    /// Whether one of them was given.
    var areGiven: Bool { trust != nil || serverName != nil }

    /// A context for this client.
    func context(_ change: (inout TLSSettings) -> Void = { _ in }) throws(TLSError) -> TLSContext {
        try TLSContext.client { settings in
            if let trust { settings.trust = .file(FilePath(trust)) }
            change(&settings)
        }
    }

    /// The name to verify: the one that was given, or the endpoint's host.
    func name(of endpoint: Endpoint) -> String? {
        if let serverName { return serverName }
        if case .internet(let host, _) = endpoint { return host ?? "localhost" }
        return nil
    }

    /// A connected socket, secured within a time.
    func secured(
        _ socket: AsyncSocket, _ endpoint: Endpoint, within limit: Duration?, _ context: TLSContext
    ) async throws -> AsyncTLSSocket {
        let secure = try AsyncTLSSocket(upgrading: socket, using: context, serverName: name(of: endpoint))
        do throws(TLSError) {
            guard let limit else {
                try await secure.handshake()
                return secure
            }
            try await withDeadline(limit) { () async throws(TLSError) in try await secure.handshake() }
            return secure
        } catch {
            throw Self.advised(error, endpoint)
        }
    }

    /// What to do at a command line where a program would set its trust.
    private static func advised(_ error: TLSError, _ endpoint: Endpoint) -> TLSError {
        guard error.code == .certificateRefused, error.hint?.contains("Trust.") == true else { return error }
        return TLSError(
            error.code, error.operation, subject: error.subject, alert: error.alert,
            isAlertFromPeer: error.isAlertFromPeer, verification: error.verification, socketError: error.socketError,
            hint: advice(endpoint), detail: error.detail)
    }

    /// How to trust a server that nobody vouches for.
    static func advice(_ endpoint: Endpoint) -> String {
        "if you know that it is the right one, `sock certificate --pem \(endpoint) > FILE` once, and say --trust FILE"
    }
}

/// Who a server is.
struct TLSServerOptions: ParsableArguments {
    @Option(help: .init("The server's certificate chain (PEM), for --tls.", valueName: "file"))
    var certificate: String?

    @Option(help: .init("Its private key, where it is not in the file of the certificate.", valueName: "file"))
    var key: String?

    /// Whether one of them was given.
    var areGiven: Bool { certificate != nil || key != nil }

    /// A context for this server; without a certificate it makes one.
    func context() throws(TLSError) -> TLSContext {
        guard let certificate else {
            Console.note("No --certificate: made one for localhost that nobody trusts; see `sock certificate`.")
            return try TLSContext.server(TLSIdentity.selfSigned())
        }
        return try TLSContext.server(certificateChain: FilePath(certificate), privateKey: key.map { FilePath($0) })
    }
}

/// What verification said, kept by the handshake for later.
final class VerificationNote: Sendable {
    private let content = Lock<VerificationFailure?>(nil)

    var failure: VerificationFailure? { content.withLock { $0 } }

    func note(_ failure: VerificationFailure?) { content.withLock { $0 = failure } }
}
