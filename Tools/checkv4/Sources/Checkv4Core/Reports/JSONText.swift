/// A value that is written as JSON, with its keys in the order given.
indirect enum JSONText {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case array([JSONText])
    case object([(String, JSONText)])

    func write(to output: inout String) {
        switch self {
        case .string(let text): Self.quote(text, &output)
        case .integer(let number): output += String(number)
        case .boolean(let flag): output += flag ? "true" : "false"
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                element.write(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                Self.quote(member.0, &output)
                output += ":"
                member.1.write(to: &output)
            }
            output += "}"
        }
    }

    var text: String {
        var output = ""
        write(to: &output)
        return output
    }

    private static func quote(_ text: String, _ output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}

/// One JSON object per line and finding.
struct JSONReport {
    let run: RunReport

    func text() -> String {
        var output = ""
        for file in run.files {
            for finding in file.findings where finding.severity >= run.minimum {
                var members: [(String, JSONText)] = [
                    ("file", .string(file.path)), ("line", .integer(finding.line)),
                    ("column", .integer(finding.column)),
                    ("endLine", .integer(finding.endLine)), ("endColumn", .integer(finding.endColumn)),
                    ("rule", .string(finding.rule.rawValue)), ("severity", .string(finding.severity.name)),
                    ("confidence", .string(finding.confidence.name)), ("message", .string(finding.message)),
                ]
                if let fix = finding.fix {
                    members.append(
                        (
                            "replacement",
                            .object([
                                ("safe", .boolean(fix.isSafe)), ("title", .string(fix.title)),
                                (
                                    "edits",
                                    .array(
                                        fix.edits.map {
                                            .object([
                                                ("offset", .integer($0.range.lowerBound)),
                                                ("length", .integer($0.range.count)), ("text", .string($0.text)),
                                            ])
                                        }
                                    )
                                ),
                            ])
                        )
                    )
                }
                members.append(("fingerprint", .string(finding.fingerprint)))
                members.append(("suppressed", .boolean(finding.suppression != nil)))
                if let suppression = finding.suppression { members.append(("reason", .string(suppression.reason))) }
                JSONText.object(members).write(to: &output)
                output += "\n"
            }
        }
        return output
    }
}
