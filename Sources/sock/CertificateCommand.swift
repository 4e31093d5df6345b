import ArgumentParser
import AsyncSockets
import Sockets
import TLSSockets

/// `sock certificate`: the certificates that a server shows, for people.
struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Print the certificates of a server, and whether they can be trusted.",
        discussion: """
            The handshake is run without trusting anybody, nothing is sent, and then what \
            verification says is told. The exit status is 1 when the server cannot be trusted.

            EXAMPLES
              sock certificate example.org:443
              sock certificate --pem example.org:443 > chain.pem
              sock certificate --trust root.pem --server-name db.internal 10.0.0.7:5433
            """
    )

    @Flag(name: .customShort("4"), help: "Use IPv4 only.")
    var ipv4 = false

    @Flag(name: .customShort("6"), help: "Use IPv6 only.")
    var ipv6 = false

    @OptionGroup var tls: TLSClientOptions

    @Option(
        help: "Give up when there is no answer after this time, such as 5s or 500ms.", transform: TimeLimit.parse)
    var timeout: Duration = .seconds(10)

    @Flag(help: "Print the certificates as PEM, and nothing else.")
    var pem = false

    @Argument(help: "The server, as example.org:443.", transform: Endpoint.init(argument:))
    var endpoint: Endpoint

    func validate() throws {
        if ipv4 && ipv6 { throw ValidationError("-4 and -6 exclude each other.") }
    }

    func run() async throws {
        var options = EndpointOptions()
        options.ipv4 = ipv4
        options.ipv6 = ipv6
        options.udp = false
        let socket = try await endpoint.connected(options, from: nil, timeout: timeout)
        let note = VerificationNote()
        let context = try tls.context { settings in
            settings.judge = { _, found in
                note.note(found)
                return true
            }
        }
        let secure = try await tls.secured(socket, endpoint, within: timeout, context)
        let chain = secure.presentedChain
        if pem {
            for certificate in chain { try Console.write(Array(certificate.pem.utf8)[...]) }
        } else {
            try print(secure, chain)
        }
        secure.close()
        // The file that is just being written needs no advice.
        let advice = pem || tls.trust != nil ? "" : "; \(TLSClientOptions.advice(endpoint))"
        if let found = note.failure { throw Console.Failure("the server cannot be trusted: \(found)\(advice)") }
        if !pem { try Console.print("Trusted, for \(secure.verifiedName ?? "this peer")") }
    }

    private func print(_ socket: AsyncTLSSocket, _ chain: [Certificate]) throws {
        var facts = [socket.version?.description, socket.cipherSuite?.name, socket.group].compactMap { $0 }
        if let name = socket.applicationProtocol { facts.append(name) }
        try Console.print(facts.joined(separator: ", "))
        for (depth, certificate) in chain.enumerated() {
            try Console.print("\(depth) \(certificate.subject)")
            let names = certificate.alternativeNames.map(\.description)
            if !names.isEmpty { try Console.print("  names        \(names.joined(separator: ", "))") }
            try Console.print("  issuer       \(certificate.issuer)")
            try Console.print("  valid        \(certificate.notBefore) to \(certificate.notAfter)")
            try Console.print(
                "  key          \(certificate.publicKeyDescription), signed by \(certificate.signatureAlgorithm)")
            try Console.print("  serial       \(certificate.serialNumber)")
            try Console.print("  fingerprint  \(Self.hexadecimal(certificate.fingerprint))")
            try Console.print("  key SHA-256  \(Self.hexadecimal(certificate.publicKeyFingerprint))")
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: ":")
    }
}
