// The echo server of the README, on as many loops as asked for. Usage: async-echo [LOOPS] PORT
import AsyncSockets
import Foundation
import Sockets

let arguments = CommandLine.arguments.dropFirst()
guard let port = Sockets.Port(arguments.last ?? "") else {
    print("usage: async-echo [LOOPS] PORT")
    exit(2)
}
// It ends by itself, whatever becomes of the script that started it.
alarm(UInt32(ProcessInfo.processInfo.environment["BENCH_TTL"] ?? "") ?? 300)

let loops = EventLoops(count: arguments.count > 1 ? arguments.first.flatMap { Int($0) } ?? 1 : 1)
let server = try AsyncSocketServer(on: .loopback(port: port), loops: loops) { _, _ in }

// All of it runs on the loops. An asynchronous main would start the threads of the global pool, with which callgrind
// cannot run. A task that waits has no buffer, so the size, which is the C server's, costs nothing.
Task(executorPreference: loops.loops[0]) {
    try await server.run { peer in
        try peer.set(.noDelay, true)
        while let bytes = try await peer.receive(upTo: 262_144) {
            try await peer.sendAll(bytes)
        }
    }
    exit(1)
}
while true { pause() }
