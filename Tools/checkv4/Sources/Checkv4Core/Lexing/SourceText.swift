/// The bytes of one file, and where its lines start.
public struct SourceText: Sendable {
    /// The name shown to people: relative to the working directory.
    public let path: String
    /// The name from the root of what is checked, by which tests and protocols are told: the same from every folder.
    public let name: String
    /// What the bytes are written in.
    public let language: Language
    /// The whole file.
    public let bytes: [UInt8]
    /// The first byte of every line.
    let lineStarts: [Int]

    /// A text under the name that findings will show.
    public init(path: String, language: Language, bytes: [UInt8], name: String? = nil) {
        self.path = path
        self.name = name ?? path
        self.language = language
        self.bytes = bytes
        var starts = [0]
        starts.reserveCapacity(bytes.count / 32 + 1)
        let buffer = bytes.span
        var index = 0
        let end = buffer.count
        while index < end {
            if buffer[index] == 0x0A { starts.append(index + 1) }
            index &+= 1
        }
        lineStarts = starts
    }

    /// The line of a byte, from 0.
    func line(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The bytes of a line without its end.
    func lineRange(_ line: Int) -> Range<Int> {
        guard line >= 0, line < lineStarts.count else { return bytes.count..<bytes.count }
        let start = lineStarts[line]
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return start..<max(start, end)
    }

    /// The text of some bytes; what is not UTF-8 shows as U+FFFD.
    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    /// The first byte that is not UTF-8, nil when all is.
    func firstInvalidUTF8() -> Int? {
        let buffer = bytes.span
        var index = 0
        let end = buffer.count
        while index < end {
            if buffer[index] < 0x80 {
                index &+= 1
                continue
            }
            let length = Self.length(buffer, index)
            guard length > 0 else { return index }
            index += length
        }
        return nil
    }

    /// How many bytes the character has that starts here, 0 where no UTF-8 does.
    static func length(_ buffer: Span<UInt8>, _ index: Int) -> Int {
        let byte = buffer[index]
        let length: Int
        switch byte {
        case 0..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return 0
        }
        guard index + length <= buffer.count else { return 0 }
        for offset in 1..<length where buffer[index + offset] & 0xC0 != 0x80 { return 0 }
        let second = buffer[index + 1]
        if byte == 0xE0 && second < 0xA0 || byte == 0xED && second > 0x9F || byte == 0xF0 && second < 0x90
            || byte == 0xF4 && second > 0x8F
        {
            return 0
        }
        return length
    }

    /// The start of the character that holds a byte.
    func characterStart(_ offset: Int) -> Int {
        let buffer = bytes.span
        guard offset > 0, offset < buffer.count, buffer[offset] & 0xC0 == 0x80 else { return offset }
        for back in 1...3 where offset >= back && buffer[offset - back] & 0xC0 != 0x80 {
            return Self.length(buffer, offset - back) > back ? offset - back : offset
        }
        return offset
    }
}
