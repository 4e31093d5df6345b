internal import SystemPackage

/// How the value of an option travels to the kernel and back.
enum OptionCodec<Value>: Sendable {
    /// One integer; the value is checked against the range before the kernel sees it.
    case integer(
        OptionInteger, encode: @Sendable (Value) -> Int?, decode: @Sendable (Int) -> Value)
    /// A structure, a text or bytes; `capacity` is the largest answer. A decoder that gets too few bytes returns nil.
    /// The socket is the one whose option is set: names of interfaces are those of its network.
    case structure(
        capacity: Int, encode: @Sendable (Value, Socket) throws(OptionMisfit) -> [UInt8],
        decode: @Sendable ([UInt8]) -> Value?)
    /// A structure with pointers in it, set by a call of its own.
    case call(@Sendable (CInt, Value) -> CInt)

    /// A structure that says the same to every socket.
    static func bytes(
        capacity: Int, encode: @escaping @Sendable (Value) throws(OptionMisfit) -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) -> Value?
    ) -> OptionCodec {
        .structure(
            capacity: capacity, encode: { value, _ throws(OptionMisfit) in try encode(value) }, decode: decode)
    }
}

/// The integer that the kernel takes: its type in C, the values that it may have, and their unit.
struct OptionInteger: Sendable {
    enum CType {
        case int, unsignedInt, unsignedLong
    }

    let type: CType
    let range: ClosedRange<Int>
    let unit: String
    /// A number outside the range that stands for no value.
    let none: Int?

    init(_ type: CType = .int, _ range: ClosedRange<Int>? = nil, unit: String = "", none: Int? = nil) {
        self.type = type
        self.none = none
        self.unit = unit
        switch (range, type) {
        case (let range?, _): self.range = range
        case (nil, .int): self.range = Int(Int32.min)...Int(Int32.max)
        case (nil, .unsignedInt): self.range = 0...Int(clamping: UInt32.max)
        case (nil, .unsignedLong): self.range = 0...Int.max
        }
    }

    /// Zero and more.
    static let count = OptionInteger(.int, 0...Int(Int32.max))
    /// A byte.
    static let byte = OptionInteger(.int, 0...255)

    /// Whether the kernel may get the number.
    func allows(_ number: Int) -> Bool { range.contains(number) || number == none }
}

extension OptionCodec where Value == Bool {
    /// Zero for false, one for true; every other number of the kernel is true.
    static var flag: OptionCodec {
        .integer(OptionInteger(.int, 0...1), encode: { $0 ? 1 : 0 }, decode: { $0 != 0 })
    }
}

extension OptionCodec where Value == Int {
    static func integer(_ integer: OptionInteger) -> OptionCodec {
        .integer(integer, encode: { $0 }, decode: { $0 })
    }
}

extension OptionCodec where Value == UInt32 {
    static var unsigned: OptionCodec {
        .integer(
            OptionInteger(.unsignedInt), encode: { Int(exactly: $0) }, decode: { UInt32(truncatingIfNeeded: $0) })
    }
}

extension OptionCodec where Value == UInt64 {
    static var opaque: OptionCodec {
        .bytes(
            capacity: 8, encode: { (value) throws(OptionMisfit) in OptionBytes.store(value) },
            decode: { OptionBytes.load(UInt64.self, $0, at: 0) })
    }
}

extension OptionCodec where Value == Int? {
    /// An integer with one number that means none.
    static func optional(_ integer: OptionInteger, none: Int) -> OptionCodec {
        .integer(
            OptionInteger(integer.type, integer.range, unit: integer.unit, none: none),
            encode: { value in
                guard let value else { return none }
                return value == none ? nil : value
            }, decode: { $0 == none ? nil : $0 })
    }
}

extension OptionCodec where Value == Duration {
    static func duration(_ unit: OptionTimeUnit, _ range: ClosedRange<Int>? = nil) -> OptionCodec {
        .integer(
            OptionInteger(.int, range ?? 0...Int(Int32.max), unit: unit.name), encode: { unit.count($0) },
            decode: { unit.duration($0) })
    }
}

extension OptionCodec where Value == Duration? {
    /// A `timeval`, in which zero means none.
    static var timeValue: OptionCodec {
        .bytes(
            capacity: 2 * Int.bitWidth / 8,
            encode: { time throws(OptionMisfit) in
                guard let time else { return OptionBytes.store(0) + OptionBytes.store(0) }
                guard let count = OptionTimeUnit.microseconds.count(time), count >= 0 else {
                    throw OptionMisfit("\(time) is no time that the kernel can count in microseconds")
                }
                guard count > 0 else { throw OptionMisfit("zero would mean for ever to the kernel; nil says that") }
                return OptionBytes.store(count / 1_000_000) + OptionBytes.store(count % 1_000_000)
            },
            decode: { bytes in
                guard let seconds = OptionBytes.load(Int.self, bytes, at: 0),
                    let microseconds = OptionBytes.load(Int.self, bytes, at: Int.bitWidth / 8)
                else { return nil }
                let time = Duration.seconds(seconds) + .microseconds(microseconds)
                return .some(time == .zero ? nil : time)
            })
    }
}

extension OptionCodec where Value == Int {
    /// The number of an interface in the byte order of the network.
    static var networkOrderIndex: OptionCodec {
        .bytes(
            capacity: 4,
            encode: { index throws(OptionMisfit) in
                guard let index = Int32(exactly: index), index >= 0 else {
                    throw OptionMisfit("\(index) is outside 0…\(Int32.max)")
                }
                return OptionBytes.store(index.bigEndian)
            },
            decode: { OptionBytes.load(Int32.self, $0, at: 0).map { Int($0.bigEndian) } })
    }
}

extension OptionCodec where Value == [UInt8] {
    static func bytes(capacity: Int) -> OptionCodec {
        .bytes(
            capacity: capacity,
            encode: { bytes throws(OptionMisfit) in
                guard bytes.count <= capacity else {
                    throw OptionMisfit("\(bytes.count) bytes are too many; the kernel takes at most \(capacity)")
                }
                return bytes
            }, decode: { $0 })
    }
}

extension OptionCodec where Value == String {
    /// A text with at most `capacity` bytes.
    static func text(capacity: Int) -> OptionCodec {
        .bytes(
            capacity: capacity + 1,
            encode: { text throws(OptionMisfit) in try OptionBytes.text(text, capacity: capacity) },
            decode: { OptionBytes.text($0) })
    }
}

extension OptionCodec where Value: RawRepresentable & Sendable, Value.RawValue == CInt {
    /// An open set of the kernel; `make` is its initialiser.
    static func named(_ make: @escaping @Sendable (CInt) -> Value) -> OptionCodec {
        .integer(
            OptionInteger(.int), encode: { Int($0.rawValue) }, decode: { make(CInt(truncatingIfNeeded: $0)) })
    }
}

extension OptionCodec where Value: RawRepresentable & Sendable, Value.RawValue == UInt32 {
    /// A set of flags; `make` is its initialiser.
    static func flags(_ make: @escaping @Sendable (UInt32) -> Value) -> OptionCodec {
        .integer(
            OptionInteger(.unsignedInt), encode: { Int(exactly: $0.rawValue) },
            decode: { make(UInt32(truncatingIfNeeded: $0)) })
    }
}

/// The unit in which the kernel counts a time.
///
/// A duration that is no multiple of it is rounded up.
enum OptionTimeUnit: Sendable {
    case seconds, milliseconds, microseconds

    var name: String {
        switch self {
        case .seconds: "seconds"
        case .milliseconds: "milliseconds"
        case .microseconds: "microseconds"
        }
    }

    private var perSecond: Int64 {
        switch self {
        case .seconds: 1
        case .milliseconds: 1_000
        case .microseconds: 1_000_000
        }
    }

    /// How many units the duration takes; nil when that is no 64-bit number.
    func count(_ duration: Duration) -> Int? {
        let (seconds, attoseconds) = duration.components
        let size = 1_000_000_000_000_000_000 / perSecond
        let part = attoseconds / size + (attoseconds % size > 0 ? 1 : 0)
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
        let (sum, overflowing) = whole.addingReportingOverflow(part)
        return overflow || overflowing ? nil : Int(exactly: sum)
    }

    func duration(_ count: Int) -> Duration {
        switch self {
        case .seconds: .seconds(count)
        case .milliseconds: .milliseconds(count)
        case .microseconds: .microseconds(count)
        }
    }
}
