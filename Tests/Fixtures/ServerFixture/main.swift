// A server in a process of its own, for tests of what a whole process shares: descriptors, children, processor time.
//
// Prints its port, serves until its input ends, stops, and prints what is left over.
import Foundation
import Sockets
import SystemPackage

setvbuf(stdout, nil, _IOLBF, 0)

func openDescriptors() -> Int {
    // One of them is the folder's own.
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0) - 1
}

func childProcesses() -> Int {
    let text = try? String(contentsOfFile: "/proc/self/task/\(getpid())/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").count
}

func processorTime() -> Double {
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
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
        let threaded = try ThreadedServer(on: .loopback(port: 0)) { error, client in
            print("error \(client == nil ? "accepting" : "serving"): \(error)")
        }
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
        print("usage: ServerFixture threads | processes <program> [<argument> …]")
        exit(2)
    }
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        do { try run() } catch { print("run failed: \(error)") }
        ended.signal()
    }
    print(server.localAddress.port?.rawValue ?? 0)
    while readLine() != nil {}
    print("in time: \(server.stop(within: .seconds(10)))")
    ended.wait()
    // The server holds two: its gate and what wakes it.
    print("descriptors: \(openDescriptors() - before - 2)")
    print("children: \(childProcesses())")
    print("busy: \(processorTime() > 3)")
}

do { try serve() } catch {
    print("failed: \(error)")
    exit(1)
}
