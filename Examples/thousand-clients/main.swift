// A thousand connections to one server, all open at the same time, each with echoes to wait for. Usage:
//
//     thousand-clients [ADDRESS [COUNT [ROUNDS]]]
//
// Prints how long connecting and the echoes took. A server to measure: `async-echo-server`, built with `-c release`.
import AsyncSockets
import Glibc
import Sockets

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().map { Int($0) ?? 0 }
guard let address = SocketAddress(arguments.first ?? "127.0.0.1:65432"), numbers.allSatisfy({ $0 > 0 }) else {
    print("usage: thousand-clients [ADDRESS [COUNT [ROUNDS]]], as 127.0.0.1:65432 1000 20")
    exit(2)
}
let count = numbers.first ?? 1000
let rounds = numbers.count > 1 ? numbers[1] : 20

// Each connection is a descriptor, and many shells allow 1,024.
allowDescriptors(count + 100)

do {
    let clock = ContinuousClock()
    let start = clock.now
    // One deadline for all of it: a server that has stopped answering is an error, not a wait for ever.
    let times = try await withDeadline(.seconds(60)) {
        let sockets = try await connect(count, to: address)
        print("\(sockets.count) connections in \(clock.now - start)")
        return try await measure(sockets, rounds: rounds)
    }
    let rate = Double(times.all.count) / (times.total / .seconds(1))
    print("\(times.all.count) echoes in \(times.total): \(Int(rate)) a second")
    print("half of them within \(times.quantile(0.5)), 99 of 100 within \(times.quantile(0.99))")
} catch {
    print("\(error)")
    exit(1)
}
