// The echo client: sends a text and prints what comes back. Usage: echo-client [ADDRESS [TEXT]]
import Glibc
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else {
    print("'\(text)' is no address, such as 127.0.0.1:65432")
    exit(2)
}
let message = arguments.count > 1 ? arguments[1] : "Hello, world"

let socket = try Socket.connected(to: address, timeout: .seconds(5))
try socket.sendAll(message)
try socket.shutdown(.write)
var reply: [UInt8] = []
while let data = try socket.receive(upTo: 1024) { reply += data }
print("Received '\(String(decoding: reply, as: UTF8.self))'")
