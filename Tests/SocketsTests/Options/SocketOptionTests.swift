import Foundation
import Sockets
import SystemPackage
import TestSupport
import Testing

/// One option on one kind of socket: what is set, what python sees, what is read.
struct OptionRow: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: TrialSocket
    let check: @Sendable (Socket) throws -> Void

    var testDescription: String { name }

    func run() throws {
        let (socket, others) = try kind.make()
        defer { for other in others { other.close() } }
        do {
            try check(socket)
        } catch let error as SocketError where error.code == .optionNotSupported || error.code == .unsupported {
            // An older kernel does not have it: then python must not have it either.
            let seen = try KernelView.read(name, of: socket, size: 4)
            #expect(throws: Errno.self) { try seen.get() }
            #expect(error.subject == name)
        }
    }
}

private func row<Value: Equatable & Sendable>(
    _ option: SocketOption<Value>, _ kind: TrialSocket, size: Int = 4, _ trials: Trial<Value>...
) -> OptionRow {
    OptionRow(name: option.description, kind: kind) { socket in
        for trial in trials {
            try socket.set(option, trial.value)
            let seen = try KernelView.read(option.description, of: socket, size: max(size, trial.bytes.count))
            #expect(try seen.get() == trial.bytes, "python sees something else after \(trial.value) was set")
            #expect(try socket.get(option) == trial.reads)
        }
    }
}

private func flag(_ option: SocketOption<Bool>, _ kind: TrialSocket) -> OptionRow {
    row(option, kind, Trial(true, 1), Trial(false, 0))
}

private func row<Value: Equatable & Sendable>(
    _ option: ReadOnlySocketOption<Value>, _ kind: TrialSocket, size: Int = 4,
    _ expected: @escaping @Sendable ([UInt8], Socket) -> Value?
) -> OptionRow {
    OptionRow(name: option.description, kind: kind) { socket in
        let value = try socket.get(option)
        let seen = try KernelView.read(option.description, of: socket, size: size).get()
        #expect(value == expected(seen, socket))
    }
}

private func word(_ bytes: [UInt8], _ index: Int = 0) -> Int {
    bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)) }
}

private func text(_ text: String, count: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: max(0, count - text.utf8.count))
}

@Suite("Socket options", Requirement.root, Requirement.programs("python3"))
struct SocketOptionTests {
    static let socketRows: [OptionRow] = [
        row(.isListening, .listener) { seen, _ in word(seen) == 1 },
        row(.isListening, .tcp4) { seen, _ in word(seen) == 1 },
        row(.bindToDevice, .udp4, size: 16, Trial("lo", bytes: text("lo", count: 3)), Trial(nil, bytes: [])),
        row(.bindToInterfaceIndex, .udp4, Trial(1, 1), Trial(0, 0)),
        flag(.broadcast, .udp4),
        row(.bsdCompatibility, .tcp4, Trial(true, 0, reads: false)),
        row(.bufferLock, .tcp4, Trial([.send], 1), Trial([.send, .receive], 3), Trial([], 0)),
        row(.busyPoll, .udp4, Trial(.microseconds(50), 50), Trial(.nanoseconds(1_001), 2, reads: .microseconds(2))),
        row(.cookie, .tcp4, size: 8) { seen, _ in
            seen.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        },
        flag(.debug, .tcp4),
        row(.domain, .tcp6) { seen, socket in
            socket.family == AddressFamily(rawValue: CInt(word(seen))) ? socket.family : nil
        },
        flag(.dontRoute, .udp4),
        row(.error, .tcp4) { seen, _ in word(seen) == 0 ? .some(nil) : nil },
        row(.filterExtensions, .udp4) { seen, _ in word(seen) },
        row(.incomingCPU, .tcp4, Trial(1, 1), Trial(0, 0), Trial(nil, -1)),
        row(.incomingNAPIIdentifier, .tcp4) { seen, _ in word(seen) },
        flag(.keepAlive, .tcp4),
        row(
            .linger, .tcp4, Trial(.seconds(3), 1, 3), Trial(.milliseconds(2_500), 1, 3, reads: .seconds(3)),
            Trial(.zero, 1, 0), Trial(nil, 0, 0)),
        row(.lockFilter, .udp4, Trial(true, 1)),
        row(.mark, .udp4, Trial(7, 7), Trial(.max, -1)),
        row(.maximumPacingRate, .tcp4, Trial(1_000_000, 1_000_000, 0), Trial(nil, -1, -1)),
        row(.memory, .udp4, size: 36) { seen, socket in
            let memory = try? socket.get(.memory)
            return memory?.receiveBufferSize == word(seen, 1) && memory?.sendBufferSize == word(seen, 3) ? memory : nil
        },
        row(.networkNamespaceCookie, .udp4, size: 8) { seen, _ in
            seen.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        },
        flag(.noFrameCheckSequence, .tcp4),
        flag(.noChecksum, .udp4),
        flag(.outOfBandInline, .tcp4),
        flag(.passCredentials, .unixPair),
        flag(.passProcessDescriptor, .unixPair),
        row(.passDescriptors, .unixPair, Trial(false, 0), Trial(true, 1)),
        flag(.passSecurityContext, .unixPair),
        row(.peekOffset, .unixPair, Trial(5, 5), Trial(nil, -1)),
        row(.peerCredentials, .unixPair, size: 12) { seen, _ in
            Credentials(
                processIdentifier: Int32(word(seen)), userIdentifier: UInt32(word(seen, 1)),
                groupIdentifier: UInt32(word(seen, 2)))
        },
        row(.peerGroups, .unixPair, size: 1_024) { seen, _ in
            (0..<seen.count / 4).map { UInt32(word(seen, $0)) }
        },
        flag(.preferBusyPoll, .udp4),
        row(.priority, .udp4, Trial(6, 6), Trial(0, 0)),
        row(.transportProtocol, .udp4) { seen, _ in TransportProtocol(rawValue: CInt(word(seen))) },
        row(.receiveBufferSize, .tcp4, Trial(65_536, 131_072, reads: 131_072)),
        row(.receiveLowWater, .tcp4, Trial(100, 100), Trial(0, 1, reads: 1)),
        flag(.receiveMark, .udp4),
        flag(.receivePriority, .udp4),
        row(
            .receiveTimeout, .udp4, Trial(.milliseconds(1_500), 1, 0, 500_000, 0),
            Trial(nil, 0, 0, 0, 0)),
        flag(.reuseAddress, .tcp4),
        flag(.reusePort, .tcp4),
        flag(.receiveQueueOverflow, .udp4),
        flag(.selectErrorQueue, .udp4),
        row(.sendBufferSize, .tcp4, Trial(65_536, 131_072, reads: 131_072)),
        row(.sendLowWater, .tcp4) { seen, _ in word(seen) },
        row(.sendTimeout, .udp4, Trial(.seconds(2), 2, 0, 0, 0), Trial(nil, 0, 0, 0, 0)),
        row(
            .timestamping, .udp4, Trial([.receiveSoftware, .software], 0x18), Trial([], 0)),
        flag(.timestamp, .udp4),
        flag(.timestampNanoseconds, .udp4),
        flag(.rehashesTransmit, .tcp4),
        row(
            .transmitTime, .udp4, Trial(TransmitTime(clock: .monotonic, reportsErrors: true), 1, 2),
            Trial(TransmitTime(clock: .atomic, isDeadline: true), 11, 1)),
        row(.socketType, .udp4) { seen, _ in SocketType(rawValue: CInt(word(seen))) },
        flag(.wifiStatus, .udp4),
        flag(.zeroCopy, .tcp4),
    ]

    @Test("Options of every socket are what python sees", arguments: socketRows)
    func socketLevel(row: OptionRow) throws { try row.run() }

    static let ipv4Rows: [OptionRow] = [
        flag(.bindAddressNoPort, .tcp4),
        flag(.receiveChecksum, .udp4),
        flag(.ipv4FreeBind, .udp4),
        flag(.ipv4HeaderIncluded, .raw4),
        row(
            .localPortRange, .tcp4,
            Trial(LocalPortRange(from: 40_000, through: 40_099), bytes: [0x40, 0x9C, 0xA3, 0x9C]),
            Trial(LocalPortRange(), 0)),
        row(.minimumTimeToLive, .tcp4, Trial(255, 255), Trial(0, 0)),
        row(.ipv4MTU, .udpConnected) { seen, _ in word(seen) },
        row(.ipv4MTUDiscovery, .udp4, Trial(.always, 2), Trial(.never, 0), Trial(.omit, 5)),
        flag(.ipv4MulticastAll, .udp4),
        row(
            .ipv4MulticastInterface, .udp4, Trial(.address(.loopback), bytes: [127, 0, 0, 1]),
            Trial("lo", bytes: [0, 0, 0, 0], reads: .any), Trial(.any, bytes: [0, 0, 0, 0])),
        flag(.ipv4MulticastLoop, .udp4),
        row(.multicastTimeToLive, .udp4, Trial(5, 5), Trial(0, 0)),
        flag(.noDefragmentation, .raw4),
        row(.ipv4Options, .udp4, Trial([1, 1, 1, 0], bytes: [1, 1, 1, 0]), Trial([], bytes: [])),
        flag(.ipv4PassSecurityContext, .udp4),
        flag(.ipv4ReceivePacketInfo, .udp4),
        row(.ipv4Protocol, .raw4) { seen, _ in TransportProtocol(rawValue: CInt(word(seen))) },
        flag(.ipv4ReceiveErrors, .udp4),
        flag(.ipv4ReceiveErrorExtensions, .udp4),
        flag(.ipv4ReceiveFragmentSize, .udp4),
        flag(.receiveIPv4Options, .udp4),
        flag(.ipv4ReceiveOriginalDestination, .udp4),
        flag(.receiveTypeOfService, .udp4),
        flag(.receiveTimeToLive, .udp4),
        flag(.receiveIPv4ReturnOptions, .udp4),
        flag(.ipv4RouterAlert, .icmp4),
        row(.typeOfService, .udp4, Trial(.lowDelay, 16), Trial(TrafficClass(codePoint: 46), 184), Trial(.normal, 0)),
        flag(.ipv4Transparent, .udp4),
        row(.timeToLive, .udp4, Trial(42, 42), Trial(255, 255)),
        row(.ipv4UnicastInterface, .udp4, Trial(1, bytes: [0, 0, 0, 1]), Trial(0, 0)),
    ]

    @Test("Options of IPv4 are what python sees", arguments: ipv4Rows)
    func ipv4Level(row: OptionRow) throws { try row.run() }

    static let ipv6Rows: [OptionRow] = [
        row(.addressPreferences, .udp6, Trial([.temporary], 0x401, reads: [.temporary, .home])),
        flag(.automaticFlowLabel, .udp6),
        row(.checksumOffset, .raw6, Trial(2, 2), Trial(nil, -1)),
        flag(.ipv6DontFragment, .udp6),
        row(
            .destinationOptions, .udp6, Trial([0, 0, 1, 4, 0, 0, 0, 0], bytes: [0, 0, 1, 4, 0, 0, 0, 0]),
            Trial([], bytes: [])),
        flag(.receiveFlowInfo, .udp6),
        flag(.sendFlowInfo, .udp6),
        flag(.ipv6FreeBind, .udp6),
        flag(.ipv6HeaderIncluded, .raw6),
        row(
            .hopByHopOptions, .udp6, Trial([0, 0, 1, 4, 0, 0, 0, 0], bytes: [0, 0, 1, 4, 0, 0, 0, 0]),
            Trial([], bytes: [])),
        row(.minimumHopCount, .tcp6, Trial(255, 255), Trial(0, 0)),
        row(.ipv6MTUDiscovery, .udp6, Trial(.always, 2), Trial(.never, 0)),
        flag(.ipv6MulticastAll, .udp6),
        row(.multicastHops, .udp6, Trial(9, 9), Trial(nil, 1, reads: 1)),
        row(.ipv6MulticastInterface, .udp6, Trial(.index(1), 1), Trial(.any, 0), Trial("lo", 1, reads: .index(1))),
        flag(.ipv6MulticastLoop, .udp6),
        row(.pathMTU, .udp6Connected, size: 32) { seen, _ in word(seen, 7) },
        flag(.receiveDestinationOptions, .udp6),
        flag(.ipv6ReceiveErrors, .udp6),
        flag(.ipv6ReceiveErrorExtensions, .udp6),
        flag(.ipv6ReceiveFragmentSize, .udp6),
        flag(.receiveHopLimit, .udp6),
        flag(.receiveHopByHopOptions, .udp6),
        flag(.ipv6ReceiveOriginalDestination, .udp6),
        flag(.receivePathMTU, .udp6),
        flag(.ipv6ReceivePacketInfo, .udp6),
        flag(.receiveRoutingHeader, .udp6),
        flag(.receiveTrafficClass, .udp6),
        flag(.isolateRouterAlert, .udp6),
        row(.routingHeader, .udp6, Trial([], bytes: [])),
        row(
            .routingDestinationOptions, .udp6, Trial([0, 0, 1, 4, 0, 0, 0, 0], bytes: [0, 0, 1, 4, 0, 0, 0, 0]),
            Trial([], bytes: [])),
        row(.trafficClass, .udp6, Trial(.throughput, 8), Trial(.normal, 0)),
        flag(.ipv6Transparent, .udp6),
        row(.unicastHops, .udp6, Trial(33, 33)),
        row(.ipv6UnicastInterface, .udp6, Trial(1, bytes: [0, 0, 0, 1]), Trial(0, 0)),
        flag(.ipv6Only, .udp6),
    ]

    @Test("Options of IPv6 are what python sees", Requirement.ipv6, arguments: ipv6Rows)
    func ipv6Level(row: OptionRow) throws { try row.run() }

    static let tcpRows: [OptionRow] = [
        row(.congestionControl, .tcp4, Trial("reno", bytes: text("reno", count: 16))),
        flag(.tcpCork, .tcp4),
        row(.deferAccept, .tcp4, Trial(.milliseconds(300), 1, reads: .seconds(1)), Trial(.zero, 0)),
        row(.maximumDelayedAcknowledgement, .tcp4, Trial(.milliseconds(40), 40_000)),
        row(.fastOpen, .tcp4, Trial(5, 5)),
        flag(.fastOpenConnect, .tcp4),
        row(
            .fastOpenKey, .tcp4, Trial(Array(1...16), bytes: Array(1...16)), Trial(Array(1...32), bytes: Array(1...32))),
        flag(.fastOpenNoCookie, .tcp4),
        flag(.receiveInQueue, .tcp4),
        row(.isMultipath, .tcp4) { seen, _ in word(seen) == 1 },
        row(.keepAliveCount, .tcp4, Trial(4, 4), Trial(127, 127)),
        row(.keepAliveIdle, .tcp4, Trial(.seconds(70), 70), Trial(.milliseconds(1_001), 2, reads: .seconds(2))),
        row(.keepAliveInterval, .tcp4, Trial(.seconds(11), 11), Trial(.nanoseconds(1), 1, reads: .seconds(1))),
        row(.finWait2Timeout, .tcp4, Trial(.seconds(30), 30), Trial(nil, -1)),
        row(.maximumSegmentSize, .tcp4, Trial(1_000, 1_000)),
        flag(.noDelay, .tcp4),
        row(.unsentLowWater, .tcp4, Trial(16_384, 16_384), Trial(nil, -1)),
        flag(.quickAcknowledgement, .tcp4),
        row(.repair, .tcp4, Trial(.on, 1), Trial(.offWithoutProbe, 0, reads: .off)),
        row(.maximumRetransmissionTimeout, .tcp4, Trial(.seconds(5), 5_000)),
        row(.minimumRetransmissionTimeout, .tcp4, Trial(.milliseconds(100), 100_000)),
        row(.saveSYN, .tcp4, Trial(.network, 1), Trial(.link, 2), Trial(.off, 0)),
        row(.synRetransmissions, .tcp4, Trial(3, 3)),
        row(.thinDuplicateAcknowledgements, .tcp4, Trial(true, 0, reads: false)),
        flag(.thinLinearTimeouts, .tcp4),
        row(.transmitDelay, .tcp4, Trial(.milliseconds(1), 1_000), Trial(.zero, 0)),
        row(.userTimeout, .tcp4, Trial(.seconds(9), 9_000), Trial(.microseconds(1), 1, reads: .milliseconds(1))),
        row(.windowClamp, .tcp4, Trial(8_192, 8_192), Trial(0, 0)),
    ]

    @Test("Options of TCP are what python sees", arguments: tcpRows)
    func tcpLevel(row: OptionRow) throws { try row.run() }

    static let udpRows: [OptionRow] = [
        flag(.udpCork, .udp4),
        row(.encapsulation, .udp4, Trial(.l2tp, 3)),
        flag(.receiveOffload, .udp4),
        flag(.acceptNoChecksumIPv6, .udp6),
        flag(.noChecksumIPv6, .udp6),
        row(.segmentSize, .udp4, Trial(1_200, 1_200), Trial(0, 0)),
        row(.receiveChecksumCoverage, .udpLite, Trial(20, 20), Trial(3, 8, reads: 8), Trial(0, 0)),
        row(.sendChecksumCoverage, .udpLite, Trial(20, 20), Trial(3, 8, reads: 8), Trial(0, 0)),
    ]

    @Test("Options of UDP and UDP-Lite are what python sees", arguments: udpRows)
    func udpLevel(row: OptionRow) throws { try row.run() }

    /// Those that can only be set, or need more than a new socket, by where they are tried.
    static let elsewhere: Set<String> = [
        // SocketOptionEffectTests
        "SO_ATTACH_BPF", "SO_ATTACH_FILTER", "SO_ATTACH_REUSEPORT_CBPF", "SO_ATTACH_REUSEPORT_EBPF",
        "SO_BUSY_POLL_BUDGET", "SO_CNX_ADVICE", "SO_DETACH_FILTER", "SO_DETACH_REUSEPORT_BPF", "SO_PEERPIDFD",
        "SO_PEERSEC", "SO_RCVBUFFORCE", "SO_SNDBUFFORCE", "SO_RESERVE_MEM", "SO_ORIGINAL_DST", "IP6T_SO_ORIGINAL_DST",
        "IPV6_ADDRFORM", "IPV6_JOIN_ANYCAST", "IPV6_LEAVE_ANYCAST", "IPV6_MTU", "IPV6_PKTINFO", "IPV6_ROUTER_ALERT",
        "TCP_CC_INFO", "TCP_MD5SIG", "TCP_MD5SIG_EXT", "TCP_QUEUE_SEQ", "TCP_REPAIR_OPTIONS", "TCP_REPAIR_QUEUE",
        "TCP_REPAIR_WINDOW", "TCP_SAVED_SYN", "TCP_TIMESTAMP", "TCP_ULP",
        // TCPInformationTests
        "TCP_INFO",
        // MulticastTests
        "IP_ADD_MEMBERSHIP", "IP_ADD_SOURCE_MEMBERSHIP", "IP_BLOCK_SOURCE", "IP_DROP_MEMBERSHIP",
        "IP_DROP_SOURCE_MEMBERSHIP", "IP_MSFILTER", "IP_UNBLOCK_SOURCE", "IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP",
        "MCAST_BLOCK_SOURCE", "MCAST_JOIN_GROUP", "MCAST_JOIN_SOURCE_GROUP", "MCAST_LEAVE_GROUP",
        "MCAST_LEAVE_SOURCE_GROUP", "MCAST_MSFILTER", "MCAST_UNBLOCK_SOURCE",
    ]

    @Test("Every option of the lists is tried")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Sources/Sockets/Options")
        var declared: Set<String> = []
        for level in ["Socket", "IPv4", "IPv6", "Multicast", "TCP", "UDP", "UDPLite"] {
            let file = folder.appendingPathComponent("SocketOption+\(level).swift").path
            let source = try String(contentsOfFile: file, encoding: .utf8)
            for match in source.matches(of: /CSockets\.\w+,\s+"(\w+)"/) { declared.insert(String(match.1)) }
        }
        let rows = Self.socketRows + Self.ipv4Rows + Self.ipv6Rows + Self.tcpRows + Self.udpRows
        #expect(declared.count > 190)
        #expect(declared.subtracting(rows.map(\.name)).subtracting(Self.elsewhere) == [])
        #expect(Self.elsewhere.subtracting(declared) == [])
    }
}
