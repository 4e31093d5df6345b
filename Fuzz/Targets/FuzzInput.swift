import Glibc
import Sockets

/// The bytes that the fuzzer gives as text, nil when they are not UTF-8.
func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    String(validating: bytes, as: UTF8.self)
}

/// The four or sixteen bytes that inet_pton makes of a text without NUL, nil when it refuses.
func pton(_ family: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64)? {
    var result: (UInt64, UInt64) = (0, 0)
    let accepted = withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { text in
        for (index, byte) in bytes.enumerated() { text[index] = CChar(bitPattern: byte) }
        text[bytes.count] = 0
        return inet_pton(family, text.baseAddress!, &result) == 1
    }
    return accepted ? (UInt64(bigEndian: result.0), UInt64(bigEndian: result.1)) : nil
}

/// The text that inet_ntop makes of the first bytes of two words in network order.
func ntop(_ family: Int32, _ high: UInt64, _ low: UInt64) -> String {
    var raw = (high.bigEndian, low.bigEndian)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
        guard inet_ntop(family, &raw, text.baseAddress!, 64) != nil else { fatalError("inet_ntop failed") }
        return String(cString: text.baseAddress!)
    }
}

/// Ends the run with a crash that the fuzzer writes down.
func check(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { fatalError(what()) }
}

/// A value whose text and value go back and forth.
func checkRoundTrip<Value: LosslessStringConvertible & Equatable>(_ value: Value) {
    check(Value(value.description) == value, "\(Value.self) \(value) does not parse back")
}

/// An address whose text and value go back and forth, and that can be shown.
func checkRoundTrip(_ address: SocketAddress) {
    check(SocketAddress(address.text) == address, "\(address.text) does not parse back")
    // The zone of an Internet address prints as it was given.
    guard case .other = address else { return }
    check(!address.description.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "control characters")
}
