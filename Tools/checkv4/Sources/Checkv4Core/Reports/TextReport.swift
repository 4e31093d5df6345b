/// The compiler-style text: a line per finding, the source line, a caret, the fix.
struct TextReport {
    let run: RunReport

    func text() -> String {
        var output = ""
        for file in run.files {
            for finding in run.reported(file) { append(finding, file, &output) }
        }
        return output
    }

    private func append(_ finding: Finding, _ file: FileReport, _ output: inout String) {
        let level = colored(finding.severity.name, finding.severity)
        output += "\(bold("\(file.path):\(finding.line):\(finding.column):")) \(level): \(finding.message)"
        output += " [\(finding.rule.rawValue)]"
        if let suppression = finding.suppression {
            output += suppression.reason.isEmpty ? " (suppressed)" : " (suppressed: \(suppression.reason))"
        }
        output += "\n"
        guard !finding.excerpt.isEmpty else { return }
        let bytes = Array(finding.excerpt.utf8)
        // Tabs and widths: the caret line repeats the tabs of the source line.
        output +=
            "  " + String(decoding: bytes.map { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F ? 0x3F : $0 }, as: UTF8.self)
            + "\n"
        let start = min(finding.excerptRange.lowerBound, bytes.count)
        let end = min(max(finding.excerptRange.upperBound, start + 1), max(bytes.count, start + 1))
        var caret = "  "
        for byte in bytes[..<start] where byte & 0xC0 != 0x80 { caret += byte == 0x09 ? "\t" : " " }
        caret += "^"
        if start < bytes.count, start + 1 < end {
            for byte in bytes[(start + 1)..<min(end, bytes.count)] where byte & 0xC0 != 0x80 { caret += "~" }
        }
        output += run.isColored ? "\u{1B}[32m\(caret)\u{1B}[0m\n" : caret + "\n"
        guard let fix = finding.fix else { return }
        let kind = fix.isSafe ? "fix-it" : "fix-it (review)"
        for edit in fix.edits {
            let region = edit.region
            let text = edit.text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing(
                "\"", with: "\\\"")
            output +=
                "  \(kind): {\(region.startLine):\(region.startColumn)-\(region.endLine):\(region.endColumn)}: \"\(text)\"\n"
        }
    }

    private func bold(_ text: String) -> String { run.isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private func colored(_ text: String, _ severity: Severity) -> String {
        guard run.isColored else { return text }
        let code =
            switch severity {
            case .error: "31;1"
            case .warning: "35;1"
            default: "36;1"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// Workflow commands that code hosts show beside the lines.
enum GitHubReport {
    static func line(file: FileReport, finding: Finding) -> String {
        let command = finding.severity == .error ? "error" : finding.severity == .warning ? "warning" : "notice"
        let region = finding.region
        var properties = "file=\(property(file.path)),line=\(region.startLine),endLine=\(region.endLine)"
        // Columns are understood only on one line.
        if region.startLine == region.endLine {
            properties += ",col=\(region.startColumn),endColumn=\(region.endColumn)"
        }
        return "::\(command) \(properties),title=\(property(finding.rule.rawValue))::\(data(finding.message))"
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
