import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Sockets

/// The kernel gives numbers to sendings without copying, and this library has to give the same ones.
@Suite("Numbers of sendings without copying") struct ZeroCopyNumberingTests {
    private func receiver() throws -> Socket {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        return receiver
    }

    private func ledger(of socket: Socket) throws -> ZeroCopyLedger {
        let ledger = socket.zeroCopyLedger.load()
        return try #require(ledger)
    }

    /// Whether the kernel's number of one more sending is the one that was written down for it; who knows no sender asks.
    private func isInStep(_ sender: ZeroCopySender, _ receiver: Socket, _ stranger: Socket) throws -> Bool {
        // What its notice tells is written down, if it is not known.
        try sender.send([1])
        #expect(try receiver.receive(upTo: 9) == [1])
        try sender.finish(within: .seconds(10))
        try sender.send([2])
        #expect(try receiver.receive(upTo: 9) == [2])
        var last: UInt32?
        while let message = try stranger.queuedError(upTo: 9) {
            last = message.details.extendedError?.completedSends?.upperBound ?? last
        }
        try sender.finish(within: .seconds(10))
        let ledger = try ledger(of: sender.socket)
        let next = ledger.begin([3])
        _ = ledger.failed(next, isUnnumbered: true)
        return try next == #require(last) &+ 1
    }

    @Test(
        "A datagram that the firewall drops has its number, and the next ones end all the same", Requirement.root,
        Requirement.programs("nft")) func firewall() throws
    {
        try Namespace.run([.network]) {
            try Namespace.shell(
                "ip link set lo up; nft 'add table ip t; add chain ip t c { type filter hook output priority 0; }'")
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(10)
            let sender = try ZeroCopySender(Socket.connected(to: receiver.localAddress, .datagram))
            try sender.send(Array("first".utf8))
            for _ in 0..<3 {
                try Namespace.shell("nft 'add rule ip t c udp dport != 0 drop'")
                do throws(SocketError) {
                    try sender.send(Array("lost".utf8))
                    Issue.record("it was sent")
                } catch { #expect(error.code == .permissionDenied) }
                try Namespace.shell("nft 'flush chain ip t c'")
                try sender.send(Array("next".utf8))
            }
            try sender.finish(within: .seconds(10))
            #expect(sender.pendingCount == 0 && sender.completedCount == 7)
            for text in ["first", "next", "next", "next"] {
                #expect(try receiver.receive(upTo: 100) == Array(text.utf8))
            }
        }
    }

    @Test(
        "Of a datagram that fails while parts of it are under way it is found out later whether it had a number",
        Requirement.root, Requirement.programs("tc"), Requirement.queueOfPackets) func doubt() throws
    {
        try Namespace.run([.network]) {
            // One packet goes at once; of the four fragments after it two find room, and stay there for long.
            try Namespace.shell("ip link set lo mtu 1500 up")
            try Namespace.shell("tc qdisc add dev lo root tbf rate 1kbit burst 1600 limit 3200")
            let receiver = try Socket.bound(to: .loopback(port: 0))
            receiver.timeout = .seconds(10)
            let socket = try Socket.connected(to: receiver.localAddress, .datagram)
            try socket.set(.ipv4ReceiveErrors, true)
            let sender = try ZeroCopySender(socket)
            let books = socket.zeroCopyLedger.load()
            let ledger = try #require(books)
            try socket.sendAll([UInt8](repeating: 1, count: 1_400))
            #expect(try receiver.receive(upTo: 2_000)?.count == 1_400)
            do throws(SocketError) {
                try sender.send([UInt8](repeating: 1, count: 5_000))
                Issue.record("it was sent")
            } catch { #expect(error.code == .noBufferSpace) }
            #expect(!ledger.mayBegin && !ledger.isEmpty && sender.pendingCount == 0)
            // The fragments are thrown away, and so the end is told.
            try Namespace.shell("tc qdisc del dev lo root")
            let end = ContinuousClock.now + .seconds(10)
            while !ledger.mayBegin {
                try #require(.now < end)
                usleep(2_000)
                try sender.collect()
            }
            for _ in 0..<3 {
                try sender.send(Array("next".utf8))
                #expect(try receiver.receive(upTo: 100) == Array("next".utf8))
            }
            try sender.finish(within: .seconds(10))
            #expect(ledger.mayBegin && ledger.isEmpty && sender.completedCount == 3)
        }
    }

    @Test("Notices that another reader of the error queue takes are missed by nobody") func stolen() throws {
        let receiver = try Socket.bound(to: .loopback(port: 0))
        receiver.timeout = .seconds(10)
        let socket = try Socket.connected(to: receiver.localAddress, .datagram)
        let duplicate = try socket.duplicate()
        let sender = try ZeroCopySender(socket)
        for _ in 0..<3 { try sender.send(Array("datagram".utf8)) }
        for _ in 0..<3 { #expect(try receiver.receive(upTo: 100)?.count == 8) }
        // The duplicate was made before, and knows of no sender.
        #expect(try duplicate.queuedError(upTo: 9)?.details.extendedError?.completedSends != nil)
        while try duplicate.queuedError(upTo: 9) != nil {}
        #expect(sender.pendingCount == 3)
        try sender.finish(within: .seconds(10))
        #expect(sender.pendingCount == 0 && sender.completedCount == 3)
        // One that is made later does.
        let later = try socket.duplicate()
        try sender.send(Array("datagram".utf8))
        #expect(try receiver.receive(upTo: 100)?.count == 8)
        #expect(try later.queuedError(upTo: 9) == nil)
        #expect(sender.pendingCount == 0)
    }

    @Test("A datagram that fails after it had its number is not sent a second time, and leaves the others theirs")
    func failing() throws {
        let receiver = try receiver()
        let socket = try Socket.connected(to: receiver.localAddress, .datagram)
        let stranger = try socket.duplicate()
        let sender = try ZeroCopySender(socket)
        // More segments than the kernel makes of one datagram.
        try socket.set(.segmentSize, 10)
        for _ in 0..<3 {
            do throws(SocketError) {
                try sender.send([UInt8](repeating: 1, count: 5_000))
                Issue.record("it was sent")
            } catch { #expect(error.code == .invalidArgument) }
        }
        try socket.set(.segmentSize, 0)
        #expect(sender.pendingCount == 0)
        #expect(try isInStep(sender, receiver, stranger))
    }

    @Test(
        "Notices of datagrams that failed shift no numbers, though somebody else takes them", Requirement.root,
        Requirement.programs("nft")) func thief() throws
    {
        try Namespace.run([.network]) {
            try Namespace.shell(
                "ip link set lo up; nft 'add table ip t; add chain ip t c { type filter hook output priority 0; }'")
            let receiver = try receiver()
            let socket = try Socket.connected(to: receiver.localAddress, .datagram)
            let stranger = try socket.duplicate()
            let sender = try ZeroCopySender(socket)
            try Namespace.shell("nft 'add rule ip t c udp dport != 0 drop'")
            let isOver = Atomic(false)
            try withExtendedLifetime(isOver) {
                let thief = Background {
                    var stolen = 0
                    while !isOver.load(ordering: .acquiring) {
                        if try stranger.queuedError(upTo: 9) != nil { stolen += 1 }
                    }
                    return stolen
                }
                // Until he was the faster one a few times.
                for _ in 0..<2_000 { try? sender.send([1, 2, 3]) }
                isOver.store(true, ordering: .releasing)
                _ = try thief.join()
            }
            try Namespace.shell("nft 'flush chain ip t c'")
            #expect(try isInStep(sender, receiver, stranger))
        }
    }

    @Test(
        "A datagram that was refused because the one before had nobody to go to lets the next ones go without copying")
    func refused() throws {
        let receiver = try Socket.refusing(.datagram)
        receiver.timeout = .seconds(10)
        let socket = try Socket.connected(to: receiver.localAddress, .datagram)
        let stranger = try socket.duplicate()
        let sender = try ZeroCopySender(socket)
        var refusals = 0
        for _ in 0..<4 { do { try sender.send([1]) } catch { refusals += 1 } }
        #expect(refusals > 0)
        // From now on it hears this one.
        try receiver.connect(to: socket.localAddress)
        // The last one's error, if it is still to be told.
        _ = try socket.get(.error)
        #expect(try isInStep(sender, receiver, stranger))
    }

    @Test("Numbers are counted modulo 2^32") func wrapping() {
        let ledger = ZeroCopyLedger(first: 0xFFFF_FFFE)
        for number: UInt32 in [0xFFFF_FFFE, 0xFFFF_FFFF, 0, 1] { #expect(ledger.begin([1]) == number) }
        ledger.sent()
        #expect(ledger.end(0xFFFF_FFF0, 0, false) == 3)
        #expect(ledger.pendingCount == 1 && ledger.end(0xFFFF_FFFF, 0, false) == 0)
        #expect(ledger.end(1, 1, true) == 1)
        #expect(ledger.copiedCount == 1 && ledger.completedCount == 4)
        // One that may have had the last number is told with the next.
        let doubtful = ZeroCopyLedger(first: 0xFFFF_FFFF)
        let number = doubtful.begin([1])
        #expect(doubtful.failed(number, isUnnumbered: false))
        #expect(!doubtful.mayBegin && !doubtful.isEmpty)
        #expect(doubtful.end(0xFFFF_FFFF, 0xFFFF_FFFF, false) == 0)
        #expect(doubtful.mayBegin && doubtful.isEmpty && doubtful.begin([2]) == 0)
    }
}
