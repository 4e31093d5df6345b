/// The bytes that a buffered reader has received and not handed out yet: what the blocking and the suspending one share.
package struct ReadBuffer: Sendable {
    /// How many bytes the stream is asked for at once.
    package let capacity: Int
    /// Whether the stream has ended; there may be bytes in the buffer still.
    package private(set) var hasEnded = false

    private var storage: [UInt8] = []
    private var start = 0
    /// Whether the bytes are out, with a receive that waits.
    package private(set) var isLent = false
    private var lentStart = 0

    package init(capacity: Int) { self.capacity = min(max(1, capacity), 1 << 24) }

    /// How many bytes have come and were not read yet.
    package var count: Int { storage.count - start }

    /// Whether the stream has ended and everything was read.
    package var isAtEnd: Bool { hasEnded && count == 0 }

    /// What has come and was not read yet, at most so many bytes.
    package func prefix(_ count: Int = .max) -> [UInt8] { Array(storage[start...].prefix(max(0, count))) }

    /// How much memory is held, for tests.
    package var memory: Int { storage.capacity }

    // MARK: Taking

    /// Takes bytes out of the buffer, as many as there are at most.
    package mutating func take(_ wanted: Int) -> [UInt8] {
        let count = min(max(0, wanted), count)
        defer { drop(count) }
        // Most of the memory: give it away instead of copying it.
        if start == 0, count == storage.count, count > storage.capacity / 2 { return storage }
        return Array(storage[start..<start + count])
    }

    /// Takes a line of so many bytes, its end among them, and returns it without its end.
    package mutating func takeLine(_ wanted: Int) -> [UInt8] {
        let count = min(max(0, wanted), count)
        defer { drop(count) }
        return Array(storage[start..<start + length(ofLine: count)])
    }

    /// Takes a line of so many bytes, its end among them, and returns its text without its end; takes nothing and returns
    /// `nil` when it is not UTF-8, unless it is to be repaired.
    package mutating func takeText(_ wanted: Int, repairing: Bool) -> String? {
        let count = min(max(0, wanted), count)
        let bytes = storage[start..<start + length(ofLine: count)]
        let text = repairing ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
        if text != nil { drop(count) }
        return text
    }

    /// How many bytes of a line of `count` bytes are not its end.
    private func length(ofLine count: Int) -> Int {
        // The last line of a stream may have none.
        guard count > 0, storage[start + count - 1] == 10 else { return count }
        return count > 1 && storage[start + count - 2] == 13 ? count - 2 : count - 1
    }

    private mutating func drop(_ count: Int) {
        start += count
        if start == storage.count {
            storage.removeAll(keepingCapacity: storage.capacity <= 4 * capacity)
            start = 0
        }
    }

    // MARK: Filling

    /// Has the stream append at most `count` bytes, and notes the end of it.
    package mutating func fill<Failure: Error>(
        _ count: Int, _ receive: (inout OutputSpan<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        dropRead()
        var came = 0
        try storage.append(addingCapacity: max(1, count)) { (buffer: inout OutputSpan<UInt8>) throws(Failure) in
            came = try receive(&buffer)
        }
        if came == 0 { hasEnded = true }
    }

    /// Lends the bytes to a receive that may wait, which appends to them; the buffer is empty until ``takeBack(_:_:)``.
    ///
    /// They are in no more memory than they need, because a wait may be long: a thousand idle readers cost nothing.
    package mutating func lend() -> [UInt8] {
        isLent = true
        if storage.capacity > 512, storage.capacity / 4 > count {
            storage = Array(storage[start...])
            start = 0
        } else {
            dropRead()
        }
        let bytes = storage
        storage = []
        lentStart = start
        start = 0
        return bytes
    }

    /// Takes the bytes back from a receive that is over, and notes the end of the stream.
    package mutating func takeBack(_ bytes: consuming [UInt8], hasEnded: Bool) {
        storage = bytes
        start = min(lentStart, storage.count)
        isLent = false
        if hasEnded { self.hasEnded = true }
    }

    /// Lets bytes that were read leave when they are more than those that stay: each byte moves once at most.
    private mutating func dropRead() {
        guard start > storage.count - start else { return }
        storage.removeFirst(start)
        start = 0
    }

    // MARK: Looking

    /// The count up to and with the delimiter that ends first at one of the places.
    func end(of delimiter: [UInt8], from: Int, to: Int) -> Int? {
        guard let last = delimiter.last else { return nil }
        let bytes = storage.span
        var place = from
        while place < to {
            if bytes[start + place] == last, place + 1 >= delimiter.count {
                let first = start + place + 1 - delimiter.count
                var length = 0
                while length < delimiter.count, bytes[first + length] == delimiter[length] { length += 1 }
                if length == delimiter.count { return place + 1 }
            }
            place += 1
        }
        return nil
    }
}
