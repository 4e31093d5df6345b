// An echo server for many clients with one thread: a selector tells which socket is ready.
// Usage: multi-connection-server [ADDRESS]
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

/// What the selector keeps for a client.
struct Client {
    var address: SocketAddress
    /// Came from the client, and could not be sent back yet.
    var pending: [UInt8] = []
    /// The client has ended, and gets the rest before it is closed.
    var hasEnded = false

    /// Nobody is made to wait, and nothing is read that there is no room for.
    var interest: Interest {
        var interest: Interest = pending.isEmpty ? [] : .write
        if !hasEnded, pending.count < 65_536 { interest.insert(.read) }
        return interest
    }
}

// The listener has no client: its data is nil.
let selector = try Selector<Client?>()
let listener = try Socket.listening(on: address)
// With one thread no call may wait: the selector is the only place to sleep.
listener.isBlocking = false
try selector.register(listener, for: .read, data: nil)
print("Listening on \(try listener.localAddress)")

func accept() throws {
    let (connection, address) = try listener.accept()
    connection.isBlocking = false
    print("Connected by \(address)")
    let client = Client(address: address)
    try selector.register(connection, for: client.interest, data: client)
}

func serve(_ connection: Socket, _ client: Client, _ ready: Readiness) throws {
    var client = client
    if ready.contains(.read) {
        if let data = try connection.receive(upTo: 16_384) {
            client.pending += data
        } else {
            client.hasEnded = true
        }
    }
    if ready.contains(.write), !client.pending.isEmpty {
        // A part may be taken; the rest waits for the next time.
        client.pending.removeFirst(try connection.send(client.pending))
    }
    if client.hasEnded, client.pending.isEmpty {
        print("Closing the connection to \(client.address)")
        connection.close()  // and so it leaves the selector
    } else {
        try selector.modify(connection, for: client.interest, data: client)
    }
}

while true {
    for event in try selector.select() {
        // A socket that was closed here is reported a last time.
        guard let socket = event.key.socket, !event.ready.contains(.closed) else { continue }
        do {
            if let client = event.key.data {
                try serve(socket, client, event.ready)
            } else {
                try accept()
            }
        } catch let error as SocketError where error.code == .wouldBlock {
            // It was ready and is so no more, as when a client that waited has gone.
        } catch {
            print("Lost a client: \(error)")
            if socket != listener { socket.close() }
        }
    }
}
