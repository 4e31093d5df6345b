// A chat: what one says, all the others hear. Usage: async-chat-server [ADDRESS]
//
// Talk with `nc 127.0.0.1 65432`, `telnet`, or `sock connect 127.0.0.1:65432`. The first line is one's name.
//
//     /who      who is here
//     /quit     leave
import AsyncSockets
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

let room = ChatRoom()
let listener = try AsyncSocket.listening(on: address)
print("Listening on \(try listener.localAddress)")
try await listener.serve(limit: 1000) { peer in try await talk(with: peer, in: room) }
