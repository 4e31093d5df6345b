/// Reads the fields of an address in the order in which the C structure has them, from behind its family.
///
/// What a type that conforms to ``CustomSocketAddress`` is read with:
///
/// ```swift
/// init?(_ raw: RawSocketAddress) {
///     guard var fields = AddressReader(raw, .netlink), fields.skip(2),
///         let portID: UInt32 = fields.native(), let groups: UInt32 = fields.native()
///     else { return nil }
///     …
/// }
/// ```
///
/// Every reading is `nil` where the bytes end before it, so that no address can trap, whoever wrote it.
public struct AddressReader: Hashable, Sendable {
    private let source: [UInt8]
    private var offset = 0

    /// Begins to read an address; `nil` when it is one of another family.
    public init?(_ raw: RawSocketAddress, _ family: AddressFamily) {
        guard CInt(raw.family) == family.rawValue else { return nil }
        source = raw.bytes
    }

    /// How many bytes are left.
    public var count: Int { source.count - offset }

    /// Reads an integer in the byte order of this machine.
    public mutating func native<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        guard let number = OptionBytes.load(Number.self, source, at: offset) else { return nil }
        offset += Number.bitWidth / 8
        return number
    }

    /// Reads an integer in network order, the most significant byte first.
    public mutating func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        native(type).map { Number(bigEndian: $0) }
    }

    /// Reads an integer whose least significant byte stands first.
    public mutating func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        native(type).map { Number(littleEndian: $0) }
    }

    /// Reads so many bytes.
    public mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= self.count else { return nil }
        defer { offset += count }
        return Array(source[offset..<offset + count])
    }

    /// Reads the text before the first NUL of a field of so many bytes; `nil` where it is no UTF-8.
    public mutating func text(_ count: Int) -> String? {
        bytes(count).flatMap { String(validating: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Leaves bytes out that mean nothing; `false` where there are not so many.
    public mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }
}
