import Sockets
import SystemPackage
import TestSupport
import Testing

@Suite("Options that are refused")
struct SocketOptionErrorTests {
    private func error(_ body: () throws(SocketError) -> Void) -> SocketError? {
        do {
            try body()
            return nil
        } catch { return error }
    }

    @Test("An option of TCP on a UDP socket says that it belongs to TCP")
    func wrongSocket() throws {
        let socket = try Socket(.ipv4, .datagram)
        let set = try #require(error { () throws(SocketError) in try socket.set(.noDelay, true) })
        #expect(set.operation == .setOption)
        #expect(set.subject == "TCP_NODELAY")
        #expect(set.errno == .protocolNotAvailable)
        #expect(set.code == .optionNotSupported)
        #expect(
            set.hint == "the option belongs to TCP sockets, and this is one of IPv4, datagram (UDP)")
        let get = try #require(error { () throws(SocketError) in _ = try socket.get(.tcpInformation) })
        #expect(get.operation == .getOption)
        #expect(get.subject == "TCP_INFO")
        #expect(get.description.hasPrefix("get TCP_INFO: "))
        #expect(get.description.contains("belongs to TCP sockets"))
    }

    @Test("Each level says whose options it has")
    func owners() throws {
        let unix = try Socket(.unix, .stream)
        let tcp = try Socket(.ipv4, .stream)
        #expect(error { () throws(SocketError) in try unix.set(.noDelay, true) }?.hint?.contains("TCP") == true)
        #expect(
            error { () throws(SocketError) in try unix.set(.typeOfService, .normal) }?.hint?.contains("IPv4") == true)
        #expect(error { () throws(SocketError) in try tcp.set(.ipv6Only, true) }?.hint?.contains("IPv6") == true)
        #expect(error { () throws(SocketError) in try tcp.set(.udpCork, true) }?.hint?.contains("UDP") == true)
        let lite = error { () throws(SocketError) in try tcp.set(.sendChecksumCoverage, 8) }
        #expect(lite?.hint?.contains("UDP-Lite") == true)
    }

    @Test("A value that does not fit is refused before the kernel sees it")
    func misfits() throws {
        let tcp = try Socket(.ipv4, .stream)
        func expect(_ name: String, _ body: () throws(SocketError) -> Void) {
            let error = error(body)
            #expect(error?.code == .invalidArgument, "\(name)")
            #expect(error?.operation == .setOption, "\(name)")
            #expect(error?.subject == name)
            #expect(error?.errno == nil, "\(name)")
            #expect(error?.hint != nil, "\(name)")
        }
        for size in [-1, Int.min, Int(Int32.max) + 1, Int.max] {
            expect("SO_RCVBUF") { () throws(SocketError) in try tcp.set(.receiveBufferSize, size) }
            expect("SO_MAX_PACING_RATE") { () throws(SocketError) in
                try tcp.set(.maximumPacingRate, size < 0 ? size : -1)
            }
            expect("IP_TTL") { () throws(SocketError) in try tcp.set(.timeToLive, size) }
            expect("IP_UNICAST_IF") { () throws(SocketError) in try tcp.set(.ipv4UnicastInterface, size) }
        }
        expect("SO_INCOMING_CPU") { () throws(SocketError) in try tcp.set(.incomingCPU, -1) }
        expect("IP_MINTTL") { () throws(SocketError) in try tcp.set(.minimumTimeToLive, 256) }
        let times: [Duration] = [
            .seconds(-1), .seconds(Int64.max), .seconds(Int64.min), .seconds(3_000_000_000),
            Duration(secondsComponent: .max, attosecondsComponent: 999_999_999_999_999_999),
        ]
        for time in times {
            expect("SO_LINGER") { () throws(SocketError) in try tcp.set(.linger, time) }
            expect("TCP_KEEPIDLE") { () throws(SocketError) in try tcp.set(.keepAliveIdle, time) }
            expect("TCP_USER_TIMEOUT") { () throws(SocketError) in try tcp.set(.userTimeout, time) }
            expect("TCP_LINGER2") { () throws(SocketError) in try tcp.set(.finWait2Timeout, time) }
        }
        expect("SO_RCVTIMEO") { () throws(SocketError) in try tcp.set(.receiveTimeout, .seconds(-1)) }
        expect("SO_RCVTIMEO") { () throws(SocketError) in try tcp.set(.receiveTimeout, .seconds(Int64.max)) }
        expect("SO_RCVTIMEO") { () throws(SocketError) in try tcp.set(.receiveTimeout, .zero) }
        expect("TCP_KEEPIDLE") { () throws(SocketError) in try tcp.set(.keepAliveIdle, .zero) }
        expect("TCP_CONGESTION") { () throws(SocketError) in
            try tcp.set(.congestionControl, "a-name-that-is-too-long")
        }
        expect("TCP_CONGESTION") { () throws(SocketError) in try tcp.set(.congestionControl, "re\0no") }
        expect("SO_BINDTODEVICE") { () throws(SocketError) in
            try tcp.set(.bindToDevice, "an-interface-of-20-b")
        }
        expect("TCP_FASTOPEN_KEY") { () throws(SocketError) in
            try tcp.set(.fastOpenKey, [UInt8](repeating: 1, count: 33))
        }
        expect("IP_OPTIONS") { () throws(SocketError) in try tcp.set(.ipv4Options, [UInt8](repeating: 1, count: 41)) }
        let range = error { () throws(SocketError) in try tcp.set(.timeToLive, 0) }
        #expect(range?.description == "set IP_TTL: invalid argument; 0 is outside 1…255")
        let keep = error { () throws(SocketError) in try tcp.set(.keepAliveIdle, .seconds(40_000)) }
        #expect(keep?.description == "set TCP_KEEPIDLE: invalid argument; 40000.0 seconds is outside 1…32767 seconds")
    }

    @Test("What the kernel refuses names the option and says what to do", Requirement.root)
    func refusals() throws {
        let tcp = try Socket(.ipv4, .stream)
        let device = error { () throws(SocketError) in try tcp.set(.bindToDevice, "nosuch0") }
        #expect(device?.code == .noSuchInterface)
        #expect(device?.subject == "SO_BINDTODEVICE")
        #expect(device?.hint?.contains("ip link") == true)
        let congestion = error { () throws(SocketError) in try tcp.set(.congestionControl, "nosuch") }
        #expect(congestion?.errno == .noSuchFileOrDirectory)
        #expect(congestion?.subject == "TCP_CONGESTION")
        #expect(congestion?.hint?.contains("tcp_available_congestion_control") == true)
        let mtu = error { () throws(SocketError) in _ = try tcp.get(.ipv4MTU) }
        #expect(mtu?.code == .notConnected)
        #expect(mtu?.subject == "IP_MTU")
        try tcp.set(.lockFilter, true)
        let locked = error { () throws(SocketError) in try tcp.set(.lockFilter, false) }
        #expect(locked?.code == .permissionDenied)
        #expect(locked?.subject == "SO_LOCK_FILTER")
        let bpf = error { () throws(SocketError) in try tcp.set(.attachBPF, FileDescriptor(rawValue: 0)) }
        #expect(bpf?.subject == "SO_ATTACH_BPF")
        let sequence = error { () throws(SocketError) in try tcp.set(.queueSequence, 1) }
        #expect(sequence?.subject == "TCP_QUEUE_SEQ")
        #expect(sequence?.hint?.contains("repair mode") == true)
        let clock = error { () throws(SocketError) in try tcp.set(.tcpTimestamp, 1) }
        #expect(clock?.subject == "TCP_TIMESTAMP")
        #expect(clock?.hint?.contains("repair mode") == true)
        let upper = error { () throws(SocketError) in try tcp.set(.upperLayerProtocol, "nosuch") }
        #expect(upper?.subject == "TCP_ULP")
        let redirected = error { () throws(SocketError) in _ = try tcp.get(.ipv4OriginalDestination) }
        #expect(redirected?.subject == "SO_ORIGINAL_DST")
        let label = error { () throws(SocketError) in _ = try tcp.get(.peerSecurityContext) }
        #expect(label?.subject == "SO_PEERSEC")
        #expect(label?.hint?.contains("security module") == true)
    }

    @Test("A privileged option without privilege says which one is missing", Requirement.root)
    func privilege() throws {
        // Python gives up its privilege, so that this process keeps its own: the errno and our words are joined here.
        let outcome = try Program.python(
            """
            import ctypes, os, socket
            s = socket.socket()
            os.setuid(65534)
            try:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 7)
            except OSError as error:
                print(error.errno)
            """
        ).finish()
        #expect(outcome == ["1"], "SO_MARK needs no privilege any more: the documentation is wrong")
    }

    @Test("A closed socket refuses every option by name")
    func closed() throws {
        let socket = try Socket(.ipv4, .stream)
        socket.close()
        let get = error { () throws(SocketError) in _ = try socket.get(.receiveBufferSize) }
        #expect(get?.code == .closed)
        #expect(get?.operation == .getOption)
        #expect(get?.subject == "SO_RCVBUF")
        let set = error { () throws(SocketError) in try socket.set(.keepAlive, true) }
        #expect(set?.code == .closed)
        #expect(set?.operation == .setOption)
        #expect(set?.subject == "SO_KEEPALIVE")
    }
}
