/// The bytes that a buffered writer has taken and not sent yet: what the blocking and the suspending one share.
package struct WriteBuffer: Sendable {
    /// How many bytes are collected before they are sent.
    package let capacity: Int

    private var storage: [UInt8] = []
    private var start = 0

    package init(capacity: Int) { self.capacity = min(max(1, capacity), 1 << 24) }

    /// How many bytes wait to be sent.
    package var count: Int { storage.count - start }

    /// Whether so many wait that they are to be sent.
    package var isFull: Bool { count >= capacity }

    /// How much memory is held, for tests.
    package var memory: Int { storage.capacity }

    package mutating func append(_ bytes: Span<UInt8>) {
        dropSent()
        for index in bytes.indices { storage.append(bytes[index]) }
    }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        dropSent()
        storage.append(contentsOf: bytes)
    }

    /// The memory of the bytes, held for the time of a call, and the place of the first one that waits.
    package var waiting: (bytes: [UInt8], start: Int) { (storage, start) }

    /// Notes that the stream has taken so many.
    package mutating func drop(_ count: Int) { start += min(max(0, count), self.count) }

    /// Lets go of what was sent: all of it; memory up to a limit is kept for what comes next.
    package mutating func clear(keeping limit: Int) {
        guard count == 0 else { return }
        start = 0
        storage.removeAll(keepingCapacity: storage.capacity <= limit)
    }

    /// Lets go of what has been sent, when that is more than what waits: else a stream that never takes all would grow it.
    private mutating func dropSent() {
        guard start > storage.count - start else { return }
        storage.removeFirst(start)
        start = 0
    }
}
