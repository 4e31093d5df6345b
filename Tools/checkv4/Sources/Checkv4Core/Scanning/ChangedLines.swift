import Foundation

/// The lines that changed since a revision, as git tells.
public struct ChangedLines: Sendable {
    private enum Change {
        case whole
        case lines([ClosedRange<Int>])
    }

    /// What changed by file, under its path from the root.
    private var changes: [String: Change] = [:]
    private let working: String

    /// Asks git in the working directory.
    ///
    /// In a repository without any commit, everything is new since `HEAD`.
    public init(since revision: String) throws(ConfigurationError) {
        guard !revision.isEmpty, !revision.hasPrefix("-") else {
            throw ConfigurationError("--changed-since: '\(revision)' is no revision")
        }
        working = FileManager.default.currentDirectoryPath
        guard let top = Self.git(["rev-parse", "--show-toplevel"]).map({ Self.text($0.dropLast()) }) else {
            throw ConfigurationError("--changed-since: git finds no repository in \(working)")
        }
        var known = revision
        if Self.git(["rev-parse", "--verify", "--quiet", "\(revision)^{commit}"]) == nil {
            guard revision == "HEAD", Self.git(["rev-list", "-n", "1", "--all"])?.isEmpty == true,
                let empty = Self.git(["hash-object", "-t", "tree", "/dev/null"])
            else { throw ConfigurationError("--changed-since: git knows no revision '\(revision)'") }
            known = Self.text(empty.dropLast())
        }
        // What the user's settings may change is said here, so that the form is always the same.
        guard
            let diff = Self.git(
                [
                    "-C", top, "diff", "--unified=0", "--inter-hunk-context=0", "--no-color", "--no-ext-diff",
                    "--no-textconv", "--text", "--src-prefix=a/", "--dst-prefix=b/", "--no-relative", known, "--",
                ]), let new = Self.git(["-C", top, "ls-files", "--others", "--exclude-standard", "-z"])
        else { throw ConfigurationError("--changed-since: git could not compare with '\(revision)'") }
        for (name, ranges) in Self.ranges(inDiff: diff) { changes["\(top)/\(name)"] = .lines(ranges) }
        for name in new.split(separator: 0) { changes["\(top)/\(Self.text(name))"] = .whole }
    }

    /// Keeps the findings that touch what changed.
    public func filter(_ report: inout FileReport) {
        switch change(of: report.path) {
        case nil: report.findings = []
        case .whole: break
        case .lines(let ranges):
            // Both are in the order of the text.
            var next = 0
            report.findings.removeAll { finding in
                while next < ranges.count, ranges[next].upperBound < finding.line { next += 1 }
                return next >= ranges.count || ranges[next].lowerBound > max(finding.line, finding.endLine)
            }
        }
    }

    private func change(of path: String) -> Change? {
        if let change = changes[PathBase.absolute(path, in: working)] { return change }
        // git names files by where they are, people also by links.
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return changes[String(cString: resolved)]
    }

    /// The new lines by file; what a hunk holds is passed over by its length, since it may look like anything.
    static func ranges(inDiff diff: [UInt8]) -> [String: [ClosedRange<Int>]] {
        var found: [String: [ClosedRange<Int>]] = [:]
        var file: String?
        var skipped = 0
        for line in diff.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if skipped > 0, let first = line.first, first == 0x2B || first == 0x2D || first == 0x20 {
                skipped -= 1
            } else if line.starts(with: "+++ ".utf8) {
                file = name(line.dropFirst(4))
            } else if line.starts(with: "@@ -".utf8) {
                let parts = line.split(separator: 0x20, maxSplits: 3)
                guard parts.count >= 3, let old = numbers(parts[1]), let new = numbers(parts[2]) else { continue }
                skipped = old.count + new.count
                if let file, new.count > 0 { found[file, default: []].append(new.start...new.start + new.count - 1) }
            }
        }
        return found
    }

    /// The start and the length in `-3,2` and `+4`.
    private static func numbers(_ bytes: ArraySlice<UInt8>) -> (start: Int, count: Int)? {
        let parts = text(bytes.dropFirst()).split(separator: ",").map { Int($0) }
        guard let first = parts.first, let start = first, start >= 0, start < 1 << 40 else { return nil }
        let count = parts.count > 1 ? parts[1] ?? 0 : 1
        return (start, min(max(0, count), 1 << 40))
    }

    /// The name after `+++ `: with its prefix, a tab behind it when it holds blanks, quoted when it holds worse.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        var plain = Array(bytes)
        if plain.first == 0x22 {
            plain = unquoted(plain)
        } else if plain.last == 0x09 {
            plain.removeLast()
        }
        return plain.starts(with: "b/".utf8) ? String(decoding: plain.dropFirst(2), as: UTF8.self) : nil
    }

    private static func unquoted(_ bytes: [UInt8]) -> [UInt8] {
        let letters: [UInt8: UInt8] = [
            0x61: 7, 0x62: 8, 0x74: 9, 0x6E: 10, 0x76: 11, 0x66: 12, 0x72: 13,
        ]
        var result: [UInt8] = []
        var index = 1
        while index < bytes.count, bytes[index] != 0x22 {
            guard bytes[index] == 0x5C, index + 1 < bytes.count else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let digits = bytes[(index + 1)...].prefix(3).prefix { $0 >= 0x30 && $0 <= 0x37 }
            if digits.count == 3 {
                result.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
                index += 4
            } else {
                result.append(letters[bytes[index + 1]] ?? bytes[index + 1])
                index += 2
            }
        }
        return result
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// What git prints, nil when it fails.
    private static func git(_ arguments: [String]) -> [UInt8]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? Array(data) : nil
    }
}
