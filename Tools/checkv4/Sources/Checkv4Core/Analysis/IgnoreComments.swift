/// The ignore comments of a source: which rules they silence where, and what is wrong with them.
struct IgnoreComments {
    private struct Directive {
        /// The lines that it covers, from 0.
        var lines: ClosedRange<Int>
        /// The rules that it silences; empty for all.
        var rules: Set<RuleID>
        var reason: String
        /// Where it stands.
        var range: Range<Int>
        var text: String
        var isUsed = false
    }

    /// A line, and the rule that is silenced there; nil for all rules.
    private struct Place: Hashable {
        var line: Int
        var rule: RuleID?
    }

    private var directives: [Directive] = []
    /// The first directive for a line and a rule: files may hold very many.
    private var places: [Place: Int] = [:]
    /// The directives of regions and comments of many lines, by the blocks of lines that they touch.
    ///
    /// Few overlap.
    private var blocks: [Int: [Int]] = [:]
    private static let blockSize = 64
    /// The line under which those for the whole file are found.
    private static let wholeFile = -1
    /// Regions may nest, but not like the steps of a machine.
    private static let deepest = 16
    private static let mostRules = 64
    /// Findings about the comments themselves.
    private(set) var findings: [Finding] = []

    init(source: SourceText, comments: [Range<Int>], requireReason: Bool) {
        var open: [(start: Int, rules: Set<RuleID>, reason: String, range: Range<Int>, text: String)] = []
        var finder = CodeLineFinder()
        for comment in comments {
            guard directives.count + findings.count < Analyzer.mostFindings else { break }
            guard Self.mayHoldDirective(source.bytes.span, comment) else { continue }
            let text = source.string(comment)
            guard let parsed = Self.parse(text) else { continue }
            let start = comment.lowerBound + parsed.offset
            let range = start..<min(comment.upperBound, start + parsed.text.utf8.count)
            if parsed.kind == .unknown {
                add(.sup02, range, parsed.text)
                continue
            }
            let line = source.line(of: comment.lowerBound)
            var rules: Set<RuleID> = []
            for name in parsed.rules {
                if let rule = RuleID(rawValue: name) {
                    rules.insert(rule)
                } else {
                    let place = Self.place(of: name, in: source, comment) ?? range
                    add(.sup02, place, name)
                }
            }
            // Only unknown rules: the comment silences nothing, rather than everything.
            if !parsed.rules.isEmpty, rules.isEmpty, parsed.kind != .end { continue }
            if requireReason, parsed.reason.isEmpty, parsed.kind != .end { add(.sup03, range, parsed.text) }
            let lines: ClosedRange<Int>
            switch parsed.kind {
            case .line: lines = line...max(line, source.line(of: max(comment.lowerBound, comment.upperBound - 1)))
            case .nextLine:
                let next = finder.line(source, after: comment, comments)
                lines = next...next
            case .file:
                guard line < 20 else {
                    add(.sup01, range, parsed.text)
                    continue
                }
                append(
                    Directive(
                        lines: 0...source.lineStarts.count, rules: rules, reason: parsed.reason, range: range,
                        text: parsed.text),
                    isWholeFile: true
                )
                continue
            case .unknown: continue
            case .begin:
                guard open.count < Self.deepest else {
                    add(.sup04, range, parsed.text)
                    continue
                }
                open.append((line, rules, parsed.reason, range, parsed.text))
                continue
            case .end:
                guard let last = open.popLast() else {
                    add(.sup01, range, parsed.text)
                    continue
                }
                append(
                    Directive(
                        lines: last.start...max(last.start, line), rules: last.rules, reason: last.reason,
                        range: last.range, text: last.text
                    )
                )
                continue
            }
            append(Directive(lines: lines, rules: rules, reason: parsed.reason, range: range, text: parsed.text))
        }
        for region in open { add(.sup04, region.range, region.text) }
    }

    private mutating func append(_ directive: Directive, isWholeFile: Bool = false) {
        let lines = directive.lines
        if isWholeFile || lines.count == 1 {
            let line = isWholeFile ? Self.wholeFile : lines.lowerBound
            for rule in directive.rules.isEmpty ? [nil] : directive.rules.map(Optional.some) {
                let place = Place(line: line, rule: rule)
                if places[place] == nil { places[place] = directives.count }
            }
        } else {
            for block in lines.lowerBound / Self.blockSize...lines.upperBound / Self.blockSize {
                blocks[block, default: []].append(directives.count)
            }
        }
        directives.append(directive)
    }

    private mutating func add(_ rule: RuleID, _ range: Range<Int>, _ subject: String) {
        let entry = Rule[rule]
        findings.append(
            Finding(
                rule: rule, range: range, severity: entry.severity, confidence: .high,
                message: entry.message(subject, in: .c),
                fix: nil
            )
        )
    }

    /// The suppression of a finding on some lines, nil when no comment speaks of it.
    mutating func suppression(of rule: RuleID, lines: ClosedRange<Int>) -> Suppression? {
        // A finding of many lines: only its ends count.
        let ends = lines.count == 1 ? [lines.lowerBound] : [lines.lowerBound, lines.upperBound]
        var found: Int?
        for line in ends + [Self.wholeFile] {
            for candidate in [places[Place(line: line, rule: nil)], places[Place(line: line, rule: rule)]] {
                if let candidate { found = min(found ?? candidate, candidate) }
            }
        }
        for line in ends {
            for index in blocks[line / Self.blockSize] ?? [] {
                guard index < found ?? .max else { break }
                guard directives[index].lines.overlaps(lines),
                    directives[index].rules.isEmpty || directives[index].rules.contains(rule)
                else { continue }
                found = index
            }
        }
        guard let found else { return nil }
        directives[found].isUsed = true
        return Suppression(kind: .inSource, reason: directives[found].reason)
    }

    /// Findings about comments that suppressed nothing; asked for after all others.
    mutating func unused() -> [Finding] {
        let before = findings.count
        for directive in directives where !directive.isUsed { add(.sup01, directive.range, directive.text) }
        return Array(findings[before...])
    }

    // MARK: Reading

    private enum Kind { case line, nextLine, begin, end, file, unknown }

    private struct Parsed {
        var kind: Kind
        var rules: [String]
        var reason: String
        /// Where the directive starts in the comment, in bytes.
        var offset: Int
        /// The directive without what is around it.
        var text: String
    }

    private static func mayHoldDirective(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index + 6 < range.upperBound {
            // "ipv6-ok" and "v4check:"
            if bytes[index] == 0x69, bytes[index + 1] == 0x70, bytes[index + 2] == 0x76, bytes[index + 4] == 0x2D {
                return true
            }
            if bytes[index] == 0x76, bytes[index + 1] == 0x34, bytes[index + 2] == 0x63 { return true }
            index += 1
        }
        return false
    }

    /// The directive must be the first thing in its comment, so that prose about the tool is none.
    private static func parse(_ comment: String) -> Parsed? {
        let marks: Set<Character> = ["/", "*", "#", "-", "!", " ", "\t", ";"]
        var body = comment[...]
        while let first = body.first, marks.contains(first) { body.removeFirst() }
        let offset = comment.utf8.distance(from: comment.startIndex, to: body.startIndex)
        while let last = body.last, last == "/" || last == "*" || last.isWhitespace { body.removeLast() }
        if body.hasPrefix("ipv6-ok") {
            let rest = body.dropFirst("ipv6-ok".count)
            guard rest.isEmpty || rest.first == ":" else { return nil }
            let reason = rest.dropFirst().trimmingBlanks
            return Parsed(kind: .line, rules: [], reason: reason, offset: offset, text: String(body))
        }
        guard body.hasPrefix("v4check:") else { return nil }
        var rest = body.dropFirst("v4check:".count)
        let word = rest.prefix { $0.isLetter || $0 == "-" }
        let kind: Kind
        switch word {
        case "ignore": kind = .line
        case "ignore-next-line": kind = .nextLine
        case "ignore-begin": kind = .begin
        case "ignore-end": kind = .end
        case "ignore-file": kind = .file
        default:
            // A slip of the pen, not prose: that has words behind the colon, and no directive.
            let looksMeant = word.hasPrefix("ig") || rest.trimmingBlanks.hasPrefix("ignore")
            return looksMeant
                ? Parsed(kind: .unknown, rules: [], reason: "", offset: offset, text: String(body)) : nil
        }
        rest = rest.dropFirst(word.count)
        var reason = ""
        if let dashes = rest.firstRange(of: "--") {
            reason = rest[dashes.upperBound...].trimmingBlanks
            rest = rest[..<dashes.lowerBound]
        }
        let rules = rest.split { $0 == "," || $0 == " " || $0 == "\t" || $0 == "\n" }.prefix(mostRules).map(String.init)
        return Parsed(kind: kind, rules: rules, reason: reason, offset: offset, text: String(body))
    }

    private static func place(of name: String, in source: SourceText, _ comment: Range<Int>) -> Range<Int>? {
        let needle = Array(name.utf8)
        var index = comment.lowerBound
        while index + needle.count <= comment.upperBound {
            if source.bytes[index..<index + needle.count].elementsEqual(needle) { return index..<index + needle.count }
            index += 1
        }
        return nil
    }
}

/// Finds the next line that holds more than blanks and comments; asked for one comment after the other, it looks at
/// each line once.
private struct CodeLineFinder {
    private var from = 0
    private var found = -1

    mutating func line(_ source: SourceText, after comment: Range<Int>, _ comments: [Range<Int>]) -> Int {
        var line = source.line(of: max(comment.lowerBound, comment.upperBound - 1)) + 1
        if line >= from, line <= found { return found }
        from = line
        while line < source.lineStarts.count, !holdsCode(source, line, comments) { line += 1 }
        found = line
        return line
    }

    private func holdsCode(_ source: SourceText, _ line: Int, _ comments: [Range<Int>]) -> Bool {
        guard let first = source.lineRange(line).first(where: { source.bytes[$0] > 0x20 }) else { return false }
        var low = 0
        var high = comments.count
        while low < high {
            let middle = (low + high) / 2
            if comments[middle].upperBound <= first { low = middle + 1 } else { high = middle }
        }
        return !(low < comments.count && comments[low].contains(first))
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    var trimmingBlanks: String {
        var body = self[...]
        while let first = body.first, first.isWhitespace { body = body.dropFirst() }
        while let last = body.last, last.isWhitespace { body = body.dropLast() }
        return String(body)
    }
}
