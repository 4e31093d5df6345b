import Testing

@testable import Sockets

@Suite("Address classification")
struct ClassificationTests {
    /// Addresses at and beside the borders of all special blocks, and random ones.
    private static let sample: [IPAddress] = {
        var generator = FixedGenerator(seed: 5)
        var addresses: [IPAddress] = []
        let blocks = [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.0.8/29", "192.0.2.0/24", "192.31.196.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "::/127",
            "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32",
            "2001:1::/126", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28",
            "2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7",
            "fe80::/10", "fec0::/10", "ff00::/8", "ff02::/16", "ff0e::/16",
        ]
        for block in blocks {
            guard let network = IPNetwork(block) else { continue }
            addresses += [network.address, network.lastAddress]
            addresses += [network.address.advanced(by: -1), network.lastAddress.advanced(by: 1)].compactMap { $0 }
            for _ in 0..<100 {
                let bits = UInt128.random(in: network.firstBits...network.lastBits, using: &generator)
                addresses.append(network.address.withBits(bits))
            }
        }
        for _ in 0..<3000 {
            addresses.append(.v4(IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator))))
            addresses.append(.v6(IPv6Address(rawValue: .random(in: 0 ... .max, using: &generator))))
            addresses.append(.v6(ReferenceParserTests.randomIPv6(using: &generator)))
        }
        return addresses
    }()

    @Test("Properties are those of Python's ipaddress where both have the same idea of them")
    func python() throws {
        // The old Python versions do not look into mapped addresses, so the program does. What is global is
        // compared outside the blocks on which the versions differ, and with the table of IANA everywhere.
        let program = """
            import ipaddress, sys
            N = ipaddress.ip_network
            differ = [N(x) for x in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "64:ff9b:1::/48", "100:0:0:1::/64",
                "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")]
            notglobal = [N(x) for x in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b:1::/48", "100::/64",
                "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7",
                "fe80::/10", "fec0::/10", "ff00::/8")]
            isglobal = [N(x) for x in ("192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128",
                "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28")]
            documentation = [N(x) for x in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32",
                "3fff::/20")]
            def isin(a, l): return any(a in n for n in l)
            for line in sys.stdin:
                original = ipaddress.ip_address(line.strip())
                a = original
                if a.version == 6 and a.ipv4_mapped: a = a.ipv4_mapped
                flags = [a.is_unspecified, a.is_loopback, a.is_link_local, a.is_multicast, isin(a, documentation),
                    isin(a, isglobal) or not isin(a, notglobal),
                    isin(a, differ) or a.is_global and not a.is_multicast,
                    original.version == 6 and original.is_site_local,
                    a.version == 4 and a.is_reserved]
                print(line.strip(), "".join("01"[f] for f in flags), original.reverse_pointer, original.exploded,
                    getattr(original, "sixtofour", None), getattr(original, "teredo", None), sep="\\t")
            """
        let sample = Self.sample
        let lines = try SocketsTests.python(program, input: sample.map(\.description))
        #expect(lines.count == sample.count)
        for (address, line) in zip(sample, lines) {
            let fields = line.split(separator: "\t").map(String.init)
            var sixToFour = "None"
            var teredo = "None"
            var isSiteLocal = false
            var exploded = address.description
            if case .v6(let six) = address {
                isSiteLocal = six.isSiteLocal
                exploded = six.expandedDescription
                if let inner = six.sixToFour { sixToFour = "\(inner)" }
                if let pair = six.teredo { teredo = "(IPv4Address('\(pair.server)'), IPv4Address('\(pair.client)'))" }
            }
            var isReserved = false
            if case .v4(let four) = address.unmapped { isReserved = four.isReserved }
            let isGlobal = address.isGlobal
            let flags = [
                address.isUnspecified, address.isLoopback, address.isLinkLocal, address.isMulticast,
                address.isDocumentation, isGlobal, isGlobal, isSiteLocal, isReserved,
            ]
            let shown = flags.map { $0 ? "1" : "0" }.joined()
            // The seventh flag is 1 wherever the versions of Python differ.
            let expected = fields[1]
            #expect(shown.prefix(6) == expected.prefix(6) && shown.suffix(2) == expected.suffix(2), "\(line)")
            if !isGlobal, expected.dropFirst(6).first == "1" {
                #expect(Self.isDisputed(address), "\(line)")
            } else {
                #expect(shown.dropFirst(6).first == expected.dropFirst(6).first, "\(line)")
            }
            #expect(address.reverseName == fields[2], "\(line)")
            #expect(exploded == fields[3], "\(line)")
            #expect(sixToFour == fields[4] && teredo == fields[5], "\(line)")
        }
    }

    /// Whether the address is in a block of which Python's versions think differently.
    private static func isDisputed(_ address: IPAddress) -> Bool {
        [
            "192.0.0.0/24", "2001::/23", "64:ff9b:1::/48", "100:0:0:1::/64", "2002::/16", "3fff::/20", "5f00::/16",
            "fec0::/10",
        ]
        .contains { IPNetwork($0)?.contains(address.unmapped) == true }
    }

    @Test("Blocks end where the registry says")
    func borders() throws {
        let blocks: [(String, (IPv4Address) -> Bool)] = [
            ("10.0.0.0/8", { $0.isPrivate }), ("172.16.0.0/12", { $0.isPrivate }), ("192.168.0.0/16", { $0.isPrivate }),
            ("100.64.0.0/10", { $0.isShared }), ("198.18.0.0/15", { $0.isBenchmarking }),
            ("127.0.0.0/8", { $0.isLoopback }), ("255.255.255.255/32", { $0.isBroadcast }),
            ("240.0.0.0/4", { $0.isReserved }), ("0.0.0.0/32", { $0.isUnspecified }),
        ]
        for (block, property) in blocks {
            let network = try #require(IPNetwork(block))
            guard case .v4(let first) = network.address, case .v4(let last) = network.lastAddress else { continue }
            #expect(property(first) && property(last), "\(block)")
            #expect(first.advanced(by: -1).map(property) != true, "\(block)")
            #expect(last.advanced(by: 1).map(property) != true, "\(block)")
        }
    }

    @Test("IPv6 blocks without a twin in Python")
    func ipv6() throws {
        #expect(try #require(IPv6Address("fd00::1")).isUniqueLocal)
        #expect(try #require(IPv6Address("fbff:ffff::")).isUniqueLocal == false)
        #expect(try #require(IPv6Address("100::ffff")).isDiscardOnly)
        #expect(try #require(IPv6Address("2001:2::1")).isBenchmarking)
        #expect(try #require(IPv6Address("::ffff:10.0.0.1")).isPrivate)
        #expect(try #require(IPv6Address("ff0e::1")).multicastScope == .global)
        #expect(try #require(IPv6Address("ff12::1")).multicastScope == .linkLocal)
        #expect(IPv6Address.loopback.multicastScope == nil)
        #expect(IPv6Address(nat64: IPv4Address(192, 0, 2, 33)).description == "64:ff9b::c000:221")
        #expect(IPv6Address("64:ff9b::192.0.2.33")?.nat64 == IPv4Address(192, 0, 2, 33))
        #expect(IPv6Address("64:ff9b:1::192.0.2.33")?.nat64 == nil)
        #expect(IPv6Address("2001:db8::1:800:200e:8c6c")?.solicitedNodeMulticast.description == "ff02::1:ff0e:8c6c")
        #expect(IPAddress("::ffff:1.2.3.4")?.unmapped == .v4(IPv4Address(1, 2, 3, 4)))
    }
}
