import Foundation

/// A page of documentation whose tables say what a name of Python is called here.
struct ReferencePage {
    /// A row: names of Python, what they are called here, and what else is to be said.
    struct Row {
        let names: [String]
        let swift: String
        let remarks: String

        /// Whether it links to something of ours.
        var hasCounterpart: Bool { swift.contains("``") }
    }

    let text: String
    let rows: [Row]

    init(text: String) {
        self.text = text
        rows = text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `") else { return nil }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5 else { return nil }
            return Row(names: Self.code(in: cells[1]), swift: cells[2], remarks: cells[3])
        }
    }

    /// The links to symbols, without the blocks of code.
    var links: [String] {
        Self.withoutBlocks(text).matches(of: /``([^`\n]+)``/).map { String($0.output.1) }
    }

    /// The short code outside the column of Python's names and the blocks.
    var shortCode: [String] {
        let lines = Self.withoutBlocks(text).split(separator: "\n").map { line in
            line.hasPrefix("| `") ? line.split(separator: "|").dropFirst().joined(separator: "|") : String(line)
        }
        return lines.flatMap { Self.code(in: $0.replacing(/``[^`]*``/, with: "")) }
    }

    /// The blocks of code in a language.
    func blocks(_ language: String) -> [String] {
        text.split(separator: "```\(language)\n").dropFirst().compactMap { part in
            part.split(separator: "\n```", maxSplits: 1).first.map { String($0) + "\n" }
        }
    }

    private static func withoutBlocks(_ text: String) -> String {
        text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined(separator: "\n")
    }

    private static func code(in cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }
}
