/// Writes the fields of an address in the order in which the C structure has them, from behind its family.
///
/// What a type that conforms to ``CustomSocketAddress`` is written with:
///
/// ```swift
/// var raw: RawSocketAddress {
///     var fields = AddressWriter()
///     fields.skip(2)
///     fields.native(portID)
///     fields.native(groups)
///     return fields.raw(.netlink)
/// }
/// ```
public struct AddressWriter: Hashable, Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// Begins with nothing.
    public init() {}

    /// Writes an integer in the byte order of this machine.
    public mutating func native(_ number: some FixedWidthInteger) { bytes += OptionBytes.store(number) }

    /// Writes an integer in network order, the most significant byte first.
    public mutating func bigEndian(_ number: some FixedWidthInteger) { native(number.bigEndian) }

    /// Writes an integer with its least significant byte first.
    public mutating func littleEndian(_ number: some FixedWidthInteger) { native(number.littleEndian) }

    /// Writes bytes into a field of so many: what is more is left out, the rest is zero.
    public mutating func bytes(_ bytes: some Sequence<UInt8>, in count: Int) {
        let start = self.bytes.count
        self.bytes += bytes.prefix(max(0, count))
        skip(count - (self.bytes.count - start))
    }

    /// Writes zeros.
    public mutating func skip(_ count: Int) { bytes += repeatElement(0, count: max(0, count)) }

    /// The address of a family with what has been written.
    public func raw(_ family: AddressFamily) -> RawSocketAddress {
        RawSocketAddress(family: UInt16(truncatingIfNeeded: family.rawValue), bytes: bytes)
    }
}
