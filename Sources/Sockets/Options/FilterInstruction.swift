/// An instruction of a classic packet filter, which the kernel runs over every packet before the socket gets it.
///
/// ```swift
/// try socket.set(.attachFilter, [.accept(40)])          // cut every packet after 40 bytes
/// ```
///
/// The program returns how many bytes of the packet to keep; zero drops it. The corresponding C structure is
/// `sock_filter`; `tcpdump -dd` prints programs in this form.
public struct FilterInstruction: Hashable, Sendable {
    /// What to do (`BPF_LD`, `BPF_JMP`, `BPF_RET`, … and their modes).
    public var code: UInt16
    /// How many instructions to skip when the condition of a jump holds.
    public var jumpIfTrue: UInt8
    /// How many instructions to skip when it does not.
    public var jumpIfFalse: UInt8
    /// The operand.
    public var operand: UInt32

    /// Makes an instruction of its four fields, as `tcpdump -dd` prints them.
    public init(code: UInt16, jumpIfTrue: UInt8 = 0, jumpIfFalse: UInt8 = 0, operand: UInt32 = 0) {
        self.code = code
        self.jumpIfTrue = jumpIfTrue
        self.jumpIfFalse = jumpIfFalse
        self.operand = operand
    }

    /// Ends the program and keeps the first `count` bytes of the packet; `UInt32.max` keeps all (`BPF_RET | BPF_K`).
    public static func accept(_ count: UInt32) -> FilterInstruction {
        FilterInstruction(code: 0x06, operand: count)
    }

    /// Ends the program and drops the packet.
    public static let drop = FilterInstruction(code: 0x06)
}
