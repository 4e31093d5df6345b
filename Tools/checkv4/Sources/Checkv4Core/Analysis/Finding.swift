/// One place that a rule found.
public struct Finding: Sendable {
    /// The rule.
    public var rule: RuleID
    /// The bytes that the finding is about.
    public var range: Range<Int>
    /// How bad it is here, after all that raises or lowers it.
    public var severity: Severity
    /// How sure it is.
    public var confidence: Confidence
    /// What, why and what instead.
    public var message: String
    /// How to write it instead, where that is mechanical.
    public var fix: Fix?
    /// Why it is not reported: the text of an ignore comment, nil when it is reported.
    public var suppression: Suppression?
    /// The line, from 1.
    public var line = 0
    /// The byte in the line, from 1.
    public var column = 0
    /// The line of the last byte, from 1.
    public var endLine = 0
    /// The byte after the last in its line, from 1.
    public var endColumn = 0
    /// The same place with columns in UTF-16 units, as SARIF and editors count.
    public var region = Region()
    /// The text of the line, or of its part around the finding when it is very long.
    public var excerpt = ""
    /// Where the finding starts and ends in the excerpt, in bytes.
    public var excerptRange = 0..<0
    /// What stays the same when lines move: the rule, the line's text and its number among equal ones.
    public var fingerprint = ""
}

/// A place in a text: lines and columns from 1, columns in UTF-16 units, the end exclusive.
public struct Region: Sendable, Hashable {
    /// The first line.
    public var startLine = 0
    /// The first column.
    public var startColumn = 0
    /// The last line.
    public var endLine = 0
    /// The column after the last.
    public var endColumn = 0
}

/// Why a finding is not reported.
public struct Suppression: Sendable, Hashable {
    /// What suppressed it.
    public enum Kind: String, Sendable {
        /// A comment in the source.
        case inSource
        /// A baseline file.
        case external
    }

    /// What suppressed it.
    public var kind: Kind
    /// The reason that the comment gives, empty when it gives none.
    public var reason: String
}

/// A change of the text that resolves a finding.
public struct Fix: Sendable {
    /// Bytes and what takes their place.
    public struct Edit: Sendable, Hashable {
        /// The bytes to replace.
        public var range: Range<Int>
        /// What to write there.
        public var text: String
        /// The place of the bytes, known once the finding is placed.
        public var region = Region()

        init(range: Range<Int>, text: String) {
            self.range = range
            self.text = text
        }
    }

    /// Whether the program's meaning for IPv4 stays as it is; others want a person's eyes.
    public var isSafe: Bool
    /// What the change does.
    public var title: String
    /// The changes, which belong together.
    public var edits: [Edit]
}
