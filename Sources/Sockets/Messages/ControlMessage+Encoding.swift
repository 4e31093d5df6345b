internal import CSockets
internal import Glibc
internal import SystemPackage

extension ControlMessage {
    /// The message for the kernel, or why it cannot be sent.
    ///
    /// - Parameters:
    ///   - isVersion4: Whether packets of the socket go by IPv4; else by IPv6.
    ///   - hold: Keeps a descriptor open until the call is done, and returns its number; `nil` when it is closed.
    func encoded(
        isVersion4: Bool, holding hold: (OwnedDescriptor) -> CInt?
    ) throws(SocketError) -> ControlMessageBuffer.Message {
        var message: ControlMessageBuffer.Message
        switch self {
        case .descriptors(let descriptors):
            message = .init(level: SOL_SOCKET, type: Constants.rightsMessage)
            guard descriptors.count <= Self.maximumDescriptors else {
                throw SocketError(
                    .invalidArgument, .send, errno: .invalidArgument,
                    hint: "\(descriptors.count) descriptors are more than the \(Self.maximumDescriptors) of one message"
                )
            }
            for descriptor in descriptors {
                guard let number = hold(descriptor) else {
                    throw SocketError(
                        .invalidArgument, .send, errno: .badFileDescriptor,
                        hint: "a descriptor of the message has been taken or closed")
                }
                message.bytes.append(native: number)
            }
        case .credentials(let credentials):
            message = .init(level: SOL_SOCKET, type: Constants.credentialsMessage)
            message.bytes.append(native: credentials.processIdentifier)
            message.bytes.append(native: credentials.userIdentifier)
            message.bytes.append(native: credentials.groupIdentifier)
        case .packetInfo(let info):
            message = info.encoded(isVersion4: isVersion4)
        case .timeToLive(let count):
            message =
                isVersion4
                ? .init(level: CInt(IPPROTO_IP), type: IP_TTL)
                : .init(level: CInt(IPPROTO_IPV6), type: IPV6_HOPLIMIT)
            message.bytes.append(native: CInt(clamping: count))
        case .trafficClass(let trafficClass):
            message =
                isVersion4
                ? .init(level: CInt(IPPROTO_IP), type: IP_TOS)
                : .init(level: CInt(IPPROTO_IPV6), type: IPV6_TCLASS)
            message.bytes.append(native: CInt(trafficClass.rawValue))
        case .segmentSize(let count):
            guard let count = UInt16(exactly: count) else {
                throw SocketError(
                    .invalidArgument, .send, errno: .invalidArgument,
                    hint: "datagrams of \(count) bytes do not exist; segments have 0 to 65,535")
            }
            message = .init(level: OptionLevel.udp, type: Constants.udpSegment)
            message.bytes.append(native: count)
        case .transmitTime(let time):
            guard time >= .zero else {
                throw SocketError(
                    .invalidArgument, .send, errno: .invalidArgument, hint: "the time lies before the clock's zero")
            }
            message = .init(level: SOL_SOCKET, type: Constants.transmitTime)
            message.bytes.append(native: UInt64(clamping: time.clampedNanoseconds))
        case .timestampIdentifier(let identifier):
            message = .init(level: SOL_SOCKET, type: Constants.timestampIdentifier)
            message.bytes.append(native: identifier)
        case .mark(let mark):
            message = .init(level: SOL_SOCKET, type: SO_MARK)
            message.bytes.append(native: mark)
        case .priority(let priority):
            message = .init(level: SOL_SOCKET, type: SO_PRIORITY)
            message.bytes.append(native: priority)
        case .timestamp, .processDescriptor, .extendedError, .dropCount, .originalDestination, .stampedPacket,
            .fragmentSize, .packetAuxiliaryData:
            throw SocketError(
                .invalidArgument, .send, errno: .invalidArgument,
                hint: "messages of this kind are made by the kernel; they can only be received")
        case .other(let level, let type, let bytes):
            message = .init(level: level, type: type, bytes: bytes)
        }
        return message
    }

    /// The most descriptors that the kernel takes in one message (`SCM_MAX_FD`).
    static let maximumDescriptors = 253
}

extension PacketInfo {
    fileprivate func encoded(isVersion4: Bool) -> ControlMessageBuffer.Message {
        let source = local ?? destination
        // The kernel has no interface of a number that it cannot hold, and says so.
        let index = UInt32(exactly: interfaceIndex) ?? .max
        // The address decides, where there is one: an IPv6 socket sends to mapped addresses by IPv4.
        if source?.unmapped.isIPv4 ?? isVersion4 {
            var message = ControlMessageBuffer.Message(level: CInt(IPPROTO_IP), type: IP_PKTINFO)
            message.bytes.append(native: index)
            message.bytes += local?.unmapped.bytes ?? [0, 0, 0, 0]
            message.bytes += destination?.unmapped.bytes ?? [0, 0, 0, 0]
            return message
        }
        var message = ControlMessageBuffer.Message(level: CInt(IPPROTO_IPV6), type: IPV6_PKTINFO)
        message.bytes = local?.bytes ?? Array(repeating: 0, count: 16)
        message.bytes.append(native: index)
        return message
    }
}
