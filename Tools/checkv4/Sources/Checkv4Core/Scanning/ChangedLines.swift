import Foundation

/// The lines that changed since a revision, as git tells.
public struct ChangedLines: Sendable {
    /// The lines by file, from 1; nil for a file that is new as a whole.
    private var lines: [String: [ClosedRange<Int>]?] = [:]

    /// Asks git in the working directory.
    public init(since revision: String) throws(ConfigurationError) {
        guard !revision.hasPrefix("-") else { throw ConfigurationError("'\(revision)' is no revision") }
        let diff = try Self.git([
            "diff", "--unified=0", "--no-color", "--no-ext-diff", "--relative", revision, "--", ".",
        ])
        var file: String?
        for line in diff.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("+++ ") {
                let name = line.dropFirst(4)
                file = name.hasPrefix("b/") ? String(name.dropFirst(2)) : nil
            } else if line.hasPrefix("@@ "), let file, let plus = line.firstIndex(of: "+") {
                let numbers = line[line.index(after: plus)...].prefix { $0.isNumber || $0 == "," }.split(separator: ",")
                guard let start = numbers.first.flatMap({ Int($0) }) else { continue }
                let count = numbers.count > 1 ? Int(numbers[1]) ?? 0 : 1
                guard count > 0 else { continue }
                var ranges = (lines[file] ?? []) ?? []
                ranges.append(start...(start + count - 1))
                lines[file] = ranges
            }
        }
        let new = try Self.git(["ls-files", "--others", "--exclude-standard"])
        for name in new.split(separator: "\n") { lines.updateValue(nil, forKey: String(name)) }
    }

    /// Whether a finding touches what changed.
    public func contains(_ finding: Finding, in path: String) -> Bool {
        guard let ranges = lines[path] else { return false }
        guard let ranges else { return true }
        let own = finding.line...max(finding.line, finding.endLine)
        return ranges.contains { $0.overlaps(own) }
    }

    private static func git(_ arguments: [String]) throws(ConfigurationError) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-c", "core.quotepath=false"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { throw ConfigurationError("git cannot be started: --changed-since needs it") }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ConfigurationError(
                "git \(arguments.first ?? "") failed: is this a repository, and the revision one of it?")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
