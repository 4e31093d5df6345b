import Sockets
import TestSupport
import Testing

@testable import AsyncSockets

@Suite(.timeLimit(.minutes(1))) struct SleepingTests {
    private let clock = ContinuousClock()

    @Test(arguments: Place.allCases) func `a sleep lasts its time, and ends at once with its task`(
        place: Place
    ) async throws {
        try await place.run { _ in
            let start = clock.now
            await EventLoop.sleep(for: .milliseconds(20))
            #expect(clock.now - start >= .milliseconds(20))
            let sleeper = Task { await EventLoop.sleep(for: .seconds(3600)) }
            let early = Task {
                while !Task.isCancelled { await Task.yield() }
                await EventLoop.sleep(for: .seconds(3600))
            }
            sleeper.cancel()
            early.cancel()
            await sleeper.value
            await early.value
        }
    }

    @Test func `sleepers go on when their loop is stopped`() async throws {
        let loop = EventLoop()
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: loop) { await EventLoop.sleep(for: .seconds(3600)) }
            }
            group.addTask(executorPreference: loop) { loop.stop() }
        }
        while !loop.hasEnded { await Task.yield() }
        // It cannot sleep there any more, and does so elsewhere.
        let start = clock.now
        await Task(executorPreference: loop) { await EventLoop.sleep(for: .milliseconds(5)) }.value
        #expect(clock.now - start >= .milliseconds(5))
    }
}
