/// Measures how deeply a Swift source nests, without a parser, before one is asked to read it.
struct SwiftDepth {
    /// What the stack of a scanning thread bears by far, and no person writes.
    static let deepest = 1_000
    /// The parser's time doubles with every square bracket inside another.
    static let deepestSquare = 18

    /// A string in one of whose expressions the reader is.
    private struct Text {
        var depth: Int
        var isLong: Bool
        var pounds: Int
    }

    /// Words and marks before a type or an expression, each inside the one before: `try`, `any`, `->`, `@A`.
    ///
    /// The parser's time for some grows with the third power.
    static let mostPrefixes = 200

    private var brackets = 0
    private var squares = 0
    private var texts: [Text] = []

    /// Where the source nests too deeply, nil when it does nowhere.
    static func firstTooDeep(in bytes: Span<UInt8>) -> Int? {
        var depth = SwiftDepth()
        return depth.read(bytes)
    }

    private mutating func read(_ bytes: Span<UInt8>) -> Int? {
        var angles = 0
        var conditions = 0
        var repeated = 0
        var word = 0..<0
        // "a < b" with blanks: a comparison, or a type that somebody spaces out.
        var spaced = 0
        // "if switch if …" and "try any -> …" since what ends them.
        var statements = 0
        var prefixes = 0
        var ternaries = 0
        var index = 0
        let end = bytes.count
        while index < end {
            if brackets > Self.deepest || squares > Self.deepestSquare || angles > Self.deepest
                || conditions > Self.deepest || texts.count > Self.deepest || spaced > Self.deepest
                || statements > Self.deepest || ternaries > Self.deepest || prefixes > Self.mostPrefixes
            {
                return index
            }
            let byte = bytes[index]
            if byte > 0x20, !isIdentifierByte(byte) { word = 0..<0 }
            switch byte {
            case 0x28: brackets += 1
            case 0x7B:
                brackets += 1
                (angles, statements, prefixes, ternaries) = (0, 0, 0, 0)
            case 0x29:
                if let text = texts.last, text.depth == brackets {
                    texts.removeLast()
                    brackets -= 1
                    index = string(bytes, index + 1, text.isLong, text.pounds)
                    continue
                }
                brackets = max(0, brackets - 1)
            case 0x7D:
                brackets = max(0, brackets - 1)
                (angles, statements, prefixes, ternaries) = (0, 0, 0, 0)
                // A brace in the first column ends a declaration, whatever was counted wrongly in it.
                if index == 0 || bytes[index - 1] == 0x0A { squares = 0 }
            case 0x5B: squares += 1
            case 0x5D: squares = max(0, squares - 1)
            case 0x3C:
                if index + 1 < end, bytes[index + 1] == 0x3C {
                    index += 2
                    continue
                }
                if isBlank(bytes, index - 1), isBlank(bytes, index + 1) { spaced += 1 } else { angles += 1 }
            case 0x3E:
                if index > 0, bytes[index - 1] == 0x2D { prefixes += 1 } else { angles = max(0, angles - 1) }
            case 0x0A: spaced = 0
            case 0x3B: (angles, spaced, statements, prefixes, ternaries) = (0, 0, 0, 0, 0)
            case 0x3D: angles = 0
            case 0x2C: (spaced, prefixes) = (0, 0)
            case 0x40: prefixes += 1
            case 0x3F where isBlank(bytes, index - 1): ternaries += 1
            case 0x3A: ternaries = max(0, ternaries - 1)
            case 0x23 where isExtendedRegex(bytes, index):
                index = extendedRegex(bytes, index)
                continue
            case 0x23:
                if starts(bytes, index, "#if") { conditions += 1 }
                if starts(bytes, index, "#endif") { conditions = max(0, conditions - 1) }
            case 0x22:
                var pounds = 0
                while pounds < index, bytes[index - 1 - pounds] == 0x23 { pounds += 1 }
                let isLong = starts(bytes, index, "\"\"\"")
                index = string(bytes, index + (isLong ? 3 : 1), isLong, pounds)
                continue
            case 0x2F where index + 1 < end && bytes[index + 1] == 0x2F:
                while index < end, bytes[index] != 0x0A { index &+= 1 }
                continue
            case 0x2F where index + 1 < end && bytes[index + 1] == 0x2A:
                index = comment(bytes, index)
                continue
            case 0x2F:
                if let stop = regex(bytes, index) {
                    index = stop
                    continue
                }
            case _ where isIdentifierByte(byte):
                let start = index
                while index < end, isIdentifierByte(bytes[index]) { index &+= 1 }
                // "repeat repeat repeat …": each word may stand inside the one before.
                repeated = isSame(bytes, word, start..<index) ? repeated + 1 : 0
                word = start..<index
                if repeated > Self.deepest { return start }
                guard index - start <= 10, start == 0 || bytes[start - 1] != 0x23 else { continue }
                switch Self.words.first(where: {
                    index - start == $0.text.utf8CodeUnitCount && starts(bytes, start, $0.text)
                })?
                .kind
                {
                case .statement: statements += 1
                case .prefix: prefixes += 1
                case .declaration: prefixes = 0
                case nil: break
                }
                continue
            default: break
            }
            index &+= 1
        }
        return nil
    }

    private enum WordKind { case statement, prefix, declaration }

    private static let words: [(text: StaticString, kind: WordKind)] = [
        ("if", .statement), ("switch", .statement), ("repeat", .statement), ("do", .statement), ("while", .statement),
        ("guard", .statement), ("each", .prefix), ("try", .prefix), ("await", .prefix), ("some", .prefix),
        ("any", .prefix), ("inout", .prefix), ("borrowing", .prefix), ("consuming", .prefix), ("__owned", .prefix),
        ("__shared", .prefix), ("isolated", .prefix), ("sending", .prefix), ("throw", .prefix), ("return", .prefix),
        ("copy", .prefix), ("consume", .prefix), ("unsafe", .prefix), ("_const", .prefix), ("in", .prefix),
        ("is", .prefix), ("as", .prefix), ("func", .declaration), ("var", .declaration), ("let", .declaration),
        ("case", .declaration), ("init", .declaration), ("subscript", .declaration), ("import", .declaration),
        ("typealias", .declaration), ("class", .declaration), ("struct", .declaration), ("enum", .declaration),
    ]

    private func isBlank(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
        index >= 0 && index < bytes.count && (bytes[index] == 0x20 || bytes[index] == 0x09)
    }

    // MARK: Regular expressions

    private func isExtendedRegex(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == 0x23 { index += 1 }
        return index < bytes.count && bytes[index] == 0x2F && (start == 0 || bytes[start - 1] != 0x23)
    }

    /// The end of `#/…/#`; at once behind its first mark where it has none.
    private func extendedRegex(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var open = start
        while bytes[open] == 0x23 { open += 1 }
        let pounds = open - start
        var index = open + 1
        var marks = 0
        while index < bytes.count, marks < Self.mostMarks {
            if bytes[index] == 0x2F, hasPounds(bytes, index + 1, pounds) { return index + 1 + pounds }
            if bytes[index] == 0x5B || bytes[index] == 0x28 { marks += 1 }
            index += bytes[index] == 0x5C ? 2 : 1
        }
        return open + 1
    }

    /// The end of `/…/` where an expression may start, nil where the slash divides.
    private func regex(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        guard start + 1 < bytes.count, bytes[start + 1] > 0x20 else { return nil }
        var before = start - 1
        while before >= 0, bytes[before] == 0x20 || bytes[before] == 0x09 { before -= 1 }
        if before >= 0 {
            switch bytes[before] {
            case 0x28, 0x2C, 0x3D, 0x3A, 0x5B, 0x7B, 0x3B, 0x21, 0x26, 0x7C, 0x3F, 0x0A: break
            default: return nil
            }
        }
        var index = start + 1
        var marks = 0
        while index < bytes.count, bytes[index] != 0x0A, marks < Self.mostMarks {
            if bytes[index] == 0x2F { return index + 1 }
            if bytes[index] == 0x5B || bytes[index] == 0x28 { marks += 1 }
            index += bytes[index] == 0x5C ? 2 : 1
        }
        return nil
    }

    /// More brackets than that are read as brackets: what the parser takes for no pattern must not hide them.
    private static let mostMarks = 16

    /// Passes over the text of a string, up to its end or to an expression in it, which is read as code.
    private mutating func string(_ bytes: Span<UInt8>, _ start: Int, _ isLong: Bool, _ pounds: Int) -> Int {
        let end = bytes.count
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte == 0x5C {
                let next = index + 1 + pounds
                if next < end, bytes[next] == 0x28, hasPounds(bytes, index + 1, pounds) {
                    brackets += 1
                    texts.append(Text(depth: brackets, isLong: isLong, pounds: pounds))
                    return next + 1
                }
                index += pounds == 0 ? 2 : 1
                continue
            }
            if byte == 0x22, !isLong || starts(bytes, index, "\"\"\"") {
                let after = index + (isLong ? 3 : 1)
                if hasPounds(bytes, after, pounds) { return after + pounds }
            }
            if byte == 0x0A, !isLong { return index }
            index &+= 1
        }
        return end
    }

    private func comment(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start + 2
        var depth = 1
        while index + 1 < bytes.count, depth > 0 {
            if bytes[index] == 0x2A, bytes[index + 1] == 0x2F {
                depth -= 1
                index += 2
            } else if bytes[index] == 0x2F, bytes[index + 1] == 0x2A {
                depth += 1
                index += 2
            } else {
                index &+= 1
            }
        }
        return depth > 0 ? bytes.count : index
    }

    private func hasPounds(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Bool {
        guard start + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[start + offset] != 0x23 { return false }
        return true
    }

    private func starts(_ bytes: Span<UInt8>, _ start: Int, _ text: StaticString) -> Bool {
        guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<buffer.count where bytes[start + offset] != buffer[offset] { return false }
            return true
        }
    }

    private func isSame(_ bytes: Span<UInt8>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
        guard !first.isEmpty, first.count == second.count else { return false }
        for offset in 0..<first.count
        where bytes[first.lowerBound + offset] != bytes[second.lowerBound + offset] { return false }
        return true
    }
}
