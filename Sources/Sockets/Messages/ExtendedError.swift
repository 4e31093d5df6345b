public import SystemPackage

/// What the error queue tells: which error, who found it out, and for which packet.
///
/// ```swift
/// try socket.set(.ipv4ReceiveErrors, true)
/// try socket.send("anybody there?", to: address)
/// if let message = try socket.queuedError(), let error = message.extendedError {
///     print(error, "for the datagram to", message.address as Any)     // port unreachable (ICMP 3/3) from 192.0.2.1 …
/// }
/// ```
///
/// The message's bytes are those of the datagram that was lost, its address is where it was to go. The corresponding C
/// structure is `sock_extended_err`.
public struct ExtendedError: Hashable, Sendable {
    /// The error that a call would have had; 0 where there is none.
    public let errno: Errno
    /// Who tells.
    public let origin: Origin
    /// The type of the ICMP message.
    public let type: UInt8
    /// The code of the ICMP message; with ``Origin/zeroCopy``, 1 when the kernel had to copy.
    public let code: UInt8
    /// More, by origin and error: an MTU, the first number of a range, a stage.
    public let info: UInt32
    /// More, by origin: the last number of a range, an identifier.
    public let data: UInt32
    /// The machine that sent the ICMP message; `nil` where none did.
    public let offender: SocketAddress?

    /// Who tells (`SO_EE_ORIGIN_…`); an open set.
    public struct Origin: RawRepresentable, Hashable, Sendable {
        /// The number of the kernel.
        public let rawValue: UInt8

        /// An origin by its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// This machine; the corresponding C constant is `SO_EE_ORIGIN_LOCAL`.
        public static let local = Origin(rawValue: 1)
        /// A message of ICMP; the corresponding C constant is `SO_EE_ORIGIN_ICMP`.
        public static let icmp = Origin(rawValue: 2)
        /// A message of ICMPv6; the corresponding C constant is `SO_EE_ORIGIN_ICMP6`.
        public static let icmpv6 = Origin(rawValue: 3)
        /// A timestamp of what was sent; the corresponding C constant is `SO_EE_ORIGIN_TIMESTAMPING`.
        public static let transmitStatus = Origin(rawValue: 4)
        /// The end of sending without copying; the corresponding C constant is `SO_EE_ORIGIN_ZEROCOPY`.
        public static let zeroCopy = Origin(rawValue: 5)
        /// A packet that missed its time; the corresponding C constant is `SO_EE_ORIGIN_TXTIME`.
        public static let transmitTime = Origin(rawValue: 6)
    }

    init?(bytes: [UInt8]) {
        guard let errno = OptionBytes.load(UInt32.self, bytes, at: 0), bytes.count >= 16,
            let info = OptionBytes.load(UInt32.self, bytes, at: 8),
            let data = OptionBytes.load(UInt32.self, bytes, at: 12)
        else { return nil }
        self.errno = Errno(rawValue: CInt(truncatingIfNeeded: errno))
        self.origin = Origin(rawValue: bytes[4])
        self.type = bytes[5]
        self.code = bytes[6]
        self.info = info
        self.data = data
        // An address of no family stands where nobody sent a message.
        let address = Array(bytes.dropFirst(16))
        let family = OptionBytes.load(UInt16.self, address, at: 0) ?? 0
        self.offender = family == 0 ? nil : KernelAddress(bytes: address).address(of: nil)
    }

    /// The largest packet that the way takes, in bytes, where the datagram was too long for it.
    public var mtu: Int? {
        errno == .messageTooLong && (origin == .icmp || origin == .icmpv6 || origin == .local) ? Int(info) : nil
    }

    /// Which sends without copying have ended, by their numbers; `nil` for anything else.
    public var completedSends: ClosedRange<UInt32>? {
        origin == .zeroCopy && info <= data ? info...data : nil
    }

    /// Whether the kernel had to copy the bytes after all, so that sending without copying did not pay.
    public var wasCopied: Bool { origin == .zeroCopy && code & 1 != 0 }
}

extension ExtendedError: CustomStringConvertible {
    /// The error in words, with the ICMP message and its sender.
    public var description: String {
        let sender = offender?.ipAddress.map { " from \($0)" } ?? ""
        switch origin {
        case .icmp: return "\(icmpReason) (ICMP \(type)/\(code))\(sender)"
        case .icmpv6: return "\(icmpv6Reason) (ICMPv6 \(type)/\(code))\(sender)"
        case .zeroCopy: return "sends \(info) to \(data) have ended\(wasCopied ? ", copied" : "")"
        case .transmitStatus:
            return "\(TransmitTimestamp.Stage(rawValue: info)), number \(data)"
        case .transmitTime: return "the packet missed its time"
        default: return "\(errno)"
        }
    }

    private var icmpReason: String {
        switch (type, code) {
        case (3, 0): "network unreachable"
        case (3, 1): "host unreachable"
        case (3, 2): "protocol unreachable"
        case (3, 3): "port unreachable"
        case (3, 4): "packet too large, at most \(info) bytes"
        case (3, 5): "source route failed"
        case (3, 9), (3, 10), (3, 13): "forbidden by a firewall"
        case (3, _): "unreachable"
        case (11, 0): "too many routers on the way"
        case (11, 1): "fragments missing"
        case (12, _): "a header is malformed"
        default: "\(errno)"
        }
    }

    private var icmpv6Reason: String {
        switch (type, code) {
        case (1, 0): "no route"
        case (1, 1), (1, 5), (1, 6): "forbidden by a firewall"
        case (1, 2): "beyond the scope of the source address"
        case (1, 3): "address unreachable"
        case (1, 4): "port unreachable"
        case (2, _): "packet too large, at most \(info) bytes"
        case (3, 0): "too many routers on the way"
        case (3, 1): "fragments missing"
        case (4, _): "a header is malformed"
        default: "\(errno)"
        }
    }
}

extension ExtendedError.Origin: CustomStringConvertible {
    /// The origin in a word, as `ICMP`.
    public var description: String {
        switch self {
        case .local: "this machine"
        case .icmp: "ICMP"
        case .icmpv6: "ICMPv6"
        case .transmitStatus: "timestamp"
        case .zeroCopy: "zero copy"
        case .transmitTime: "transmit time"
        default: "origin \(rawValue)"
        }
    }
}
