internal import CSockets
internal import Glibc

extension ControlMessage {
    /// What the kernel's message means; what is too short for its kind, or unknown, stays as it is.
    ///
    /// One message of the kernel can have several meanings: a timestamp by the software and one by the hardware.
    static func decode(_ message: ControlMessageBuffer.Message) -> [ControlMessage] {
        let decoded: [ControlMessage]? =
            switch message.level {
            case SOL_SOCKET: socketMessage(message.type, message.bytes)
            case CInt(IPPROTO_IP): version4Message(message.type, message.bytes).map { [$0] }
            case CInt(IPPROTO_IPV6): version6Message(message.type, message.bytes).map { [$0] }
            case OptionLevel.packet where message.type == PACKET_AUXDATA:
                PacketAuxiliaryData(bytes: message.bytes).map { [.packetAuxiliaryData($0)] }
            case OptionLevel.udp: udpMessage(message.type, message.bytes).map { [$0] }
            default: nil
            }
        return decoded ?? [.other(level: message.level, type: message.type, bytes: message.bytes)]
    }

    private static func socketMessage(_ type: CInt, _ bytes: [UInt8]) -> [ControlMessage]? {
        switch type {
        case Constants.rightsMessage:
            // Whole numbers only; the kernel sends no others.
            let numbers = stride(from: 0, through: bytes.count - 4, by: 4).compactMap {
                bytes.native(CInt.self, at: $0)
            }
            return [.descriptors(numbers.map { OwnedDescriptor(number: $0) })]
        case Constants.credentialsMessage:
            guard let process = bytes.native(Int32.self, at: 0), let user = bytes.native(UInt32.self, at: 4),
                let group = bytes.native(UInt32.self, at: 8)
            else { return nil }
            return [
                .credentials(
                    Credentials(processIdentifier: process, userIdentifier: user, groupIdentifier: group))
            ]
        case Constants.processDescriptorMessage:
            guard let number = bytes.native(CInt.self, at: 0), number >= 0 else { return nil }
            return [.processDescriptor(OwnedDescriptor(number: number))]
        case Constants.timestampMicroseconds, Constants.timestampMicrosecondsLong:
            return time(bytes, at: 0, Duration.microseconds).map { [.timestamp(Timestamp(sinceEpoch: $0))] }
        case Constants.timestampNanoseconds, Constants.timestampNanosecondsLong:
            return time(bytes, at: 0, Duration.nanoseconds).map { [.timestamp(Timestamp(sinceEpoch: $0))] }
        case Constants.timestamping, Constants.timestampingLong:
            // Three times: by the software, one that is no longer used, by the hardware; 0 for those not taken.
            guard let software = time(bytes, at: 0, Duration.nanoseconds),
                let hardware = time(bytes, at: 32, Duration.nanoseconds)
            else { return nil }
            var stamps: [ControlMessage] = []
            if software != .zero { stamps.append(.timestamp(Timestamp(sinceEpoch: software))) }
            if hardware != .zero { stamps.append(.timestamp(Timestamp(sinceEpoch: hardware, isHardware: true))) }
            return stamps.isEmpty ? nil : stamps
        case Constants.timestampingPacketInfo:
            guard let index = bytes.native(UInt32.self, at: 0), let length = bytes.native(UInt32.self, at: 4) else {
                return nil
            }
            return [.stampedPacket(interfaceIndex: Int(clamping: index), length: Int(clamping: length))]
        case SO_RXQ_OVFL:
            return bytes.native(UInt32.self, at: 0).map { [.dropCount($0)] }
        case SO_MARK:
            return bytes.native(UInt32.self, at: 0).map { [.mark($0)] }
        case SO_PRIORITY:
            return bytes.native(UInt32.self, at: 0).map { [.priority($0)] }
        default:
            return nil
        }
    }

    /// Seconds and a part of a second, 8 bytes each.
    private static func time(_ bytes: [UInt8], at offset: Int, _ part: (Int64) -> Duration) -> Duration? {
        guard let seconds = bytes.native(Int64.self, at: offset), let rest = bytes.native(Int64.self, at: offset + 8)
        else { return nil }
        return .seconds(seconds) + part(rest)
    }

    private static func version4Message(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
        switch type {
        case IP_PKTINFO:
            guard let index = bytes.native(UInt32.self, at: 0), let local = bytes.native(UInt32.self, at: 4),
                let destination = bytes.native(UInt32.self, at: 8)
            else { return nil }
            return .packetInfo(
                PacketInfo(
                    destination: .v4(IPv4Address(rawValue: UInt32(bigEndian: destination))),
                    local: local == 0 ? nil : .v4(IPv4Address(rawValue: UInt32(bigEndian: local))),
                    interfaceIndex: Int(clamping: index)))
        case IP_TTL:
            return bytes.native(CInt.self, at: 0).map { .timeToLive(Int($0)) }
        case IP_TOS:
            // The kernel writes one byte.
            return bytes.first.map { .trafficClass(TrafficClass(rawValue: $0)) }
        case IP_RECVERR:
            return ExtendedError(bytes: bytes).map { .extendedError($0) }
        case IP_ORIGDSTADDR:
            return bytes.count < 16 ? nil : .originalDestination(KernelAddress(bytes: bytes).address(of: nil))
        case Constants.fragmentSizeVersion4:
            return bytes.native(CInt.self, at: 0).map { .fragmentSize(Int($0)) }
        default:
            return nil
        }
    }

    private static func version6Message(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
        switch type {
        case IPV6_PKTINFO:
            guard let address = IPv6Address(bytes: bytes.prefix(16)), let index = bytes.native(UInt32.self, at: 16)
            else { return nil }
            let ip = IPAddress.v6(address)
            return .packetInfo(
                PacketInfo(
                    destination: ip, local: ip.isMulticast ? nil : ip,
                    interfaceIndex: Int(clamping: index)))
        case IPV6_HOPLIMIT:
            return bytes.native(CInt.self, at: 0).map { .timeToLive(Int($0)) }
        case IPV6_TCLASS:
            return bytes.native(CInt.self, at: 0).map {
                .trafficClass(TrafficClass(rawValue: UInt8(truncatingIfNeeded: $0)))
            }
        case IPV6_RECVERR:
            return ExtendedError(bytes: bytes).map { .extendedError($0) }
        case Constants.originalDestinationVersion6:
            return bytes.count < 24 ? nil : .originalDestination(KernelAddress(bytes: bytes).address(of: nil))
        case Constants.fragmentSizeVersion6:
            return bytes.native(CInt.self, at: 0).map { .fragmentSize(Int($0)) }
        default:
            return nil
        }
    }

    private static func udpMessage(_ type: CInt, _ bytes: [UInt8]) -> ControlMessage? {
        switch type {
        case Constants.udpReceiveOffload:
            return bytes.native(CInt.self, at: 0).map { .segmentSize(Int($0)) }
        case Constants.udpSegment:
            return bytes.native(UInt16.self, at: 0).map { .segmentSize(Int($0)) }
        default:
            return nil
        }
    }
}
