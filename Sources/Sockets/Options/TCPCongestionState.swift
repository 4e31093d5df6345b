/// How the congestion control of a TCP connection sees the network.
public struct TCPCongestionState: RawRepresentable, Hashable, Sendable {
    /// The number of the kernel.
    public let rawValue: UInt8

    /// A state by its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nothing unusual; the corresponding C constant is `TCP_CA_Open`.
    public static let open = TCPCongestionState(rawValue: 0)
    /// Acknowledgements that may mean a loss; the corresponding C constant is `TCP_CA_Disorder`.
    public static let disorder = TCPCongestionState(rawValue: 1)
    /// Sending less, as the network said so; the corresponding C constant is `TCP_CA_CWR`.
    public static let reduced = TCPCongestionState(rawValue: 2)
    /// Sending again what was lost; the corresponding C constant is `TCP_CA_Recovery`.
    public static let recovery = TCPCongestionState(rawValue: 3)
    /// Nothing came back in time; the corresponding C constant is `TCP_CA_Loss`.
    public static let loss = TCPCongestionState(rawValue: 4)
}
