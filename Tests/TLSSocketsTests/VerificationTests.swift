import Foundation
import SystemPackage
import TLSSockets
import TestSupport
import Testing

/// What a client believes: certificates made by the openssl program, shown over memory.
@Suite(Requirement.programs("openssl")) struct VerificationTests {
    /// A certificate, and what has to come of it.
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        /// The names and further extensions.
        var names: String? = "DNS:localhost"
        var extensions: [String] = ["basicConstraints=critical,CA:FALSE"]
        var key = PKI.Key.p256
        var issuer = "root"
        var days = 30
        /// The name that is asked for.
        var host = "localhost"
        /// OpenSSL's number of the failure; 0: it is believed.
        var code = 0
    }

    static let cases: [Case] = [
        Case(description: "good"),
        Case(description: "capitals in the name", host: "LOCALHOST"),
        Case(description: "a dot at the end", host: "localhost."),
        Case(description: "a wildcard", names: "DNS:*.example.org", host: "www.example.org"),
        Case(description: "an international name", names: "DNS:xn--bcher-kva.example", host: "Bücher.example"),
        Case(description: "an IPv4 address", names: "IP:127.0.0.1", host: "127.0.0.1"),
        Case(description: "an IPv6 address in brackets", names: "IP:::1", host: "[::1]"),
        Case(description: "an intermediate", issuer: "between"),
        Case(description: "another name", names: "DNS:other.example", code: 62),
        Case(description: "the name in CN alone", names: nil, code: 62),
        Case(description: "the name in CN, another in the extension", names: "email:a@example.org", code: 62),
        Case(description: "an address as a host name", names: "DNS:127.0.0.1", host: "127.0.0.1", code: 64),
        Case(description: "another address", names: "IP:127.0.0.2", host: "127.0.0.1", code: 64),
        Case(description: "a partial wildcard", names: "DNS:w*.example.org", host: "www.example.org", code: 62),
        Case(description: "a wildcard for two labels", names: "DNS:*.example.org", host: "a.b.example.org", code: 62),
        Case(description: "a wildcard for no label", names: "DNS:*.example.org", host: "example.org", code: 62),
        Case(
            description: "a NUL in the name",
            // [2] "localhost\0.evil.example" in a sequence.
            names: "DER:30:19:82:17:6c:6f:63:61:6c:68:6f:73:74:00:2e:65:76:69:6c:2e:65:78:61:6d:70:6c:65", code: 62),
        Case(description: "expired", days: -1, code: 10),
        Case(description: "not yet valid", issuer: "future", code: 9),
        Case(description: "an untrusted root", issuer: "stranger", code: 19),
        Case(
            description: "for clients alone",
            extensions: ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=clientAuth"], code: 26),
        Case(description: "a weak key", key: .weak, code: 66),
        Case(description: "an issuer that may not issue", issuer: "leaf", code: 79),
        Case(description: "a name that the issuer may not give", issuer: "constrained", code: 47),
        Case(description: "a chain too long for the issuer", issuer: "below", code: 25),
        Case(description: "a SHA-1 signature in the chain", issuer: "sha1", code: 68),
    ]

    static let pki = Result {
        let pki = try PKI()
        let authority = "basicConstraints=critical,CA:TRUE"
        try pki.root("stranger")
        try pki.certificate("between", nil, extensions: [authority, "keyUsage=critical,keyCertSign,cRLSign"])
        try pki.certificate("leaf", "DNS:leaf.example")
        try pki.certificate(
            "constrained", nil,
            extensions: [
                authority, "keyUsage=critical,keyCertSign", "nameConstraints=critical,permitted;DNS:example.org",
            ])
        try pki.certificate(
            "single", nil,
            extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"])
        try pki.certificate(
            "below", nil, issuer: "single", extensions: [authority, "keyUsage=critical,keyCertSign"])
        try pki.openssl(
            "req -new -newkey rsa:2048 -nodes -keyout sha1.key -out sha1.csr -subj /CN=sha1 "
                + "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign")
        try pki.openssl(
            "x509 -req -in sha1.csr -CA root.pem -CAkey root.key -sha1 -days 9 -copy_extensions copy -out sha1.pem")
        // A directory of issued certificates, for times to come and for revoking.
        try pki.shell(
            """
            touch index; echo 01 > serial; echo 01 > number
            printf '%s\\n' '[ca]' 'default_ca=x' '[x]' 'database=index' 'serial=serial' 'crlnumber=number' \
                'new_certs_dir=.' 'default_md=sha256' 'policy=p' 'copy_extensions=copy' 'default_days=30' \
                'default_crl_days=30' 'unique_subject=no' '[p]' 'commonName=supplied' > ca.cnf
            """)
        return pki
    }

    /// Runs a handshake over memory, and returns what the client says.
    static func failure(
        _ client: TLSContext, _ server: TLSContext, host: String = "localhost"
    ) throws -> (client: TLSError?, server: TLSError?) {
        let pair = try EnginePair(client, server, serverName: host)
        let (client, server) = (pair.client, pair.server)
        var errors: (client: TLSError?, server: TLSError?) = (nil, nil)
        for _ in 0..<4 {
            do { _ = try client.handshake() } catch { errors.client = errors.client ?? error }
            server.feed(client.takeOutput())
            do { _ = try server.handshake() } catch { errors.server = errors.server ?? error }
            if server.isEstablished { do { _ = try server.read() } catch { errors.server = errors.server ?? error } }
            client.feed(server.takeOutput())
        }
        #expect(errors.client != nil || client.isEstablished)
        return errors
    }

    @Test(arguments: cases) func aClientBelieves(_ test: Case) throws {
        let pki = try Self.pki.get()
        let name = "c\(UInt32.random(in: .min ... .max))"
        if test.issuer == "future" {
            try pki.openssl(
                "req -new -newkey ed25519 -nodes -keyout \(name).key -out \(name).csr -subj /CN=localhost "
                    + "-addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE")
            try pki.openssl(
                "ca -batch -config ca.cnf -cert root.pem -keyfile root.key -startdate 20490101000000Z "
                    + "-enddate 20490201000000Z -in \(name).csr -out \(name).pem -notext -rand_serial")
        } else {
            try pki.certificate(
                name, test.names, key: test.key, issuer: test.issuer, subject: "localhost", extensions: test.extensions,
                days: test.days)
        }
        let chain = test.issuer == "below" ? "\(name).pem below.pem single.pem" : "\(name).pem \(test.issuer).pem"
        try pki.shell("cat \(test.issuer == "future" ? "\(name).pem" : chain) > \(name)-chain.pem")
        let identity = try pki.identity(name, chain: "\(name)-chain.pem")
        let server = try TLSContext.server(identity) { $0.securityLevel = 0 }
        let errors = try Self.failure(pki.client(), server, host: test.host)
        if test.code == 0 {
            #expect(errors.client == nil && errors.server == nil)
        } else {
            let error = try #require(errors.client)
            #expect(error.code == .certificateRefused)
            #expect(error.verification?.code == test.code, "\(error)")
            #expect(error.verification?.subject?.isEmpty == false)
            #expect(error.alert != nil)
            // The server hears why.
            #expect(errors.server?.code == .alert && errors.server?.isAlertFromPeer == true)
            #expect(errors.server?.alert == error.alert)
        }
    }

    @Test func selfSignedAndWhatCanBeDoneAboutIt() throws {
        let identity = try TLSIdentity.selfSigned(for: ["localhost"])
        let server = try TLSContext.server(identity)
        let own = identity.certificateChain[0]
        // Whoever trusts it trusts it alone, and not what its key might sign.
        #expect(!own.isAuthority)
        let folder = try TemporaryFolder()
        try Data(own.pem.utf8).write(to: URL(fileURLWithPath: folder.file("own.pem")))
        #expect(try Program.run("openssl verify -x509_strict -CAfile $1 $1", folder.file("own.pem")).count == 1)
        let refused = try Self.failure(.client(), server).client
        #expect(refused?.verification?.code == 18)
        #expect(refused?.hint?.contains("Trust.certificates") == true)
        #expect(try Self.failure(.client { $0.trust = .certificates([own]) }, server).client == nil)
        // A trusted key is believed under any name; another key is not.
        let pinned = try TLSContext.client { $0.trust = .publicKeys([own.publicKeyFingerprint]) }
        #expect(try Self.failure(pinned, server, host: "other.example").client == nil)
        let other = try TLSContext.server(TLSIdentity.selfSigned(for: ["localhost"]))
        #expect(try Self.failure(pinned, other).client?.code == .certificateRefused)
        // The ugly names.
        #expect(
            try Self.failure(.client { $0.verification = .dangerouslyNothing }, server, host: "x.example").client == nil
        )
        let anyName = try TLSContext.client {
            $0.verification = .dangerouslyAnyHostName
            $0.trust = .certificates([own])
        }
        #expect(try Self.failure(anyName, server, host: "x.example").client == nil)
        #expect(try Self.failure(anyName, other, host: "x.example").client?.code == .certificateRefused)
    }

    @Test func aJudgeDecides() throws {
        let identity = try TLSIdentity.selfSigned(for: ["localhost"])
        let server = try TLSContext.server(identity)
        let own = identity.certificateChain[0]
        let lenient = try TLSContext.client {
            $0.judge = { chain, failure in chain.first == own && failure?.code == 18 }
        }
        #expect(try Self.failure(lenient, server).client == nil)
        let strict = try TLSContext.client {
            $0.trust = .certificates([own])
            $0.judge = { _, failure in failure != nil }
        }
        #expect(try Self.failure(strict, server).client?.verification?.reason == "the program's own judge refused it")
    }

    @Test func revokedCertificates() throws {
        let pki = try Self.pki.get()
        try pki.certificate("revoked", "DNS:localhost")
        try pki.certificate("fine", "DNS:localhost")
        try pki.openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -revoke revoked.pem")
        try pki.openssl("ca -config ca.cnf -cert root.pem -keyfile root.key -gencrl -out list.pem")
        let list = pki.file("list.pem")
        let client = try pki.client {
            $0.revocation = .ownCertificate
            $0.revocationLists = [.init(list)]
        }
        let revoked = try Self.failure(client, pki.server("revoked")).client
        #expect(revoked?.verification?.code == 23)
        #expect(revoked?.alert == .certificateRevoked)
        #expect(try Self.failure(client, pki.server("fine")).client == nil)
        let without = try pki.client { $0.revocation = .ownCertificate }
        #expect(try Self.failure(without, pki.server("fine")).client?.verification?.code == 3)
    }

    @Test func clientCertificates() throws {
        let pki = try Self.pki.get()
        try pki.certificate("mutual")
        try pki.certificate("client", "email:client@example.org")
        try pki.certificate("intruder", "email:client@example.org", issuer: "stranger")
        let root = pki.rootFile
        let server = try pki.server("mutual") {
            $0.trust = .file(.init(root))
            $0.clientCertificates = .required
        }
        for (name, code) in [
            ("client", nil), ("intruder", TLSError.Code.certificateRefused), (nil, .certificateRefused),
        ] {
            for version in [TLSVersion.v1_2, .v1_3] {
                let identities = try name.map { [try pki.identity($0)] } ?? []
                let client = try pki.client {
                    $0.identities = identities
                    $0.maximumVersion = version
                }
                let errors = try Self.failure(client, server)
                #expect(errors.server?.code == code, "\(name ?? "none") \(version)")
            }
        }
    }

    @Test func badInputNamesFileAndReason() throws {
        let pki = try Self.pki.get()
        try pki.certificate("server")
        try pki.shell(
            """
            : > empty.pem; head -c 20000000 /dev/zero > huge.pem; head -5 server.pem > half.pem; mkdir -p folder
            openssl pkcs8 -topk8 -in server.key -out locked.key -passout pass:secret
            openssl pkcs8 -topk8 -in server.key -outform DER -out locked.der -passout pass:secret
            openssl pkcs12 -export -in server.pem -inkey server.key -certfile root.pem -out all.p12 -passout pass:secret
            openssl x509 -in server.pem -outform DER -out server.der
            openssl pkey -in server.key -outform DER -out key.der
            """)
        func code(_ chain: String, _ key: String, _ password: String? = nil) -> TLSError? {
            do {
                _ = try TLSContext.server(
                    certificateChain: .init(pki.file(chain)), privateKey: .init(pki.file(key)), password: password)
                return nil
            } catch {
                return error
            }
        }
        #expect(code("server.pem", "server.key") == nil)
        // The character "0" is the first byte of DER, too.
        try pki.shell("(echo 0 is a note; cat server.pem) > note.pem; (echo 0; cat server.key) > note.key")
        #expect(code("note.pem", "note.key") == nil)
        #expect(code("server.der", "key.der") == nil)
        #expect(code("server.pem", "locked.key", "secret") == nil)
        #expect(code("server.pem", "locked.der", "secret") == nil)
        for (chain, key, password, expected, file) in [
            ("missing.pem", "server.key", nil, TLSError.Code.unreadableFile, "missing.pem"),
            ("empty.pem", "server.key", nil, .unreadableFile, "empty.pem"),
            ("huge.pem", "server.key", nil, .unreadableFile, "huge.pem"),
            ("half.pem", "server.key", nil, .unreadableFile, "half.pem"),
            ("folder", "server.key", nil, .unreadableFile, "folder"),
            ("server.key", "server.key", nil, .unreadableFile, "server.key"),
            ("server.pem", "server.pem", nil, .unreadableFile, "server.pem"),
            ("server.pem", "root.key", nil, .badKey, "root.key"),
            ("server.pem", "locked.key", nil, .wrongPassword, "locked.key"),
            ("server.pem", "locked.key", "wrong", .wrongPassword, "locked.key"),
            ("server.pem", "locked.der", nil, .wrongPassword, "locked.der"),
            ("server.pem", "locked.der", "wrong", .wrongPassword, "locked.der"),
        ] {
            let error = code(chain, key, password)
            #expect(error?.code == expected, "\(chain) \(key)")
            #expect(error?.subject == pki.file(file), "\(String(describing: error))")
        }
        let identity = try TLSIdentity(pkcs12: .init(pki.file("all.p12")), password: "secret")
        #expect(identity.certificateChain.count == 2)
        #expect { try TLSIdentity(pkcs12: .init(pki.file("all.p12")), password: "wrong") } throws: {
            ($0 as? TLSError)?.code == .wrongPassword
        }
        // Settings that OpenSSL does not know.
        for change: @Sendable (inout TLSSettings) -> Void in [
            { $0.ciphers = ["NONSENSE"] }, { $0.cipherSuites = ["TLS_NONE"] }, { $0.groups = ["P-0"] },
            { $0.signatureAlgorithms = ["x"] }, { $0.applicationProtocols = [""] }, { $0.trust = .file("/nowhere") },
            { $0.trust = .directory("/nowhere") }, { $0.revocationLists = ["/nowhere"] },
            { $0.maximumVersion = .v1_1 }, { $0.keyLogFile = "/nowhere/file" },
        ] {
            #expect(throws: TLSError.self) {
                try TLSContext.client { settings in change(&settings) }
            }
        }
    }

    @Test func factsOfACertificate() throws {
        let pki = try Self.pki.get()
        try pki.certificate(
            "facts", "DNS:a.example,DNS:*.b.example,IP:10.0.0.1,IP:2001:db8::1,email:m@a.example,URI:urn:x")
        let certificate = try Certificate.load(from: .init(pki.file("facts.pem")))[0]
        #expect(
            certificate.alternativeNames.map(\.description) == [
                "a.example", "*.b.example", "10.0.0.1", "2001:db8::1", "m@a.example", "urn:x",
            ])
        #expect(certificate.subject == "CN=facts" && certificate.issuer == "CN=Test root")
        #expect(certificate.commonName == "facts" && certificate.version == 3 && !certificate.isAuthority)
        #expect(certificate.publicKeyDescription == "EC P-256" && certificate.signatureAlgorithm == "ecdsa-with-SHA256")
        func told(_ arguments: String) throws -> String {
            let program = try Program("sh", ["-c", "openssl x509 -in \(pki.file("facts.pem")) -noout \(arguments)"])
            return try program.finish().joined(separator: "\n")
        }
        let digits = certificate.fingerprint.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(try told("-fingerprint -sha256").hasSuffix("=" + digits.joined(separator: ":").uppercased()))
        #expect(try told("-serial") == "serial=\(certificate.serialNumber)")
        let end = try told("-enddate -dateopt iso_8601")
        #expect(end == "notAfter=\(certificate.notAfter.description.replacing(" UTC", with: "Z"))")
        #expect(try Certificate(pem: certificate.pem) == certificate)
        #expect(try Certificate(der: certificate.der) == certificate)
        #expect(certificate.publicKey == (try PrivateKey(file: .init(pki.file("facts.key")))).publicKey)
        #expect(CertificateTime(secondsSinceEpoch: 951_782_400).description == "2000-02-29 00:00:00 UTC")
        #expect(CertificateTime(secondsSinceEpoch: .max).description == "no time")
    }
}
