/// Whether a connection is being moved to another process or machine, with its state read here and written there.
public struct TCPRepairMode: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A mode by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Working again, after asking the peer for its window; the corresponding C constant is
    /// `TCP_REPAIR_OFF`.
    public static let off = TCPRepairMode(rawValue: 0)
    /// Under repair: closing says nothing to the peer; the corresponding C constant is `TCP_REPAIR_ON`.
    public static let on = TCPRepairMode(rawValue: 1)
    /// Working, without asking the peer; the corresponding C constant is `TCP_REPAIR_OFF_NO_WP`.
    public static let offWithoutProbe = TCPRepairMode(rawValue: -1)
}

/// The queue of a connection under repair that the next calls read or fill.
public struct TCPRepairQueue: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: CInt

    /// A queue by its number.
    public init(rawValue: CInt) { self.rawValue = rawValue }

    /// Neither; the corresponding C constant is `TCP_NO_QUEUE`.
    public static let none = TCPRepairQueue(rawValue: 0)
    /// What has come; the corresponding C constant is `TCP_RECV_QUEUE`.
    public static let receive = TCPRepairQueue(rawValue: 1)
    /// What is sent; the corresponding C constant is `TCP_SEND_QUEUE`.
    public static let send = TCPRepairQueue(rawValue: 2)
}

/// What both sides agreed on when a connection was made, to be written into a socket under repair.
///
/// The corresponding C structure is `tcp_repair_opt`.
public struct TCPRepairOption: Hashable, Sendable {
    /// Which option, as in the header of TCP.
    public var code: UInt32
    /// Its value.
    public var value: UInt32

    /// Makes an option of its code and value.
    public init(code: UInt32, value: UInt32) {
        self.code = code
        self.value = value
    }

    /// The largest segment (`TCPOPT_MAXSEG`).
    public static func maximumSegmentSize(_ size: UInt32) -> TCPRepairOption { TCPRepairOption(code: 2, value: size) }
    /// By how many bits the windows are shifted, each 0 to 14 (`TCPOPT_WINDOW`).
    public static func windowScales(send: UInt8, receive: UInt8) -> TCPRepairOption {
        TCPRepairOption(code: 3, value: UInt32(receive) << 16 | UInt32(send))
    }
    /// Selective acknowledgements (`TCPOPT_SACK_PERM`).
    public static let selectiveAcknowledgements = TCPRepairOption(code: 4, value: 0)
    /// Time stamps (`TCPOPT_TIMESTAMP`).
    public static let timestamps = TCPRepairOption(code: 8, value: 0)
}

/// The windows of a connection under repair.
///
/// The corresponding C structure is `tcp_repair_window`.
public struct TCPRepairWindow: Hashable, Sendable {
    /// The segment that last changed the window of the peer (`snd_wl1`).
    public var sendUpdate: UInt32
    /// The window of the peer (`snd_wnd`).
    public var sendWindow: UInt32
    /// The largest window that the peer ever offered (`max_window`).
    public var maximumWindow: UInt32
    /// The own window (`rcv_wnd`).
    public var receiveWindow: UInt32
    /// What had come when the own window was last told (`rcv_wup`).
    public var receiveUpdate: UInt32

    /// Makes the windows of their five fields.
    public init(
        sendUpdate: UInt32, sendWindow: UInt32, maximumWindow: UInt32, receiveWindow: UInt32, receiveUpdate: UInt32
    ) {
        self.sendUpdate = sendUpdate
        self.sendWindow = sendWindow
        self.maximumWindow = maximumWindow
        self.receiveWindow = receiveWindow
        self.receiveUpdate = receiveUpdate
    }

    init?(bytes: [UInt8]) {
        func field(_ index: Int) -> UInt32? { OptionBytes.load(UInt32.self, bytes, at: 4 * index) }
        guard let sendUpdate = field(0), let sendWindow = field(1), let maximumWindow = field(2),
            let receiveWindow = field(3), let receiveUpdate = field(4)
        else { return nil }
        self.init(
            sendUpdate: sendUpdate, sendWindow: sendWindow, maximumWindow: maximumWindow,
            receiveWindow: receiveWindow, receiveUpdate: receiveUpdate)
    }

    var bytes: [UInt8] {
        [sendUpdate, sendWindow, maximumWindow, receiveWindow, receiveUpdate].flatMap { OptionBytes.store($0) }
    }
}
