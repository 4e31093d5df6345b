// The echo client, within five seconds for all it does. Usage: async-echo-client [ADDRESS [TEXT]]
import AsyncSockets
import Glibc
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else {
    print("'\(text)' is no address, such as 127.0.0.1:65432")
    exit(2)
}
let message = arguments.count > 1 ? arguments[1] : "Hello, world"

do {
    let reply = try await withDeadline(.seconds(5)) {
        let socket = try await AsyncSocket.connected(to: address)
        try await socket.sendAll(message)
        try socket.shutdown(.write)
        var reply: [UInt8] = []
        while let data = try await socket.receive(upTo: 1024) { reply += data }
        return reply
    }
    print("Received '\(String(decoding: reply, as: UTF8.self))'")
} catch {
    // What was tried, with whom, why it failed, and what to do; an error that nobody catches would be a crash report.
    print("\(error)")
    exit(1)
}
