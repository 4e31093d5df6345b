/// Takes numbers in the byte order of this machine from bytes, and never reads past their end.
struct NativeReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(bytes) }

    /// The next number, or nil when there are too few bytes for it.
    mutating func read<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number? {
        let size = Number.bitWidth / 8
        guard let bytes = take(size) else { return nil }
        // The first byte is the lowest one in little-endian order.
        let number = bytes.reversed().reduce(Number(0)) { $0 << 8 | Number($1) }
        return Number(littleEndian: number)
    }

    /// The next bytes, or nil when there are not so many.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Passes over bytes; false when there are not so many.
    mutating func skip(_ count: Int) -> Bool { take(count) != nil }
}

/// Puts numbers into bytes, in the byte order of this machine.
struct NativeWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        var rest = number.littleEndian
        for _ in 0..<Number.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
