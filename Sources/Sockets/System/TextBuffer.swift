/// A short ASCII text that is put together on the stack.
///
/// Addresses are printed through it, so that the final string is the only allocation, and there is none when the text
/// fits into a small string.
struct TextBuffer {
    /// The longest texts are an IPv6 socket address (47 bytes) and an expanded one (39).
    private static var capacity: Int { 64 }

    private var storage = [64 of UInt8](repeating: 0)
    private(set) var count = 0

    /// Appends one ASCII byte; a byte that has no room is dropped.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard count < Self.capacity else { return }
        storage[count] = byte & 0x7F
        count &+= 1
    }

    /// Appends a number without leading zeros.
    @inline(__always)
    mutating func append(decimal number: UInt8) {
        var rest = number
        if rest >= 100 {
            let hundreds: UInt8 = rest >= 200 ? 2 : 1
            append(0x30 &+ hundreds)
            rest &-= hundreds &* 100
            let tens = rest / 10
            append(0x30 &+ tens)
            rest &-= tens &* 10
        } else if rest >= 10 {
            let tens = rest / 10
            append(0x30 &+ tens)
            rest &-= tens &* 10
        }
        append(0x30 &+ rest)
    }

    /// Appends a number without leading zeros.
    mutating func append(decimal number: UInt16) {
        var divisor: UInt16 = 10_000
        while divisor > 1, number < divisor { divisor /= 10 }
        while divisor > 0 {
            append(0x30 &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a group of an IPv6 address in lower case, without leading zeros.
    @inline(__always)
    mutating func append(hexadecimal number: UInt16) {
        if number >= 0x1000 { append(nibble: number >> 12) }
        if number >= 0x100 { append(nibble: number >> 8) }
        if number >= 0x10 { append(nibble: number >> 4) }
        append(nibble: number)
    }

    /// Appends the lowest four bits as a digit of a hexadecimal number.
    @inline(__always)
    mutating func append(nibble: UInt16) {
        let value = UInt8(truncatingIfNeeded: nibble & 0xF)
        append(value < 10 ? 0x30 &+ value : 0x57 &+ value)
    }

    /// The text so far.
    var string: String {
        // Unchecked is right here: every byte went through `append`, which keeps it below 0x80, so the text is ASCII.
        let text = unsafe UTF8Span(unchecked: storage.span.extracting(first: count), isKnownASCII: true)
        return String(copying: text)
    }
}
