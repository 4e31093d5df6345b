import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite struct SocketFilesTests {
    /// A file of so many bytes, all different from their neighbours.
    private func file(_ count: Int) throws -> (TemporaryFolder, FilePath, [UInt8]) {
        let folder = try TemporaryFolder()
        // A period that is no power of two, so that pieces in the wrong order are seen.
        let block = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += block }
        bytes.removeLast(bytes.count - count)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("f")))
        return (folder, FilePath(folder.file("f")), bytes)
    }

    private func all(_ socket: Socket) -> Background<[UInt8]> {
        Background {
            socket.timeout = .seconds(20)
            var all: [UInt8] = []
            while let bytes = try socket.receive(upTo: 1 << 16) { all += bytes }
            return all
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true], [nil, Duration.seconds(20)])
    func `a file arrives whole, and a part of it`(unix: Bool, timeout: Duration?) throws {
        let (folder, path, bytes) = try file(3_000_000)
        for (offset, count) in [(0, nil), (1_000_000, nil), (7, 100_000), (2_999_999, 5), (5_000_000, nil), (3, 0)]
            as [(Int64, Int?)]
        {
            let (sender, receiver) = try unix ? Socket.pair() : tcpPair()
            sender.timeout = timeout
            let result = all(receiver)
            let sent = try sender.sendFile(at: path, from: offset, count: count)
            sender.close()
            let expected = Array(bytes.dropFirst(Int(offset)).prefix(count ?? .max))
            #expect(Int(sent) == expected.count)
            #expect(try result.join() == expected)
        }
        _ = folder
    }

    @Test(.timeLimit(.minutes(5))) func `shared sockets, pipes and other files are read and sent`() throws {
        let (folder, path, bytes) = try file(300_000)
        let (sender, receiver) = try tcpPair()
        let copy = try sender.duplicate()
        let result = all(receiver)
        #expect(try copy.sendFile(at: path) == 300_000)
        let ends = try FileDescriptor.pipe()
        let writer = Background {
            for _ in 0..<3 { _ = try ends.writeEnd.writeAll(bytes) }
            try ends.writeEnd.close()
        }
        #expect(try sender.sendFile(ends.readEnd) == 900_000)
        try writer.join()
        try ends.readEnd.close()
        let process = try FileDescriptor.open("/proc/version", .readOnly)
        let length = try sender.sendFile(process)
        try process.close()
        #expect(length > 0)
        sender.close()
        copy.close()
        let text = try Array(String(contentsOfFile: "/proc/version", encoding: .utf8).utf8)
        #expect(try result.join() == bytes + bytes + bytes + bytes + text)
        _ = folder
    }

    @Test(.timeLimit(.minutes(5))) func `timeouts and closing end the sending, with the count`() throws {
        let (folder, path, bytes) = try file(30_000_000)
        let (sender, receiver) = try tcpPair()
        sender.timeout = .milliseconds(50)
        do {
            try sender.sendFile(at: path)
            Issue.record("all was sent to nobody")
        } catch {
            #expect(error.code == .timedOut && error.operation == .sendFile && error.subject == path.string)
            let sent = try #require(error.bytesTransferred)
            sender.close()
            #expect(try all(receiver).join() == Array(bytes.prefix(sent)))
        }
        let (other, silent) = try tcpPair()
        let sending = Background { () -> SocketError? in
            do throws(SocketError) {
                try other.sendFile(at: path)
                return nil
            } catch { return error }
        }
        // It is inside when the first bytes are here.
        silent.timeout = .seconds(10)
        #expect(try silent.receive(exactly: 1) != nil)
        other.close()
        #expect(try sending.join()?.code == .closed)
        let ends = try FileDescriptor.pipe()
        let (third, fourth) = try tcpPair()
        third.timeout = .milliseconds(50)
        do {
            try third.sendFile(ends.readEnd)
            Issue.record("an empty pipe ended")
        } catch { #expect(error.code == .timedOut) }
        _ = (folder, fourth)
    }

    @Test func `what cannot be sent is refused`() throws {
        let (sender, receiver) = try tcpPair()
        let null = try FileDescriptor.open("/dev/null", .readOnly)
        defer { try? null.close() }
        func code(_ body: () throws -> Void) -> SocketError? {
            do { try body() } catch { return error as? SocketError }
            return nil
        }
        #expect(code { try sender.sendFile(null, from: -1) }?.code == .invalidArgument)
        #expect(code { try sender.sendFile(null, count: -1) }?.code == .invalidArgument)
        #expect(code { try sender.sendFile(null, from: .max, count: .max) }?.code == .invalidArgument)
        #expect(
            code { try sender.sendFile(at: "/no/such/file") }?.description
                == "send file /no/such/file: no such file or directory (ENOENT)")
        #expect(code { try sender.sendFile(at: "/tmp") }?.errno == .isDirectory)
        #expect(code { try sender.sendFile(FileDescriptor(rawValue: -1)) }?.errno == .badFileDescriptor)
        #expect(try sender.sendFile(null) == 0)
        let datagrams = try Socket(.ipv4, .datagram)
        #expect(code { try datagrams.sendFile(null) }?.code == .unsupported)
        sender.close()
        #expect(code { try sender.sendFile(null) }?.code == .closed)
        _ = receiver
    }
}

/// A TCP connection on the loopback interface.
func tcpPair() throws -> (Socket, Socket) {
    let listener = try Socket.listening(on: .loopback(port: 0))
    listener.timeout = .seconds(20)
    let client = try Socket.connected(to: listener.localAddress, timeout: .seconds(20))
    return (client, try listener.accept().socket)
}
