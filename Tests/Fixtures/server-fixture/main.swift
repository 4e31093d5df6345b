// A server in a process of its own, for tests of what a whole process shares: descriptors, children, processor time.
//
// Prints its port, serves until its input ends, stops, and prints what is left over.
import Foundation
import Sockets
import SystemPackage

func openDescriptors() -> Int {
    // One of them is the folder's own.
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0) - 1
}

func childProcesses() -> Int {
    let text = try? String(contentsOfFile: "/proc/self/task/\(getpid())/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").count
}

func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Prints a line at once, although standard output is a pipe.
@Sendable func say(_ text: String) {
    _ = try? FileDescriptor.standardOutput.writeAll("\(text)\n".utf8)
}

func serve() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let server: any SocketServer
    let run: @Sendable () throws -> Void
    // Whatever the process opens for itself once is open before counting.
    _ = openDescriptors()
    _ = try Socket.pair().0.wait(for: .write, timeout: .zero)
    let before = openDescriptors()
    switch arguments.first {
    case "threads":
        let threaded = try ThreadedServer(
            on: .loopback(port: 0),
            onError: { error, client in say("error \(client == nil ? "accepting" : "serving"): \(error)") })
        server = threaded
        run = {
            try threaded.run { peer, _ in
                while let bytes = try peer.receive(upTo: 4096) { try peer.sendAll(bytes) }
            }
        }
    case "processes":
        let processes = try ProcessServer(
            on: .loopback(port: 0), running: FilePath(arguments[1]), Array(arguments.dropFirst(2)))
        server = processes
        run = { try processes.run() }
    default:
        say("usage: server-fixture threads | processes <program> [<argument> …]")
        exit(2)
    }
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        do { try run() } catch { say("run failed: \(error)") }
        ended.signal()
    }
    say("\(server.localAddress.port?.rawValue ?? 0)")
    while readLine() != nil {}
    say("in time: \(server.stop(within: .seconds(10)))")
    ended.wait()
    // The server holds two: its gate and what wakes it.
    say("descriptors: \(openDescriptors() - before - 2)")
    say("children: \(childProcesses())")
    say("busy: \(processorTime() > .seconds(3))")
}

do { try serve() } catch {
    say("failed: \(error)")
    exit(1)
}
