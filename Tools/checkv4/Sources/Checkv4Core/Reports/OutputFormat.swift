/// The forms in which findings can be printed.
public enum OutputFormat: String, CaseIterable, Sendable {
    case text, msvc, checkv4, json, sarif, github, checkstyle, junit, html
}

/// A whole run, as reports print it.
public struct RunReport: Sendable {
    /// The files, in order.
    public var files: [FileReport]
    /// What was found wrong with names and folders before any file was read.
    public var problems: [FileProblem]
    /// The lowest level that is shown.
    public var minimum = Severity.note
    /// Whether suppressed findings are shown in the forms for people.
    public var showsSuppressed = false
    /// Whether text may be coloured.
    public var isColored = false
    /// The name shown for the version of the tool.
    public static let version = "1.0.0"

    /// A run's files and problems.
    public init(files: [FileReport], problems: [FileProblem]) {
        self.files = files
        self.problems = problems
    }

    /// The problems of the run and of every file.
    public var allProblems: [FileProblem] { problems + files.flatMap(\.problems) }

    /// The findings of a file that are reported.
    func reported(_ file: FileReport) -> [Finding] {
        file.findings.filter { $0.severity >= minimum && ($0.suppression == nil || showsSuppressed) }
    }

    /// How many findings there are at a level, without the suppressed.
    public func count(_ severity: Severity) -> Int {
        files.reduce(0) { $0 + $1.findings.count { $0.suppression == nil && $0.severity == severity } }
    }

    /// The worst level that is not suppressed; off when there is none.
    public var worst: Severity {
        var worst = Severity.off
        for file in files {
            for finding in file.findings where finding.suppression == nil { worst = max(worst, finding.severity) }
        }
        return worst
    }

    /// The run in a form.
    public func text(_ format: OutputFormat) -> String {
        switch format {
        case .text: TextReport(run: self).text()
        case .msvc:
            lines { file, finding in
                "\(file.path)(\(finding.line),\(finding.column)): \(finding.severity.name) \(finding.rule.rawValue): \(finding.message)"
            }
        case .checkv4:
            lines { file, finding in
                "\(file.path)(\(finding.line)) : \(classic(finding))"
            }
        case .github: lines { file, finding in GitHubReport.line(file: file, finding: finding) }
        case .json: JSONReport(run: self).text()
        case .sarif: SarifReport(run: self).text()
        case .checkstyle: XMLReports(run: self).checkstyle()
        case .junit: XMLReports(run: self).junit()
        case .html: HTMLReport(run: self).text()
        }
    }

    private func lines(_ line: (FileReport, Finding) -> String) -> String {
        var text = ""
        for file in files {
            for finding in reported(file) { text += line(file, finding) + "\n" }
        }
        return text
    }

    private func classic(_ finding: Finding) -> String {
        if finding.message.contains(" : ") { return finding.message }
        let bytes = Array(finding.excerpt.utf8)
        let range = finding.excerptRange.clamped(to: 0..<bytes.count)
        let identifier = String(decoding: bytes[range], as: UTF8.self)
        return "\(identifier) : use \(Rule[finding.rule].instead) instead"
    }

    /// The line for standard error after a run.
    public func summary(seconds: Double?) -> String {
        let suppressed = files.reduce(0) { $0 + $1.findings.count { $0.suppression != nil } }
        var text = "\(files.count) files: \(count(.error)) errors, \(count(.warning)) warnings, \(count(.note)) notes"
        if suppressed > 0 { text += ", \(suppressed) suppressed" }
        if let seconds { text += ", \((seconds * 100).rounded() / 100) s" }
        return text
    }
}
