import Sockets
import Testing

@testable import AsyncSockets

@Suite struct TimerHeapTests {
    /// The same by a list that is searched.
    private struct Reference {
        var entries: [(watch: Int, direction: Direction, deadline: Int64)] = []

        mutating func arm(_ watch: Int, _ direction: Direction, at deadline: Int64) {
            guard let place = entries.firstIndex(where: { $0.watch == watch && $0.direction == direction }) else {
                entries.append((watch, direction, deadline))
                return
            }
            entries[place].deadline = min(entries[place].deadline, deadline)
        }

        var next: Int64? { entries.map(\.deadline).min() }
    }

    @Test(arguments: UInt64(1)...20) func `it does what a sorted list does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let loop = EventLoop(name: "no thread")
        let watches = try (0..<24).map { try #require(Watch(CInt($0), on: loop)) }
        defer { for watch in watches { watch.free() } }
        var heap = TimerHeap()
        var reference = Reference()
        for _ in 0..<3000 {
            let watch = Int.random(in: 0..<watches.count, using: &random)
            let direction = Bool.random(using: &random) ? Direction.read : .write
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                heap.disarm(watches[watch])
                reference.entries.removeAll { $0.watch == watch }
            case 1...3:
                let now = Int64.random(in: 0..<1000, using: &random)
                let due = reference.next.map { $0 <= now } ?? false
                guard let (popped, direction) = heap.popDue(at: now) else {
                    #expect(!due)
                    break
                }
                let place = try #require(
                    reference.entries.firstIndex {
                        watches[$0.watch].address == popped.address && $0.direction == direction
                    })
                #expect(reference.entries[place].deadline == reference.next)
                #expect(reference.entries[place].deadline <= now)
                #expect(popped.timer(direction) == -1)
                reference.entries.remove(at: place)
            default:
                // Often the same deadlines.
                let deadline = Int64.random(in: 0..<100, using: &random) * 10
                heap.arm(watches[watch], direction, at: deadline)
                reference.arm(watch, direction, at: deadline)
            }
            #expect(heap.count == reference.entries.count)
            #expect(heap.next == reference.next)
        }
        // The rest comes out in order.
        var last = Int64.min
        while let next = heap.next {
            #expect(next >= last && next == reference.next)
            last = next
            let popped = heap.popDue(at: .max)
            let (watch, direction) = try #require(popped)
            reference.entries.removeAll { watches[$0.watch].address == watch.address && $0.direction == direction }
        }
        #expect(reference.entries.isEmpty)
        for watch in watches { #expect(watch.timer(.read) == -1 && watch.timer(.write) == -1) }
    }
}
