internal import SystemPackage

/// A classic packet filter, written with names and labels: a small assembler.
///
/// The kernel runs it over every packet before the socket gets it. It has an accumulator and an index of 32 bits each, and
/// 16 words of memory; it ends by saying how many bytes of the packet to keep.
///
/// ```swift
/// // Keep datagrams whose first byte is 7: on a UDP socket the packet begins with the header of 8 bytes.
/// var filter = FilterProgram()
/// let other = filter.label()
/// filter.load(.byte, at: 8)
/// filter.jump(if: .equal, 7, else: other)
/// filter.accept()
/// filter.place(other)
/// filter.drop()
/// try socket.set(.attachFilter, filter.instructions())
/// ```
///
/// Numbers in packets are read in network order. Jumps go forward only, so that every program ends.
public struct FilterProgram: Hashable, Sendable {
    /// A place in a program, to jump to.
    public struct Label: Hashable, Sendable {
        fileprivate let number: Int
    }

    /// How many bytes are read.
    public enum Width: UInt16, Hashable, Sendable {
        /// One byte; the corresponding C constant is `BPF_B`.
        case byte = 0x10
        /// Two bytes; the corresponding C constant is `BPF_H`.
        case half = 0x08
        /// Four bytes; the corresponding C constant is `BPF_W`.
        case word = 0x00
    }

    /// What is compared.
    public enum Condition: UInt16, Hashable, Sendable {
        /// The accumulator is the operand; the corresponding C constant is `BPF_JEQ`.
        case equal = 0x10
        /// The accumulator is greater, without sign; the corresponding C constant is `BPF_JGT`.
        case greater = 0x20
        /// The accumulator is greater or equal, without sign; the corresponding C constant is `BPF_JGE`.
        case greaterOrEqual = 0x30
        /// One of the operand's bits is set in the accumulator; the corresponding C constant is `BPF_JSET`.
        case anyBit = 0x40
    }

    /// What is calculated with the accumulator and an operand.
    public enum Arithmetic: UInt16, Hashable, Sendable {
        /// The corresponding C constant is `BPF_ADD`.
        case add = 0x00
        /// The corresponding C constant is `BPF_SUB`.
        case subtract = 0x10
        /// The corresponding C constant is `BPF_MUL`.
        case multiply = 0x20
        /// The corresponding C constant is `BPF_DIV`.
        case divide = 0x30
        /// The corresponding C constant is `BPF_OR`.
        case or = 0x40
        /// The corresponding C constant is `BPF_AND`.
        case and = 0x50
        /// The corresponding C constant is `BPF_LSH`.
        case shiftLeft = 0x60
        /// The corresponding C constant is `BPF_RSH`.
        case shiftRight = 0x70
        /// The corresponding C constant is `BPF_MOD`.
        case remainder = 0x90
        /// The corresponding C constant is `BPF_XOR`.
        case xor = 0xA0
    }

    /// A fact about the packet that does not stand in it (`SKF_AD_…`); an open set.
    public struct Fact: RawRepresentable, Hashable, Sendable {
        /// The number of the kernel.
        public let rawValue: UInt32

        /// A fact by its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The protocol of the frame, as 0x800; the corresponding C constant is `SKF_AD_PROTOCOL`.
        public static let etherType = Fact(rawValue: 0)
        /// Whom the frame was for; the corresponding C constant is `SKF_AD_PKTTYPE`.
        public static let packetType = Fact(rawValue: 4)
        /// The number of the interface; the corresponding C constant is `SKF_AD_IFINDEX`.
        public static let interfaceIndex = Fact(rawValue: 8)
        /// The mark; the corresponding C constant is `SKF_AD_MARK`.
        public static let mark = Fact(rawValue: 20)
        /// The queue of the interface; the corresponding C constant is `SKF_AD_QUEUE`.
        public static let queue = Fact(rawValue: 24)
        /// The kind of the hardware; the corresponding C constant is `SKF_AD_HATYPE`.
        public static let hardwareType = Fact(rawValue: 28)
        /// A hash of the flow; the corresponding C constant is `SKF_AD_RXHASH`.
        public static let hash = Fact(rawValue: 32)
        /// The processor that runs the filter; the corresponding C constant is `SKF_AD_CPU`.
        public static let processor = Fact(rawValue: 36)
        /// The tag of the virtual network; the corresponding C constant is `SKF_AD_VLAN_TAG`.
        public static let vlanTag = Fact(rawValue: 44)
        /// Whether there is such a tag; the corresponding C constant is `SKF_AD_VLAN_TAG_PRESENT`.
        public static let hasVLANTag = Fact(rawValue: 48)
        /// Where the data of the transport protocol begin; the corresponding C constant is `SKF_AD_PAY_OFFSET`.
        public static let payloadOffset = Fact(rawValue: 52)
        /// A number by chance; the corresponding C constant is `SKF_AD_RANDOM`.
        public static let random = Fact(rawValue: 56)
    }

    private struct Step: Hashable {
        var instruction: FilterInstruction
        var ifTrue: Label?
        var ifFalse: Label?
    }

    private var steps: [Step] = []
    /// The step that each label stands before; `nil` as long as it was not placed.
    private var places: [Int?] = []
    /// Whether a label was placed a second time, so that nobody knows where its jumps go.
    private var isPlacedTwice = false

    /// A program without instructions.
    public init() {}

    private mutating func add(_ code: UInt16, _ operand: UInt32 = 0, _ ifTrue: Label? = nil, _ ifFalse: Label? = nil) {
        steps.append(
            Step(instruction: FilterInstruction(code: code, operand: operand), ifTrue: ifTrue, ifFalse: ifFalse))
    }

    // MARK: Labels

    /// Makes a label, to be placed once and jumped to from before it.
    public mutating func label() -> Label {
        places.append(nil)
        return Label(number: places.count - 1)
    }

    /// Puts a label of this program here: before the next instruction.
    public mutating func place(_ label: Label) {
        guard places.indices.contains(label.number) else { return }
        if places[label.number] != nil { isPlacedTwice = true }
        places[label.number] = steps.count
    }

    // MARK: Reading

    /// Loads the accumulator from the packet; a packet that is shorter is dropped.
    ///
    /// - Parameters:
    ///   - width: How many bytes.
    ///   - offset: Where, from the start of what the socket sees: the frame on raw packet sockets, the header of UDP on
    ///     UDP sockets.
    ///   - indexed: Whether the index is added to the offset.
    public mutating func load(_ width: Width, at offset: UInt32, indexed: Bool = false) {
        add((indexed ? 0x40 : 0x20) | width.rawValue, offset)
    }

    /// Loads the accumulator from the header of the network protocol, whatever the socket sees.
    public mutating func loadNetwork(_ width: Width, at offset: UInt32) {
        add(0x20 | width.rawValue, 0xFFF0_0000 &+ offset)
    }

    /// Loads the accumulator with a fact about the packet.
    public mutating func load(_ fact: Fact) { add(0x20, 0xFFFF_F000 &+ fact.rawValue) }

    /// Loads the accumulator with a constant.
    public mutating func load(constant: UInt32) { add(0x00, constant) }

    /// Loads the accumulator with the length of the packet.
    public mutating func loadLength() { add(0x80) }

    /// Loads the accumulator from one of the 16 words of memory.
    public mutating func load(memory slot: UInt32) { add(0x60, slot) }

    /// Stores the accumulator in one of the 16 words of memory.
    public mutating func store(memory slot: UInt32) { add(0x02, slot) }

    /// Loads the index with a constant.
    public mutating func loadIndex(constant: UInt32) { add(0x01, constant) }

    /// Loads the index from one of the 16 words of memory.
    public mutating func loadIndex(memory slot: UInt32) { add(0x61, slot) }

    /// Loads the index with the length of an IPv4 header that begins at an offset.
    public mutating func loadIndex(lengthOfIPv4HeaderAt offset: UInt32) { add(0xB1, offset) }

    /// Copies the accumulator to the index.
    public mutating func copyToIndex() { add(0x07) }

    /// Copies the index to the accumulator.
    public mutating func copyFromIndex() { add(0x87) }

    // MARK: Calculating

    /// Calculates with the accumulator and a constant.
    public mutating func calculate(_ operation: Arithmetic, _ operand: UInt32) {
        add(0x04 | operation.rawValue, operand)
    }

    /// Calculates with the accumulator and the index.
    public mutating func calculateWithIndex(_ operation: Arithmetic) { add(0x0C | operation.rawValue) }

    // MARK: Jumping and ending

    /// Jumps when a condition holds, and elsewhere when it does not.
    ///
    /// - Parameters:
    ///   - condition: What is compared with the accumulator.
    ///   - operand: The other side.
    ///   - label: Where to go when it holds; `nil` for the next instruction.
    ///   - otherwise: Where to go when it does not; `nil` for the next instruction.
    public mutating func jump(
        if condition: Condition, _ operand: UInt32, to label: Label? = nil, else otherwise: Label? = nil
    ) {
        add(0x05 | condition.rawValue, operand, label, otherwise)
    }

    /// Jumps in any case.
    public mutating func jump(to label: Label) { add(0x05, 0, label) }

    /// Keeps the packet, or its first bytes.
    public mutating func accept(_ count: UInt32 = .max) { add(0x06, count) }

    /// Ends with the accumulator: so many bytes are kept, or the socket of that number gets the packet.
    public mutating func acceptAccumulator() { add(0x16) }

    /// Drops the packet.
    public mutating func drop() { add(0x06) }

    // MARK: Assembling

    /// The instructions for ``WriteOnlySocketOption/attachFilter`` and ``WriteOnlySocketOption/attachReusePortFilter``.
    ///
    /// - Throws: ``SocketError`` with ``SocketError/Code/invalidArgument`` for a label that was not placed, or
    ///   twice, a jump backwards or over more than 255 instructions, a program without instructions, or one of more than 4,096.
    public func instructions() throws(SocketError) -> [FilterInstruction] {
        guard (1...4_096).contains(steps.count) else {
            throw invalid("a program has 1 to 4,096 instructions, and this one \(steps.count)")
        }
        guard !isPlacedTwice else { throw invalid("a label was placed twice") }
        var result: [FilterInstruction] = []
        for (index, step) in steps.enumerated() {
            var instruction = step.instruction
            if instruction.code == 0x05 {
                instruction.operand = UInt32(clamping: try distance(from: index, to: step.ifTrue))
            } else if instruction.code & 0x07 == 0x05 {
                instruction.jumpIfTrue = try short(distance(from: index, to: step.ifTrue), index)
                instruction.jumpIfFalse = try short(distance(from: index, to: step.ifFalse), index)
            }
            result.append(instruction)
        }
        return result
    }

    private func distance(from index: Int, to label: Label?) throws(SocketError) -> Int {
        guard let label else { return 0 }
        guard places.indices.contains(label.number), let place = places[label.number], place < steps.count else {
            throw invalid("instruction \(index) jumps to a label that stands before no instruction")
        }
        guard place > index else { throw invalid("instruction \(index) jumps backwards") }
        return place - index - 1
    }

    private func short(_ distance: Int, _ index: Int) throws(SocketError) -> UInt8 {
        guard let distance = UInt8(exactly: distance) else {
            throw invalid("instruction \(index) jumps over \(distance) instructions; 255 is the most")
        }
        return distance
    }

    private func invalid(_ hint: String) -> SocketError {
        SocketError(.invalidArgument, .setOption, errno: .invalidArgument, subject: "packet filter", hint: hint)
    }
}
