// The echo server: every stage of a conversation by itself. Usage: echo-server [ADDRESS]
//
//     echo-server                       127.0.0.1:65432
//     echo-server '[::1]:65432'         over IPv6
//     echo-server unix:/tmp/echo.sock   over a Unix name
import Glibc
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else {
    print("'\(text)' is no address, such as 127.0.0.1:65432")
    exit(2)
}

let listener = try Socket.listening(on: address)
print("Listening on \(try listener.localAddress)")

let (connection, client) = try listener.accept()
print("Connected by \(client)")
while let data = try connection.receive(upTo: 1024) {
    print("Received \(data.count) bytes, sending them back")
    try connection.sendAll(data)
}
print("The client has closed the connection")
