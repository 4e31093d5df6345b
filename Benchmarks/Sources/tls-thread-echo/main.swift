// TLS echo in threads that accept by themselves, or with a thread for each client. Usage: tls-thread-echo CHAIN KEY [THREADS] PORT
import Foundation
import Sockets
import TLSSockets

let arguments = CommandLine.arguments
guard arguments.count >= 4, let port = Sockets.Port(arguments.last ?? "") else {
    print("usage: tls-thread-echo CHAIN KEY [THREADS] PORT")
    exit(2)
}
// It ends by itself, whatever becomes of the script that started it.
alarm(UInt32(ProcessInfo.processInfo.environment["BENCH_TTL"] ?? "") ?? 300)

let context = try TLSContext.server(certificateChain: .init(arguments[1]), privateKey: .init(arguments[2])) {
    $0.minimumVersion = .v1_3
}
let listener = try TLSSocket.listening(on: .loopback(port: port), using: context)

@Sendable func echo(_ peer: TLSSocket, _ buffer: inout [UInt8]) throws {
    while true {
        let count = try peer.receive(into: &buffer)
        if count == 0 { return }
        try peer.sendAll(buffer.span.extracting(first: count))
    }
}

if arguments.count == 4 {
    try listener.serve(limit: 20_000) { peer, _ in
        // What becomes of one client is nobody's concern here; a client that waits takes no buffer.
        do { while let bytes = try peer.receive(upTo: 16_384) { try peer.sendAll(bytes) } } catch {}
    }
} else {
    for _ in 1...(Int(arguments[3]) ?? 1) {
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                // What becomes of one client concerns no other.
                guard let (peer, _) = try? listener.accept() else { continue }
                try? echo(peer, &buffer)
                peer.close()
            }
        }
    }
    while true { pause() }
}
