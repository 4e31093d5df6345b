// A thread per client, as plainly as the C and Rust servers it is compared with. Usage: thread-echo PORT
import Foundation
import Sockets

guard let port = Port(CommandLine.arguments.last ?? "") else {
    print("usage: thread-echo PORT")
    exit(2)
}
// It ends by itself, whatever becomes of the script that started it.
alarm(UInt32(ProcessInfo.processInfo.environment["BENCH_TTL"] ?? "") ?? 300)

let listener = try Socket.listening(on: .loopback(port: port))
while true {
    let (peer, _) = try listener.accept()
    Thread.detachNewThread {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while let count = try? peer.receive(into: &buffer), count > 0 {
            do { try peer.sendAll(buffer.span.extracting(first: count)) } catch { return }
        }
    }
}
