// A secure echo server with a thread for each client. Usage: tls-echo [ADDRESS [CHAIN KEY]]
//
// Without a certificate it makes one for localhost, which clients have to be told to trust: its file is printed.
import Sockets
import SystemPackage
import TLSSockets

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:8443"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:8443") }

let identity =
    arguments.count > 2
    ? try TLSIdentity(certificateChain: FilePath(arguments[1]), privateKey: FilePath(arguments[2]))
    : try TLSIdentity.selfSigned()
let listener = try TLSSocket.listening(on: address, using: .server(identity))
print("Listening on \(try listener.localAddress)")
if arguments.count < 3, let own = identity.certificateChain.first { print(own.pem) }

@Sendable func report(_ error: any Error, _ client: SocketAddress?) {
    print("Lost \(client, default: "a client"): \(error)")
}

// Each handshake runs in its client's thread, so a slow one keeps nobody waiting.
try listener.serve(onError: report) { peer, client in
    print("Connected by \(client): \(peer.version, default: "?")")
    while let bytes = try peer.receive(upTo: 16_384) { try peer.sendAll(bytes) }
    print("\(client) has gone")
}
