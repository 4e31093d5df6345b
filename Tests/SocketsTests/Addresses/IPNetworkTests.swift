import Testing

@testable import Sockets

@Suite("Networks")
struct IPNetworkTests {
    private static func randomNetwork(using generator: inout FixedGenerator) -> IPNetwork? {
        if Bool.random(using: &generator) {
            let address = IPv4Address(rawValue: .random(in: 0 ... .max, using: &generator) & 0xC0FF_FFFF)
            return IPNetwork(containing: .v4(address), prefixLength: .random(in: 0...32, using: &generator))
        }
        let address = ReferenceParserTests.randomIPv6(using: &generator)
        return IPNetwork(containing: .v6(address), prefixLength: .random(in: 0...128, using: &generator))
    }

    @Test("Counts, masks, parts, hosts and containment are those of Python's ipaddress")
    func python() throws {
        var generator = FixedGenerator(seed: 6)
        var networks = (0...32).compactMap {
            IPNetwork(containing: .v4(IPv4Address(203, 0, 113, 77)), prefixLength: $0)
        }
        networks += (0...128).compactMap { IPNetwork(containing: .v6(.loopback), prefixLength: $0) }
        for _ in 0..<1500 { networks += [Self.randomNetwork(using: &generator)].compactMap { $0 } }
        let program = """
            import ipaddress, itertools, sys
            def some(l): return ",".join(map(str, itertools.islice(l, 5)))
            previous = None
            for line in sys.stdin:
                n = ipaddress.ip_network(line.strip())
                length = min(n.prefixlen + 3, n.max_prefixlen)
                up = max(n.prefixlen - 5, 0)
                out = [n.broadcast_address, n.netmask, n.hostmask, min(n.num_addresses, 2 ** 128 - 1),
                    some(n.subnets(new_prefix=length)), n.supernet(new_prefix=up),
                    some(n.hosts())]
                p = previous if previous and previous.version == n.version else n
                out += [n.overlaps(p), n.subnet_of(p), n < p]
                exclude = []
                if p.supernet_of(n): exclude = sorted(p.address_exclude(n))
                out.append(",".join(map(str, exclude)))
                first, last = sorted([n.network_address, p.broadcast_address])
                out.append(",".join(map(str, ipaddress.summarize_address_range(first, last))))
                print(*out, sep="\\t")
                previous = n
            """
        let lines = try SocketsTests.python(program, input: networks.map(\.description))
        #expect(lines.count == networks.count)
        func some(_ sequence: some Sequence<some CustomStringConvertible>) -> String {
            sequence.prefix(5).map(\.description).joined(separator: ",")
        }
        func all(_ networks: [IPNetwork]) -> String { networks.map(\.description).joined(separator: ",") }
        var previous: IPNetwork?
        for (network, line) in zip(networks, lines) {
            var other = network
            if let previous, previous.isSameVersion(as: network) { other = previous }
            let length = min(network.prefixLength + 3, network.address.bitWidth)
            let bounds = [network.address, other.lastAddress].sorted()
            let fields: [String] = [
                "\(network.lastAddress)", "\(network.netmask)", "\(network.hostmask)", "\(network.addressCount)",
                some(network.subnets(prefixLength: length)),
                network.supernet(prefixLength: max(network.prefixLength - 5, 0))?.description ?? "nil",
                some(network.hosts), network.overlaps(other) ? "True" : "False",
                other.contains(network) ? "True" : "False",
                network < other ? "True" : "False", other.contains(network) ? all(other.excluding(network)) : "",
                all(IPNetwork.summarize(bounds[0], bounds[1])),
            ]
            // Both print a mask of an IPv4 network dotted; IPv6 masks that look mapped differ between Python's versions.
            let expected = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            for (index, (ours, theirs)) in zip(fields, expected).enumerated() {
                #expect(Self.normalized(ours) == Self.normalized(theirs), "\(network) with \(other), field \(index)")
            }
            previous = network
        }
    }

    /// Texts of addresses in one spelling: older versions of Python print mapped addresses in hexadecimal.
    private static func normalized(_ text: String) -> String {
        text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            if let network = IPNetwork(item) { return network.description }
            return IPAddress(item)?.description ?? String(item)
        }.joined(separator: ",")
    }

    @Test("Collapsing gives what Python's collapse_addresses gives")
    func collapse() throws {
        var generator = FixedGenerator(seed: 7)
        var groups: [[IPNetwork]] = []
        for _ in 0..<300 {
            groups.append(
                (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in
                    let bits = UInt32.random(in: 0...63, using: &generator)
                    return IPNetwork(
                        containing: .v4(IPv4Address(rawValue: 0xC000_0200 | bits)),
                        prefixLength: .random(in: 26...32, using: &generator))
                })
        }
        let program = """
            import ipaddress, sys
            for line in sys.stdin:
                print(",".join(map(str, ipaddress.collapse_addresses(map(ipaddress.ip_network, line.split())))) or "none")
            """
        let lines = try SocketsTests.python(
            program, input: groups.map { $0.map(\.description).joined(separator: " ") + " " })
        #expect(lines.count == groups.count)
        for (group, line) in zip(groups, lines) {
            let collapsed = IPNetwork.collapse(group)
            #expect((collapsed.isEmpty ? "none" : collapsed.map(\.description).joined(separator: ",")) == line)
        }
        let both = [IPNetwork(.v6(.loopback)), IPNetwork(.v4(.any)), IPNetwork(.v6(.any)), IPNetwork(.v4(.any))]
        #expect(IPNetwork.collapse(both).map(\.description) == ["0.0.0.0/32", "::/127"])
    }

    @Test("The borders of the number range do not trap")
    func borders() throws {
        let all = try #require(IPNetwork("::/0"))
        #expect(all.addressCount == .max)
        #expect(all.supernet == nil)
        #expect(Array(all.subnets(prefixLength: 0)) == [all])
        #expect(all.subnets(prefixLength: 1).map(\.description) == ["::/1", "8000::/1"])
        #expect(all.subnets(prefixLength: 128).prefix(2).map(\.description) == ["::/128", "::1/128"])
        #expect(Array(all.subnets(prefixLength: 129)).isEmpty)
        #expect(Array(all.subnets(prefixLength: -1)).isEmpty)
        #expect(all.supernet(prefixLength: .min) == nil)
        #expect(IPNetwork(containing: .v4(.any), prefixLength: .max) == nil)
        #expect(IPNetwork.summarize(all.address, all.lastAddress) == [all])
        #expect(IPNetwork.summarize(all.lastAddress, all.address).isEmpty)
        #expect(IPNetwork.summarize(.v4(.any), .v6(.any)).isEmpty)
        #expect(IPNetwork.collapse(all.subnets(prefixLength: 4)) == [all])
        let last = try #require(IPNetwork("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126"))
        #expect(last.addresses.map { $0 }.count == 4)
        #expect(last.subnets(prefixLength: 127).map { $0 }.count == 2)
        #expect(all.excluding(IPNetwork(.v6(.loopback))).count == 128)
        #expect(IPNetwork("0.0.0.0/0")?.addressCount == 1 << 32)
        #expect(IPNetwork("192.0.2.0/24")?.broadcast == IPv4Address(192, 0, 2, 255))
        #expect(IPNetwork("192.0.2.0/31")?.broadcast == nil)
        let zoned = try #require(IPv6Address("fe80::1%eth0"))
        #expect(IPNetwork("fe80::/10")?.contains(zoned) == true)
        #expect(IPNetwork(.v6(zoned)).description == "fe80::1/128")
        #expect(IPNetwork(address: .v4(IPv4Address(10, 1, 2, 3)), prefixLength: 8) == nil)
        #expect(InterfaceAddress("10.1.2.3/8")?.network.description == "10.0.0.0/8")
    }
}
