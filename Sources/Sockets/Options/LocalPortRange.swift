/// The ports out of which the kernel chooses the local one of a socket that is bound to none.
///
/// ```swift
/// try socket.set(.localPortRange, LocalPortRange(from: 40_000, through: 40_099))
/// ```
public struct LocalPortRange: Hashable, Sendable {
    /// The first port; nil for the first of the system (`/proc/sys/net/ipv4/ip_local_port_range`).
    public var first: Port?
    /// The last port; nil for the last of the system.
    public var last: Port?

    /// Makes a range; the kernel takes what lies within that of the system.
    public init(from first: Port? = nil, through last: Port? = nil) {
        self.first = first
        self.last = last
    }

    /// Both ports in one word; 0 stands for none.
    init(word: UInt32) {
        let first = Port(rawValue: UInt16(truncatingIfNeeded: word))
        let last = Port(rawValue: UInt16(truncatingIfNeeded: word >> 16))
        self.init(from: first == .any ? nil : first, through: last == .any ? nil : last)
    }

    var word: UInt32 { UInt32(last?.rawValue ?? 0) << 16 | UInt32(first?.rawValue ?? 0) }
}
