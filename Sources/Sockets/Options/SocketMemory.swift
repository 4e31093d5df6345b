/// How much memory of the kernel a socket uses, in bytes.
public struct SocketMemory: Hashable, Sendable {
    /// For what has come and was not received (`SK_MEMINFO_RMEM_ALLOC`).
    public let received: Int
    /// At most for what has come (`SK_MEMINFO_RCVBUF`).
    public let receiveBufferSize: Int
    /// For what is being sent (`SK_MEMINFO_WMEM_ALLOC`).
    public let sending: Int
    /// At most for what is sent (`SK_MEMINFO_SNDBUF`).
    public let sendBufferSize: Int
    /// Kept for more (`SK_MEMINFO_FWD_ALLOC`).
    public let reserved: Int
    /// For what is queued for sending (`SK_MEMINFO_WMEM_QUEUED`).
    public let queued: Int
    /// For options, filters and memberships (`SK_MEMINFO_OPTMEM`).
    public let options: Int
    /// For what has come while the socket was busy (`SK_MEMINFO_BACKLOG`).
    public let backlog: Int
    /// How many packets were dropped, since Linux 4.12 (`SK_MEMINFO_DROPS`).
    public let drops: Int?

    init?(bytes: [UInt8]) {
        func field(_ index: Int) -> Int? {
            OptionBytes.load(UInt32.self, bytes, at: 4 * index).map { Int(clamping: $0) }
        }
        guard let received = field(0), let receiveBufferSize = field(1), let sending = field(2),
            let sendBufferSize = field(3), let reserved = field(4), let queued = field(5), let options = field(6),
            let backlog = field(7)
        else { return nil }
        self.received = received
        self.receiveBufferSize = receiveBufferSize
        self.sending = sending
        self.sendBufferSize = sendBufferSize
        self.reserved = reserved
        self.queued = queued
        self.options = options
        self.backlog = backlog
        drops = field(8)
    }
}
