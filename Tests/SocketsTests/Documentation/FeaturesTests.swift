import Foundation
import Testing

/// Keeps `Documentation/features.md` true: each symbol and each file of tests that it names is there.
struct FeaturesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private struct Row {
        let feature: String
        let answer: String
        let symbols: [(name: String, module: String)]
        let tests: [String]
        let remarks: String
    }

    private static func rows() throws -> [Row] {
        let text = try String(contentsOf: root.appending(path: "Documentation/features.md"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| "), !line.hasPrefix("| Feature") else { return nil }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 7 else { return nil }
            return Row(
                feature: cells[1], answer: cells[2],
                symbols: cells[3].matches(of: /(?:(AsyncSockets|TLSSockets) )?`([^`]+)`/).map {
                    (String($0.output.2), String($0.output.1 ?? "Sockets"))
                }, tests: cells[4].matches(of: /`([^`]+)`/).map { String($0.output.1) }, remarks: cells[5])
        }
    }

    @Test func everyAnswerHasSymbolsAndTests() throws {
        let rows = try Self.rows()
        #expect(rows.count > 120)
        for row in rows {
            #expect(["yes", "partial", "no"].contains(row.answer), "\(row.feature)")
            if row.answer == "no" { continue }
            #expect(!row.symbols.isEmpty && !row.tests.isEmpty, "\(row.feature)")
        }
    }

    @Test func theSumsAreThoseOfTheRows() throws {
        let answers = Dictionary(grouping: try Self.rows(), by: \.answer).mapValues(\.count)
        let sums = "Sums: yes \(answers["yes"] ?? 0), partial \(answers["partial"] ?? 0), no \(answers["no"] ?? 0)."
        let text = try String(contentsOf: Self.root.appending(path: "Documentation/features.md"), encoding: .utf8)
        #expect(text.contains(sums), "\(sums)")
    }

    @Test func everySymbolExists() throws {
        let ours = try PublicNames(of: Self.root.appending(path: "Sources/Sockets"))
        var all = ["Sockets": ours]
        for module in ["AsyncSockets", "TLSSockets"] {
            all[module] = try PublicNames(of: Self.root.appending(path: "Sources/\(module)"))
        }
        for row in try Self.rows() {
            for symbol in row.symbols {
                let exists = all[symbol.module]?.contains(symbol.name) == true
                #expect(exists, "\(row.feature): there is no \(symbol.name)")
            }
        }
        #expect(!ours.contains("Socket/teleport"))
    }

    @Test func everyFileOfTestsExists() throws {
        let folder = Self.root.appending(path: "Tests")
        var files: Set<String> = []
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            ?? .init()
        {
            files.insert(file.deletingPathExtension().lastPathComponent)
        }
        for row in try Self.rows() {
            for test in row.tests { #expect(files.contains(test), "\(row.feature): there is no \(test)") }
        }
    }
}
