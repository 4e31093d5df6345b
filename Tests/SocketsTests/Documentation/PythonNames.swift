import Foundation

/// The names of Python's three modules, from a fixture.
struct PythonNames {
    struct Name {
        let module: String
        let name: String
        /// The group that a constant belongs to, as `SO_*`.
        let group: String?
    }

    let names: [Name]

    init(path: String = #filePath) throws {
        let url = URL(filePath: path).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/python-names.tsv")
        names = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { line in
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                return Name(module: fields[0], name: fields[1], group: fields[2] == "" ? nil : fields[2])
            }
    }

    /// Which of the names have no row on a page.
    ///
    /// A group without counterpart speaks for its constants; one with a counterpart owes each of them a row.
    func missing(on page: ReferencePage) -> [String] {
        var all: Set<String> = []
        var silent: Set<String> = []
        for row in page.rows {
            all.formUnion(row.names)
            if !row.hasCounterpart { silent.formUnion(row.names) }
        }
        return names.filter { !all.contains($0.name) && !silent.contains($0.group ?? "") }.map(\.name)
    }

    /// Whether a name of a running Python is among them; methods may stand under the class that they come from.
    func contains(_ module: String, _ alternatives: [String]) -> Bool {
        alternatives.contains { known[module]?.contains($0) == true }
    }

    /// By module, with `A.b / c` and `A, B` taken apart.
    private var known: [String: Set<String>] {
        var known: [String: Set<String>] = [:]
        for name in names {
            var last: Substring = ""
            for part in name.name.split(whereSeparator: { " /,".contains($0) }) {
                known[name.module, default: []].insert(String(part))
                if part.contains(".") { last = part.split(separator: ".")[0] }
                if !last.isEmpty { known[name.module, default: []].insert("\(last).\(part)") }
            }
        }
        return known
    }
}
