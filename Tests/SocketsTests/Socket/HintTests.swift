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
        let gone = try Socket.bound(to: .loopback(port: 0))
        let address = try gone.localAddress
        gone.close()
        try socket.connect(to: address)
        _ = try socket.send("lost")
        #expect(hint { _ = try socket.receive(upTo: 9) }.contains("sent earlier"))
    }

    @Test("Binding twice, and datagrams that are too long") func others() throws {
        let socket = try Socket.bound(to: .loopbackIPv6(port: 0))
        #expect(hint { try socket.bind(to: .loopbackIPv6(port: 0)) }.contains("bound already"))
        let long = [UInt8](repeating: 0, count: 70_000)
        #expect(hint { try socket.send(long, to: socket.localAddress) }.contains("over IPv6"))
    }

    @Test("What is no network") func networks() {
        #expect(hint { _ = try NetworkNamespace(path: "/proc/nobody") }.contains("ip netns list"))
    }

    @Test("A file that is no network's", Requirement.root) func otherFiles() throws {
        let file = try NetworkNamespace(path: "/etc/passwd")
        #expect(hint { _ = try Socket(.ipv4, .stream, in: file) } == "the file is no network's")
    }
}
