import AsyncSockets
import Foundation
import Sockets
import TestSupport
import Testing

/// Readers, writers and relays over sockets, with other programs at the other end.
@Suite(.timeLimit(.minutes(1))) struct StreamPeerTests {
    @Test func `lines, counts and delimiters from python`() async throws {
        let (python, address) = try await Program.listeningPython(
            """
            import socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept(); c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            text = "".join(f"line {n}: ä{'x' * (n * 7 % 300)}\\r\\n" for n in range(500)).encode() + bytes(range(256)) + b"key;value;"
            # One byte, two, three: the cuts fall everywhere.
            place, size = 0, 1
            while place < len(text):
                c.sendall(text[place:place + size]); place += size; size = size % 997 + 1
            f = c.makefile("rb")
            print(f.readline().decode().strip(), len(f.read()))
            """)
        let socket = try await AsyncSocket.connected(to: address)
        let reader = socket.reader()
        for number in 0..<500 {
            let line = try await reader.line()
            #expect(line == "line \(number): ä" + String(repeating: "x", count: number * 7 % 300))
        }
        #expect(try await reader.read(exactly: 256) == (0...255).map { UInt8($0) })
        #expect(try await reader.read(until: [UInt8(ascii: ";")]) == Array("key;".utf8))
        #expect(try await reader.read(until: [UInt8(ascii: ";")]) == Array("value;".utf8))
        let writer = socket.writer()
        try await writer.write("thanks\n")
        for _ in 0..<1000 { try await writer.write(pattern(321)) }
        try await writer.finish()
        #expect(try await python.rest() == ["thanks 321000"])
        #expect(try await reader.line() == nil)
    }

    @Test func `a relay between socat and python carries both ways and passes ends on`() async throws {
        let (python, upstream) = try await Program.listeningPython(
            """
            import hashlib, socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept()
            hash, count = hashlib.sha256(), 0
            # The answer comes after the end of the question, as an HTTP/1.0 server's would.
            while data := c.recv(1 << 16): hash.update(data); count += len(data)
            c.sendall(f"{count} {hash.hexdigest()}\\n".encode() * 1000)
            """)
        let listener = try AsyncSocket.listening(on: .loopback(port: 0))
        let port = try #require(try listener.localAddress.port)
        let folder = try TemporaryFolder()
        let client = try Program.shell(
            """
            head -c 20000000 /dev/urandom > "$1/in"
            socat -b 1000000 -t 20 - TCP:127.0.0.1:$2 < "$1/in" > "$1/out" && sha256sum < "$1/in" | cut -d ' ' -f 1
            """, folder.path, "\(port)")
        let accepted = try await listener.accept().socket
        let carried = try await relay(accepted, AsyncSocket.connected(to: upstream))
        let sum = try #require(try await client.rest().first)
        let answer = "20000000 \(sum)\n"
        #expect(
            try String(contentsOfFile: folder.file("out"), encoding: .utf8) == String(repeating: answer, count: 1000))
        #expect(carried.toSecond == 20_000_000 && carried.toFirst == answer.utf8.count * 1000)
        #expect(accepted.isClosed)
        #expect(try await python.rest() == [])
    }

    @Test func `a relay tells whose connection was reset`() async throws {
        let (_, upstream) = try await Program.listeningPython(
            """
            import socket
            l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1])
            c, a = l.accept(); c.recv(1)
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0\\0\\0\\0\\0"); c.close()
            """)
        let (client, server) = try await AsyncSocket.tcpPair()
        try await client.sendAll("x")
        let other = try await AsyncSocket.connected(to: upstream)
        do {
            try await relay(server, other)
            Issue.record("a reset is no end")
        } catch {
            guard case .second(let reason) = error.reason else {
                Issue.record("it was the second one's: \(error)")
                return
            }
            #expect(reason.code == .connectionReset && error.carried.toSecond == 1)
        }
        // The other side is told by an end, not left waiting.
        #expect(try await withDeadline(.seconds(20)) { try await client.receive(upTo: 10) } == nil)
    }

    @Test func `nc over a Unix socket, relayed to another one`() async throws {
        let folder = try TemporaryFolder()
        let back = try AsyncSocket.listening(on: .unix(path: .init(folder.file("back"))))
        let front = try AsyncSocket.listening(on: .unix(path: .init(folder.file("front"))))
        let client = try Program.shell("seq 1 20000 | nc -N -U \"$1\" | tail -1", folder.file("front"))
        async let served: Int = {
            let peer = try await back.accept().socket
            let reader = peer.reader()
            var sum = 0
            for try await line in reader.lines { sum += Int(line) ?? 0 }
            try await peer.sendAll("\(sum)\n")
            try peer.shutdown(.write)
            return sum
        }()
        let peer = try await front.accept().socket
        try await relay(peer, AsyncSocket.connected(to: back.localAddress))
        #expect(try await served == 200_010_000)
        #expect(try await client.rest() == ["200010000"])
    }
}
