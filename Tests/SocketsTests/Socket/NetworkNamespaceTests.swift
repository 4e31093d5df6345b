import Foundation
import Sockets
import TestSupport
import Testing

/// Sockets of another network than the calling thread's.
@Suite("Sockets of another network", Requirement.root, Requirement.programs("ip")) struct NetworkNamespaceTests {
    /// Calls `body` with a network whose interfaces have names and numbers of their own.
    private func withOther(_ body: @escaping @Sendable (NetworkNamespace) throws -> Void) throws {
        let other = try Namespace.run([.network]) {
            try Namespace.shell(
                """
                ip link set lo up
                ip link add first type veth peer name second
                ip link add inside type veth peer name beside
                ip link set beside up
                ip addr add fe80::6/64 dev inside nodad
                ip link set inside up
                """)
            return try NetworkNamespace.current()
        }
        try body(other)
    }

    @Test("Zones and interfaces are those of the socket's network") func names() throws {
        try withOther { other in
            let socket = try Socket(.ipv6, .datagram, in: other)
            socket.timeout = .seconds(10)
            #expect(throws: SocketError.self) { try NetworkInterface.index(of: "inside") }
            let address = try #require(SocketAddress("[fe80::6%inside]:0"))
            try socket.bind(to: address)
            let bound = try socket.localAddress
            #expect(bound.ipAddress?.zone == "inside")
            #expect(try socket.send("x", to: bound) == 1)
            let (bytes, sender) = try socket.receiveFrom(upTo: 10)
            #expect(bytes == Array("x".utf8))
            #expect(sender == bound)
            try socket.join(MulticastGroup(#require(IPAddress("ff15::77")), interface: "inside"))
            try socket.set(.ipv6MulticastInterface, "inside")
            let groups = try other.run { () throws(SocketError) in
                (try? String(contentsOfFile: "/proc/thread-self/net/igmp6", encoding: .utf8)) ?? ""
            }
            #expect(groups.contains("ff150000000000000000000000000077"))
        }
    }

    @Test("An interface of the caller's is none of the socket's") func strangers() throws {
        try withOther { other in
            let socket = try Socket(.ipv6, .datagram, in: other)
            try Namespace.run([.network]) {
                try Namespace.shell("ip link add outside type veth peer name beyond && ip link set outside up")
                do throws(SocketError) {
                    try socket.send("x", to: SocketAddress("[fe80::1%outside]:9") ?? .loopback(port: 9))
                    Issue.record("it was sent")
                } catch { #expect(error.code == .noSuchInterface) }
                do throws(SocketError) {
                    try socket.join(MulticastGroup(IPAddress("ff15::77") ?? .v4(.any), interface: "outside"))
                    Issue.record("it was joined")
                } catch { #expect(error.code == .noSuchInterface) }
            }
        }
    }
}
