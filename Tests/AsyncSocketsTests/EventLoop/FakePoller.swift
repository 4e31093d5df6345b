import CAsyncSockets
import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@testable import AsyncSockets

/// A kernel that says what a test wants, when it wants: sockets are real, but their readiness is announced by hand.
final class FakePoller: Poller {
    private struct State {
        var batches: [[(token: UInt64, events: UInt32)]] = []
        /// What `wait` returns instead of events, and `watch` instead of 0.
        var interruptions: [Int] = []
        var refusals: [CInt] = []
        var tokens: [CInt: UInt64] = [:]
        var interests: [CInt: UInt32] = [:]
        var calls: [String] = []
        var isWoken = false
        var isAsleep = false
        var waits = 0
        var lastTimeout: Int64 = 0
        var hasEnded = false
    }

    private let state = Lock(State())
    private let condition = NSCondition()

    private func change<R>(_ body: (inout State) -> R) -> R {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return state.withLock(body)
    }

    // MARK: For tests

    static let input: UInt32 = 0x1
    static let urgent: UInt32 = 0x2
    static let output: UInt32 = 0x4
    static let error: UInt32 = 0x8
    static let hangUp: UInt32 = 0x10
    static let end: UInt32 = 0x2000

    /// A loop over a poller of its own.
    static func loop() -> (EventLoop, FakePoller) {
        let poller = FakePoller()
        return (EventLoop(name: "fake") { (poller, 0) }, poller)
    }

    /// Announces all of it in one batch.
    func announce(_ events: (socket: AsyncSocket, events: UInt32)...) {
        let batch = events.map { (token(of: $0.socket) ?? 0, $0.events) }
        change { $0.batches.append(batch) }
    }

    /// The next waits are interrupted so, before anything is announced.
    func interrupt(with results: Int...) { change { $0.interruptions += results } }
    /// The next registrations fail so.
    func refuse(with results: CInt...) { change { $0.refusals += results } }

    private func number(of socket: AsyncSocket) -> CInt? { socket.withUnsafeFileDescriptor { $0.rawValue } }
    func token(of socket: AsyncSocket) -> UInt64? {
        number(of: socket).flatMap { number in state.withLock { $0.tokens[number] } }
    }
    func interest(in socket: AsyncSocket) -> UInt32 {
        number(of: socket).flatMap { number in state.withLock { $0.interests[number] } } ?? 0
    }
    var calls: [String] { state.withLock { $0.calls } }
    var timeout: Int64 { state.withLock { $0.lastTimeout } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Waits until the loop has dealt with everything, and sleeps again.
    func settle() async throws {
        try await Background {
            self.condition.lock()
            defer { self.condition.unlock() }
            let waits = self.state.withLock { $0.waits }
            self.state.withLock { $0.isWoken = true }
            self.condition.broadcast()
            while !self.state.withLock({ $0.batches.isEmpty && !$0.isWoken && $0.waits > waits && $0.isAsleep }) {
                if !self.condition.wait(until: Date(timeIntervalSinceNow: 20)) { throw Hung() }
            }
        }.value()
    }

    struct Hung: Error {}

    // MARK: Poller

    func watch(_ number: CInt, for events: UInt32, token: UInt64, isNew: Bool) -> CInt {
        change { state in
            state.calls.append(isNew ? "add" : "modify")
            if !state.refusals.isEmpty { return state.refusals.removeFirst() }
            state.tokens[number] = token
            state.interests[number] = events
            return 0
        }
    }

    func unwatch(_ number: CInt) {
        change { state in
            state.calls.append("remove")
            state.tokens[number] = nil
            state.interests[number] = nil
        }
    }

    func wait(_ events: UnsafeMutableBufferPointer<epoll_event>, nanoseconds: Int64) -> Int {
        condition.lock()
        defer { condition.unlock() }
        let limit = Date(timeIntervalSinceNow: nanoseconds < 0 ? 3600 : min(3600, Double(nanoseconds) / 1e9))
        state.withLock { state in
            state.waits += 1
            state.lastTimeout = nanoseconds
            state.isAsleep = true
        }
        condition.broadcast()
        defer { state.withLock { $0.isAsleep = false } }
        while true {
            let result: Int? = state.withLock { state in
                if !state.interruptions.isEmpty { return state.interruptions.removeFirst() }
                if !state.batches.isEmpty {
                    let batch = state.batches.removeFirst()
                    for (index, event) in batch.enumerated() {
                        events[index] = epoll_event(events: event.events, data: epoll_data(u64: event.token))
                    }
                    return batch.count
                }
                if state.isWoken {
                    state.isWoken = false
                    return 0
                }
                return nil
            }
            if let result { return result }
            if !condition.wait(until: limit) { return 0 }
        }
    }

    func wake() { change { $0.isWoken = true } }
    func end() { change { $0.hasEnded = true } }
}
