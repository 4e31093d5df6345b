import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketUnixTests {
    @Test(.timeLimit(.minutes(5)), arguments: [false, true], [SocketType.stream, .sequencedPacket])
    func `python speaks by path and by abstract name`(isAbstract: Bool, type: SocketType) throws {
        let folder = try TemporaryFolder()
        let name = isAbstract ? "\(folder.path)-abstract" : folder.file("s")
        let address: SocketAddress = isAbstract ? .unix(abstract: name) : .unix(path: FilePath(name))
        let listener = try Socket.listening(on: address, type)
        listener.timeout = .seconds(20)
        #expect(try listener.localAddress == address)
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, int(sys.argv[3]))
            s.connect(("\\0" if sys.argv[2] == "1" else "") + sys.argv[1])
            s.send(b"ping"); print(s.recv(100).decode(), repr(s.getpeername()).count(sys.argv[1]))
            """, name, isAbstract ? "1" : "0", "\(type.rawValue)")
        let (peer, sender) = try listener.accept()
        peer.timeout = .seconds(20)
        #expect(sender == .unix(.unnamed))
        #expect(try peer.receive(upTo: 100) == Array("ping".utf8))
        try peer.sendAll("pong")
        #expect(try python.finish() == ["pong 1"])
        #expect(try peer.receive(upTo: 1) == nil)
    }

    @Test(.timeLimit(.minutes(5)), Requirement.programs("socat")) func `socat listens and we connect`() throws {
        let folder = try TemporaryFolder()
        let peer = try Program("socat", ["UNIX-LISTEN:\(folder.file("s"))", "EXEC:cat"])
        var found: Socket?
        let limit = Date(timeIntervalSinceNow: 20)
        // socat does not tell when it listens.
        while found == nil, Date() < limit {
            found = try? Socket.connected(to: .unix(path: FilePath(folder.file("s"))))
        }
        let socket = try #require(found)
        socket.timeout = .seconds(20)
        try socket.sendAll("through the cat")
        #expect(try socket.receive(exactly: 15) == Array("through the cat".utf8))
        try socket.shutdown(.write)
        #expect(try socket.receive(upTo: 1) == nil)
        #expect(try peer.wait() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `python answers datagrams to a name, and none to nobody`() throws {
        let folder = try TemporaryFolder()
        let python = try Program.python(
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1] + "/p"); print("ready")
            for _ in range(2):
                data, a = s.recvfrom(100)
                print(data.decode(), a)
                if a: s.sendto(data[::-1], a)
            """, folder.path)
        #expect(try python.line() == "ready")
        let server = SocketAddress.unix(path: FilePath(folder.file("p")))
        let socket = try Socket.bound(to: .unix(path: FilePath(folder.file("me"))))
        socket.timeout = .seconds(20)
        try socket.send("abc", to: server)
        let (bytes, sender) = try socket.receiveFrom(upTo: 100)
        #expect(bytes == Array("cba".utf8) && sender == server)
        try Socket.connected(to: server, .datagram).sendAll("nameless")
        #expect(try python.finish() == ["abc \(folder.file("me"))", "nameless None"])
    }

    @Test(.timeLimit(.minutes(5))) func `a path is replaced only when its server is dead`() throws {
        let folder = try TemporaryFolder()
        let path = FilePath(folder.file("s"))
        let address = SocketAddress.unix(path: path)
        // Left by a server that was killed.
        let dead = try Program.python(
            """
            import os, signal, socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print("up")
            os.kill(os.getpid(), signal.SIGKILL)
            """, path.string)
        #expect(try dead.line() == "up")
        try dead.wait()
        #expect(FileManager.default.fileExists(atPath: path.string))
        let alive = try Socket.listening(on: address)
        alive.timeout = .seconds(10)
        do {
            _ = try Socket.listening(on: address)
            Issue.record("a living server lost its path")
        } catch { #expect(error.code == .addressInUse && error.description.contains("a server answers there")) }
        // It still answers.
        let client = try Socket.connected(to: address)
        try client.sendAll("x")
        // The one that asked whether somebody answers comes first, and has gone.
        let asking = try alive.accept().socket
        asking.timeout = .seconds(10)
        #expect(try asking.receive(upTo: 1) == nil)
        let peer = try alive.accept().socket
        peer.timeout = .seconds(10)
        #expect(try peer.receive(upTo: 1) == [UInt8(ascii: "x")])
        // A file of another kind stays.
        try "precious".write(toFile: folder.file("f"), atomically: false, encoding: .utf8)
        do {
            _ = try Socket.listening(on: .unix(path: FilePath(folder.file("f"))))
            Issue.record("a file was replaced")
        } catch { #expect(error.code == .addressInUse) }
        #expect(try String(contentsOfFile: folder.file("f"), encoding: .utf8) == "precious")
    }

    @Test(.timeLimit(.minutes(5))) func `of servers that start at the same time one gets a dead path`() throws {
        for _ in 0..<10 {
            let folder = try TemporaryFolder()
            let address = SocketAddress.unix(path: FilePath(folder.file("s")))
            try Socket.listening(on: address).close()
            let servers = (0..<8).map { _ in
                Background { () -> Socket? in
                    do throws(SocketError) { return try Socket.listening(on: address) } catch {
                        #expect(error.code == .addressInUse)
                        return nil
                    }
                }
            }
            let winners = try servers.compactMap { try $0.join() }
            #expect(winners.count == 1)
            let client = try Socket.connected(to: address)
            winners[0].timeout = .seconds(10)
            #expect(try winners[0].accept().address == .unix(.unnamed))
            _ = client
        }
    }

    @Test func `a name is as long as its field, and no longer`() throws {
        let folder = try TemporaryFolder()
        let longest = folder.path + "/" + String(repeating: "x", count: 108 - folder.path.utf8.count - 1)
        let listener = try Socket.listening(on: .unix(path: FilePath(longest)))
        let client = try Socket.connected(to: .unix(path: FilePath(longest)))
        #expect(try client.peerAddress == .unix(path: FilePath(longest)))
        _ = listener
        for call in [
            { try Socket(.unix, .stream).bind(to: .unix(path: FilePath(longest + "x"))) },
            { try Socket(.unix, .stream).connect(to: .unix(path: FilePath(longest + "x"))) },
            { _ = try Socket(.unix, .datagram).send("x", to: .unix(abstract: String(repeating: "x", count: 108))) },
        ] as [() throws -> Void] {
            do {
                try call()
                Issue.record("a name that is too long was taken")
            } catch let error as SocketError {
                #expect(error.code == .nameTooLong && error.errno == .fileNameTooLong && error.hint != nil)
            }
        }
    }
}
