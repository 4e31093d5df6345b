// Sends every datagram back, with a socket and a task for each processor. Usage: async-udp-echo [ADDRESS]
import AsyncSockets
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:65432"
guard var address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:65432") }

// Several sockets at one address: the kernel spreads the senders over them.
var sockets: [(EventLoop, AsyncSocket)] = []
for loop in EventLoops.shared.loops {
    let socket = try AsyncSocket.bound(to: address, reusePort: true, loop: loop)
    // The port that the first one got is the port of all.
    address = try socket.localAddress
    sockets.append((loop, socket))
}
print("Listening on \(address)")

try await withThrowingDiscardingTaskGroup { group in
    for (loop, socket) in sockets {
        group.addTask(executorPreference: loop) {
            while true {
                let (bytes, sender) = try await socket.receiveFrom(upTo: 65_535)
                do {
                    try await socket.send(bytes, to: sender)
                } catch {
                    // One whom no answer reaches is not the others' trouble.
                    print("\(sender): \(error)")
                }
            }
        }
    }
}
