/// A queue of an interface, whose frames an XDP socket gets past the network stack.
///
/// The socket is `Socket(.xdp, .raw)`; it can be bound once it has memory and rings (`XDP_UMEM_REG`, `XDP_RX_RING`). The
/// corresponding C structure is `sockaddr_xdp`.
public struct XDPAddress: CustomSocketAddress, Hashable {
    /// How the frames are shared with the interface; an open set.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits of the kernel.
        public let rawValue: UInt16

        /// Flags by their bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The memory is another socket's; the corresponding C constant is `XDP_SHARED_UMEM`.
        public static let sharedMemory = Flags(rawValue: 1)
        /// Frames are copied; the corresponding C constant is `XDP_COPY`.
        public static let copy = Flags(rawValue: 2)
        /// Frames are never copied; the corresponding C constant is `XDP_ZEROCOPY`.
        public static let zeroCopy = Flags(rawValue: 4)
        /// The interface says when it has to be woken; the corresponding C constant is `XDP_USE_NEED_WAKEUP`.
        public static let needsWakeUp = Flags(rawValue: 8)
        /// A packet may lie in several frames; the corresponding C constant is `XDP_USE_SG`.
        public static let scattered = Flags(rawValue: 16)
    }

    /// The number of the interface.
    public let interfaceIndex: Int
    /// The number of its queue.
    public let queue: UInt32
    /// How frames are shared.
    public let flags: Flags
    /// The descriptor of the socket whose memory is shared; 0 without ``Flags/sharedMemory``.
    public let sharedMemoryDescriptor: UInt32

    /// Makes an address.
    public init(interfaceIndex: Int, queue: UInt32, flags: Flags = [], sharedMemoryDescriptor: UInt32 = 0) {
        self.interfaceIndex = interfaceIndex
        self.queue = queue
        self.flags = flags
        self.sharedMemoryDescriptor = sharedMemoryDescriptor
    }

    /// Reads the address; `nil` when it is one of another family or too short.
    public init?(_ raw: RawSocketAddress) {
        guard var fields = AddressReader(raw, .xdp), let flags: UInt16 = fields.native(),
            let index = fields.native(UInt32.self).map({ Int(clamping: $0) }), let queue: UInt32 = fields.native(),
            let shared: UInt32 = fields.native()
        else { return nil }
        self.init(
            interfaceIndex: index, queue: queue, flags: Flags(rawValue: flags), sharedMemoryDescriptor: shared)
    }

    /// The address as the kernel has it.
    public var raw: RawSocketAddress {
        var fields = AddressWriter()
        fields.native(flags.rawValue)
        fields.native(UInt32(clamping: interfaceIndex))
        fields.native(queue)
        fields.native(sharedMemoryDescriptor)
        return fields.raw(.xdp)
    }
}

extension XDPAddress: CustomStringConvertible {
    /// Interface and queue, as `interface 2, queue 0`.
    public var description: String { "interface \(interfaceIndex), queue \(queue)" }
}
