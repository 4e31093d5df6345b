import Sockets
import Testing

@testable import AsyncSockets

/// The word that threads share, held against a model: every sequence of steps, and every interleaving of those who take
/// them.
@Suite(.timeLimit(.minutes(2))) struct WatchTests {
    /// Addresses of tasks that are none.
    private static let tasks: [UInt] = [0x1000, 0x2010]

    /// What a word is to say.
    private struct Model {
        var isReady = true
        var isVague = false
        var isClosed = false
        var waiting: UInt = 0

        mutating func take(_ outcome: Outcome) -> UInt {
            defer { waiting = 0 }
            return waiting
        }
    }

    private enum Step: CaseIterable {
        case publishFirst, publishSecondLocally, announce, announceEnd, endAny, endFirst, close, takeReady, keepReady
    }

    private func apply(_ step: Step, to watch: Watch, _ model: inout Model) -> Bool {
        let direction = Direction.read
        switch step {
        case .publishFirst, .publishSecondLocally:
            let task = step == .publishFirst ? Self.tasks[0] : Self.tasks[1] | Watch.localFlag
            let (waits, outcome) = watch.publish(task, direction)
            if model.isClosed { return !waits && outcome == .closed }
            if model.isReady { return !waits && outcome == .ask }
            if model.waiting != 0 { return !waits && outcome == .busy }
            model.waiting = task
            return waits
        case .announce, .announceEnd:
            let expected = model.waiting
            let taken = watch.announce(direction, isVague: step == .announceEnd)
            // Who was taken out is going to ask: whether the word says so too makes no difference.
            model.isReady = model.waiting == 0 || watch.isReady(direction) && !model.isClosed
            if step == .announceEnd { model.isVague = true }
            model.waiting = 0
            return taken == expected && (expected == 0 || watch.outcome(direction) == .ask)
        case .endAny:
            let expected = model.waiting
            model.waiting = 0
            return watch.endWait(direction, .timedOut) == expected
                && (expected == 0 || watch.outcome(direction) == .timedOut)
        case .endFirst:
            let expected = model.waiting == Self.tasks[0] ? model.waiting : 0
            if expected != 0 { model.waiting = 0 }
            return watch.endWait(direction, .cancelled, of: Self.tasks[0]) == expected
                && (expected == 0 || watch.outcome(direction) == .cancelled)
        case .close:
            let expected = model.waiting
            model.waiting = 0
            model.isClosed = true
            return watch.close(direction) == expected && (expected == 0 || watch.outcome(direction) == .closed)
        case .takeReady:
            if model.isClosed { return watch.takeReady(direction) }
            defer { model.isReady = false }
            return watch.takeReady(direction) == model.isReady
        case .keepReady:
            watch.keepReady(direction)
            model.isReady = true
            return true
        }
    }

    @Test func `every sequence of five steps does what the model does`() throws {
        let loop = EventLoop(name: "no thread")
        let steps = Step.allCases
        let length = 5
        var total = 1
        for _ in 0..<length { total *= steps.count }
        for number in 0..<total {
            let watch = try #require(Watch(3, on: loop))
            defer { watch.free() }
            var model = Model()
            var rest = number
            var taken: [Step] = []
            // Most sequences begin with a word that is ready: half the interesting ones need it taken.
            _ = apply(.takeReady, to: watch, &model)
            for _ in 0..<length {
                let step = steps[rest % steps.count]
                rest /= steps.count
                taken.append(step)
                guard apply(step, to: watch, &model) else {
                    Issue.record("after \(taken): the word does otherwise than the model \(model)")
                    return
                }
                guard watch.isVague(.read) == model.isVague, watch.isClosed(.read) == model.isClosed,
                    watch.isReady(.read) == (model.isReady || model.isClosed),
                    watch.isWaited(.read) == (model.waiting != 0), !watch.isWaited(.write), watch.isReady(.write)
                else {
                    Issue.record("after \(taken): the word is otherwise than the model \(model)")
                    return
                }
            }
        }
    }

    /// All ways in which the steps of several parties can follow each other.
    private func interleavings(_ counts: [Int]) -> [[Int]] {
        if counts.allSatisfy({ $0 == 0 }) { return [[]] }
        return counts.indices.filter { counts[$0] > 0 }.flatMap { party in
            var rest = counts
            rest[party] -= 1
            return interleavings(rest).map { [party] + $0 }
        }
    }

    /// Who waits is resumed once, or goes on by itself, whoever comes when.
    @Test(arguments: [true, false], [true, false]) func `a wait ends exactly once in every interleaving`(
        isCancelled: Bool, isClosed: Bool
    ) throws {
        let loop = EventLoop(name: "no thread")
        let task = Self.tasks[0]
        // The waiter takes readiness, asks, is published, looks for its cancellation, as `wait` does; the kernel gets bytes and
        // announces them; the canceller sets the flag and ends the wait.
        for order in interleavings([4, 2, isCancelled ? 2 : 0, isClosed ? 1 : 0, 1]) {
            let watch = try #require(Watch(3, on: loop))
            defer { watch.free() }
            var steps = [0, 0, 0, 0, 0]
            var hasBytes = false
            var gotBytes = false
            var hasFlag = false
            var waits = false
            var goesOn = false
            var resumed = 0
            func take(_ task: UInt) { if task != 0 { resumed += 1 } }
            for party in order {
                defer { steps[party] += 1 }
                switch (party, steps[party]) {
                case (0, 0): _ = watch.takeReady(.read)
                case (0, 1): gotBytes = hasBytes
                case (0, 2):
                    if !gotBytes {
                        waits = watch.publish(task, .read).waits
                        goesOn = !waits
                    }
                case (0, 3):
                    if waits, hasFlag, watch.endWait(.read, .cancelled, of: task) != 0 { resumed += 1 }
                case (1, 0): hasBytes = true
                case (1, 1): take(watch.announce(.read, isVague: false))
                case (2, 0): hasFlag = true
                case (2, 1): take(watch.endWait(.read, .cancelled))
                case (3, 0): take(watch.close(.read))
                // A deadline that passes.
                default: take(watch.endWait(.read, .timedOut))
                }
            }
            #expect(gotBytes ? resumed == 0 : waits ? resumed == 1 : goesOn && resumed == 0, "\(order)")
            #expect(!watch.isWaited(.read), "\(order)")
            // Bytes that nobody got can be asked for.
            if !gotBytes, !isClosed, watch.outcome(.read) != .ask { #expect(watch.isReady(.read), "\(order)") }
        }
    }

    @Test func `a second waiter changes nothing for the first`() throws {
        let loop = EventLoop(name: "no thread")
        let watch = try #require(Watch(3, on: loop))
        defer { watch.free() }
        _ = watch.takeReady(.read)
        #expect(watch.publish(Self.tasks[0], .read).waits)
        let (waits, outcome) = watch.publish(Self.tasks[1], .read)
        #expect(!waits && outcome == .busy)
        #expect(watch.announce(.read, isVague: false) == Self.tasks[0])
        #expect(watch.outcome(.read) == .ask)
    }
}
