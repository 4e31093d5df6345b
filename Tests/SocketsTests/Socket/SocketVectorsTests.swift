import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketVectorsTests {
    @Test(.timeLimit(.minutes(5)), arguments: [1, 64, 65, 1_024, 5_000])
    func `any number of pieces arrives in order`(count: Int) throws {
        let pieces = (0..<count).map { index in [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: index % 7) }
        let whole = Array(pieces.joined())
        let (first, second) = try Socket.pair()
        first.timeout = .seconds(20)
        second.timeout = .seconds(20)
        try first.sendAll(gathering: pieces)
        #expect(try whole.isEmpty || second.receive(exactly: whole.count) == whole)
        let (datagrams, receiver) = try Socket.pair(.unix, .datagram)
        receiver.timeout = .seconds(20)
        #expect(try datagrams.send(gathering: pieces) == whole.count)
        #expect(try receiver.receive(upTo: 1 << 20) == whole)
        // And into as many arrays as pieces.
        #expect(try datagrams.send(gathering: pieces) == whole.count)
        var arrays = pieces.map { [UInt8](repeating: 0xEE, count: $0.count) } + [[9, 9]]
        #expect(try receiver.receive(scattering: &arrays) == whole.count)
        #expect(arrays == pieces + [[9, 9]])
    }

    @Test(.timeLimit(.minutes(5))) func `python reads the pieces, large ones too`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(20)
        let python = try Program.python(
            """
            import hashlib, socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            h, n = hashlib.sha256(), 0
            while data := s.recv(65536):
                h.update(data); n += len(data)
            print(n, h.hexdigest())
            """, "\(try listener.localAddress.port?.rawValue ?? 0)")
        let peer = try listener.accept().socket
        peer.timeout = .seconds(20)
        let pieces = (0..<40).map { [UInt8](repeating: UInt8($0), count: 300_000 + $0) }
        try peer.sendAll(gathering: pieces)
        peer.close()
        let check = try Program.python(
            "import hashlib; d = b''.join(bytes([i]) * (300000 + i) for i in range(40)); print(len(d), hashlib.sha256(d).hexdigest())"
        )
        #expect(try python.finish() == check.finish())
    }

    @Test func `a limit of time tells how far the pieces came`() throws {
        let (first, second) = try Socket.pair()
        first.timeout = .milliseconds(50)
        do {
            try first.sendAll(gathering: Array(repeating: [UInt8](repeating: 1, count: 100_000), count: 100))
            Issue.record("all was sent to nobody")
        } catch {
            #expect(error.code == .timedOut)
            let sent = try #require(error.bytesTransferred)
            first.close()
            second.timeout = .seconds(10)
            #expect(try second.receive(exactly: sent)?.count == sent)
            #expect(try second.receive(upTo: 1) == nil)
        }
    }
}
