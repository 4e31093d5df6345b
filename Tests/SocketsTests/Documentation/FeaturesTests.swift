import Foundation
import Testing

/// Keeps `Documentation/features.md` true: each symbol that it names is there, and each file of tests speaks of the symbols of
/// its row.
struct FeaturesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private struct Row {
        let feature: String
        let answer: String
        let symbols: [(name: String, module: String)]
        /// The files, some with the word by which they name what they test.
        let tests: [(file: String, word: String?)]
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
                },
                tests: cells[4].matches(of: /`([^`]+)`(?: \(([^)]+)\))?/).map {
                    (String($0.output.1), $0.output.2.map(String.init))
                }, remarks: cells[5])
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

    /// A file of tests: its text, its words, and those of them that are called.
    private struct Source {
        let text: String
        private var words: Set<Substring> = []
        private var calls: Set<Substring> = []

        init(_ text: String) {
            self.text = text
            var rest = text[...]
            while !rest.isEmpty {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                rest = rest[word.endIndex...]
                if !word.isEmpty { words.insert(word) }
                if !word.isEmpty, let next = rest.first, next == "(" || next == "<" { calls.insert(word) }
                rest = rest.dropFirst()
            }
        }

        /// Whether it has a symbol's last name; of an initialiser, the type where it is made.
        func names(_ symbol: String) -> Bool {
            let names = symbol.split(separator: "/")
            if names.last == "init", names.count > 1 { return calls.contains(names[names.count - 2]) }
            return names.last.map { words.contains($0) } ?? false
        }
    }

    /// The rows' files and symbols that do not belong together.
    private static func misfits(_ rows: [Row], in files: [String: Source]) -> [String] {
        var misfits: [String] = []
        for row in rows {
            for test in row.tests {
                guard let file = files[test.file] else {
                    misfits.append("\(row.feature): there is no \(test.file)")
                    continue
                }
                let isNamed =
                    test.word.map { file.text.contains($0) } ?? row.symbols.contains { file.names($0.name) }
                if !isNamed { misfits.append("\(row.feature): \(test.file) names nothing of it") }
            }
            // Where a word stands for what is meant, the symbol need not be spelled.
            if row.answer == "no" || row.tests.contains(where: { $0.word != nil }) { continue }
            for symbol in row.symbols where !row.tests.contains(where: { files[$0.file]?.names(symbol.name) == true }) {
                misfits.append("\(row.feature): none of its tests names \(symbol.name)")
            }
        }
        return misfits
    }

    @Test func everyFileOfTestsNamesWhatItTests() throws {
        let folder = Self.root.appending(path: "Tests")
        var files: [String: Source] = [:]
        for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            ?? .init()
        where file.pathExtension == "swift" {
            files[file.deletingPathExtension().lastPathComponent] = Source(
                try String(contentsOf: file, encoding: .utf8))
        }
        let misfits = try Self.misfits(Self.rows(), in: files)
        #expect(misfits.isEmpty, "\(misfits.joined(separator: "\n"))")
        // It finds what is wrong.
        let wrong = Row(
            feature: "x", answer: "yes", symbols: [("Socket/teleport", "Sockets")],
            tests: [("FamilyTests", nil), ("FamilyTests", "beam"), ("NoTests", nil)], remarks: "")
        #expect(Self.misfits([wrong], in: files).count == 3)
    }

    /// Foundation is for tests alone.
    @Test func theLibrariesWorkWithoutFoundation() throws {
        var count = 0
        for module in ["Sockets", "AsyncSockets", "TLSSockets"] {
            let folder = Self.root.appending(path: "Sources/\(module)")
            for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
                ?? .init()
            where file.pathExtension == "swift" {
                count += 1
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.firstMatch(of: /import (Foundation|NIO)/) == nil, "\(file.path)")
            }
        }
        #expect(count > 200)
    }
}
