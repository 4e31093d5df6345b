import CTestSupport
import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Filters run by the kernel over Python's packets.
@Suite("Packet filters", Requirement.programs("python3")) struct FilterProgramTests {
    private func send(_ texts: [String], to port: Sockets.Port?) throws {
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for text in sys.argv[2:]: s.sendto(text.encode(), ("127.0.0.1", int(sys.argv[1])))
            """
        _ = try Program("python3", ["-c", script, "\(try #require(port))"] + texts).finish()
    }

    private func receiver() throws -> Socket {
        let socket = try Socket.bound(to: .loopback(port: 0))
        socket.timeout = .seconds(10)
        return socket
    }

    private func text(_ socket: Socket) throws -> String? {
        try socket.receive(upTo: 100).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("What the filter does not keep does not come; what it cuts comes cut") func keepAndCut() throws {
        let socket = try receiver()
        var filter = FilterProgram()
        let keep = filter.label()
        let cut = filter.label()
        let drop = filter.label()
        filter.load(.byte, at: 8)
        filter.jump(if: .equal, 0x6B, to: keep)  // k
        filter.jump(if: .equal, 0x63, to: cut, else: drop)  // c
        filter.place(keep)
        filter.accept()
        filter.place(cut)
        filter.accept(8 + 3)
        filter.place(drop)
        filter.drop()
        try socket.set(.attachFilter, filter.instructions())
        try send(["keep", "dropped", "cut here", "keep 2"], to: socket.localAddress.port)
        #expect(try text(socket) == "keep")
        #expect(try text(socket) == "cut")
        #expect(try text(socket) == "keep 2")
        try socket.set(.detachFilter)
        try send(["dropped no more"], to: socket.localAddress.port)
        #expect(try text(socket) == "dropped no more")
    }

    @Test("Calculating, memory, the index and facts") func calculating() throws {
        let socket = try receiver()
        var filter = FilterProgram()
        let drop = filter.label()
        // Keeps what is 4 bytes long and begins with the sum of its two last digits, modulo 8, came over lo, and is IPv4.
        filter.load(.byte, at: 10)
        filter.calculate(.subtract, 0x30)
        filter.store(memory: 3)
        filter.load(.byte, at: 11)
        filter.calculate(.and, 0x0F)
        filter.copyToIndex()
        filter.load(memory: 3)
        filter.calculateWithIndex(.add)
        filter.calculate(.remainder, 8)
        filter.calculate(.or, 0x30)
        filter.copyToIndex()
        filter.load(.byte, at: 8)
        filter.calculateWithIndex(.xor)
        filter.jump(if: .greater, 0, to: drop)
        filter.loadLength()
        filter.jump(if: .equal, 12, else: drop)
        filter.load(.interfaceIndex)
        filter.jump(if: .equal, 1, else: drop)
        filter.loadNetwork(.byte, at: 0)
        filter.calculate(.shiftRight, 4)
        filter.jump(if: .equal, 4, else: drop)
        filter.loadIndex(constant: 1)
        filter.load(.byte, at: 8, indexed: true)
        filter.jump(if: .anyBit, 0x40, to: nil, else: drop)
        filter.accept()
        filter.place(drop)
        filter.drop()
        try socket.set(.attachFilter, filter.instructions())
        try send(["1a22", "4a22", "4 22", "4a222", "3x56", "2x56"], to: socket.localAddress.port)
        #expect(try text(socket) == "4a22")
        #expect(try text(socket) == "3x56")
        socket.timeout = .milliseconds(30)
        #expect(throws: SocketError.self) { _ = try socket.receive(upTo: 100) }
    }

    @Test("A locked filter cannot be taken away") func locked() throws {
        let socket = try receiver()
        var filter = FilterProgram()
        filter.accept()
        try socket.set(.attachFilter, filter.instructions())
        try socket.set(.lockFilter, true)
        do {
            try socket.set(.detachFilter)
            Issue.record("the filter was detached")
        } catch { #expect(error.code == .permissionDenied) }
        do {
            try socket.set(.attachFilter, filter.instructions())
            Issue.record("the filter was replaced")
        } catch { #expect(error.code == .permissionDenied) }
    }

    @Test("Reuse of ports, steered: the first byte chooses the socket") func steering() throws {
        let first = try Socket.bound(to: .loopback(port: 0), reusePort: true)
        let address = try first.localAddress
        let sockets = [first] + (try (0..<2).map { _ in try Socket.bound(to: address, reusePort: true) })
        for socket in sockets { socket.timeout = .seconds(10) }
        var filter = FilterProgram()
        filter.load(.byte, at: 0)
        filter.calculate(.subtract, 0x30)
        filter.acceptAccumulator()
        try first.set(.attachReusePortFilter, filter.instructions())
        try send(["2 third", "0 first", "1 second", "2 again"], to: address.port)
        #expect(try text(sockets[0]) == "0 first")
        #expect(try text(sockets[1]) == "1 second")
        #expect(try text(sockets[2]) == "2 third")
        #expect(try text(sockets[2]) == "2 again")
    }

    @Test("A program of eBPF keeps and drops, until it is detached", Requirement.root) func extended() throws {
        let program = FileDescriptor(rawValue: kernel_filter(8, 0x6B))
        try #require(program.rawValue >= 0, "bpf: errno \(-program.rawValue)")
        let socket = try receiver()
        try socket.set(.attachBPF, program)
        // The kernel holds it.
        try program.close()
        try send(["dropped", "keep", "cut here", "keep 2"], to: socket.localAddress.port)
        #expect(try text(socket) == "keep")
        #expect(try text(socket) == "keep 2")
        try socket.set(.detachFilter)
        try send(["dropped no more"], to: socket.localAddress.port)
        #expect(try text(socket) == "dropped no more")
        socket.timeout = .milliseconds(30)
        #expect(throws: SocketError.self) { _ = try socket.receive(upTo: 100) }
        #expect(throws: SocketError.self) { try socket.set(.detachFilter) }
    }

    @Test("Reuse of ports, steered by a program of eBPF", Requirement.root) func extendedSteering() throws {
        let program = FileDescriptor(rawValue: kernel_chooser(0, 0x30))
        try #require(program.rawValue >= 0, "bpf: errno \(-program.rawValue)")
        defer { try? program.close() }
        let first = try Socket.bound(to: .loopback(port: 0), reusePort: true)
        let address = try first.localAddress
        let sockets = [first] + (try (0..<2).map { _ in try Socket.bound(to: address, reusePort: true) })
        for socket in sockets { socket.timeout = .seconds(10) }
        try first.set(.attachReusePortBPF, program)
        try send(["2 third", "0 first", "1 second", "2 again"], to: address.port)
        #expect(try text(sockets[0]) == "0 first")
        #expect(try text(sockets[1]) == "1 second")
        #expect(try text(sockets[2]) == "2 third")
        #expect(try text(sockets[2]) == "2 again")
        try first.set(.detachReusePortFilter)
        #expect(throws: SocketError.self) { try first.set(.detachReusePortFilter) }
    }

    @Test("Programs that cannot be are refused with the reason") func invalid() throws {
        func hint(_ build: (inout FilterProgram) -> Void) -> String? {
            var filter = FilterProgram()
            build(&filter)
            do {
                _ = try filter.instructions()
                return nil
            } catch {
                #expect(error.code == .invalidArgument)
                return error.hint
            }
        }
        #expect(hint { _ in }?.contains("1 to 4,096") == true)
        #expect(hint { for _ in 0..<4_097 { $0.drop() } }?.contains("4097") == true)
        #expect(
            hint {
                let label = $0.label()
                $0.jump(to: label)
                $0.drop()
            }?.contains("before no instruction") == true)
        #expect(
            hint {
                let label = $0.label()
                $0.place(label)
                $0.loadLength()
                $0.jump(to: label)
                $0.drop()
            }?.contains("backwards") == true)
        #expect(
            hint {
                let label = $0.label()
                $0.jump(if: .equal, 1, to: label)
                for _ in 0..<300 { $0.loadLength() }
                $0.place(label)
                $0.drop()
            }?.contains("255") == true)
        #expect(
            hint {
                let label = $0.label()
                $0.jump(if: .equal, 1, to: label)
                $0.place(label)
                $0.loadLength()
                $0.place(label)
                $0.drop()
            }?.contains("placed twice") == true)
        // An unconditional jump goes as far as it likes; the kernel takes it.
        var far = FilterProgram()
        let end = far.label()
        far.jump(to: end)
        for _ in 0..<300 { far.loadLength() }
        far.place(end)
        far.accept()
        try receiver().set(.attachFilter, far.instructions())
        // What the kernel refuses is an error of the option.
        var bad = FilterProgram()
        bad.load(memory: 99)
        bad.accept()
        let socket = try receiver()
        let instructions = try bad.instructions()
        do {
            try socket.set(.attachFilter, instructions)
            Issue.record("memory 99")
        } catch { #expect(error.code == .invalidArgument) }
    }
}
