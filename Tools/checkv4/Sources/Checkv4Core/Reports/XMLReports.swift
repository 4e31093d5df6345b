/// The XML forms that continuous integration servers read.
struct XMLReports {
    let run: RunReport

    func checkstyle() -> String {
        var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n"
        for file in run.files {
            let findings = run.reported(file)
            guard !findings.isEmpty else { continue }
            output += "  <file name=\"\(escaped(file.path))\">\n"
            for finding in findings {
                let level = finding.severity == .note ? "info" : finding.severity.name
                output += "    <error line=\"\(finding.line)\" column=\"\(finding.column)\" severity=\"\(level)\""
                output += " message=\"\(escaped(finding.message))\" source=\"checkv4.\(finding.rule.rawValue)\"/>\n"
            }
            output += "  </file>\n"
        }
        return output + "</checkstyle>\n"
    }

    /// A test case for each file; each finding is a failure.
    func junit() -> String {
        var cases = ""
        var failures = 0
        for file in run.files {
            let findings = run.reported(file)
            cases += "    <testcase classname=\"checkv4\" name=\"\(escaped(file.path))\""
            if findings.isEmpty {
                cases += "/>\n"
                continue
            }
            failures += 1
            cases += ">\n      <failure type=\"checkv4\" message=\"\(findings.count) findings\">"
            for finding in findings {
                let line =
                    "\(file.path):\(finding.line):\(finding.column): \(finding.severity.name): \(finding.message) [\(finding.rule.rawValue)]"
                cases += escaped(line) + "\n"
            }
            cases += "</failure>\n    </testcase>\n"
        }
        return
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"checkv4\" tests=\"\(run.files.count)\""
            + " failures=\"\(failures)\" errors=\"0\">\n\(cases)  </testsuite>\n</testsuites>\n"
    }

    private func escaped(_ text: String) -> String { Self.escape(text) }

    /// The text with what means something to XML written out; control characters, which XML cannot hold, become "?".
    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t": result += "&#9;"
            case "\n": result += "&#10;"
            case let scalar where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
