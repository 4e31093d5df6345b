import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Sockets

/// What becomes of bytes that a closed socket has sent without copying.
@Suite("Closing what has sent without copying") struct ZeroCopyKeeperTests {
    private func connectedPair() throws -> (Socket, Socket) {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let near = try Socket.connected(to: listener.localAddress, timeout: .seconds(10))
        let far = try listener.accept().socket
        near.timeout = .seconds(20)
        far.timeout = .seconds(20)
        return (near, far)
    }

    /// Sends more than the kernel takes to a peer that does not read.
    private func fill(_ sender: ZeroCopySender) {
        sender.socket.timeout = .milliseconds(50)
        do throws(SocketError) {
            while true { try sender.send([UInt8](repeating: 5, count: 1 << 20)) }
        } catch { #expect(error.code == .timedOut) }
        sender.socket.timeout = .seconds(20)
        #expect(sender.pendingCount > 0)
    }

    /// Waits until the kernel reads nothing any more of what a closed socket has sent.
    private func waitForEnd(of ledger: ZeroCopyLedger) throws {
        let end = ContinuousClock.now + .seconds(20)
        while !ledger.isEmpty {
            try #require(.now < end)
            usleep(5_000)
        }
    }

    @Test("A socket that is closed or dropped early sends all, ends, and holds no bytes", arguments: [false, true])
    func early(isDropped: Bool) throws {
        let (far, ledger) = try { () throws -> (Socket, ZeroCopyLedger?) in
            let (near, far) = try connectedPair()
            let sender = try ZeroCopySender(near)
            let ledger = near.zeroCopyLedger.load()
            let reader = Background { try far.receive(exactly: 1_000) }
            var bytes = [UInt8](repeating: 7, count: 20_000_000)
            bytes[0] = 9
            near.timeout = .milliseconds(50)
            // As much as the kernel takes.
            try? sender.send(bytes)
            #expect(try reader.join()?.first == 9)
            if !isDropped {
                near.close()
                #expect(throws: SocketError.self) { try sender.send([4]) }
            }
            return (far, ledger)
        }()
        var sum = 0
        while let bytes = try far.receive(upTo: 1 << 16) { sum += bytes.count }
        #expect(sum > 100_000)
        // So nothing holds the bytes any more.
        try waitForEnd(of: #require(ledger))
    }

    @Test("A peer that does not read cannot hold the memory of closed sockets") func patience() throws {
        var peers: [Socket] = []
        var ledgers: [ZeroCopyLedger] = []
        for _ in 0..<8 {
            let (near, far) = try connectedPair()
            let sender = try ZeroCopySender(near)
            fill(sender)
            let ledger = near.zeroCopyLedger.load()
            ledgers.append(try #require(ledger))
            #expect(ledgers[ledgers.count - 1].pendingCount > 0)
            ZeroCopyKeeper.close(near, ledgers[ledgers.count - 1], patience: .milliseconds(100))
            peers.append(far)
        }
        for ledger in ledgers { try waitForEnd(of: ledger) }
        for far in peers {
            do throws(SocketError) {
                while try far.receive(upTo: 1 << 20) != nil {}
                Issue.record("the connection ended well")
            } catch { #expect(error.code == .connectionReset) }
        }
    }

    @Test("A socket that is to reset its connection does so when it is closed") func reset() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        fill(sender)
        try near.set(.linger, .zero)
        let books = near.zeroCopyLedger.load()
        near.close()
        do throws(SocketError) {
            while try far.receive(upTo: 1 << 20) != nil {}
            Issue.record("the connection ended well")
        } catch { #expect(error.code == .connectionReset) }
        try waitForEnd(of: #require(books))
        #expect(sender.pendingCount == 0)
    }

    @Test("The port of a closed socket is free when all has ended") func port() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        for _ in 0..<10 {
            let socket = try Socket.bound(to: .loopback(port: 0))
            let own = try socket.localAddress
            try socket.connect(to: receiver.localAddress)
            let sender = try ZeroCopySender(socket)
            try sender.send([1, 2, 3])
            #expect(try receiver.receive(upTo: 10) == [1, 2, 3])
            let books = socket.zeroCopyLedger.load()
            let ledger = try #require(books)
            socket.close()
            #expect(!ZeroCopyKeeper.isKeeping(ledger))
            // A program that another test starts has the descriptor until it runs.
            let end = ContinuousClock.now + .seconds(10)
            while (try? Socket.bound(to: own)) == nil { try #require(.now < end) }
        }
    }

    @Test("A datagram that is corked goes, and one that nobody hears of is not kept, though there is a filter")
    func corked() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let socket = try Socket.connected(to: receiver.localAddress, .datagram)
        try socket.set(.udpCork, true)
        let sender = try ZeroCopySender(socket)
        try sender.send([1, 2, 3])
        let books = socket.zeroCopyLedger.load()
        let ledger = try #require(books)
        ZeroCopyKeeper.close(socket, ledger, patience: .seconds(15))
        #expect(try receiver.receive(upTo: 10) == [1, 2, 3])
        try waitForEnd(of: ledger)

        let deaf = try Socket.refusing(.datagram)
        let filtered = try Socket.connected(to: deaf.localAddress, .datagram)
        var program = FilterProgram()
        program.accept()
        try filtered.set(.attachFilter, program.instructions())
        let other = try ZeroCopySender(filtered)
        for _ in 0..<3 { try? other.send([1]) }
        let kept = filtered.zeroCopyLedger.load()
        let account = try #require(kept)
        // Whether the refused one had a number cannot be seen.
        #expect(!account.mayBegin)
        ZeroCopyKeeper.close(filtered, account, patience: .seconds(15))
        try waitForEnd(of: account)
        withExtendedLifetime(deaf) {}
    }

    @Test("A connection that was duplicated ends, though its peer does not read for long") func duplicated() throws {
        let (near, far) = try connectedPair()
        let sender = try ZeroCopySender(near)
        fill(sender)
        let copy = try near.duplicate()
        let books = near.zeroCopyLedger.load()
        let ledger = try #require(books)
        for socket in [near, copy] { ZeroCopyKeeper.close(socket, ledger, patience: .milliseconds(50)) }
        // It ends for who reads all at last: the descriptors are not kept for good. What was sent is right to the end.
        var isRight = true
        while let bytes = try far.receive(upTo: 1 << 16) { isRight = isRight && bytes.allSatisfy { $0 == 5 } }
        #expect(isRight)
    }

    @Test("Closing does not linger while the kernel still reads") func lingering() throws {
        let (near, far) = try connectedPair()
        fill(try ZeroCopySender(near))
        try near.set(.linger, .seconds(60))
        let books = near.zeroCopyLedger.load()
        let start = ContinuousClock.now
        near.close()
        #expect(ContinuousClock.now - start < .seconds(30))
        var isRight = true
        while let bytes = try far.receive(upTo: 1 << 16) { isRight = isRight && bytes.allSatisfy { $0 == 5 } }
        #expect(isRight)
        try waitForEnd(of: #require(books))
    }
}
