import Foundation

/// SARIF 2.1.0, the form that code hosts read.
struct SarifReport {
    let run: RunReport

    func text() -> String {
        let problems = run.allProblems
        let document = JSONText.object([
            ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            ("version", .string("2.1.0")),
            (
                "runs",
                .array([
                    .object([
                        ("columnKind", .string("utf16CodeUnits")),
                        ("tool", .object([("driver", driver)])),
                        ("originalUriBaseIds", .object([("SRCROOT", .object([("uri", .string(Self.root))]))])),
                        (
                            "invocations",
                            .array([
                                .object([
                                    ("executionSuccessful", .boolean(!problems.contains { $0.isFatal })),
                                    ("toolExecutionNotifications", .array(problems.map(notification))),
                                ])
                            ])
                        ),
                        ("results", .array(run.files.flatMap { file in results(file) })),
                    ])
                ])
            ),
        ])
        return document.text + "\n"
    }

    /// The working directory, from which the names of files are meant.
    private static var root: String {
        let folder = FileManager.default.currentDirectoryPath
        return "file://" + encoded(folder.hasSuffix("/") ? folder : folder + "/")
    }

    private var driver: JSONText {
        .object([
            ("name", .string("checkv4")), ("semanticVersion", .string(RunReport.version)),
            ("version", .string(RunReport.version)),
            ("rules", .array(RuleID.allCases.map { Self.descriptor(Rule[$0]) })),
        ])
    }

    private static func descriptor(_ rule: Rule) -> JSONText {
        let help =
            "\(rule.why) Instead: \(rule.instead)." + (rule.inSockets.isEmpty ? "" : " In Swift: \(rule.inSockets).")
        return .object([
            ("id", .string(rule.id.rawValue)), ("name", .string(rule.name)),
            ("shortDescription", .object([("text", .string(sentence(rule.title)))])),
            ("fullDescription", .object([("text", .string(rule.why))])),
            ("help", .object([("text", .string(help)), ("markdown", .string(RulePage.markdown(rule)))])),
            ("defaultConfiguration", .object([("level", .string(rule.severity.name))])),
            (
                "properties",
                .object([
                    ("precision", .string(rule.confidence.name)),
                    ("tags", .array([.string("ipv6"), .string("portability")])),
                ])
            ),
        ])
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    private func notification(_ problem: FileProblem) -> JSONText {
        var members: [(String, JSONText)] = [
            ("level", .string(problem.isFatal ? "error" : "note")),
            ("message", .object([("text", .string(problem.text))])),
        ]
        var physical: [(String, JSONText)] = [("artifactLocation", Self.location(problem.path))]
        if problem.line > 0 { physical.append(("region", .object([("startLine", .integer(problem.line))]))) }
        members.append(("locations", .array([.object([("physicalLocation", .object(physical))])])))
        return .object(members)
    }

    private func results(_ file: FileReport) -> [JSONText] {
        file.findings.filter { $0.severity >= run.minimum }.map { finding in
            var members: [(String, JSONText)] = [
                ("ruleId", .string(finding.rule.rawValue)), ("ruleIndex", .integer(finding.rule.index)),
                ("level", .string(finding.severity.name)), ("message", .object([("text", .string(finding.message))])),
                (
                    "locations",
                    .array([
                        .object([
                            (
                                "physicalLocation",
                                .object([
                                    ("artifactLocation", Self.location(file.path)),
                                    ("region", Self.region(finding.region)),
                                ])
                            )
                        ])
                    ])
                ),
                ("partialFingerprints", .object([("primaryLocationLineHash", .string(finding.fingerprint))])),
            ]
            if let fix = finding.fix {
                let replacements = fix.edits.map { edit in
                    JSONText.object([
                        ("deletedRegion", Self.region(edit.region)),
                        ("insertedContent", .object([("text", .string(edit.text))])),
                    ])
                }
                let change = JSONText.object([
                    ("artifactLocation", Self.location(file.path)), ("replacements", .array(replacements)),
                ])
                members.append(
                    (
                        "fixes",
                        .array([
                            .object([
                                ("description", .object([("text", .string(fix.title))])),
                                ("artifactChanges", .array([change])),
                            ])
                        ])
                    )
                )
            }
            if let suppression = finding.suppression {
                var entry: [(String, JSONText)] = [("kind", .string(suppression.kind.rawValue))]
                if !suppression.reason.isEmpty { entry.append(("justification", .string(suppression.reason))) }
                members.append(("suppressions", .array([.object(entry)])))
            } else {
                members.append(("suppressions", .array([])))
            }
            return .object(members)
        }
    }

    private static func region(_ region: Region) -> JSONText {
        .object([
            ("startLine", .integer(region.startLine)), ("startColumn", .integer(region.startColumn)),
            ("endLine", .integer(region.endLine)), ("endColumn", .integer(region.endColumn)),
        ])
    }

    /// A relative reference, percent-encoded; an absolute path becomes a file URI.
    private static func location(_ path: String) -> JSONText {
        if path.hasPrefix("/") { return .object([("uri", .string("file://" + encoded(path)))]) }
        return .object([("uri", .string(encoded(path))), ("uriBaseId", .string("SRCROOT"))])
    }

    private static func encoded(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            let isPlain = isLetter(byte) || isDigit(byte) || [0x2D, 0x2E, 0x5F, 0x7E, 0x2F].contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
