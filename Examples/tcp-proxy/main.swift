// A proxy: what comes here is carried to another server, and its answers back. Usage: tcp-proxy TARGET [ADDRESS]
//
//     tcp-proxy 127.0.0.1:80                    127.0.0.1:65432 is that web server, too
//     tcp-proxy unix:/run/app.sock [::]:8080    a Unix name for everybody
import AsyncSockets
import Glibc
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
guard let target = arguments.first.flatMap({ SocketAddress($0) }),
    let address = SocketAddress(arguments.count > 1 ? arguments[1] : "127.0.0.1:65432")
else {
    print("usage: tcp-proxy TARGET [ADDRESS], with addresses such as 127.0.0.1:80 or unix:/run/app.sock")
    exit(2)
}

let listener = try AsyncSocket.listening(on: address)
print("Listening on \(try listener.localAddress)")
try await listener.serve { client in
    let name = try client.peerAddress
    let server = try await withDeadline(.seconds(10)) { try await AsyncSocket.connected(to: target) }
    // Both directions, each as fast as its receiver; when one side ends, the other is told, and can still answer.
    let carried = try await relay(client, server)
    print("\(name): \(carried.toSecond) bytes there, \(carried.toFirst) bytes back")
}
