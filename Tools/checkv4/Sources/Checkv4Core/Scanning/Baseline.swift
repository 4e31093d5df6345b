import Foundation

/// Findings that are known: later runs report only what is new.
public struct Baseline: Codable, Sendable {
    /// The form of the file.
    public var version = 1
    /// The fingerprints by file.
    public var findings: [String: [String]] = [:]

    /// No known findings.
    public init() {}

    /// The unsuppressed findings of a run, under the paths that the files have from some folder.
    public init(_ reports: [FileReport], base: PathBase) {
        for report in reports {
            let prints = report.findings.filter { $0.suppression == nil }.map(\.fingerprint).sorted()
            if !prints.isEmpty { findings[base.name(of: report.path)] = prints }
        }
    }

    /// Reads a file that `write` wrote.
    public init(contentsOf path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError("\(path): the baseline cannot be read")
        }
        guard let read = try? JSONDecoder().decode(Baseline.self, from: data), read.version == 1 else {
            throw ConfigurationError("\(path): this is no baseline of checkv4; write one with --write-baseline")
        }
        self = read
    }

    /// Writes the file; the same findings give the same bytes.
    public func write(to path: String) throws(ConfigurationError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            var data = try encoder.encode(self)
            data.append(0x0A)
            try OutputFile.write(data, to: path)
        } catch {
            throw ConfigurationError("\(path): the baseline cannot be written: \(error.localizedDescription)")
        }
    }

    /// Marks the findings that are known, and returns how many they are.
    @discardableResult
    public func apply(to report: inout FileReport, base: PathBase) -> Int {
        guard let prints = findings[base.name(of: report.path)] else { return 0 }
        let known = Set(prints)
        var count = 0
        for index in report.findings.indices where report.findings[index].suppression == nil {
            if known.contains(report.findings[index].fingerprint) {
                report.findings[index].suppression = Suppression(kind: .external, reason: "in the baseline")
                count += 1
            }
        }
        return count
    }
}
