// Answers questions in a protocol of its own, for many clients with one thread. Usage: application-protocol-server [ADDRESS]
//
// Examples/application-protocol/Message.swift says how a message looks. The actions are
//
//     search    what the server knows of the value
//     echo      the value
import ApplicationProtocol
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

let knowledge = [
    "morpheus": "Follow the white rabbit. 🐰",
    "ring": "In the caves beneath the Misty Mountains. 💍",
    "🐶": "🐾 Playing ball! 🏐",
]

/// The answer to a request.
func answer(_ request: Message) -> Message {
    switch (request["action"], request["value"]) {
    case ("search", let value?): Message(["result": knowledge[value] ?? "No match for '\(value)'."])
    case ("echo", let value?): Message(["result": value])
    case ("search", nil), ("echo", nil): Message(["error": "the request has no value"])
    case (let action?, _): Message(["error": "there is no action '\(action)', but search and echo"])
    case (nil, _): Message(["error": "the request has no action"])
    }
}

/// What the selector keeps for a client.
struct Client {
    var address: SocketAddress
    var reader = MessageReader()
    var outgoing: [UInt8] = []
    /// Nothing more is read; the client is closed when all is sent.
    var isLast = false

    /// Answers the requests that are complete with these bytes.
    mutating func take(_ data: [UInt8]) {
        reader.append(data)
        do {
            while let request = try reader.next() {
                print("\(address) asks for \(request["action"] ?? "nothing") '\(request["value"] ?? "")'")
                outgoing += answer(request).bytes
            }
        } catch {
            outgoing += Message(["error": "this is no message: malformed \(error)"]).bytes
            isLast = true
        }
    }

    var interest: Interest {
        // Whoever does not take the answers is not asked for further requests.
        outgoing.isEmpty ? .read : .write
    }
}

let selector = try Selector<Client?>()
let listener = try Socket.listening(on: address)
listener.isBlocking = false
try selector.register(listener, for: .read, data: nil)
print("Listening on \(try listener.localAddress)")

func accept() throws {
    let (connection, address) = try listener.accept()
    connection.isBlocking = false
    print("Connected by \(address)")
    try selector.register(connection, for: .read, data: Client(address: address))
}

/// How many of the bytes there was room for.
func sendNow(_ bytes: [UInt8], over connection: Socket) throws(SocketError) -> Int {
    do {
        return try connection.send(bytes)
    } catch  where error.code == .wouldBlock {
        // The selector tells when there is room.
        return 0
    }
}

func serve(_ connection: Socket, _ client: Client, _ ready: Readiness) throws(SocketError) {
    var client = client
    if ready.contains(.read), client.outgoing.isEmpty {
        guard let data = try connection.receive(upTo: 4096) else {
            if client.reader.isInsideMessage { print("\(client.address) ended inside a message") }
            return connection.close()  // and so it leaves the selector
        }
        client.take(data)
    }
    if !client.outgoing.isEmpty {
        do {
            client.outgoing.removeFirst(try connection.send(client.outgoing))
        } catch  where error.code == .wouldBlock {
            // The selector tells when there is room.
        }
    }
    if client.isLast, client.outgoing.isEmpty { return connection.close() }
    try selector.modify(connection, for: client.interest, data: client)
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
            // It was ready and is so no more.
        } catch {
            print("Lost a client: \(error)")
            if socket != listener { socket.close() }
        }
    }
}
