/// Comments and lines of the preprocessor.
extension CLexer {
    func lineEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != 0x0A { index &+= 1 }
        return index
    }

    /// The end of a line comment; in C a backslash before the line's end carries it on.
    func commentLineEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = lineEnd(bytes, start)
        while language.isCFamily, index < bytes.count {
            let last = index > 0 && bytes[index - 1] == 0x0D ? index - 2 : index - 1
            guard last > start, bytes[last] == 0x5C else { break }
            index = lineEnd(bytes, index + 1)
        }
        return index
    }

    mutating func blockComment(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 2
        var depth = 1
        let end = bytes.count
        while index + 1 < end {
            let byte = bytes[index]
            if byte == 0x2A, bytes[index + 1] == 0x2F {
                index += 2
                depth -= 1
                if depth == 0 {
                    builder.list.comments.append(start..<index)
                    return index
                }
            } else if byte == 0x2F, bytes[index + 1] == 0x2A, language == .rust {
                depth += 1
                index += 2
            } else {
                index &+= 1
            }
        }
        builder.problem(start, "the comment has no end")
        builder.list.comments.append(start..<end)
        return end
    }

    /// Reads `#` and its word; returns where the rest of the line goes on.
    mutating func startDirective(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        let wordStart = index
        while index < bytes.count, isIdentifierByte(bytes[index]) { index += 1 }
        let word = bytes.extracting(wordStart..<index)
        builder.flags = .inDirective
        builder.add(.directive, start, index)
        if equal(word, "if") || equal(word, "ifdef") || equal(word, "ifndef") {
            builder.saveBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "elif") || equal(word, "else") || equal(word, "elifdef") || equal(word, "elifndef") {
            builder.restoreBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "endif") {
            builder.forgetBrackets()
            builder.flags.insert(.isCondition)
        } else if equal(word, "undef") {
            builder.flags.insert(.isCondition)
        } else if equal(word, "include") || equal(word, "import") || equal(word, "include_next")
            || equal(word, "error") || equal(word, "warning") || equal(word, "line")
        {
            // Nothing there is code.
            index = commentLineEnd(bytes, index)
        }
        builder.enterLine()
        return index
    }

    func equal(_ word: Span<UInt8>, _ text: StaticString) -> Bool {
        guard word.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count where word[offset] != buffer[offset] { return false }
            return true
        }
    }

    mutating func endDirective(_ index: Int) {
        builder.leaveLine()
        builder.add(.newline, index, min(index + 1, index))
        builder.flags = []
    }
}
