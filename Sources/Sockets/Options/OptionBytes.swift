/// Reads and writes the integers of C structures, in the byte order of this machine, inside arrays of bytes.
///
/// A read outside the bytes is nil, so that an answer of the kernel that is shorter than expected cannot trap.
enum OptionBytes {
    static func load<T: FixedWidthInteger>(_ type: T.Type = T.self, _ bytes: [UInt8], at offset: Int) -> T? {
        let size = T.bitWidth / 8
        guard offset >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        var value: T = 0
        for index in 0..<size {
            #if _endian(little)
            let byte = bytes[offset + size - 1 - index]
            #else
            let byte = bytes[offset + index]
            #endif
            value = (size == 1 ? 0 : value << 8) | T(truncatingIfNeeded: byte)
        }
        return value
    }

    static func store<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        let size = T.bitWidth / 8
        return (0..<size).map { index in
            #if _endian(little)
            UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: 8 * index))
            #else
            UInt8(truncatingIfNeeded: value >> T(truncatingIfNeeded: 8 * (size - 1 - index)))
            #endif
        }
    }

    /// The text before the first NUL; bytes that are no UTF-8 are replaced.
    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The bytes of a text for a field of the kernel, which holds `capacity` bytes at most, the closing NUL not counted.
    static func text(_ text: String, capacity: Int) throws(OptionMisfit) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count <= capacity else {
            throw OptionMisfit("'\(text)' has \(bytes.count) bytes; the kernel takes at most \(capacity)")
        }
        guard !bytes.contains(0) else { throw OptionMisfit("the text has a NUL in it") }
        return bytes
    }
}

/// Why a value cannot be given to the kernel.
struct OptionMisfit: Error {
    let code: SocketError.Code
    let reason: String

    init(_ reason: String, code: SocketError.Code = .invalidArgument) {
        self.code = code
        self.reason = reason
    }
}
