/// Which findings are wanted, and how bad they are.
public struct CheckOptions: Sendable {
    /// Only these rules; nil for all.
    public var rules: Set<RuleID>?
    /// Rules that are off.
    public var disabled: Set<RuleID> = []
    /// Levels that replace a rule's own.
    public var severities: [RuleID: Severity] = [:]
    /// The least confidence that is reported.
    public var confidence = Confidence.medium
    /// Report dual-stack code and low confidence too.
    public var isPedantic = false
    /// An ignore comment without a reason is a finding.
    public var requireReason = false
    /// Only the identifiers of the classic tool.
    public var isClassic = false
    /// Names and literals of the configuration.
    public var analysis = AnalysisOptions()

    /// The defaults.
    public init() {}

    /// Whether findings of a rule are wanted.
    func wants(_ rule: RuleID) -> Bool {
        if severities[rule] == .off || disabled.contains(rule) { return false }
        return rules?.contains(rule) ?? true
    }
}

/// What was found in one file.
public struct FileReport: Sendable {
    /// The name of the file, as shown.
    public var path: String
    /// Its text, for excerpts and fixes; nil when it was not read.
    public var source: SourceText?
    /// What was found, in the order of the text.
    public var findings: [Finding] = []
    /// What kept the file from being read or understood.
    public var problems: [FileProblem] = []

    /// A report without findings.
    public init(path: String) { self.path = path }
}

/// One line about a file that could not be read as it should.
public struct FileProblem: Sendable, Hashable {
    /// Whether the tool's result is incomplete because of it.
    public var isFatal: Bool
    /// The file.
    public var path: String
    /// The line in it from 1, 0 for the whole file.
    public var line: Int
    /// What happened and what the tool did.
    public var text: String

    /// A line about a file.
    public init(isFatal: Bool, path: String, line: Int, text: String) {
        self.isFatal = isFatal
        self.path = path
        self.line = line
        self.text = text
    }
}

/// Checks one source: rules, ignore comments, levels, places.
public enum Checker {
    /// What is found in a source under some options.
    public static func check(_ source: SourceText, options: CheckOptions) -> FileReport {
        var report = FileReport(path: source.path)
        var findings: [Finding]
        var comments: [Range<Int>] = []
        if options.isClassic {
            findings = Array(ClassicRules.findings(in: source).prefix(Analyzer.mostFindings))
        } else {
            let result = Analyzer.findings(in: source, options: options.analysis)
            findings = result.findings
            comments = result.list.comments
            for remark in result.remarks {
                report.problems.append(FileProblem(isFatal: false, path: source.path, line: 0, text: remark))
            }
            for problem in result.list.problems {
                report.problems.append(
                    FileProblem(
                        isFatal: problem.isFatal, path: source.path, line: source.line(of: problem.offset) + 1,
                        text: problem.text.hasSuffix("not read")
                            ? problem.text : "\(problem.text); the rest of the file was read as well as it goes"
                    )
                )
            }
        }
        var ignores = IgnoreComments(source: source, comments: comments, requireReason: options.requireReason)
        var kept: [Finding] = []
        var counter = ColumnCounter()
        for finding in findings {
            guard var finding = adjusted(finding, options) else {
                // An ignore comment for something below the threshold, or of a rule that is off, is no mistake.
                let lines = source.line(of: finding.range.lowerBound)
                _ = ignores.suppression(of: finding.rule, lines: lines...lines)
                continue
            }
            place(&finding, source, &counter)
            finding.suppression = ignores.suppression(
                of: finding.rule, lines: finding.line - 1...max(finding.line, finding.endLine) - 1
            )
            kept.append(finding)
        }
        // The classic tool's identifiers are not all that a comment may be about.
        for comment in ignores.findings + (options.isClassic ? [] : ignores.unused()) {
            guard var finding = adjusted(comment, options) else { continue }
            place(&finding, source, &counter)
            kept.append(finding)
        }
        kept.sort { ($0.range.lowerBound, $0.rule.rawValue) < ($1.range.lowerBound, $1.rule.rawValue) }
        kept = withoutDuplicates(kept)
        addFingerprints(&kept, source)
        report.findings = kept
        report.source = source
        return report
    }

    /// The finding at the level that the options give it, nil when it is not wanted.
    private static func adjusted(_ finding: Finding, _ options: CheckOptions) -> Finding? {
        guard options.wants(finding.rule) else { return nil }
        guard finding.confidence >= options.confidence || options.isPedantic else { return nil }
        var finding = finding
        if let level = options.severities[finding.rule] {
            // What lowered the finding still lowers it.
            let steps = Rule[finding.rule].severity.rawValue - finding.severity.rawValue
            finding.severity = Severity(rawValue: max(1, level.rawValue - max(0, steps))) ?? level
        }
        return finding
    }

    private static func place(_ finding: inout Finding, _ source: SourceText, _ counter: inout ColumnCounter) {
        let line = source.line(of: finding.range.lowerBound)
        let last = source.line(of: max(finding.range.lowerBound, finding.range.upperBound - 1))
        finding.line = line + 1
        finding.column = finding.range.lowerBound - source.lineStarts[line] + 1
        finding.endLine = last + 1
        finding.endColumn = finding.range.upperBound - source.lineStarts[last] + 1
        finding.region = counter.region(finding.range, source)
        if let fix = finding.fix {
            for index in fix.edits.indices {
                finding.fix?.edits[index].region = counter.region(fix.edits[index].range, source)
            }
        }
        // A window into lines that nobody reads whole.
        let whole = source.lineRange(line)
        let start = finding.range.lowerBound
        let window =
            whole.count <= 400
            ? whole
            : source.characterStart(
                max(whole.lowerBound, start - 100))..<source.characterStart(min(whole.upperBound, start + 200))
        // Bytes that are no UTF-8 are longer in the excerpt than in the file.
        let place = max(window.lowerBound, min(start, window.upperBound))
        let end = max(place, min(finding.range.upperBound, window.upperBound))
        let before = source.string(window.lowerBound..<place)
        let own = source.string(place..<end)
        finding.excerpt = before + own + source.string(end..<max(end, window.upperBound))
        let first = before.utf8.count
        finding.excerptRange = first..<first + own.utf8.count
    }

    private static func withoutDuplicates(_ findings: [Finding]) -> [Finding] {
        var result: [Finding] = []
        result.reserveCapacity(findings.count)
        for finding in findings {
            if let last = result.last, last.rule == finding.rule, last.range == finding.range { continue }
            result.append(finding)
        }
        return result
    }

    private static func addFingerprints(_ findings: inout [Finding], _ source: SourceText) {
        var seen: [String: Int] = [:]
        // The keys of one line by rule: a line may hold very many findings.
        var line = 0
        var keys: [RuleID: String] = [:]
        for index in findings.indices {
            if findings[index].line != line {
                line = findings[index].line
                keys = [:]
            }
            let key = keys[findings[index].rule] ?? self.key(findings[index], source)
            keys[findings[index].rule] = key
            let number = seen[key, default: 0] + 1
            seen[key] = number
            findings[index].fingerprint = "\(key):\(number)"
        }
    }

    /// A hash of the rule and of the line's text, with its blanks made equal.
    private static func key(_ finding: Finding, _ source: SourceText) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in finding.rule.rawValue.utf8 { add(byte) }
        var isBlank = true
        let line = source.lineRange(finding.line - 1)
        // Very long lines are told apart by their beginnings, their findings by numbers.
        for offset in line.prefix(4096) {
            let byte = source.bytes[offset]
            if byte == 0x20 || byte == 0x09 {
                if !isBlank { add(0x20) }
                isBlank = true
            } else {
                add(byte)
                isBlank = false
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}

/// Counts UTF-16 columns from the last place that was asked for, so that a long line is not counted from its start for
/// each finding.
struct ColumnCounter {
    private var line = -1
    private var offset = 0
    private var column = 0

    mutating func region(_ range: Range<Int>, _ source: SourceText) -> Region {
        var region = Region()
        (region.startLine, region.startColumn) = position(range.lowerBound, source)
        (region.endLine, region.endColumn) = position(range.upperBound, source)
        return region
    }

    private mutating func position(_ target: Int, _ source: SourceText) -> (Int, Int) {
        let wanted = source.line(of: target)
        let bytes = source.bytes.span
        if wanted != line || target - source.lineStarts[wanted] < abs(target - offset) {
            line = wanted
            offset = source.lineStarts[wanted]
            column = 0
            // A byte order mark belongs to no column.
            if offset == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF, target >= 3 {
                offset = 3
            }
        }
        while offset < target, offset < bytes.count {
            column += Self.units(bytes, offset)
            offset += 1
        }
        while offset > target {
            offset -= 1
            column -= Self.units(bytes, offset)
        }
        return (line + 1, column + 1)
    }

    /// How many UTF-16 units the byte adds: a character counts at its first byte, and a byte that belongs to none, as
    /// in Latin-1 texts, is one of its own.
    private static func units(_ bytes: Span<UInt8>, _ offset: Int) -> Int {
        let byte = bytes[offset]
        if byte < 0x80 { return 1 }
        if byte & 0xC0 != 0x80 { return SourceText.length(bytes, offset) == 4 ? 2 : 1 }
        for back in 1...3 where offset >= back && bytes[offset - back] & 0xC0 != 0x80 {
            return SourceText.length(bytes, offset - back) > back ? 0 : 1
        }
        return 1
    }
}
