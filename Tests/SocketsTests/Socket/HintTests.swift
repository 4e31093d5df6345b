import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// What errors of the kernel tell a person to do next.
@Suite("Hints of errors") struct HintTests {
    private func hint(_ body: () throws -> Void) -> String {
        do {
            try body()
            Issue.record("no error")
            return ""
        } catch { return (error as? SocketError)?.hint ?? "none: \(error)" }
    }

    @Test("A name that nobody has is told from a path without a server") func unixNames() throws {
        let folder = try TemporaryFolder()
        let path = UnixAddress(path: folder.file("socket"))
        _ = try Socket.listening(on: .unix(path)).close()
        #expect(hint { _ = try Socket.connected(to: .unix(path)) }.contains("no server listens"))
        let name = UnixAddress(abstract: "swift-sockets \(UUID())")
        #expect(hint { _ = try Socket.connected(to: .unix(name)) } == "nobody has that name")
    }

    @Test("A datagram's refusal is not that of the call that tells it") func refusedDatagrams() throws {
        let socket = try Socket(.ipv4, .datagram)
        socket.timeout = .seconds(10)
        let deaf = try Socket.refusing(.datagram)
        let address = try deaf.localAddress
        try socket.connect(to: address)
        _ = try socket.send("lost")
        #expect(hint { _ = try socket.receive(upTo: 9) }.contains("sent earlier"))
    }

    @Test("A port that nobody has, and groups that no route leads to") func nowhere() throws {
        let socket = try Socket(.ipv4, .datagram)
        #expect(hint { try socket.send("x", to: .loopback(port: 0)) }.contains("port 0"))
        #expect(
            hint {
                try Namespace.run([.network]) {
                    try Namespace.shell("ip link set lo up")
                    let socket = try Socket(.ipv6, .datagram)
                    try socket.set(.ipv6MulticastInterface, "lo")
                    try socket.send("x", to: #require(SocketAddress("[ff15::1]:9")))
                }
            }.contains("route"))
    }

    @Test("Binding twice, and datagrams that are too long") func others() throws {
        let socket = try Socket.bound(to: .loopbackIPv6(port: 0))
        #expect(hint { try socket.bind(to: .loopbackIPv6(port: 0)) }.contains("bound already"))
        let long = [UInt8](repeating: 0, count: 70_000)
        #expect(hint { try socket.send(long, to: socket.localAddress) }.contains("over IPv6"))
    }

    @Test("Each reason for which a group cannot be joined") func groups() throws {
        let group = MulticastGroup(IPv4Address(239, 1, 2, 3), interface: "lo")
        let socket = try Socket(.ipv4, .datagram)
        try socket.join(group)
        #expect(hint { try socket.join(group) } == "the group is joined already on this interface")
        let unicast = MulticastGroup(IPv4Address(10, 1, 2, 3), interface: "lo")
        #expect(hint { try socket.join(unicast) } == "the address is no multicast address")
        let absent = MulticastGroup(IPv4Address(239, 1, 2, 4), interface: .index(999_999))
        #expect(hint { try socket.join(absent) }.hasPrefix("no interface can be chosen"))
        let stream = try Socket(.ipv6, .stream)
        let six = MulticastGroup(try #require(IPv6Address("ff15::1")), interface: "lo")
        #expect(hint { try stream.join(six) }.contains("one of streams"))
    }

    @Test("A socket that cannot be made: no word that nobody said") func families() throws {
        do {
            _ = try Socket(.netlink, .stream)
            Issue.record("no error")
        } catch {
            #expect(error.description.hasPrefix("socket netlink stream: "), "\(error)")
            #expect(error.hint == "the family has no sockets of this type")
        }
    }

    @Test("Who knows no peer says so instead of telling numbers of nobody") func peers() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let socket = try Socket.connected(to: try listener.localAddress)
        do {
            _ = try socket.get(.peerCredentials)
            Issue.record("no error")
        } catch {
            #expect(error.code == .notConnected && error.hint?.contains("Unix") == true)
        }
    }

    @Test("Descriptors that are gone, filters that divide by zero, processes that are not there") func gone() throws {
        let (first, second) = try Socket.pair(.unix, .datagram)
        let owned = try OwnedDescriptor(duplicating: first)
        owned.close()
        #expect(hint { _ = try owned.socket() }.contains("taken or closed"))
        let divide = FilterInstruction(code: 0x34, operand: 0)
        let end = FilterInstruction(code: 0x06, operand: 0)
        #expect(hint { try second.set(.attachFilter, [divide, end]) }.contains("divides by no zero"))
    }

    @Test("Credentials of a process that is not there", Requirement.root) func processes() throws {
        let (first, _) = try Socket.pair(.unix, .datagram)
        let forged = Credentials(processIdentifier: 0x3FFF_FFF0, userIdentifier: 0, groupIdentifier: 0)
        do {
            try _ = first.sendMessage("x", control: [.credentials(forged)])
            Issue.record("no error")
        } catch {
            #expect(error.description.contains("(ESRCH)"), "\(error)")
            #expect(error.hint?.contains("does not exist") == true)
        }
    }

    @Test("What is no network") func networks() {
        #expect(hint { _ = try NetworkNamespace(path: "/proc/nobody") }.contains("ip netns list"))
    }

    @Test("A file that is no network's", Requirement.root) func otherFiles() throws {
        let file = try NetworkNamespace(path: "/etc/passwd")
        #expect(hint { _ = try Socket(.ipv4, .stream, in: file) } == "the file is no network's")
    }
}
