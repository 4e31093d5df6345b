import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Arguments that are out of range are errors, and never traps.
@Suite struct BadInputTests {
    private func code(_ body: () throws -> Void) -> SocketError.Code? {
        do { try body() } catch { return (error as? SocketError)?.code }
        return nil
    }

    @Test func `counts below zero`() throws {
        let (first, _) = try Socket.pair()
        for count in [-1, Int.min] {
            #expect(code { _ = try first.receive(upTo: count) } == .invalidArgument)
            #expect(code { _ = try first.receive(exactly: count) } == .invalidArgument)
            #expect(code { _ = try first.receiveFrom(upTo: count) } == .invalidArgument)
            #expect(code { _ = try first.receiveMessage(upTo: count) } == .invalidArgument)
            #expect(code { _ = try first.receiveMessage(upTo: 1, controlCapacity: count) } == .invalidArgument)
            #expect(code { _ = try first.receive(until: [1], limit: count) } == .invalidArgument)
            #expect(code { try Socket(.ipv4, .stream).listen(backlog: count) } == .invalidArgument)
        }
        #expect(code { _ = try first.receive(until: []) } == .invalidArgument)
        #expect(code { _ = try first.receive(until: [1, 2], limit: 1) } == .invalidArgument)
        #expect(code { _ = try Socket.pair(.unix, .datagram).0.receive(until: [1]) } == .unsupported)
    }

    @Test func `extreme times`() throws {
        let (first, second) = try Socket.pair()
        try second.sendAll("abcdef")
        for time in [
            Duration.seconds(Int64.max), .seconds(Int64.min), .nanoseconds(-1), .zero, .nanoseconds(1),
            Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999),
            Duration(secondsComponent: .min, attosecondsComponent: 0),
        ] {
            first.timeout = time
            #expect(first.timeout ?? .seconds(1) >= .zero)
            #expect(try first.receive(upTo: 1, flags: .peek)?.count == 1)
        }
        first.timeout = .nanoseconds(-5)
        #expect(first.timeout == .zero && !first.isBlocking)
    }

    @Test func `kinds that do not exist`() throws {
        #expect(code { _ = try Socket(AddressFamily(rawValue: 12_345), .stream) } == .addressFamilyNotSupported)
        #expect(code { _ = try Socket(AddressFamily(rawValue: -1), .stream) } == .addressFamilyNotSupported)
        #expect(code { _ = try Socket(.ipv4, SocketType(rawValue: -1)) } == .invalidArgument)
        #expect(code { _ = try Socket(.ipv4, .stream, .udp) } == .unsupported)
        #expect(code { _ = try Socket.pair(.ipv4, .stream) } == .unsupported)
        #expect(code { _ = try Socket(adopting: FileDescriptor(rawValue: -1)) } == .system)
        #expect(code { _ = try Socket(adopting: FileDescriptor(rawValue: .max)) } == .system)
    }

    @Test func `addresses that no kernel takes`() throws {
        let socket = try Socket(.ipv4, .datagram)
        let long = SocketAddress.other(RawSocketAddress(family: 2, bytes: [UInt8](repeating: 0, count: 127)))
        let short = SocketAddress.other(RawSocketAddress(family: 2, bytes: [1]))
        let odd = SocketAddress.other(RawSocketAddress(family: .max, bytes: [UInt8](repeating: 0xFF, count: 126)))
        #expect(code { try socket.bind(to: long) } == .invalidAddress)
        #expect(code { try socket.bind(to: short) } == .invalidArgument)
        #expect(code { try socket.connect(to: odd) } == .addressFamilyNotSupported)
        #expect(code { _ = try socket.send("x", to: long) } == .invalidAddress)
        #expect(code { _ = try socket.sendMessage("x", to: long) } == .invalidAddress)
        let zone = try #require(IPv6Address(high: 0xFE80 << 48, low: 1, zone: "no-such-zone"))
        #expect(code { try Socket(.ipv6, .datagram).connect(to: .ipv6(zone, port: 9)) } == .noSuchInterface)
    }

    @Test func `stages in the wrong order`() throws {
        let socket = try Socket(.ipv4, .stream)
        #expect(code { _ = try socket.accept() } == .invalidArgument)
        #expect(code { _ = try socket.peerAddress } == .notConnected)
        #expect(code { try socket.shutdown(.both) } == .notConnected)
        #expect(try socket.localAddress == .any(port: 0))
        try socket.bind(to: .loopback(port: 0))
        #expect(code { try socket.bind(to: .loopback(port: 0)) } == .invalidArgument)
        try socket.listen(backlog: 0)
        let client = try Socket.connected(to: socket.localAddress)
        #expect(code { try client.connect(to: try socket.localAddress) } == .alreadyConnected)
        #expect(code { try Socket(.ipv4, .datagram).listen() } == .unsupported)
        #expect(code { _ = try Socket(.ipv4, .datagram).accept() } == .unsupported)
        #expect(try client.pendingError() == nil)
    }

    @Test(.timeLimit(.minutes(5))) func `a connection that fails later leaves its error`() throws {
        let bound = try Socket.refusing(.stream)
        let address = try bound.localAddress
        let socket = try Socket(.ipv4, .stream)
        socket.isBlocking = false
        let first = code { try socket.connect(to: address) }
        #expect(first == .inProgress || first == .connectionRefused)
        if first == .inProgress {
            let limit = Date(timeIntervalSinceNow: 10)
            var error: Errno?
            while error == nil, Date() < limit { error = try socket.pendingError() }
            #expect(error == .connectionRefused)
        }
    }
}
