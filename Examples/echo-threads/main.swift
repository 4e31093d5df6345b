// An echo server with a thread for each client: the handler reads like a conversation with one. Usage: echo-threads [ADDRESS]
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

let listener = try Socket.listening(on: address)
print("Listening on \(try listener.localAddress)")

// At most 100 at one time; further clients wait until one of these has gone. An error ends one conversation, not the
// server.
let server = try ThreadedServer(
    listener, limit: 100, onError: { error, client in print("Lost \(client, default: "a client"): \(error)") })
try server.run { connection, client in
    print("Connected by \(client)")
    while let data = try connection.receive(upTo: 16_384) { try connection.sendAll(data) }
    print("\(client) has gone")
    // The connection is closed at the end of the handler.
}
