/// A message with all that came with it; what ``Socket/receiveMessage(upTo:controlCapacity:flags:)`` returns.
public struct ReceivedMessage: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]
    /// All but the bytes.
    public let details: MessageDetails

    init(bytes: [UInt8], details: MessageDetails) {
        self.bytes = bytes
        self.details = details
    }

    /// The sender; `nil` on a connection.
    public var address: SocketAddress? { details.address }
    /// The control messages, in the kernel's order.
    public var control: [ControlMessage] { details.control }
    /// What the kernel says about the message.
    public var flags: MessageFlags { details.flags }
    /// Whether the end of the message was lost for want of room.
    public var isTruncated: Bool { details.isTruncated }
    /// Whether control messages, such as descriptors, were lost for want of room.
    public var isControlTruncated: Bool { details.isControlTruncated }
    /// All descriptors that came with the message.
    public var descriptors: [OwnedDescriptor] { details.descriptors }
    /// The sender's process, user and group, if they came with the message.
    public var credentials: Credentials? { details.credentials }
    /// The packet's addresses and interface, if they came with the message.
    public var packetInfo: PacketInfo? { details.packetInfo }
    /// When the packet came, if that came with the message.
    public var timestamp: Timestamp? { details.timestamp }
    /// How many routers the packet could still have passed, if that came with the message.
    public var timeToLive: Int? { details.timeToLive }
    /// The class of service of the packet, with its mark of congestion, if that came with the message.
    public var trafficClass: TrafficClass? { details.trafficClass }
    /// Of how many bytes each of the datagrams is that the kernel has put together; `nil` for a single one.
    public var segmentSize: Int? { details.segmentSize }
    /// Why a datagram could not be delivered, or what became of it, if the message comes from the error queue.
    public var extendedError: ExtendedError? { details.extendedError }
    /// How many packets the socket has lost for want of room, if that came with the message.
    public var dropCount: UInt32? { details.dropCount }
    /// Where the packet was to go before a firewall turned it here, if that came with the message.
    public var originalDestination: SocketAddress? { details.originalDestination }
    /// The sender's process, if it came with the message.
    public var processDescriptor: OwnedDescriptor? { details.processDescriptor }
    /// What the kernel tells about the packet, if it came with the message.
    public var packetAuxiliaryData: PacketAuxiliaryData? { details.packetAuxiliaryData }
    /// What the error queue tells of the time at which something was sent; `nil` for any other message.
    public var transmitTimestamp: TransmitTimestamp? { details.transmitTimestamp }
}

/// All but the bytes of a received message.
public struct MessageDetails: Hashable, Sendable {
    /// How many bytes were received; with ``ReceiveFlags/truncate`` the length of the datagram.
    public let count: Int
    /// The sender; `nil` on a connection.
    public let address: SocketAddress?
    /// The control messages, in the kernel's order.
    public let control: [ControlMessage]
    /// What the kernel says about the message.
    public let flags: MessageFlags

    init(count: Int, address: SocketAddress?, control: [ControlMessage], flags: MessageFlags) {
        self.count = count
        self.address = address
        self.control = control
        self.flags = flags
    }

    /// Whether the end of the message was lost for want of room.
    public var isTruncated: Bool { flags.contains(.truncated) }
    /// Whether control messages, such as descriptors, were lost for want of room; those that had none are closed.
    public var isControlTruncated: Bool { flags.contains(.controlTruncated) }

    /// All descriptors that came with the message.
    public var descriptors: [OwnedDescriptor] {
        control.flatMap { (message: ControlMessage) -> [OwnedDescriptor] in
            if case .descriptors(let descriptors) = message { descriptors } else { [] }
        }
    }

    /// The sender's process, user and group, if they came with the message.
    public var credentials: Credentials? {
        for case .credentials(let credentials) in control { return credentials }
        return nil
    }

    /// The packet's addresses and interface, if they came with the message.
    public var packetInfo: PacketInfo? {
        for case .packetInfo(let info) in control { return info }
        return nil
    }

    /// When the packet came, if that came with the message.
    public var timestamp: Timestamp? {
        for case .timestamp(let timestamp) in control { return timestamp }
        return nil
    }

    /// How many routers the packet could still have passed, if that came with the message.
    public var timeToLive: Int? {
        for case .timeToLive(let count) in control { return count }
        return nil
    }

    /// The class of service of the packet, with its mark of congestion, if that came with the message.
    public var trafficClass: TrafficClass? {
        for case .trafficClass(let trafficClass) in control { return trafficClass }
        return nil
    }

    /// Of how many bytes each of the datagrams is that the kernel has put together; `nil` for a single one.
    public var segmentSize: Int? {
        for case .segmentSize(let count) in control { return count }
        return nil
    }

    /// Why a datagram could not be delivered, or what became of it, if the message comes from the error queue.
    public var extendedError: ExtendedError? {
        for case .extendedError(let error) in control { return error }
        return nil
    }

    /// How many packets the socket has lost for want of room, if that came with the message.
    public var dropCount: UInt32? {
        for case .dropCount(let count) in control { return count }
        return nil
    }

    /// Where the packet was to go before a firewall turned it here, if that came with the message.
    public var originalDestination: SocketAddress? {
        for case .originalDestination(let address) in control { return address }
        return nil
    }

    /// The sender's process, if it came with the message.
    public var processDescriptor: OwnedDescriptor? {
        for case .processDescriptor(let descriptor) in control { return descriptor }
        return nil
    }

    /// What the kernel tells about the packet, if it came with the message.
    public var packetAuxiliaryData: PacketAuxiliaryData? {
        for case .packetAuxiliaryData(let data) in control { return data }
        return nil
    }

    /// What the error queue tells of the time at which something was sent; `nil` for any other message.
    public var transmitTimestamp: TransmitTimestamp? {
        guard let timestamp, let error = extendedError, error.origin == .transmitStatus else { return nil }
        return TransmitTimestamp(
            stage: TransmitTimestamp.Stage(rawValue: error.info), identifier: error.data, timestamp: timestamp)
    }
}
