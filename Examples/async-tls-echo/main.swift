// A secure echo server with a task for each client. Usage: async-tls-echo ADDRESS CHAIN KEY
import AsyncSockets
import Sockets
import SystemPackage
import TLSSockets

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 3, let address = SocketAddress(arguments[0]) else {
    fatalError("usage: async-tls-echo ADDRESS CHAIN KEY")
}

let context = try TLSContext.server(certificateChain: FilePath(arguments[1]), privateKey: FilePath(arguments[2]))
let listener = try AsyncTLSSocket.listening(on: address, using: context)
print("Listening on \(try listener.localAddress)")

try await listener.serve(limit: 10_000) { peer in
    print("Connected by \(try peer.peerAddress): \(peer.version, default: "?")")
    while let bytes = try await peer.receive(upTo: 16_384) { try await peer.sendAll(bytes) }
    // The goodbye says that nothing was cut off.
    try await peer.closeGracefully()
}
