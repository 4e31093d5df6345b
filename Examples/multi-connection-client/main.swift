// Opens several connections at once, and sends some messages over each of them, with one thread.
// Usage: multi-connection-client [ADDRESS [CONNECTIONS]]
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }
let count = arguments.count > 1 ? Int(arguments[1]) ?? 2 : 2

/// What the selector keeps for a connection.
struct Conversation {
    var number: Int
    var outgoing = Array("Message 1 from client. Message 2 from client.".utf8)
    var received: [UInt8] = []
    var isConnected = false
}

let selector = try Selector<Conversation>()

func start(_ number: Int) throws(SocketError) {
    let socket = try Socket(address.family, .stream)
    socket.isBlocking = false
    print("Starting connection \(number) to \(address)")
    do {
        try socket.connect(to: address)
    } catch  where error.code == .inProgress {
        // Without blocking, connect only begins; the socket is ready to write when the server has answered.
    }
    try selector.register(socket, for: .write, data: Conversation(number: number))
}

func go(on socket: Socket, _ conversation: Conversation, _ ready: Readiness) throws {
    var conversation = conversation
    if !conversation.isConnected {
        // Ready to write means that the attempt is over; whether it went well has to be asked.
        if let reason = try socket.pendingError() { throw SocketError(nil, .connect, errno: reason, address: address) }
        conversation.isConnected = true
    }
    if ready.contains(.write), !conversation.outgoing.isEmpty {
        conversation.outgoing.removeFirst(try socket.send(conversation.outgoing))
        // The server shall know that this was all.
        if conversation.outgoing.isEmpty { try socket.shutdown(.write) }
    }
    if ready.contains(.read) {
        guard let data = try socket.receive(upTo: 1024) else {
            let text = String(decoding: conversation.received, as: UTF8.self)
            print("Received '\(text)' from connection \(conversation.number)")
            socket.close()  // and so it leaves the selector
            return
        }
        conversation.received += data
    }
    try selector.modify(socket, for: conversation.outgoing.isEmpty ? .read : [.read, .write], data: conversation)
}

for number in 1...max(1, count) { try start(number) }
while selector.count > 0 {
    for event in try selector.select() {
        // A socket that was closed here is reported a last time.
        guard let socket = event.key.socket, !event.ready.contains(.closed) else { continue }
        do {
            try go(on: socket, event.key.data, event.ready)
        } catch let error as SocketError where error.code == .wouldBlock {
            // It was ready and is so no more.
        } catch {
            print("Connection \(event.key.data.number) failed: \(error)")
            socket.close()
        }
    }
}
