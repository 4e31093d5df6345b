import AsyncSockets
import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Every operation, with a peer of another making, from wherever a task can run.
@Suite(.timeLimit(.minutes(2))) struct AsyncSocketOperationsTests {
    @Test(arguments: Place.allCases) func `python echoes over TCP, in every form of sending and receiving`(
        place: Place
    ) async throws {
        let (python, address) = try await Program.listeningPython(
            """
            import socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept(); n = 0
            while True:
                d = c.recv(65536)
                if not d: break
                n += len(d); c.sendall(d)
            print(n)
            """)
        let total = try await place.run { loop in
            let socket = try await AsyncSocket.connected(to: address, loop: loop)
            var total = 0
            func check(_ text: String) async throws {
                #expect(try await socket.receive(exactly: text.utf8.count) == Array(text.utf8))
                total += text.utf8.count
            }
            #expect(try socket.peerAddress == address)
            #expect(try await socket.send("one") == 3)
            try await check("one")
            #expect(try await socket.send(Array("two".utf8)) == 3)
            try await check("two")
            try await socket.sendAll("three")
            try await check("three")
            try await socket.sendAll(Array("four".utf8))
            try await check("four")
            try await socket.sendAll(gathering: [Array("fi".utf8), [], Array("ve".utf8)])
            try await check("five")
            #expect(try await socket.sendMessage(Array("six".utf8)) == 3)
            #expect(try await socket.receiveMessage(upTo: 100)?.bytes == Array("six".utf8))
            total += 3
            try await socket.sendAll("0123456789")
            var arrays = [[UInt8](repeating: 0, count: 4), [], [UInt8](repeating: 0, count: 6)]
            var came = 0
            while try socket.pendingBytes() < 10 { try await Task.sleep(for: .milliseconds(1)) }
            came += try await socket.receive(scattering: &arrays)
            #expect(came == 10 && arrays == [Array("0123".utf8), [], Array("456789".utf8)])
            total += 10
            try await socket.sendAll("abc")
            var array = [UInt8](repeating: 0, count: 5)
            #expect(try await socket.receive(upTo: 3, flags: .peek)?.isEmpty == false)
            while try socket.pendingBytes() < 3 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(try await socket.receive(into: &array) == 3 && array == [97, 98, 99, 0, 0])
            total += 3
            try await socket.sendAll("defg")
            var bytes: [UInt8] = [1]
            while try socket.pendingBytes() < 4 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(try await socket.receive(upTo: 9, appendingTo: &bytes) == 4)
            #expect(bytes == [1] + Array("defg".utf8))
            total += 4
            #expect(try await socket.receive(exactly: 0) == [])
            #expect(await code { _ = try await socket.receive(upTo: -1) } == .invalidArgument)
            #expect(await code { _ = try await socket.receive(exactly: -1) } == .invalidArgument)
            let much = pattern(1_000_000)
            async let sending: Void = socket.sendAll(much)
            #expect(try await socket.receive(exactly: much.count) == much)
            try await sending
            total += much.count
            try socket.shutdown(.write)
            #expect(try await socket.receive(upTo: 1) == nil)
            #expect(try await socket.receive(upTo: 1) == nil)
            #expect(await code { try await socket.sendAll("more") } == .connectionReset)
            return total
        }
        #expect(try await python.rest() == ["\(total)"])
    }

    @Test(arguments: Place.allCases) func `python connects, and both sides end`(place: Place) async throws {
        try await place.run { loop in
            let listener = try AsyncSocket.listening(on: .loopback(port: 0), loop: loop)
            let port = try #require(try listener.localAddress.port).rawValue
            let python = try Program.python(
                """
                import socket, sys
                c = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                print(c.getsockname()[1]); c.sendall(b"x" * 300000); c.shutdown(socket.SHUT_WR)
                print(sum(iter(lambda: len(c.recv(65536)), 0)))
                """, "\(port)")
            let (peer, address) = try await listener.accept()
            #expect(try await python.nextLine() == "\(address.port?.rawValue ?? 0)")
            #expect(try await peer.receiveToEnd() == [UInt8](repeating: 120, count: 300_000))
            try await peer.sendAll([UInt8](repeating: 1, count: 400_000))
            try await peer.closeGracefully()
            #expect(peer.isClosed)
            #expect(try await python.rest() == ["400000"])
        }
    }

    @Test(arguments: Place.allCases) func `datagrams come and go with addresses`(place: Place) async throws {
        let (python, address) = try await Program.listeningPython(
            """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])
            while True:
                d, a = s.recvfrom(65536); s.sendto(d[::-1], a)
                if d == b"end": break
            """)
        try await place.run { loop in
            let socket = try AsyncSocket.bound(to: .loopback(port: 0), loop: loop)
            try await socket.send("abc", to: address)
            let (bytes, sender) = try await socket.receiveFrom(upTo: 100)
            #expect(bytes == Array("cba".utf8) && sender == address)
            try await socket.send([], to: address)
            #expect(try await socket.receiveFrom(upTo: 100).bytes == [])
            // The rest of a long one is lost.
            try await socket.send(Array("0123456789".utf8), to: address)
            let message = try #require(try await socket.receiveMessage(upTo: 4))
            #expect(message.bytes == Array("9876".utf8) && message.isTruncated && message.address == address)
            let connected = try await AsyncSocket.connected(to: address, .datagram, loop: loop)
            try await connected.sendAll("")
            #expect(try await connected.receive(upTo: 10) == [])
            try await connected.sendAll(pattern(60_000))
            #expect(try await connected.receive(upTo: 65_536) == Array(pattern(60_000).reversed()))
            #expect(await code { try await connected.sendAll(pattern(70_000)) } == .messageTooLong)
            try await connected.sendAll("end")
            #expect(try await connected.receive(upTo: 10) == Array("dne".utf8))
        }
        #expect(try await python.rest() == [])
    }

    @Test(arguments: [SocketType.stream, .datagram, .sequencedPacket], Place.allCases)
    func `Unix sockets of all types carry bytes and descriptors to python and back`(
        type: SocketType, place: Place
    ) async throws {
        let folder = try TemporaryFolder()
        let python = try Program.python(
            """
            import os, socket, sys
            kind = int(sys.argv[2])
            l = socket.socket(socket.AF_UNIX, kind); l.bind(sys.argv[1] + "/p")
            if kind == socket.SOCK_DGRAM:
                print("ready"); s = l
            else:
                l.listen(); print("ready"); s, _ = l.accept()
            d, fds, flags, a = socket.recv_fds(s, 100, 3)
            text = os.pread(fds[0], 100, 0)
            m = os.memfd_create("m"); os.write(m, text.upper())
            if kind == socket.SOCK_DGRAM: s.connect(a)
            socket.send_fds(s, [d[::-1]], [m])
            d = s.recv(100); s.send(d + d)
            """, folder.path, "\(type.rawValue)")
        #expect(try await python.nextLine() == "ready")
        let server = SocketAddress.unix(path: FilePath(folder.file("p")))
        try "precious".write(toFile: folder.file("f"), atomically: false, encoding: .utf8)
        try await place.run { loop in
            let socket = try await AsyncSocket.connected(
                to: server, type, from: .unix(path: FilePath(folder.file("me"))), loop: loop)
            let file = try FileDescriptor.open(folder.file("f"), .readOnly)
            try await socket.send(descriptors: [file], with: Array("abc".utf8))
            try file.close()
            let message = try #require(try await socket.receiveDescriptors())
            #expect(message.bytes == Array("cba".utf8) && message.descriptors.count == 1)
            let text = try message.descriptors[0].withUnsafeFileDescriptor { file in
                var bytes = [UInt8](repeating: 0, count: 20)
                let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
                return String(decoding: bytes[..<count], as: UTF8.self)
            }
            #expect(text == "PRECIOUS")
            #expect(try await socket.send("xy") == 2)
            #expect(try await socket.receive(upTo: 10) == Array("xyxy".utf8))
            if type != .datagram { #expect(try await socket.receive(upTo: 10) == nil) }
        }
        #expect(try await python.rest() == [])
    }

    @Test(arguments: Place.allCases) func `a file larger than the socket's buffer arrives whole`(
        place: Place
    ) async throws {
        let folder = try TemporaryFolder()
        let contents = pattern(8_000_003)
        try Data(contents).write(to: URL(fileURLWithPath: folder.file("f")))
        let (python, address) = try await Program.listeningPython(
            """
            import hashlib, socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            for _ in range(2):
                c, a = l.accept(); h = hashlib.sha256(); n = 0
                while True:
                    d = c.recv(65536)
                    if not d: break
                    h.update(d); n += len(d)
                print(n, h.hexdigest())
            """)
        let path = FilePath(folder.file("f"))
        try await place.run { loop in
            for (offset, count) in [(0, nil), (5_000_000, 1_234_567)] as [(Int64, Int?)] {
                let socket = try await AsyncSocket.connected(to: address, loop: loop)
                let sent = try await socket.sendFile(at: path, from: offset, count: count)
                #expect(sent == Int64(count ?? contents.count))
                socket.close()
            }
            let socket = try AsyncSocket.pair().0
            #expect(await code { _ = try await socket.sendFile(at: "/does/not/exist") } == .noSuchFile)
            #expect(try await socket.sendFile(at: path, from: 9_000_000) == 0)
        }
        let sum = try Program("sha256sum", [folder.file("f")])
        let whole = try await sum.rest().first?.split(separator: " ").first ?? ""
        #expect(try await python.nextLine() == "8000003 \(whole)")
        try Data(contents[5_000_000..<6_234_567]).write(to: URL(fileURLWithPath: folder.file("g")))
        let part = try await Program("sha256sum", [folder.file("g")]).rest().first?.split(separator: " ").first ?? ""
        #expect(try await python.nextLine() == "1234567 \(part)")
    }

    @Test func `a socket goes back to blocking and to suspending again`() async throws {
        let loop = EventLoop()
        defer { loop.stop() }
        let (first, second) = try Socket.pair()
        let asynchronous = try AsyncSocket(first, on: loop)
        #expect(first.isClosed)
        let waiting = Task { await code { _ = try await asynchronous.receive(upTo: 1) } }
        try await Task.sleep(for: .milliseconds(5))
        let blocking = try asynchronous.detach()
        #expect(await waiting.value == .closed)
        #expect(asynchronous.isClosed)
        #expect(await code { try await asynchronous.sendAll("x") } == .closed)
        let reader = Background {
            blocking.timeout = .seconds(20)
            return try blocking.receive(upTo: 10)
        }
        try second.put("slow")
        #expect(try await reader.value() == Array("slow".utf8))
        let again = try AsyncSocket(blocking, on: loop)
        let receiving = Task { try await again.receive(upTo: 10) }
        try await Task.sleep(for: .milliseconds(2))
        try second.put("again")
        #expect(try await cancellable(receiving) == Array("again".utf8))
        // The blocking side sees the same descriptor's flags again.
        let last = try again.detach()
        #expect(last.withUnsafeFileDescriptor { fcntl($0.rawValue, F_GETFL) & O_NONBLOCK } == 0)
    }

    @Test func `options and names are those of the socket`() async throws {
        let (client, server) = try await AsyncSocket.tcpPair()
        try client.set(.noDelay, true)
        #expect(try client.get(.noDelay))
        #expect(try client.localAddress == server.peerAddress)
        #expect(try client.peerAddress == server.localAddress)
        #expect(client.family == .ipv4 && client.type == .stream && client.protocol == .tcp)
        #expect(client.description.contains("↔"))
        client.close()
        client.close()
        #expect(client.isClosed)
        #expect(throws: SocketError.self) { try client.get(.noDelay) }
    }

    @Test func `a socket is used from many places one after the other`() async throws {
        let loops = EventLoops(count: 2)
        defer { loops.stop() }
        let (client, server) = try await AsyncSocket.tcpPair(on: loops.loops[0])
        for turn in 0..<20 {
            for place in Place.allCases {
                let text = "\(turn) \(place)"
                let receiving = Task {
                    try await place.run { _ in try await server.receive(exactly: text.utf8.count) }
                }
                if turn % 2 == 0 { await Task.yield() }
                try await client.sendAll(text)
                #expect(try await cancellable(receiving) == Array(text.utf8))
            }
        }
    }
}
