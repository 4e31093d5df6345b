// Takes everything and throws it away, over TCP and UDP (RFC 863). Usage: discard-service [ADDRESS]
//
//     discard-service 127.0.0.1:9009
//     head -c 1000000 /dev/zero | nc -N 127.0.0.1 9009
//
// The official port is 9; ports below 1024 need privilege.
import Sockets

let text = CommandLine.arguments.dropFirst().first ?? "127.0.0.1:9009"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:9009") }

// TCP and UDP have ports of their own; both sockets take the same number.
let listener = try Socket.listening(on: address)
let datagrams = try Socket.bound(to: listener.localAddress)
// What is kept for each socket: how many bytes came from it.
let selector = try Selector<Int>()
try selector.register(listener, for: .read, data: 0)
try selector.register(datagrams, for: .read, data: 0)
print("Listening on \(try listener.localAddress)")

var buffer = [UInt8](repeating: 0, count: 65_536)
while true {
    for event in try selector.select() {
        // A socket that was closed here is reported a last time.
        guard let socket = event.key.socket, !event.ready.contains(.closed) else { continue }
        do {
            if socket == listener {
                try selector.register(listener.accept().socket, for: .read, data: 0)
            } else if socket == datagrams {
                let (bytes, sender) = try datagrams.receiveFrom(upTo: buffer.count)
                print("Discarded a datagram of \(bytes.count) bytes from \(sender)")
            } else {
                let count = try socket.receive(into: &buffer)
                if count > 0 {
                    try selector.modify(socket, data: event.key.data + count)
                } else {
                    print("Discarded \(event.key.data) bytes from \(try socket.peerAddress)")
                    // Closing takes the socket out of the selector, too.
                    socket.close()
                }
            }
        } catch {
            print("Lost a client: \(error)")
            if socket != listener, socket != datagrams { socket.close() }
        }
    }
}
