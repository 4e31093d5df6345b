// Both sides show certificates: a server that tells each client who it is. Usage: mutual-tls ADDRESS CHAIN KEY CLIENTS
//
// CLIENTS is a file with the authority that the clients' certificates are of.
import Sockets
import SystemPackage
import TLSSockets

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let address = SocketAddress(arguments[0]) else {
    fatalError("usage: mutual-tls ADDRESS CHAIN KEY CLIENTS")
}

let context = try TLSContext.server(
    certificateChain: FilePath(arguments[1]), privateKey: FilePath(arguments[2])
) { settings in
    settings.clientCertificates = .required
    settings.trust = .file(FilePath(arguments[3]))
}
let listener = try TLSSocket.listening(on: address, using: context)
print("Listening on \(try listener.localAddress)")

@Sendable func report(_ error: any Error, _ client: SocketAddress?) { print("Refused: \(error)") }

try listener.serve(onError: report) { peer, _ in
    // Verified: with .required there is no connection without a certificate.
    let name = peer.peerCertificate?.subject ?? "nobody"
    print("Connected by \(name)")
    try peer.sendAll("You are \(name)\n")
    try peer.closeGracefully(within: .seconds(10))
}
