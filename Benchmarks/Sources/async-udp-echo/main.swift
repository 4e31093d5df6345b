// Echoes datagrams, one socket for each loop. Usage: async-udp-echo [LOOPS] PORT
import AsyncSockets
import Foundation
import Sockets

let arguments = CommandLine.arguments.dropFirst()
guard let port = Sockets.Port(arguments.last ?? "") else {
    print("usage: async-udp-echo [LOOPS] PORT")
    exit(2)
}
// It ends by itself, whatever becomes of the script that started it.
alarm(UInt32(ProcessInfo.processInfo.environment["BENCH_TTL"] ?? "") ?? 300)

let loops = EventLoops(count: arguments.count > 1 ? arguments.first.flatMap { Int($0) } ?? 1 : 1)
for loop in loops.loops {
    let socket = try AsyncSocket.bound(to: .loopback(port: port), reusePort: loops.loops.count > 1, loop: loop)
    try socket.set(.receiveBufferSize, 4 << 20)
    // An asynchronous main would start the threads of the global pool, with which callgrind cannot run.
    Task(executorPreference: loop) {
        // As the C server does: up to 32 with a call.
        var batch = try DatagramBatch(capacity: 32, datagramSize: 2_048)
        while true {
            try await socket.receiveBatch(into: &batch)
            batch.prepareReplies()
            try await socket.sendBatch(&batch)
        }
    }
}
while true { pause() }
