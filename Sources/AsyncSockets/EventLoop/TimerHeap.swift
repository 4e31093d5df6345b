/// The deadlines of waiting tasks, the next one first.
///
/// A binary heap whose entries know their place, so that each can be moved and taken out. For the loop's thread alone.
struct TimerHeap {
    private struct Entry {
        var deadline: Int64
        let watch: Watch
        let direction: Direction
    }

    private var entries: [Entry] = []

    /// When the next timer is due; `nil` without any.
    var next: Int64? { entries.first?.deadline }
    var count: Int { entries.count }

    /// Sets the timer of a watch's direction; there is one at most.
    ///
    /// An entry that is due earlier stays: when it comes up, the wait's own deadline is looked at again. So a socket whose
    /// waits have deadlines one after another moves nothing here.
    mutating func arm(_ watch: Watch, _ direction: Direction, at deadline: Int64) {
        let place = watch.timer(direction)
        if place >= 0, place < count {
            guard deadline < entries[place].deadline else { return }
            entries[place].deadline = deadline
            rise(from: place)
        } else {
            entries.append(Entry(deadline: deadline, watch: watch, direction: direction))
            rise(from: count - 1)
        }
    }

    /// Takes out the timers of a watch that goes.
    mutating func disarm(_ watch: Watch) {
        for direction in [Direction.read, .write] {
            let place = watch.timer(direction)
            if place >= 0, place < count { remove(at: place) }
        }
    }

    /// Takes out the next timer if it is due.
    mutating func popDue(at now: Int64) -> (watch: Watch, direction: Direction)? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        remove(at: 0)
        return (first.watch, first.direction)
    }

    private mutating func remove(at place: Int) {
        let gone = entries[place]
        let last = entries.removeLast()
        gone.watch.setTimer(gone.direction, -1)
        guard place < count else { return }
        entries[place] = last
        sink(from: place)
        rise(from: place)
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            if entries[parent].deadline <= entries[place].deadline { break }
            entries.swapAt(parent, place)
            settle(place)
            place = parent
        }
        settle(place)
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < count {
                if entries[child].deadline < entries[least].deadline { least = child }
            }
            if least == place { break }
            entries.swapAt(least, place)
            settle(place)
            place = least
        }
        settle(place)
    }

    /// Tells an entry where it stands.
    private func settle(_ place: Int) {
        entries[place].watch.setTimer(entries[place].direction, place)
    }
}
