// Tells the time to whoever asks, over TCP and UDP. Usage: time-service [ADDRESS [daytime|time]]
//
//     time-service 127.0.0.1:1313           a line of text (RFC 867): nc 127.0.0.1 1313
//     time-service 127.0.0.1:1337 time      the seconds since 1900 in four bytes (RFC 868)
//
// The official ports are 13 and 37; ports below 1024 need privilege.
import Foundation
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
let text = arguments.first ?? "127.0.0.1:1313"
guard let address = SocketAddress(text) else { fatalError("'\(text)' is no address, such as 127.0.0.1:1313") }
let isBinary = arguments.count > 1 && arguments[1] == "time"

/// The answer, made anew for each question.
func answer() -> [UInt8] {
    let now = Date().timeIntervalSince1970
    guard isBinary else { return Array("\(Date(timeIntervalSince1970: now).formatted(.iso8601))\r\n".utf8) }
    // From 1900 to 1970 there were 2,208,988,800 seconds. The number begins again at 0 in the year 2036.
    let seconds = UInt32(truncatingIfNeeded: Int64(now) + 2_208_988_800)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) }
}

// TCP and UDP have ports of their own; both sockets take the same number.
let listener = try Socket.listening(on: address)
let datagrams = try Socket.bound(to: listener.localAddress)
let selector = try Selector<Void>()
try selector.register(listener, for: .read)
try selector.register(datagrams, for: .read)
print("Listening on \(try listener.localAddress)")

while true {
    for event in try selector.select() {
        do {
            if event.key.socket == listener {
                // The connection itself is the question; what the client sends does not matter.
                let (connection, client) = try listener.accept()
                print("TCP \(client)")
                try connection.sendAll(answer())
                connection.close()
            } else {
                // Any datagram, also an empty one, is a question.
                let (_, client) = try datagrams.receiveFrom(upTo: 512)
                print("UDP \(client)")
                _ = try datagrams.send(answer(), to: client)
            }
        } catch {
            // A client that went away is no reason to stop for the others.
            print("A client got no answer: \(error)")
        }
    }
}
