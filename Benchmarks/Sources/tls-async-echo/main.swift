// TLS echo with a task for each client, on as many loops as asked for. Usage: tls-async-echo CHAIN KEY [LOOPS] PORT
import AsyncSockets
import Foundation
import Sockets
import TLSSockets

let arguments = CommandLine.arguments
guard arguments.count >= 4, let port = Sockets.Port(arguments.last ?? "") else {
    print("usage: tls-async-echo CHAIN KEY [LOOPS] PORT")
    exit(2)
}
// It ends by itself, whatever becomes of the script that started it.
alarm(UInt32(ProcessInfo.processInfo.environment["BENCH_TTL"] ?? "") ?? 300)

let loops = EventLoops(count: arguments.count > 4 ? Int(arguments[3]) ?? 1 : 1)
let context = try TLSContext.server(certificateChain: .init(arguments[1]), privateKey: .init(arguments[2])) {
    $0.minimumVersion = .v1_3
}
let listener = try AsyncTLSSocket.listening(on: .loopback(port: port), using: context, loop: loops.loops[0])

// All of it runs on the loop, as in async-echo.
Task(executorPreference: loops.loops[0]) {
    try await listener.serve(loops: loops, onError: { _, _ in }) { peer in
        while let bytes = try await peer.receive(upTo: 65_536) { try await peer.sendAll(bytes) }
    }
    exit(1)
}
while true { pause() }
