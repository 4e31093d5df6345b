import Sockets
import TestSupport
import Testing

@Suite("TCP information")
struct TCPInformationTests {
    @Test("A live connection is as ss sees it", Requirement.programs("ss", "python3"))
    func live() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        listener.timeout = .seconds(10)
        let port = try #require(try listener.localAddress.port)
        let peer = try Program.python(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            s.sendall(b"x" * 1000)
            got = 0
            while got < 5000: got += len(s.recv(65536))
            print("done")
            sys.stdin.read()
            """, "\(port)")
        let socket = try listener.accept().socket
        socket.timeout = .seconds(10)
        var received = 0
        while received < 1_000, let bytes = try socket.receive(upTo: 4_096) { received += bytes.count }
        #expect(received == 1_000)
        try socket.sendAll([UInt8](repeating: 1, count: 5_000))
        #expect(try peer.line() == "done")
        let clientPort = try #require(try socket.peerAddress.port)

        let lines = try Program("ss", ["-tinH", "sport = :\(port) and dport = :\(clientPort)"]).finish()
        let words = lines.joined(separator: " ").split(separator: " ")
        func field(_ name: String) -> Substring? {
            words.first { $0.hasPrefix("\(name):") }?.dropFirst(name.count + 1)
        }
        let information = try socket.get(.tcpInformation)
        #expect(information.state == .established)
        #expect(words.first == "ESTAB")
        #expect(field("mss") == "\(information.sendMaximumSegmentSize)")
        #expect(field("rcvmss") == "\(information.receiveMaximumSegmentSize)")
        #expect(field("advmss") == "\(information.advertisedMaximumSegmentSize)")
        #expect(field("pmtu") == "\(information.pathMTU)")
        #expect(field("cwnd") == "\(information.congestionWindow)")
        #expect(field("wscale") == "\(information.sendWindowScale),\(information.receiveWindowScale)")
        #expect(field("bytes_sent") == information.bytesSent.map { "\($0)" })
        #expect(field("bytes_received") == information.bytesReceived.map { "\($0)" })
        #expect(field("segs_out") == information.segmentsSent.map { "\($0)" })
        #expect(field("segs_in") == information.segmentsReceived.map { "\($0)" })
        #expect(field("data_segs_out") == information.dataSegmentsSent.map { "\($0)" })
        #expect(field("delivered") == information.delivered.map { "\($0)" })
        #expect(field("rcv_ssthresh") == "\(information.receiveSlowStartThreshold)")
        #expect(field("rcv_space") == "\(information.receiveSpace)")
        // `ss` prints milliseconds.
        let rtt = try #require(field("rtt")?.split(separator: "/").compactMap { Double($0) })
        #expect(rtt.first.map { Duration.microseconds(Int(($0 * 1_000).rounded())) } == information.roundTripTime)
        #expect(
            rtt.last.map { Duration.microseconds(Int(($0 * 1_000).rounded())) } == information.roundTripTimeVariation)
        let rto = try #require(field("rto").flatMap { Double($0) })
        #expect(Duration.microseconds(Int((rto * 1_000).rounded())) == information.retransmissionTimeout)
        #expect(information.bytesSent == 5_000)
        #expect(information.bytesReceived == 1_000)
        #expect(information.bytesAcknowledged == 5_000)
        #expect(information.totalRetransmissions == 0)
        #expect(information.options.contains(.windowScaling))
        #expect(information.congestionState == .open)
        #expect("\(information)".hasPrefix("ESTABLISHED, round trip "))

        try peer.endInput()
        #expect(try peer.wait() == 0)
        #expect(try socket.receive(upTo: 10) == nil)
        #expect(try socket.get(.tcpInformation).state == .closeWait)
        #expect(try listener.get(.tcpInformation).state == .listening)
        #expect(try Socket(.ipv4, .stream).get(.tcpInformation).state == .closed)
    }
}
