import Foundation
import Sockets
import SystemPackage
import TestSupport

/// What python sees of an option on one of our descriptors, by the numbers of python's module and the kernel's headers.
///
/// One python process takes duplicates of our descriptors out of this process (`pidfd_getfd`), so that level, name and
/// bytes are not those of this library.
final class KernelView: Sendable {
    static let shared = Lock<KernelView?>(nil)

    private let python: Program

    private init() throws {
        python = try Program.python(
            """
            import ctypes, os, re, socket, sys
            libc = ctypes.CDLL(None, use_errno=True)
            us = os.pidfd_open(int(sys.argv[1]))
            numbers = {"SO_PASSPIDFD": 76, "SO_PEERPIDFD": 77, "SO_RCVPRIORITY": 82, "SO_PASSRIGHTS": 83,
                "SO_BUSY_POLL_BUDGET": 70, "SO_RCVMARK": 75, "SO_TXREHASH": 74, "SO_RESERVE_MEM": 73,
                "IP_LOCAL_PORT_RANGE": 51, "IP_PROTOCOL": 52, "IP6T_SO_ORIGINAL_DST": 80, "SO_ORIGINAL_DST": 80,
                "TCP_IS_MPTCP": 43, "TCP_RTO_MAX_MS": 44, "TCP_RTO_MIN_US": 45, "TCP_DELACK_MAX_US": 46,
                "UDPLITE_SEND_CSCOV": 10, "UDPLITE_RECV_CSCOV": 11}
            for header in ("asm-generic/socket", "linux/in", "linux/in6", "linux/tcp", "linux/udp"):
                try:
                    for name, number in re.findall(r"#define\\s+(\\w+)\\s+(\\d+)\\b", open(f"/usr/include/{header}.h").read()):
                        numbers.setdefault(name.removesuffix("_OLD"), int(number))
                except OSError:
                    pass
            aliases = {"IP_RECVORIGDSTADDR": "IP_ORIGDSTADDR", "IPV6_RECVORIGDSTADDR": "IPV6_ORIGDSTADDR",
                "IPV6_JOIN_GROUP": "IPV6_ADD_MEMBERSHIP", "IPV6_LEAVE_GROUP": "IPV6_DROP_MEMBERSHIP"}
            levels = {"SO": 1, "IP": 0, "IPV6": 41, "IP6T": 41, "TCP": 6, "UDP": 17, "UDPLITE": 136}
            for line in sys.stdin:
                fd, name, size = line.split()
                level = 0 if name == "SO_ORIGINAL_DST" else levels[name.split("_")[0]]
                number = getattr(socket, name, None)
                if number is None:
                    number = numbers[aliases.get(name, name)]
                s = socket.socket(fileno=libc.syscall(438, us, int(fd), 0))
                try:
                    print("bytes", s.getsockopt(level, number, int(size)).hex())
                except OSError as error:
                    print("errno", error.errno)
                s.close()
            """, "\(getpid())")
    }

    /// The bytes that python reads, or the errno that it gets.
    static func read(_ name: String, of socket: Socket, size: Int) throws -> Result<[UInt8], Errno> {
        try shared.withLock { view in
            let python = try view?.python ?? KernelView.start(&view)
            let number = socket.withUnsafeFileDescriptor { $0.rawValue } ?? -1
            try python.write("\(number) \(name) \(size)\n")
            let words = try python.line().split(separator: " ")
            if words.first == "errno" { return .failure(Errno(rawValue: CInt(words[1]) ?? -1)) }
            let digits = words.count > 1 ? Array(words[1].utf8) : []
            return .success(
                stride(from: 0, to: digits.count, by: 2).compactMap {
                    UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
                })
        }
    }

    private static func start(_ view: inout KernelView?) throws -> Program {
        let started = try KernelView()
        view = started
        return started.python
    }
}

/// The sockets that options are tried on.
enum TrialSocket: Sendable {
    case tcp4, udp4, tcp6, udp6, raw4, raw6, icmp4, udpLite, unixPair, unixDatagram, listener, tcpPair, udpConnected,
        udp6Connected

    /// The socket, and what has to live as long.
    func make() throws -> (socket: Socket, others: [Socket]) {
        switch self {
        case .tcp4: return (try Socket(.ipv4, .stream), [])
        case .udp4: return (try Socket(.ipv4, .datagram), [])
        case .tcp6: return (try Socket(.ipv6, .stream), [])
        case .udp6: return (try Socket(.ipv6, .datagram), [])
        case .raw4: return (try Socket(.ipv4, .raw, TransportProtocol(rawValue: 253)), [])
        case .raw6: return (try Socket(.ipv6, .raw, TransportProtocol(rawValue: 253)), [])
        case .icmp4: return (try Socket(.ipv4, .raw, .icmp), [])
        case .udpLite: return (try Socket(.ipv4, .datagram, .udpLite), [])
        case .unixPair:
            let (first, second) = try Socket.pair()
            return (first, [second])
        case .unixDatagram: return (try Socket(.unix, .datagram), [])
        case .listener: return (try Socket.listening(on: .loopback(port: 0)), [])
        case .tcpPair:
            let listener = try Socket.listening(on: .loopback(port: 0))
            let socket = try Socket(.ipv4, .stream)
            socket.timeout = .seconds(10)
            try socket.connect(to: listener.localAddress)
            listener.timeout = .seconds(10)
            return (socket, [listener, try listener.accept().socket])
        case .udpConnected, .udp6Connected:
            let family: AddressFamily = self == .udpConnected ? .ipv4 : .ipv6
            let other = try Socket(family, .datagram)
            try other.bind(to: family == .ipv4 ? .loopback(port: 0) : .loopbackIPv6(port: 0))
            let socket = try Socket(family, .datagram)
            try socket.connect(to: other.localAddress)
            return (socket, [other])
        }
    }
}

/// A value to set, the bytes that python has to see then, and what reading it has to give.
struct Trial<Value: Sendable>: Sendable {
    let value: Value
    let bytes: [UInt8]
    let reads: Value

    init(_ value: Value, _ words: Int32..., reads: Value? = nil) {
        self.init(value, bytes: words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } }, reads: reads)
    }

    init(_ value: Value, bytes: [UInt8], reads: Value? = nil) {
        self.value = value
        self.bytes = bytes
        self.reads = reads ?? value
    }
}
