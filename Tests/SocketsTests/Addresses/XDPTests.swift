import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// Sockets of the family XDP, as far as they go without a program on the interface: they send.
@Suite("XDP", Requirement.root, Requirement.programs("python3", "ip"), Requirement.kernel(.xdp, .raw))
struct XDPTests {
    private static let level: CInt = 283

    @Test("The kernel wants the rings of a socket before its name") func ringsFirst() throws {
        let socket = try Socket(.xdp, .raw)
        do throws(SocketError) {
            try socket.bind(to: SocketAddress(XDPAddress(interfaceIndex: 1, queue: 0, flags: .copy)))
            Issue.record("a socket without rings was bound")
        } catch { #expect(error.errno == .invalidArgument) }
    }

    @Test("With rings it is bound to a queue of an interface, and its frame comes to Python") func sending() throws {
        try Namespace.run([.network]) {
            try Namespace.connectLeftAndRight()
            let python = try Program.python(
                """
                import socket
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5)); s.settimeout(20)
                s.bind(("right", 0x88B5)); print("ready"); print(s.recv(2000)[14:].decode())
                """)
            #expect(try python.line() == "ready")
            let socket = try Socket(.xdp, .raw)
            // Memory of 16 frames, which the kernel reads from.
            let size = 16 * 4_096
            let memory = try #require(
                mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
            defer { munmap(memory, size) }
            let registration = [UInt64(UInt(bitPattern: memory)), UInt64(size), 4_096, 0]
            try socket.set(.raw(level: Self.level, name: 4), registration.withUnsafeBytes { Array($0) })
            // The rings to be filled, completed, and sent from, of 4 frames each.
            for name: CInt in [5, 6, 3] { try socket.set(.raw(level: Self.level, name: name, as: CInt.self), 4) }
            let offsets: [UInt8] = try socket.get(.raw(level: Self.level, name: 1, capacity: 128))
            func offset(_ index: Int) -> Int {
                offsets.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
            }
            #expect(offsets.count == 128)
            let (producer, descriptors) = (offset(4), offset(6))
            let length = descriptors + 4 * 16
            let mapped = try #require(
                socket.withUnsafeFileDescriptor { number in
                    mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, number.rawValue, 0x8000_0000)
                })
            let ring = try #require(mapped == MAP_FAILED ? nil : mapped)
            defer { munmap(ring, length) }

            let address = XDPAddress(
                interfaceIndex: try NetworkInterface.index(of: "left"), queue: 0, flags: .copy)
            do throws(SocketError) {
                try socket.bind(
                    to: SocketAddress(XDPAddress(interfaceIndex: address.interfaceIndex, queue: 99, flags: .copy)))
                Issue.record("a queue that the interface has not")
            } catch { #expect(error.errno == .invalidArgument) }
            try socket.bind(to: SocketAddress(address))

            let frame =
                [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x88, 0xB5] + Array("by the rings of XDP".utf8)
            memory.copyMemory(from: frame, byteCount: frame.count)
            // Where the frame stands in the memory, and how long it is; then the number of frames that are there.
            ring.storeBytes(of: 0, toByteOffset: descriptors, as: UInt64.self)
            ring.storeBytes(of: UInt64(frame.count), toByteOffset: descriptors + 8, as: UInt64.self)
            ring.storeBytes(of: 1, toByteOffset: producer, as: UInt32.self)
            // The kernel does not let such sockets wait.
            socket.isBlocking = false
            _ = try socket.send([])
            #expect(try python.line() == "by the rings of XDP")
            #expect(try python.wait() == 0)
        }
    }
}
