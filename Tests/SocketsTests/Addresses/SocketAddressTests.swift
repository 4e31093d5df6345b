import Foundation
import Testing

@testable import Sockets

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test("The sizes of the types are those that arrays and errors count with")
    func sizes() {
        #expect(MemoryLayout<IPv4Address>.size == 4)
        #expect(MemoryLayout<IPv6Address>.size == 24)
        #expect(MemoryLayout<IPAddress>.stride <= 32)
        #expect(MemoryLayout<SocketAddress>.size == 32)
        #expect(MemoryLayout<SocketAddress?>.size == 32)
        #expect(MemoryLayout<Sockets.Port>.size == 2)
    }

    @Test(
        "Texts print back",
        arguments: [
            "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:65535", "[::1%a]b]:1", "[::ffff:192.0.2.1]:0",
            "unix:@\\x00\\xff",
            "[::1]:80;flow=0xfffff", "[fe80::1%x;y]:80;flow=0x1", "unix:/run/echo.sock", "unix:@echo", "unix:(unnamed)",
            "unix:\\x40file", "unix:\u{301}", "raw:40:0000ffff", "raw:1:",
        ])
    func roundTrip(text: String) {
        #expect(SocketAddress(text)?.description == text)
    }

    @Test(
        "Other texts are refused",
        arguments: [
            "", "unix:", "UNIX:/a", "/run/a", "@a", "raw:", "raw:40", "raw:65536:00", "raw:40:0", "raw:40:gg",
            "localhost:80",
            "[::1]:80;flow=0x", "[::1]:80;flow=0x123456789", "[::1]:80;flow=1", "127.0.0.1:80;flow=0x1", "[::1", "[]:1",
            "[",
        ])
    func refused(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test("Parts come out as they went in")
    func parts() throws {
        #expect(SocketAddress.loopback(port: 80).description == "127.0.0.1:80")
        #expect(SocketAddress.anyIPv6(port: 80).ipAddress == .v6(.any))
        #expect(SocketAddress.ip(.v6(.loopback), port: 1) == .loopbackIPv6(port: 1))
        #expect(SocketAddress.any(port: 1).withPort(.http).port == 80)
        let labelled = SocketAddress.ipv6(.loopback, port: 1, flowLabel: 7)
        #expect(labelled.withPort(2) == .ipv6(.loopback, port: 2, flowLabel: 7))
        #expect(SocketAddress.unix(path: "/a").withPort(2) == .unix(path: "/a"))
        #expect(SocketAddress.unix(abstract: "a").unixAddress?.abstractName == [0x61])
        #expect(SocketAddress("[::ffff:192.0.2.1]:80")?.unmapped == SocketAddress("192.0.2.1:80"))
    }

    private struct Radio: CustomSocketAddress, Equatable {
        var channel: UInt8
        init(channel: UInt8) { self.channel = channel }
        init?(_ raw: RawSocketAddress) {
            guard raw.family == 31, raw.bytes.count == 1 else { return nil }
            channel = raw.bytes[0]
        }
        var raw: RawSocketAddress { RawSocketAddress(family: 31, bytes: [channel]) }
    }

    @Test("An address of somebody else's family goes there and back")
    func custom() {
        let address = SocketAddress(Radio(channel: 5))
        #expect(address.as(Radio.self) == Radio(channel: 5))
        #expect(address.description == "raw:31:05")
        #expect(SocketAddress.loopback(port: 1).as(Radio.self) == nil)
        #expect(address.port == nil && address.ipAddress == nil)
    }

    @Test("Sorting goes by family, then by number, then by port")
    func order() {
        let sorted = [
            "2.0.0.1:9", "10.0.0.1:1", "10.0.0.1:2", "[::1]:1", "[::1%a]:0", "[::2]:0", "unix:(unnamed)", "unix:/a",
            "unix:@a", "raw:1:00", "raw:2:",
        ].compactMap { SocketAddress($0) }
        #expect(sorted.count == 11)
        #expect(sorted.reversed().sorted() == sorted)
        #expect(
            ["::", "255.0.0.0", "3.0.0.0"].compactMap { IPAddress($0) }.sorted().map(\.description)
                == ["3.0.0.0", "255.0.0.0", "::"])
    }

    private static func recoded<Value: Codable>(_ value: Value) throws -> (value: Value, text: String) {
        let data = try JSONEncoder().encode([value])
        let text = String(decoding: data, as: UTF8.self)
        return (try #require(try JSONDecoder().decode([Value].self, from: data).first), text)
    }

    @Test("Codable values are their text")
    func codable() throws {
        for text in ["127.0.0.1:80", "[fe80::1%eth0]:65535;flow=0x1", "unix:/a b", "unix:@\\x00", "raw:1:00"] {
            let address = try #require(SocketAddress(text))
            #expect(try Self.recoded(address).value == address)
        }
        #expect(try Self.recoded(IPv4Address.loopback).text == #"["127.0.0.1"]"#)
        let zoned = try #require(IPv6Address("fe80::1%é"))
        #expect(try Self.recoded(zoned).value == zoned)
        #expect(try Self.recoded(IPAddress(zoned)).text == #"["fe80::1%é"]"#)
        let network = try #require(IPNetwork("10.0.0.0/8"))
        #expect(try Self.recoded(network).value == network)
        let interface = try #require(InterfaceAddress("10.1.2.3/8"))
        #expect(try Self.recoded(interface).value == interface)
        #expect(try Self.recoded(HostPort(host: "a", port: 1)).text == #"["a:1"]"#)
        #expect(try Self.recoded(Sockets.Port.http).text == "[80]")
        #expect(try JSONDecoder().decode([Sockets.Port].self, from: Data(#"["443"]"#.utf8)) == [443])
        #expect(try Self.recoded(UnixAddress.unnamed).value == .unnamed)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPv4Address].self, from: Data(#"["127.1"]"#.utf8))
        }
    }

    @Test("Equality and hashes of zones go by bytes")
    func zones() throws {
        let composed = try #require(IPv6Address.loopback.withZone("\u{E9}"))
        let decomposed = try #require(IPv6Address.loopback.withZone("e\u{301}"))
        #expect(composed != decomposed)
        #expect(composed < decomposed || decomposed < composed)
        #expect(Set([composed, decomposed, IPv6Address("::1%\u{E9}"), IPv6Address.loopback]).count == 3)
        #expect(composed.withoutZone == .loopback)
        #expect(IPv6Address.loopback.withZone("") == nil)
        #expect(IPv6Address.loopback.withZone("a\0") == nil)
    }

    @Test("Bytes, numbers and arithmetic")
    func numbers() throws {
        #expect(IPv4Address(bytes: [1, 2, 3, 4]) == IPv4Address(1, 2, 3, 4))
        #expect(IPv4Address(bytes: [1, 2, 3]) == nil)
        #expect(IPv4Address(1, 2, 3, 4).octets == (1, 2, 3, 4))
        let six = IPv6Address(0x2001, 0xDB8, 0, 0, 0, 0, 0, 0xFF)
        #expect(six.segments == [0x2001, 0xDB8, 0, 0, 0, 0, 0, 0xFF])
        #expect(IPv6Address(bytes: six.bytes) == six)
        #expect(IPv6Address(bytes: six.bytes.dropLast()) == nil)
        #expect(IPAddress(bytes: six.bytes[...]) == .v6(six))
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(IPv6Address(rawValue: six.rawValue) == six)
        #expect(IPv4Address.broadcast.advanced(by: 1) == nil)
        #expect(IPv4Address.any.advanced(by: -1) == nil)
        #expect(IPv4Address.any.advanced(by: .max) == nil)
        #expect(IPv4Address.broadcast.advanced(by: .max) == nil)
        #expect(IPv4Address.loopback.advanced(by: -1) == IPv4Address(127, 0, 0, 0))
        #expect(IPv4Address.any.distance(to: .broadcast) == 4_294_967_295)
        #expect(IPv6Address.any.advanced(by: .min) == nil)
        #expect(IPv6Address(high: 0, low: .max).advanced(by: 1) == IPv6Address(high: 1, low: 0))
        #expect(IPv6Address(high: .max, low: .max).advanced(by: 1) == nil)
        #expect(IPv6Address("fe80::1%x")?.advanced(by: 1)?.description == "fe80::2%x")
        #expect(IPv6Address.loopback.reverseName.hasPrefix("1.0.0.0.") && IPv6Address.loopback.reverseName.count == 72)
    }
}
