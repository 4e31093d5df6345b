import AsyncSockets
import Sockets

/// Why the body failed.
func failure<Failure: Error>(_ body: () async throws(Failure) -> Void) async -> SocketError.Code? {
    do { try await body() } catch { return (error as? SocketError)?.code }
    return nil
}

/// Lets other tasks run until something is so; the time limit of the suite ends it otherwise.
func until(_ condition: () async -> Bool) async {
    while !(await condition()), !Task.isCancelled { await Task.yield() }
}

/// A reader that several tasks ask, one after the other.
actor ReaderActor<Stream: AsyncByteStream> {
    private let reader: AsyncBufferedReader<Stream>

    init(_ stream: Stream, capacity: Int = 16_384) { reader = stream.reader(capacity: capacity) }

    var buffered: [UInt8] { reader.buffered }
    var memory: Int { reader.memory }
    func line(limit: Int = 65_536) async throws(Stream.Failure) -> String? { try await reader.line(limit: limit) }
    func read(upTo count: Int) async throws(Stream.Failure) -> [UInt8]? { try await reader.read(upTo: count) }
    func read(exactly count: Int) async throws(Stream.Failure) -> [UInt8]? { try await reader.read(exactly: count) }
    func read(until text: String) async throws(Stream.Failure) -> [UInt8]? {
        try await reader.read(until: Array(text.utf8))
    }
}

/// Numbers that look random and are the same each time: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// A checksum of bytes in their order: FNV-1a.
struct Checksum: Equatable, CustomStringConvertible {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            count += 1
        }
    }

    var description: String { "\(count) bytes, \(String(hash, radix: 16))" }
}
