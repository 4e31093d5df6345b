// An echo server with a task for each client: the handler reads like a conversation with one. Usage: async-echo-server [ADDRESS]
import AsyncSockets
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

let listener = try AsyncSocket.listening(on: address)
print("Listening on \(try listener.localAddress)")

// At most 10,000 at one time; further clients wait until one of these has gone. An error ends one conversation, not the
// server.
try await listener.serve(limit: 10_000) { connection in
    let client = try connection.peerAddress
    print("Connected by \(client)")
    while let data = try await connection.receive(upTo: 16_384) { try await connection.sendAll(data) }
    print("\(client) has gone")
    // The connection is closed at the end of the handler.
}
