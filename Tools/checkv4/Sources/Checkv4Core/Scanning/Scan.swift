import Foundation
import Synchronization

/// A run over many files, on several threads.
public struct Scan: Sendable {
    /// What is wanted of each file.
    public var options = CheckOptions()
    /// Patterns of test files, meant from the settings' folder; nil for the usual ones, meant from the root of what is
    /// checked.
    public var tests: [Glob]?
    /// Findings that the configuration accepts: the pattern, the rules (empty for all) and the reason.
    public var accepted: [(glob: Glob, rules: Set<RuleID>, reason: String)] = []
    /// From where the patterns are meant.
    public var base = PathBase(folder: ".")
    /// The largest file that is read.
    public var maximumSize = 32_000_000
    /// Keep the texts of files with fixes, for whoever applies them.
    public var keepsSources = false
    /// How many threads work.
    public var jobs = max(1, ProcessInfo.processInfo.activeProcessorCount)

    /// The defaults.
    public init() {}

    /// Where tests usually are.
    public static let defaultTests = [
        "**/Tests/**", "**/tests/**", "**/test/**", "**/Test/**", "**/testing/**", "**/testdata/**", "**/*_test.go",
        "**/test_*.py", "**/*_test.py", "**/*Tests.swift", "**/*.test.js", "**/*.test.ts", "**/*.spec.js",
        "**/*.spec.ts",
        "**/unittest/**", "**/unittests/**", "**/t/**", "**/regress/**", "**/test.*", "**/test-*.sh", "**/testenv/**",
        "**/testutils/**", "**/testprogs/**", "**/*-test.c", "**/*_test.c", "**/*_test.cc", "**/*_unittest.cc",
        "**/test[a-z_-]*.c", "**/examples/**", "**/Examples/**", "**/fixtures/**", "**/Fixtures/**", "**/conftest.py",
    ].map { Glob($0) }

    private final class State: Sendable {
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let reports: Mutex<[FileReport?]>
        let running: Atomic<Int>

        init(count: Int, threads: Int) {
            reports = Mutex([FileReport?](repeating: nil, count: count))
            running = Atomic(threads)
        }
    }

    /// Reads and checks files; the reports come in the order of the items, whichever thread was faster.
    ///
    /// `progress` is called on the calling thread, several times a second, with the number of files done.
    public func run(_ items: [FileFinder.Item], progress: ((Int) -> Void)? = nil) -> [FileReport] {
        // Each has a stack of its own, which is not touched but must be found.
        let threads = max(1, min(jobs, items.count, 64))
        let state = State(count: items.count, threads: threads)
        let siblings = Self.siblings(items)
        let finished = DispatchSemaphore(value: 0)
        for _ in 0..<threads {
            let thread = Thread { [self] in
                while true {
                    let index = state.next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < items.count else { break }
                    let report = check(items[index], hasSibling: siblings.contains(items[index].path))
                    state.reports.withLock { $0[index] = report }
                    state.done.wrappingAdd(1, ordering: .relaxed)
                }
                finished.signal()
            }
            thread.stackSize = Self.stackSize
            thread.start()
        }
        for _ in 0..<threads {
            while finished.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
                progress?(state.done.load(ordering: .relaxed))
            }
        }
        progress?(items.count)
        return state.reports.withLock { $0 }.enumerated().map { $1 ?? FileReport(path: items[$0].path) }
    }

    /// The tree of a Swift file is walked by recursion: its depth is limited, and this much is enough for the limit.
    public static let stackSize = 256 << 20

    /// Checks a text on a thread with room for deep trees.
    public func checkOnOwnThread(_ source: SourceText) -> FileReport {
        let state = State(count: 1, threads: 1)
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            let report = check(source)
            state.reports.withLock { $0[0] = report }
            finished.signal()
        }
        thread.stackSize = Self.stackSize
        thread.start()
        finished.wait()
        return state.reports.withLock { $0[0] } ?? FileReport(path: source.path)
    }

    /// Reads and checks one file.
    public func check(_ item: FileFinder.Item, hasSibling: Bool = false) -> FileReport {
        switch FileReader.read(item.path, limit: maximumSize) {
        case .refused(let reason, let isFatal):
            var report = FileReport(path: item.path)
            report.problems = [FileProblem(isFatal: isFatal, path: item.path, line: 0, text: reason)]
            return report
        case .text(let bytes):
            let source = SourceText(path: item.path, language: item.language, bytes: bytes, name: item.name)
            return check(source, hasSibling: hasSibling)
        }
    }

    /// Checks a text.
    public func check(_ source: SourceText, hasSibling: Bool = false) -> FileReport {
        var options = options
        let name = base.name(of: source.path)
        options.analysis.isTestFile =
            tests.map { $0.contains { $0.matches(name) } } ?? Self.defaultTests.contains { $0.matches(source.name) }
        options.analysis.hasSiblingForIPv6 = hasSibling
        var report = Checker.check(source, options: options)
        if let offset = source.firstInvalidUTF8() {
            report.problems.insert(
                FileProblem(
                    isFatal: false, path: source.path, line: source.line(of: offset) + 1,
                    text: "is not UTF-8 here: read byte by byte"
                ),
                at: 0
            )
        }
        for index in report.findings.indices where report.findings[index].suppression == nil {
            let rule = report.findings[index].rule
            if let entry = accepted.first(where: {
                ($0.rules.isEmpty || $0.rules.contains(rule)) && $0.glob.matches(name)
            }) {
                report.findings[index].suppression = Suppression(kind: .external, reason: entry.reason)
            }
        }
        // The findings carry their excerpts: memory holds no more texts than threads work on.
        if !keepsSources || !report.findings.contains(where: { $0.fix != nil }) { report.source = nil }
        return report
    }

    /// The files beside which the same name with a 6 stands: `tcp4.c` and `tcp6.c`, `inet.c` and `inet6.c`.
    private static func siblings(_ items: [FileFinder.Item]) -> Set<String> {
        let paths = Set(items.map(\.path))
        var result: Set<String> = []
        for path in paths {
            guard let dot = path.lastIndex(of: ".") else { continue }
            let stem = path[..<dot]
            let end = path[dot...]
            if paths.contains("\(stem)6\(end)") { result.insert(path) }
            // ipv4/socket.go beside ipv6/socket.go
            if let folder = path.range(of: "ipv4/", options: .backwards),
                paths.contains(path.replacingCharacters(in: folder, with: "ipv6/"))
            {
                result.insert(path)
            }
            // udpdomain.c beside udpipv6domain.c
            if path.contains("6") {
                for mark in ["IPv6", "ipv6", "_v6", "v6", "6"] {
                    guard let place = stem.range(of: mark, options: .backwards) else { continue }
                    let other = String(stem[..<place.lowerBound] + stem[place.upperBound...] + end)
                    if paths.contains(other) { result.insert(other) }
                }
            }
            if let four = stem.lastIndex(of: "4"),
                paths.contains(stem[..<four] + "6" + stem[stem.index(after: four)...] + end)
            {
                result.insert(path)
            }
        }
        return result
    }
}
