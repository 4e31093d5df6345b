import ArgumentParser
import Checkv4Core
import Foundation

/// `checkv4 explain RULE…`: the pages of rules.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "explain", abstract: "Prints the pages of rules.")

    @Argument(help: "Rules such as V4-FAM01, or groups such as V4-FAM; 'all' prints every page.")
    var rules: [String]

    func run() throws { try Self.explain(rules) }

    static func explain(_ names: [String]) throws(ConfigurationError) {
        var pages: [String] = []
        for name in names {
            if name == "all" {
                pages += Rule.all.map { RulePage.text($0) }
                continue
            }
            let wanted = name.uppercased()
            let identifier = wanted.hasPrefix("V4-") ? wanted : "V4-" + wanted
            // V4-LIT means all its rules.
            let found = Rule.all.filter { $0.id.rawValue == identifier || $0.id.rawValue.dropLast(2) == identifier }
            guard !found.isEmpty else {
                let near = Rule.all.map(\.id.rawValue).filter { $0.dropLast(2) == identifier.prefix(6) }
                let hint = near.isEmpty ? "" : ": there are \(near.joined(separator: ", "))"
                throw ConfigurationError("there is no rule '\(name)'\(hint); see 'checkv4 rules'")
            }
            pages += found.map { RulePage.text($0) }
        }
        print(pages.joined(separator: "\n"), terminator: "")
    }
}

/// `checkv4 rules`: the table of rules.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rules", abstract: "Lists the rules.")

    @Option(help: "Form of the list: text or json.")
    var format = "text"

    func run() throws {
        guard format == "text" || format == "json" else {
            throw ConfigurationError("unknown format '\(format)'; use text or json")
        }
        Self.list(asJSON: format == "json")
    }

    static func list(asJSON: Bool) {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for rule in Rule.all {
                let entry = [
                    "id": rule.id.rawValue, "name": rule.name, "title": rule.title, "severity": rule.severity.name,
                    "confidence": rule.confidence.name, "fix": rule.fixing.rawValue,
                    "languages": rule.languages.map(\.rawValue).joined(separator: ","),
                ]
                if let data = try? encoder.encode(entry) { print(String(decoding: data, as: UTF8.self)) }
            }
            return
        }
        for rule in Rule.all {
            let fix = rule.fixing == .none ? "" : rule.fixing.rawValue
            print(
                rule.id.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
                    + rule.severity.name.padding(toLength: 9, withPad: " ", startingAt: 0)
                    + rule.confidence.name.padding(toLength: 8, withPad: " ", startingAt: 0)
                    + fix.padding(toLength: 8, withPad: " ", startingAt: 0) + rule.title
            )
        }
    }
}
