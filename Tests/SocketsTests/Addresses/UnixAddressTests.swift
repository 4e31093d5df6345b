import Glibc
import SystemPackage
import Testing

@testable import Sockets

@Suite("Unix addresses")
struct UnixAddressTests {
    @Test("What the kernel did with a name is what the library says of it")
    func vectors() throws {
        let rows = try fixture("unix")
        #expect(rows.count == 24)
        for row in rows {
            let name = try #require(row[0])
            let given = row[3].map(bytes(hexadecimal:)) ?? []
            // A path of the table that has a NUL in the middle is what a careless library would hand over.
            let address: UnixAddress
            if row[1] == "path" {
                address = UnixAddress(.path(given.last == 0 ? given.dropLast() : given))
            } else {
                address = UnixAddress(kernelName: given)
            }
            let accepted = row[2] != "no"
            #expect((address.invalidReason == nil) == accepted, "\(name)")
            if accepted, row[4] == "EINVAL" { Issue.record("the kernel refuses \(name)") }
            // The name that the kernel tells is the one that was bound.
            if accepted, let told = row[5].map(bytes(hexadecimal:)) {
                #expect(UnixAddress(kernelName: Array(told.dropFirst(2))) == address, "\(name)")
            }
            if accepted {
                #expect(UnixAddress(kernelName: address.kernelName) == address)
                #expect(address.kernelName.count <= 108)
            }
        }
    }

    @Test("Any bytes print to text that parses back")
    func roundTrip() throws {
        var generator = FixedGenerator(seed: 8)
        let pieces: [[UInt8]] = [
            [0], [0x40], [0x5C], [0x7F], [0xFF], [0xC3, 0xA9], [0xC3], [0xE2, 0x80, 0xAE], [0xCC, 0x81], [0x20], [0x61],
            [0x2F], Array("(unnamed)".utf8), [0x0A], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80],
        ]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...8, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator) ?? []
            }
            for address in [UnixAddress(.path(bytes)), UnixAddress(.abstract(bytes))] {
                let text = address.description
                try #require(UnixAddress(text) == address, "\(text)")
                try #require(SocketAddress("unix:\(text)") == .unix(address), "\(text)")
                try #require(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F })
            }
        }
        #expect(UnixAddress(UnixAddress.unnamed.description) == .unnamed)
        #expect(UnixAddress(abstract: "").description == "@")
        #expect(UnixAddress("@") == UnixAddress(abstract: ""))
    }

    @Test("Malformed texts are refused", arguments: ["", "\\", "\\x4", "\\y41", "a\0b", "@\0", "\\xg0"])
    func refused(text: String) {
        #expect(UnixAddress(text) == nil)
    }

    @Test("Paths keep their bytes")
    func paths() {
        #expect(UnixAddress(path: "/run/echo.sock").path == "/run/echo.sock")
        #expect(UnixAddress(path: FilePath("/run/échö")).description == "/run/échö")
        #expect(UnixAddress(path: "a\0b").path == nil)
        #expect(
            UnixAddress(.path([0xFF, 0xFE])).path.map { UnixAddress(path: $0) } == UnixAddress(.path([0xFF, 0xFE])))
        #expect(UnixAddress(path: "@p").description == "\\x40p")
        #expect(UnixAddress(path: "a\\b\n").description == "a\\x5cb\\x0a")
        #expect(UnixAddress(abstract: [1, 0, 0x41]).description == "@\\x01\\x00A")
        #expect(UnixAddress(abstract: "name").abstractName == Array("name".utf8))
        #expect(UnixAddress.unnamed.isUnnamed)
    }

    @Test("A reason is told for each kind of name that cannot be used")
    func reasons() {
        #expect(UnixAddress(path: "").invalidReason?.contains("empty") == true)
        #expect(UnixAddress(path: "a\0").invalidReason?.contains("NUL") == true)
        #expect(UnixAddress(path: String(repeating: "x", count: 109)).invalidReason?.contains("109") == true)
        #expect(UnixAddress(abstract: String(repeating: "x", count: 108)).invalidReason?.contains("107") == true)
        #expect(UnixAddress(abstract: String(repeating: "x", count: 107)).invalidReason == nil)
    }
}
