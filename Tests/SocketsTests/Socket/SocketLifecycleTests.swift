import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketLifecycleTests {
    /// Close-on-exec as the kernel tells it.
    private func closesOnExec(_ socket: Socket) throws -> Bool {
        let answer: Bool? = try socket.withUnsafeFileDescriptor { descriptor in
            let info = try String(contentsOfFile: "/proc/self/fdinfo/\(descriptor.rawValue)", encoding: .utf8)
            let flags = try #require(info.split(separator: "\n").first { $0.hasPrefix("flags:") })
            let value = try #require(Int(flags.dropFirst(6).trimmingCharacters(in: .whitespaces), radix: 8))
            return value & 0o2000000 != 0
        }
        guard let answer else { throw CancellationError() }
        return answer
    }

    @Test(.timeLimit(.minutes(5))) func `every way to a socket closes it on exec`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(10)
        let client = try Socket.connected(to: listener.localAddress)
        let accepted = try listener.accept().socket
        listener.timeout = nil
        let second = try Socket.connected(to: listener.localAddress)
        let acceptedWithoutLimit = try listener.accept().socket
        let (first, last) = try Socket.pair()
        let plain = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let adopted = try Socket(adopting: FileDescriptor(rawValue: plain))
        try first.send(sockets: [listener])
        let received = try #require(try last.receiveDescriptors()?.descriptors.first).socket()
        for socket in [
            listener, client, second, accepted, acceptedWithoutLimit, first, last, adopted, received,
            try listener.duplicate(), try Socket(.ipv6, .datagram), try Socket.bound(to: .loopback(port: 0)),
        ] {
            #expect(try closesOnExec(socket), "\(socket)")
            #expect(try !socket.isInheritable)
        }
        try first.setInheritable(true)
        #expect(try first.isInheritable && !closesOnExec(first))
        try first.setInheritable(false)
        #expect(try closesOnExec(first))
    }

    @Test(.timeLimit(.minutes(5))) func `an adopted socket knows what it is`() throws {
        for (family, type, `protocol`) in [
            (AddressFamily.ipv4, SocketType.stream, TransportProtocol.tcp), (.ipv6, .datagram, .udp),
            (.unix, .sequencedPacket, .default),
        ] {
            let number = socket(family.rawValue, type.rawValue | CInt(SOCK_NONBLOCK.rawValue), 0)
            let adopted = try Socket(adopting: FileDescriptor(rawValue: number))
            #expect(adopted.family == family && adopted.type == type && adopted.protocol == `protocol`)
            #expect(!adopted.isBlocking && adopted.timeout == .zero)
            adopted.isBlocking = true
            #expect(adopted.isBlocking && adopted.timeout == nil)
        }
        let file = try FileDescriptor.open("/dev/null", .readOnly)
        do {
            _ = try Socket(adopting: file)
            Issue.record("a file was adopted")
        } catch {
            #expect(error.code == .notSocket && error.description.hasPrefix("adopt descriptor "))
        }
        try file.close()
    }

    @Test(.timeLimit(.minutes(5))) func `detaching gives the descriptor away, once, and not under a call`() throws {
        let (first, second) = try Socket.pair()
        second.timeout = .seconds(10)
        let state = ThreadState()
        let inside = Background {
            state.enter()
            return try first.receive(upTo: 10)
        }
        #expect(state.waitUntilAsleep())
        do {
            _ = try first.detach()
            Issue.record("it was detached under a call")
        } catch { #expect(error.code == .busy) }
        try second.sendAll("x")
        #expect(try inside.join() == [UInt8(ascii: "x")])
        let descriptor = try first.detach()
        #expect(first.isClosed)
        first.close()
        do {
            _ = try first.detach()
            Issue.record("it was detached twice")
        } catch { #expect(error.code == .closed) }
        #expect(try descriptor.writeAll("by hand".utf8) == 7)
        #expect(try second.receive(upTo: 10) == Array("by hand".utf8))
        let again = try Socket(adopting: descriptor)
        again.close()
        #expect(try second.receive(upTo: 10) == nil)
    }

    @Test(.timeLimit(.minutes(5))) func `the last reference closes, and a duplicate keeps open`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .seconds(10)
        var copy: Socket? = try second.duplicate()
        #expect(copy?.timeout == second.timeout)
        second.close()
        try copy?.sendAll("still here")
        #expect(try first.receive(upTo: 100) == Array("still here".utf8))
        copy = nil
        #expect(try first.receive(upTo: 100) == nil)
    }

    @Test func `a closed socket refuses every call with the same reason`() throws {
        let socket = try Socket(.ipv4, .stream)
        socket.timeout = .seconds(5)
        socket.close()
        #expect(socket.isClosed && socket.description == "closed IPv4 stream socket")
        var buffer = [UInt8](repeating: 0, count: 4)
        var arrays = [buffer]
        let address = SocketAddress.loopback(port: 9)
        let calls: [() throws -> Void] = [
            { try socket.bind(to: address) }, { try socket.listen() }, { _ = try socket.accept() },
            { try socket.connect(to: address) }, { _ = try socket.pendingError() }, { try socket.shutdown(.both) },
            { try socket.closeGracefully(within: .seconds(1)) }, { _ = try socket.localAddress },
            { _ = try socket.peerAddress }, { _ = try socket.send("x") }, { try socket.sendAll("x") },
            {
                try socket.sendAll([] as [UInt8], flags: .more)
                throw SocketError(.closed, .send)
            },
            { try socket.send("x", to: address) }, { _ = try socket.sendMessage("x") },
            { _ = try socket.send(gathering: [[1]]) }, { try socket.sendAll(gathering: [[1]]) },
            { try socket.sendFile(at: "/proc/version") }, { _ = try socket.receive(upTo: 1) },
            { _ = try socket.receive(into: &buffer) }, { _ = try socket.receive(exactly: 1) },
            { _ = try socket.receive(until: [1]) }, { _ = try socket.receiveFrom(upTo: 1) },
            { _ = try socket.receiveMessage(upTo: 1) }, { _ = try socket.receiveDescriptors() },
            { _ = try socket.receive(scattering: &arrays) }, { _ = try socket.duplicate() },
            { _ = try socket.detach() },
            { _ = try socket.isInheritable }, { try socket.setInheritable(true) },
            { try socket.send(sockets: [socket]) }, { _ = try OwnedDescriptor(duplicating: socket) },
        ]
        for (index, call) in calls.enumerated() {
            do {
                try call()
                Issue.record("call \(index) went through")
            } catch let error as SocketError {
                #expect(error.code == .closed, "call \(index): \(error)")
                #expect(error.description.contains("the socket is closed"))
            }
        }
        socket.isBlocking = false
        #expect(socket.withUnsafeFileDescriptor { $0.rawValue } == nil)
        socket.close()
    }

    @Test(.timeLimit(.minutes(5))) func `descriptions tell kind and addresses`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let client = try Socket.connected(to: listener.localAddress)
        #expect(try listener.description == "IPv4 stream socket \(listener.localAddress)")
        #expect(
            try client.description == "IPv4 stream socket \(client.localAddress) ↔ \(listener.localAddress)")
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("nc"))
    func `graceful closing waits for the peer, and not for ever`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let peer = try Program("nc", ["127.0.0.1", "\(try #require(try listener.localAddress.port))"])
        let socket = try listener.accept().socket
        try peer.write("unread\n")
        try socket.sendAll("last words\n")
        do {
            // nc keeps its side open as long as its input is.
            try socket.duplicate().closeGracefully(within: .milliseconds(50))
            Issue.record("the peer had not ended")
        } catch { #expect(error.code == .timedOut) }
        // What it has read cannot make the kernel reset the connection when it goes.
        #expect(try peer.line() == "last words")
        try peer.endInput()
        peer.terminate()
        try socket.closeGracefully(within: .seconds(20))
        #expect(socket.isClosed)
        let unconnected = try Socket(.ipv4, .stream)
        do {
            try unconnected.closeGracefully(within: .seconds(1))
            Issue.record("it was never connected")
        } catch { #expect(error.code == .notConnected) }
    }
}
