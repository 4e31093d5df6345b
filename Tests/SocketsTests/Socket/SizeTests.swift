import Glibc
import Sockets
import Testing

/// What a socket and an error weigh, because both are made and moved often.
@Suite struct SizeTests {
    @Test func `a socket is one object of at most 64 bytes beside its header`() throws {
        let socket = try Socket(.unix, .stream)
        let header = 16
        // By its name: not every build sees its header.
        let symbol = try #require(dlsym(nil, "malloc_usable_size"))
        let usableSize = unsafeBitCast(symbol, to: (@convention(c) (UnsafeMutableRawPointer) -> Int).self)
        let size = usableSize(Unmanaged.passUnretained(socket).toOpaque())
        #expect(size - header <= 64)
    }

    @Test func `an error is moved in five words or less`() {
        #expect(MemoryLayout<SocketError>.size <= 5 * MemoryLayout<Int>.size)
    }

    @Test func `an address takes no more than four words`() {
        #expect(MemoryLayout<SocketAddress>.size <= 4 * MemoryLayout<Int>.size)
    }
}
