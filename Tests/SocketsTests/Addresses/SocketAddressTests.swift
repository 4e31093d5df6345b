import Testing

@testable import Sockets

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test("The sizes of the types are those that arrays and errors of them count with")
    func sizes() {
        #expect(MemoryLayout<IPv4Address>.size == 4)
        #expect(MemoryLayout<IPv6Address>.size == 24)
        #expect(MemoryLayout<SocketAddress>.size == 32)
        #expect(MemoryLayout<SocketAddress?>.size == 32)
    }

    @Test(
        "Texts print back",
        arguments: [
            "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:65535", "[::1%a]b]:1", "[::ffff:192.0.2.1]:0",
            "[::1]:80;flow=0xfffff",
            "unix:/run/echo.sock", "unix:@echo", "unix:(unnamed)", "unix:\\x40file", "unix:@\\x00\\xff",
            "raw:40:0000ffff", "raw:1:",
        ])
    func roundTrip(text: String) {
        #expect(SocketAddress(text)?.description == text)
    }
}
