import Foundation
import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

@Suite(.timeLimit(.minutes(2))) struct EventLoopTests {
    @Test func `a task that prefers a loop runs on its thread, before and after every wait`() async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        let loop = loops.loops[0]
        let (first, second) = try AsyncSocket.pair()
        try await cancellable(
            Task(executorPreference: loop) {
                #expect(EventLoop.current === loop)
                async let received = first.receive(upTo: 10)
                try await second.sendAll("x")
                _ = try await received
                #expect(EventLoop.current === loop)
                await Task.yield()
                #expect(EventLoop.current === loop)
                try await Task.sleep(for: .milliseconds(1))
                #expect(EventLoop.current === loop)
                // The socket belongs to this loop now; its waiter on another comes back to the other.
                try await withThrowingTaskGroup { group in
                    group.addTask(executorPreference: loops.loops[1]) {
                        _ = try await first.receive(upTo: 10)
                        #expect(EventLoop.current === loops.loops[1])
                    }
                    try await Task.sleep(for: .milliseconds(2))
                    try await second.sendAll("y")
                    try await group.waitForAll()
                }
                #expect(await MainActor.run { EventLoop.current == nil })
                #expect(EventLoop.current === loop)
            })
        #expect(EventLoop.current == nil)
    }

    @Test func `tasks that prefer a stopped loop still finish`() async throws {
        let loop = EventLoop()
        let (first, second) = try AsyncSocket.pair()
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task(executorPreference: loop) {
            #expect(EventLoop.current === loop)
            for await _ in gate.stream { break }
            try await first.sendAll("still here")
            try await Task.sleep(for: .milliseconds(1))
            return EventLoop.current == nil
        }
        // It waits for the gate.
        try await cancellable(Task(executorPreference: loop) { await Task.yield() })
        loop.stop()
        while !loop.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
        gate.continuation.yield()
        #expect(try await cancellable(task))
        #expect(try await second.receive(upTo: 100) == Array("still here".utf8))
        // And so do those that are started then.
        #expect(await Task(executorPreference: loop) { 7 }.value == 7)
    }

    @Test func `a loop that stops with sockets alive wakes all of them`() async throws {
        let loop = EventLoop()
        let tasks = try (0..<200).map { number in
            let (first, second) = try Socket.pair()
            let socket = try AsyncSocket(first, on: loop)
            return Task(executorPreference: number % 2 == 0 ? loop : nil) {
                defer { _ = second }
                return await code { _ = try await socket.receive(upTo: 1) }
            }
        }
        await Task.yield()
        loop.stop()
        loop.stop()
        for task in tasks { #expect(await task.value == .closed) }
        // (A task may make a stopped loop's thread only if the loop was never started: it ends with the last of them.)
        while !loop.hasEnded { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func `the shared loops cannot be stopped`() async throws {
        EventLoops.shared.stop()
        let (first, second) = try AsyncSocket.pair()
        let task = Task(executorPreference: EventLoops.shared.next()) { try await first.receive(upTo: 1) }
        try await second.sendAll("x")
        #expect(try await cancellable(task) == [120])
    }

    @Test func `loops go away with their watches, threads and descriptors`() async throws {
        // By itself, because other tests open descriptors too.
        let program = try Program.built("async-fixture", "loops", "100")
        #expect(try await program.rest() == ["threads: 0", "descriptors: 0"])
    }

    @Test func `nothing is started before it is needed`() async throws {
        let program = try Program.built("async-fixture", "lazy")
        #expect(
            try await program.rest() == [
                "made: 1 thread, no epoll", "never waited: 1 thread, no epoll", "waited: more threads, epoll",
            ])
    }

    @Test func `programs that are executed inherit nothing`() async throws {
        let program = try Program.built("async-fixture", "exec")
        #expect(try await program.rest() == ["inherited: []"])
    }

    @Test func `a server without descriptors goes on when there are some again`() async throws {
        let program = try Program.built("async-fixture", "emfile")
        #expect(try await program.rest() == ["shortages told: 1", "served: 40", "left over: 0"])
    }

    @Test func `thousands of connections leave nothing behind`() async throws {
        let count = ProcessInfo.processInfo.environment["SOCKETS_LONG_TESTS"] == nil ? "3000" : "100000"
        // The address sanitizer keeps what has been freed, up to a size.
        let options = ProcessInfo.processInfo.environment["ASAN_OPTIONS"].map { $0 + ":" } ?? ""
        let program = try Program.built(
            "async-fixture", "churn", count, environment: ["ASAN_OPTIONS": options + "quarantine_size_mb=1"])
        let lines = try await Background { try program.finish(within: 600) }.value()
        #expect(lines.prefix(3) == ["connections: \(count)", "descriptors: 0", "clients: 0"])
        let growth = try #require(lines.last.flatMap { Int($0.dropFirst("memory KiB: ".count)) })
        // An allocator's own (a sanitizer's is larger): connections would leave some hundred bytes each.
        #expect(growth < 20_000)
    }
}
