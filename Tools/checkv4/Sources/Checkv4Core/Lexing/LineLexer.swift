/// The lexer of configuration files, shell scripts and SQL: lines of words, where each value may hold an address.
///
/// A line becomes identifiers (keys), punctuation and strings: quoted text, and bare words that start with a digit, a
/// colon or a bracket or hold a full stop.
struct LineLexer {
    private let language: Language
    private var builder: TokenBuilder
    /// Up to here no second quotation mark was found, by the mark: each line is searched once.
    private var noSingleBefore = 0
    private var noDoubleBefore = 0

    /// The tokens of a text.
    static func tokens(of bytes: Span<UInt8>, language: Language, fileName: String) -> TokenList {
        var lexer = LineLexer(language: language, builder: TokenBuilder(byteCount: bytes.count))
        lexer.read(bytes, isJSON: fileName.hasSuffix(".json"), hasSemicolonComments: language == .config)
        return lexer.builder.finish()
    }

    private mutating func read(_ bytes: Span<UInt8>, isJSON: Bool, hasSemicolonComments: Bool) {
        let end = bytes.count
        var index = 0
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { index = 3 }
        var isFirst = true
        while index < end {
            let byte = bytes[index]
            switch byte {
            case 0x0A:
                builder.add(.newline, index, index + 1)
                isFirst = true
                index &+= 1
                continue
            case 0x20, 0x09, 0x0D, 0x0C, 0x2C:
                if byte == 0x2C { builder.addPunctuation(Op.comma, index, index + 1) }
                index &+= 1
                continue
            case 0x23 where !isJSON && (isFirst || index == 0 || bytes[index - 1] <= 0x20),
                0x3B where hasSemicolonComments && isFirst,
                0x2D where language == .sql && index + 1 < end && bytes[index + 1] == 0x2D,
                0x2F where index + 1 < end && bytes[index + 1] == 0x2F && isFirst:
                let start = index
                while index < end, bytes[index] != 0x0A { index &+= 1 }
                builder.list.comments.append(start..<index)
                continue
            case 0x2F where language == .sql && index + 1 < end && bytes[index + 1] == 0x2A:
                let start = index
                index += 3
                while index < end, !(bytes[index] == 0x2F && bytes[index - 1] == 0x2A) { index &+= 1 }
                if index >= end { builder.problem(start, "the comment has no end") }
                index = min(index + 1, end)
                builder.list.comments.append(start..<index)
                continue
            case 0x22, 0x27:
                index = quoted(bytes, index)
            default:
                index = bare(bytes, index)
            }
            isFirst = false
        }
    }

    private mutating func quoted(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        let mark = bytes[start]
        if start < (mark == 0x22 ? noDoubleBefore : noSingleBefore) { return start + 1 }
        var index = start + 1
        while index < bytes.count, bytes[index] != mark, bytes[index] != 0x0A {
            index += bytes[index] == 0x5C && mark == 0x22 ? 2 : 1
        }
        guard index < bytes.count, bytes[index] == mark else {
            // An apostrophe in prose.
            if mark == 0x22 {
                noDoubleBefore = min(index, bytes.count)
            } else {
                noSingleBefore = min(index, bytes.count)
            }
            return start + 1
        }
        builder.addString(bytes, start, index + 1, prefix: 1, suffix: 1)
        return index + 1
    }

    private mutating func bare(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        let end = bytes.count
        while index < end, isIdentifierByte(bytes[index]) || bytes[index] == 0x2D || bytes[index] == 0x2E { index += 1 }
        // A key is followed by "=", ":" or a space; all else that could be an address is a value.
        let isAddressLike = isDigit(bytes[start]) || bytes[start] == 0x3A || bytes[start] == 0x5B
        if isAddressLike {
            var stop = index
            while stop < end, isValueByte(bytes[stop]) { stop += 1 }
            builder.addString(bytes, start, stop, prefix: 0, suffix: 0)
            return stop
        }
        if index > start {
            builder.addIdentifier(bytes, start, index)
            return index
        }
        builder.addPunctuation(UInt16(bytes[start]), start, start + 1)
        return start + 1
    }

    private func isValueByte(_ byte: UInt8) -> Bool {
        isIdentifierByte(byte) || byte == 0x2E || byte == 0x3A || byte == 0x2F || byte == 0x5B || byte == 0x5D
            || byte == 0x25 || byte == 0x2D
    }
}
