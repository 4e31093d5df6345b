// Asks application-protocol-server, and prints the answer.
// Usage: application-protocol-client ADDRESS ACTION VALUE
//
//     application-protocol-client 127.0.0.1:65432 search ring
import ApplicationProtocol
import Foundation
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 3, let address = SocketAddress(arguments[0]) else {
    print("Usage: application-protocol-client ADDRESS ACTION VALUE")
    exit(64)
}

let socket = try Socket.connected(to: address, timeout: .seconds(5))
socket.timeout = .seconds(5)
try socket.sendAll(Message(["action": arguments[1], "value": arguments[2]]).bytes)

var reader = MessageReader()
while true {
    if let answer = try reader.next() {
        print(answer["result"] ?? "error: \(answer["error"] ?? "the answer has neither result nor error")")
        exit(answer["result"] == nil ? 1 : 0)
    }
    guard let data = try socket.receive(upTo: 4096) else {
        print("The server ended inside a message")
        exit(1)
    }
    reader.append(data)
}
