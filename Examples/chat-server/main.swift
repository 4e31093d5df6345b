// A chat: what one says, all the others hear. Usage: chat-server [ADDRESS]
//
// Talk with `nc 127.0.0.1 65432`, `telnet`, or `sock connect 127.0.0.1:65432`. The first line is one's name.
//
//     /who      who is here
//     /quit     leave
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

let room = ChatRoom(listener: try Socket.listening(on: address))
print("Listening on \(try room.listener.localAddress)")
try room.run()
