import Glibc
import Testing

@testable import Sockets

/// Vectors from the suites of other implementations; a row marked `must` is one on which all parsers agree.
@Suite("Address vectors")
struct AddressVectorTests {
    @Test("Every address has the verdict, the bytes, the zone and the text of the table")
    func addresses() throws {
        let rows = try fixture("address")
        #expect(rows.count == 1907)
        for row in rows {
            let input = try #require(row[2])
            let address = IPAddress(input)
            #expect((address != nil) == (row[1] == "valid"), "\(input.debugDescription)")
            #expect(address?.description == row[3], "\(input.debugDescription)")
            #expect(address?.bytes == row[4].map(bytes(hexadecimal:)), "\(input.debugDescription)")
            #expect(address?.zone == row[5], "\(input.debugDescription)")
            // Each of the other parsers agrees.
            #expect((IPv4Address(input) != nil) == (address?.isIPv4 == true), "\(input.debugDescription)")
            #expect((IPv6Address(input) != nil) == (address?.isIPv6 == true), "\(input.debugDescription)")
            #expect(IPAddress("/\(input)/".dropFirst().dropLast()) == address, "\(input.debugDescription)")
        }
    }

    @Test("The lenient parser accepts what inet_aton accepts, with the same result")
    func lenient() throws {
        var texts: [String] = []
        for row in try fixture("address") {
            let input = try #require(row[2])
            #expect(IPv4Address(lenient: input)?.bytes == row[6].map(bytes(hexadecimal:)), "\(input.debugDescription)")
            texts.append(input)
        }
        var generator = FixedGenerator(seed: 4)
        let pieces = [
            "0", "1", "7", "8", "9", "255", "256", "0x", "0X1f", "x", "f", ".", ".", ".", " ", "\t", "65536", "-",
        ]
        for _ in 0..<50_000 {
            texts.append(
                (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                    pieces.randomElement(using: &generator) ?? ""
                }.joined())
        }
        for text in texts where !text.utf8.contains(0) {
            var address = in_addr()
            let accepted = inet_aton(text, &address) == 1
            let expected = accepted ? UInt32(bigEndian: address.s_addr) : nil
            try #require(IPv4Address(lenient: text)?.rawValue == expected, "\(text.debugDescription)")
        }
    }

    @Test("Every network with a prefix has the verdict, the bytes and the text of the table")
    func networks() throws {
        let rows = try fixture("cidr")
        #expect(rows.count == 839)
        for row in rows {
            let input = try #require(row[2])
            let address = InterfaceAddress(input)
            #expect((address != nil) == (row[1] == "valid"), "\(input.debugDescription)")
            #expect(address?.description == row[3], "\(input.debugDescription)")
            #expect(address?.address.bytes == row[4].map(bytes(hexadecimal:)), "\(input.debugDescription)")
            // A network is one without bits after the prefix.
            let network = IPNetwork(input)
            #expect(network == (address?.network.address == address?.address ? address?.network : nil))
            if let network { #expect(network.description == row[3]) }
        }
    }

    @Test("Every address with a port has the verdict and the text of the table")
    func socketAddresses() throws {
        let rows = try fixture("socketaddr")
        #expect(rows.count == 143)
        for row in rows {
            let input = try #require(row[2])
            let address = SocketAddress(input)
            #expect((address != nil) == (row[1] == "valid"), "\(input.debugDescription)")
            #expect(address?.description == row[3], "\(input.debugDescription)")
            #expect(address?.port?.description == row[4], "\(input.debugDescription)")
        }
    }

    @Test("Every host with a service divides as in the table")
    func hosts() throws {
        let rows = try fixture("hostport")
        #expect(rows.count == 105)
        for row in rows {
            let input = try #require(row[2])
            let parts = HostPort.split(input)
            #expect((parts != nil) == (row[1] == "valid"), "\(input.debugDescription)")
            #expect(parts?.host == row[3], "\(input.debugDescription)")
            #expect(parts?.service == row[4], "\(input.debugDescription)")
            let value = HostPort(input)
            #expect(value?.host == parts.flatMap { Port($0.service) == nil ? nil : $0.host })
            if let value { #expect(HostPort(value.description) == value) }
        }
    }

    @Test("Every host and service join as in the table")
    func joins() throws {
        for row in try fixture("join") {
            #expect(HostPort.join(host: row[2] ?? "", service: row[3] ?? "") == row[4])
        }
    }
}
