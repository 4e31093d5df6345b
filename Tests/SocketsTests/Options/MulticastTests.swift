import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite("Multicast", Requirement.programs("python3"))
struct MulticastTests {
    /// A receiver on a port of its own.
    private func receiver(_ family: AddressFamily) throws -> (socket: Socket, port: Sockets.Port) {
        let socket = try Socket(family, .datagram)
        try socket.set(.reuseAddress, true)
        try socket.bind(to: family == .ipv4 ? .any(port: 0) : .anyIPv6(port: 0))
        socket.timeout = .seconds(10)
        if family == .ipv4 {
            try socket.set(.ipv4MulticastAll, false)
        } else {
            try socket.set(.ipv6MulticastAll, false)
        }
        return (socket, try #require(try socket.localAddress.port))
    }

    /// Python sends one datagram to the group over an interface of this machine.
    private func send(_ text: String, to group: String, _ port: Sockets.Port, from source: String = "127.0.0.1") throws
    {
        let lines = try Program.python(
            """
            import socket, sys
            text, group, port, source = sys.argv[1:]
            if ":" in group:
                s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                link = socket.if_nametoindex(source.split("%")[1])
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, link)
                # Nothing leaves this machine.
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 0)
                s.bind((source, 0, 0, link))
                s.sendto(text.encode(), (group, int(port), 0, link))
            else:
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
                s.bind((source, 0))
                s.sendto(text.encode(), (group, int(port)))
            print("sent")
            """, text, group, "\(port)", source
        ).finish()
        #expect(lines == ["sent"])
    }

    private func expect(_ text: String, _ socket: Socket) throws {
        #expect(try socket.receive(upTo: 100).map { String(decoding: $0, as: UTF8.self) } == text)
    }

    private func error(_ body: () throws(SocketError) -> Void) -> SocketError? {
        do {
            try body()
            return nil
        } catch { return error }
    }

    @Test(
        "A member of a group of IPv4 gets its datagrams, by every way to name the interface",
        arguments: ["lo", .index(1), .address(.loopback)] as [MulticastInterface])
    func ipv4(interface: MulticastInterface) throws {
        let (socket, port) = try receiver(.ipv4)
        let group = MulticastGroup(IPv4Address(239, 1, 2, 3), interface: interface)
        try socket.join(group)
        try send("to all", to: "239.1.2.3", port)
        try expect("to all", socket)
        let twice = error { () throws(SocketError) in try socket.join(group) }
        #expect(twice?.code == .addressInUse)
        #expect(twice?.subject == "IP_ADD_MEMBERSHIP")
        try socket.leave(group)
        let notMember = error { () throws(SocketError) in try socket.leave(group) }
        #expect(notMember?.code == .addressNotAvailable)
        #expect(notMember?.subject == "IP_DROP_MEMBERSHIP")
    }

    @Test(
        "A member for one source gets its datagrams alone",
        arguments: ["lo", .address(.loopback)] as [MulticastInterface])
    func source(interface: MulticastInterface) throws {
        let (socket, port) = try receiver(.ipv4)
        let group = MulticastGroup(IPv4Address(232, 1, 2, 3), interface: interface)
        try socket.join(group, from: .v4(IPv4Address(127, 0, 0, 2)))
        try send("other", to: "232.1.2.3", port, from: "127.0.0.3")
        try send("mine", to: "232.1.2.3", port, from: "127.0.0.2")
        try expect("mine", socket)
        try socket.leave(group, from: .v4(IPv4Address(127, 0, 0, 2)))
        let gone = error { () throws(SocketError) in try socket.leave(group, from: .v4(IPv4Address(127, 0, 0, 2))) }
        #expect(gone?.errno != nil)
    }

    @Test(
        "A blocked source is not heard until it is unblocked",
        arguments: ["lo", .address(.loopback)] as [MulticastInterface])
    func block(interface: MulticastInterface) throws {
        let (socket, port) = try receiver(.ipv4)
        let group = MulticastGroup(IPv4Address(239, 9, 9, 9), interface: interface)
        let source = IPAddress.v4(IPv4Address(127, 0, 0, 4))
        try socket.join(group)
        try socket.block(source, in: group)
        try send("blocked", to: "239.9.9.9", port, from: "127.0.0.4")
        try send("heard", to: "239.9.9.9", port, from: "127.0.0.5")
        try expect("heard", socket)
        try socket.unblock(source, in: group)
        try send("again", to: "239.9.9.9", port, from: "127.0.0.4")
        try expect("again", socket)
        // The same by a list.
        if interface == "lo" {
            try socket.set(.multicastSourceFilter, .excluding([source], of: group))
        } else {
            try socket.set(.ipv4SourceFilter, .excluding([source], of: group))
        }
        try send("blocked", to: "239.9.9.9", port, from: "127.0.0.4")
        try send("heard", to: "239.9.9.9", port, from: "127.0.0.5")
        try expect("heard", socket)
    }

    /// An interface other than `lo`, which has no route for groups of IPv6, and its address on the link.
    static let link: (name: String, index: UInt32, address: IPv6Address)? = {
        let lines = (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)) ?? ""
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 6, words[5] != "lo", words[3] == "20", let index = UInt32(words[1], radix: 16),
                let bits = UInt128(words[0], radix: 16)
            else { continue }
            return (String(words[5]), index, IPv6Address(rawValue: bits))
        }
        return nil
    }()

    @Test(
        "A member of a group of IPv6 gets its datagrams",
        .enabled(if: link != nil, "needs IPv6 on an interface other than lo"))
    func ipv6() throws {
        let link = try #require(Self.link)
        let source = IPAddress.v6(link.address)
        let sourceText = "\(link.address)%\(link.name)"
        let (socket, port) = try receiver(.ipv6)
        let zoned = try #require(IPv6Address("ff12::1:7%\(link.name)"))
        try socket.join(.v6(zoned))
        try send("by zone", to: "ff12::1:7", port, from: sourceText)
        try expect("by zone", socket)
        try socket.leave(.v6(zoned))
        #expect(error { () throws(SocketError) in try socket.leave(.v6(zoned)) }?.code == .addressNotAvailable)

        let group = MulticastGroup(try #require(IPv6Address("ff12::1:8")), interface: .index(link.index))
        try socket.set(.multicastJoinGroup, group)
        try socket.block(source, in: group)
        try send("blocked", to: "ff12::1:8", port, from: sourceText)
        try socket.unblock(source, in: group)
        try send("by number", to: "ff12::1:8", port, from: sourceText)
        try expect("by number", socket)
        try socket.set(.multicastLeaveGroup, group)

        let special = MulticastGroup(try #require(IPv6Address("ff32::1:9")), interface: .named(link.name))
        try socket.join(special, from: .v6(.loopback))
        try send("other", to: "ff32::1:9", port, from: sourceText)
        try socket.join(special, from: source)
        try send("of the source", to: "ff32::1:9", port, from: sourceText)
        try expect("of the source", socket)
        try socket.leave(special, from: source)
    }

    @Test("Groups that cannot be are refused with their reason")
    func refused() throws {
        let (socket, _) = try receiver(.ipv4)
        let group = IPv4Address(239, 1, 2, 4)
        let none = error { () throws(SocketError) in try socket.join(MulticastGroup(group, interface: "nosuch0")) }
        #expect(none?.code == .noSuchInterface)
        #expect(none?.hint?.contains("nosuch0") == true)
        let unicast = error { () throws(SocketError) in try socket.join(MulticastGroup(IPv4Address.loopback)) }
        #expect(unicast?.code == .invalidArgument)
        #expect(unicast?.errno == .invalidArgument)
        let mixed = error { () throws(SocketError) in
            try socket.join(MulticastGroup(group, interface: "lo"), from: .v6(.loopback))
        }
        #expect(mixed?.hint?.contains("two versions") == true)
        let named = error { () throws(SocketError) in
            try socket.set(
                .addSourceMembership, SourceMulticastGroup(.v4(group), source: .v4(.loopback), interface: "lo"))
        }
        #expect(named?.code == .invalidArgument)
        let wrong = error { () throws(SocketError) in
            try socket.set(.addMembership, MulticastGroup(IPv6Address.allNodes))
        }
        #expect(wrong?.hint?.contains("IPv4") == true)
        let six = error { () throws(SocketError) in
            try socket.set(.joinGroup, MulticastGroup(IPv6Address.allNodes, interface: .address(.loopback)))
        }
        #expect(six?.code == .invalidArgument)
    }
}
