// A server of any filter: each client gets a process, whose standard input and output are the connection.
// Usage: echo-forking [ADDRESS [PROGRAM ARGUMENT...]]
//
//     echo-forking                                     cat: everything comes back
//     echo-forking 127.0.0.1:65432 tr a-z A-Z          in capitals
//     echo-forking 127.0.0.1:65432 sh -c 'echo "$TCPREMOTEIP:$TCPREMOTEPORT"'
import Sockets
import SystemPackage

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:65432"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }
let command = arguments.count > 1 ? Array(arguments[1...]) : ["cat"]

// The program is another process: it can crash, or be told to end, and nobody else notices.
let server = try ProcessServer(
    on: address, running: FilePath(command[0]), Array(command[1...]),
    onEnd: { client, ending in print("The process for \(client) has ended: \(ending)") })
print("Listening on \(server.localAddress)")
try server.run()
