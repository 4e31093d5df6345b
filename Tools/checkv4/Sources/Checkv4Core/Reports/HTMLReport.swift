/// A page for people: counts by rule and folder, drawn, and the worst files with their findings.
struct HTMLReport {
    let run: RunReport

    func text() -> String {
        let files = run.files.map {
            (file: $0, findings: $0.findings.filter { $0.suppression == nil && $0.severity >= run.minimum })
        }
        .filter { !$0.findings.isEmpty }
        let worst = files.sorted { (weight($0.findings), $1.file.path) > (weight($1.findings), $0.file.path) }
        var page = Self.head
        page += "<h1>IPv6 readiness</h1>\n<p class=\"sum\"><b class=\"error\">\(run.count(.error))</b> errors, "
        page +=
            "<b class=\"warning\">\(run.count(.warning))</b> warnings, <b class=\"note\">\(run.count(.note))</b> notes"
        page += " in \(files.count) of \(run.files.count) files</p>\n"
        if files.isEmpty { page += "<p>Nothing found.</p>\n" }
        page += chart("By rule", byRule(files.flatMap(\.findings)))
        page += chart("By folder", byFolder(files))
        page += problems()
        page += "<h2>Files, worst first</h2>\n"
        for entry in worst { page += section(entry.file, entry.findings) }
        return page + "</body></html>\n"
    }

    private struct Bar {
        var name: String
        var title: String
        var counts: [Int]
        var total: Int { counts.reduce(0, +) }
    }

    private func weight(_ findings: [Finding]) -> Int {
        findings.reduce(0) { $0 + ($1.severity == .error ? 100 : $1.severity == .warning ? 10 : 1) }
    }

    private static func counts(_ findings: [Finding]) -> [Int] {
        [Severity.error, .warning, .note].map { level in findings.count { $0.severity == level } }
    }

    private func byRule(_ findings: [Finding]) -> [Bar] {
        Dictionary(grouping: findings, by: \.rule).map {
            Bar(name: $0.key.rawValue, title: Rule[$0.key].title, counts: Self.counts($0.value))
        }.sorted { ($0.total, $1.name) > ($1.total, $0.name) }
    }

    private func byFolder(_ files: [(file: FileReport, findings: [Finding])]) -> [Bar] {
        Dictionary(grouping: files) { entry in
            entry.file.path.lastIndex(of: "/").map { String(entry.file.path[..<$0]) } ?? "."
        }.map { Bar(name: $0.key, title: "", counts: Self.counts($0.value.flatMap(\.findings))) }
            .sorted { ($0.total, $1.name) > ($1.total, $0.name) }
    }

    private func chart(_ title: String, _ all: [Bar]) -> String {
        guard let most = all.map(\.total).max(), most > 0 else { return "" }
        let bars = all.prefix(40)
        let row = 22
        var svg = "<h2>\(title)</h2>\n<svg role=\"img\" viewBox=\"0 0 900 \(bars.count * row + 4)\" width=\"900\">\n"
        for (index, bar) in bars.enumerated() {
            let y = index * row
            let label = bar.name.count > 34 ? "…" + bar.name.suffix(33) : bar.name
            svg += "<text x=\"252\" y=\"\(y + 15)\" text-anchor=\"end\">\(XMLReports.escape(label))</text>"
            var x = 260.0
            for (count, style) in zip(bar.counts, ["error", "warning", "note"]) where count > 0 {
                let width = 520.0 * Double(count) / Double(most)
                svg +=
                    "<rect class=\"\(style)\" x=\"\(rounded(x))\" y=\"\(y + 3)\" width=\"\(rounded(width))\" height=\"16\">"
                svg += "<title>\(count) \(style)</title></rect>"
                x += width
            }
            let note = bar.title.isEmpty ? "\(bar.total)" : "\(bar.total) \(bar.title)"
            svg +=
                "<text x=\"\(rounded(x + 6))\" y=\"\(y + 15)\">\(XMLReports.escape(String(note.prefix(60))))</text>\n"
        }
        svg += "</svg>\n"
        if all.count > bars.count { svg += "<p>and \(all.count - bars.count) more</p>\n" }
        return svg
    }

    private func rounded(_ value: Double) -> String { String((value * 10).rounded() / 10) }

    private func problems() -> String {
        let problems = run.allProblems
        guard !problems.isEmpty else { return "" }
        var text = "<h2>Not read, or not wholly</h2>\n<ul>\n"
        for problem in problems {
            let place = problem.line > 0 ? "\(problem.path):\(problem.line)" : problem.path
            text += "<li><code>\(XMLReports.escape(place))</code> \(XMLReports.escape(problem.text))</li>\n"
        }
        return text + "</ul>\n"
    }

    private func section(_ file: FileReport, _ findings: [Finding]) -> String {
        let counts = Self.counts(findings)
        var text = "<details><summary><code>\(XMLReports.escape(file.path))</code> "
        for (count, style) in zip(counts, ["error", "warning", "note"]) where count > 0 {
            text += "<b class=\"\(style)\">\(count)</b> "
        }
        text += "</summary>\n<table>\n"
        for finding in findings {
            text +=
                "<tr><td>\(finding.line):\(finding.column)</td><td class=\"\(finding.severity.name)\">\(finding.rule.rawValue)</td>"
            text +=
                "<td>\(XMLReports.escape(finding.message))<pre>\(XMLReports.escape(finding.excerpt.trimmingBlanks))</pre></td></tr>\n"
        }
        return text + "</table></details>\n"
    }

    private static let head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>checkv4</title>
        <style>
        :root { color-scheme: light dark; --error: #c0392b; --warning: #d68910; --note: #2e86c1; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.15em; margin-top: 1.8em; }
        svg text { font-size: 12px; fill: currentColor; } svg { max-width: 100%; height: auto; }
        rect.error { fill: var(--error); } rect.warning { fill: var(--warning); } rect.note { fill: var(--note); }
        b.error, td.error { color: var(--error); } b.warning, td.warning { color: var(--warning); }
        b.note, td.note { color: var(--note); }
        summary { cursor: pointer; padding: .2em 0; } table { border-collapse: collapse; margin: .4em 0 1em 1em; }
        td { vertical-align: top; padding: .2em .8em .2em 0; font-size: 13px; }
        pre { margin: .2em 0; overflow-x: auto; max-width: 640px; opacity: .75; }
        </style></head><body>

        """
}
