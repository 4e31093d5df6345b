/// The documentation of a rule, from its entry in the table.
public enum RulePage {
    /// The page for a terminal.
    public static func text(_ rule: Rule) -> String {
        var page = "\(rule.id.rawValue)  \(rule.title)\n"
        page += String(repeating: "=", count: rule.id.rawValue.count + 2 + rule.title.count) + "\n\n"
        page += "level       \(rule.severity.name)\n"
        page +=
            "confidence  \(rule.confidence.name)\(rule.confidence == .low ? " (shown with --pedantic or --confidence=low)" : "")\n"
        page += "fix         \(fixing(rule.fixing))\n"
        page += "languages   \(rule.languages.map(\.rawValue).joined(separator: ", "))\n\n"
        page += "What is found \(rule.what).\n\n\(rule.why)\n\n"
        page += "Instead: \(rule.instead).\n"
        if !rule.inSockets.isEmpty { page += "In Swift, with Sockets: \(rule.inSockets).\n" }
        page += examples("Found:", rule.bad) + examples("Not found:", rule.good)
        page += "\nTo keep such a place: // v4check:ignore \(rule.id.rawValue) -- the reason\n"
        return page
    }

    /// The page for a code host.
    public static func markdown(_ rule: Rule) -> String {
        var page = "What is found \(rule.what).\n\n\(rule.why)\n\n**Instead:** \(rule.instead)."
        if !rule.inSockets.isEmpty { page += "\n\n**In Swift, with Sockets:** \(rule.inSockets)." }
        if let example = rule.bad.first { page += "\n\n```\n\(example.text)\n```" }
        return page
    }

    private static func fixing(_ fixing: Rule.Fixing) -> String {
        switch fixing {
        case .safe: "--fix, where the surroundings allow it"
        case .review: "--fix=unsafe, to be read afterwards"
        case .none: "advice only"
        }
    }

    private static func examples(_ title: String, _ examples: [Rule.Example]) -> String {
        guard !examples.isEmpty else { return "" }
        var text = "\n\(title)\n"
        for example in examples {
            for (number, line) in example.text.split(separator: "\n").enumerated() {
                text +=
                    number == 0 ? "  \(example.language.rawValue.padded(to: 11)) \(line)\n" : "              \(line)\n"
            }
        }
        return text
    }
}

extension String {
    /// The text with blanks behind, to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
