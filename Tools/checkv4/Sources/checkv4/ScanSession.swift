import Checkv4Core
import Foundation

/// One run of `checkv4 PATH…`: the options put together, the files read, the reports written.
struct ScanSession {
    private let command: ScanCommand
    private let format: OutputFormat
    private let wantsDiff: Bool
    private let failOn: Severity
    private let minimum: Severity
    private var scan = Scan()
    private var finder = FileFinder()
    private var baseline: Baseline?
    private var configuredBaseline: String?
    /// From where the paths of the baseline are meant.
    private var baselineBase = PathBase(folder: ".")
    private let isColored: Bool

    init(_ command: ScanCommand) throws(ConfigurationError) {
        self.command = command
        wantsDiff = command.diff || command.format == "diff"
        if command.format == "diff" {
            format = .text
        } else {
            guard let format = OutputFormat(rawValue: command.format) else {
                throw ConfigurationError(
                    "unknown format '\(command.format)'; known are \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")), diff"
                )
            }
            self.format = format
        }
        if command.changedSince != nil, command.writeBaseline != nil {
            throw ConfigurationError("--write-baseline stores every finding, --changed-since looks at few: use one")
        }
        guard !command.paths.isEmpty else { throw ConfigurationError("no file or folder is named; try 'checkv4 .'") }
        if command.paths.contains("-"), command.fix || command.fixUnsafe, !wantsDiff {
            throw ConfigurationError("--fix cannot write standard input; --diff prints what it would change")
        }
        isColored = try Self.isColored(command)
        let (file, base) = try Self.configuration(command)
        scan.base = base
        failOn = try Self.level(command.failOn ?? file.failOn ?? "warning", option: "--fail-on", never: true)
        minimum = try Self.level(command.show, option: "--show", never: false)
        try setOptions(file)
        try setFinder(file, base)
        if let path = command.baseline ?? file.baseline.map({ base.path(to: $0) }) {
            // A new baseline takes the old one's place: what is known stays known in it.
            configuredBaseline = path
            if command.writeBaseline == nil { baseline = try Baseline(contentsOf: path) }
            baselineBase = PathBase(folderOf: path)
        }
    }

    // MARK: Options

    /// The settings, and the folder from which their patterns are meant.
    private static func configuration(_ command: ScanCommand) throws(ConfigurationError) -> (Configuration, PathBase) {
        let here = PathBase(folder: ".")
        if command.noConfig { return (Configuration(), here) }
        // A file that is named may stand anywhere: what it says is about the working directory.
        if let path = command.config { return (try Configuration(contentsOf: path), here) }
        guard let path = Configuration.nearest(to: FileManager.default.currentDirectoryPath) else {
            return (Configuration(), here)
        }
        return (try Configuration(contentsOf: path), PathBase(folderOf: path))
    }

    private static func level(_ name: String, option: String, never: Bool) throws(ConfigurationError) -> Severity {
        if never, name == "never" { return .off }
        guard let level = Severity(name: name), level != .off else {
            throw ConfigurationError(
                "\(option): unknown level '\(name)'; use note, warning\(never ? ", error or never" : " or error")")
        }
        return level
    }

    private static func ruleSet(_ text: String, option: String) throws(ConfigurationError) -> Set<RuleID> {
        var rules: Set<RuleID> = []
        // A shell variable that is empty would otherwise mean no rule at all, and success.
        guard text.contains(where: { $0 != "," && $0 != " " }) else {
            throw ConfigurationError("\(option): no rule is named; see 'checkv4 rules'")
        }
        for name in text.split(separator: ",") {
            let name = name.trimmingCharacters(in: .whitespaces)
            // V4-LIT means all its rules.
            let found = RuleID.allCases.filter { $0.rawValue == name || $0.rawValue.dropLast(2) == name }
            guard !found.isEmpty else {
                throw ConfigurationError("\(option): unknown rule '\(name)'; see 'checkv4 rules'")
            }
            rules.formUnion(found)
        }
        return rules
    }

    private mutating func setOptions(_ file: Configuration) throws(ConfigurationError) {
        var options = CheckOptions()
        if let rules = command.rules {
            if rules == "checkv4" {
                options.isClassic = true
            } else {
                options.rules = try Self.ruleSet(rules, option: "--rules")
            }
        }
        if let disable = command.disable { options.disabled = try Self.ruleSet(disable, option: "--disable") }
        for (name, level) in file.severity ?? [:] {
            if let rule = RuleID(rawValue: name), let level = Severity(name: level) { options.severities[rule] = level }
        }
        for entry in command.severity {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ConfigurationError("--severity: '\(entry)' is not like V4-LIT02=note")
            }
            guard let rule = RuleID(rawValue: parts[0]) else {
                throw ConfigurationError("--severity: unknown rule '\(parts[0])'; see 'checkv4 rules'")
            }
            guard let level = Severity(name: parts[1]) else {
                throw ConfigurationError(
                    "--severity: unknown level '\(parts[1])'; use off, note, warning or error")
            }
            options.severities[rule] = level
        }
        guard let confidence = Confidence(name: command.confidence) else {
            throw ConfigurationError("--confidence: unknown '\(command.confidence)'; use low, medium or high")
        }
        options.confidence = confidence
        options.isPedantic = command.pedantic
        options.requireReason = command.requireReason || file.requireReason == true
        options.analysis.names = Set((file.names ?? []).map { $0.lowercased() })
        options.analysis.allowedLiterals = Set(file.allowedLiterals ?? [])
        scan.options = options
        if let tests = file.tests { scan.tests = tests.map { Glob($0) } }
        for entry in file.accept ?? [] {
            scan.accepted.append(
                (Glob(entry.path), Set((entry.rules ?? []).compactMap { RuleID(rawValue: $0) }), entry.reason)
            )
        }
        guard command.maxFileSize > 0 else {
            throw ConfigurationError("--max-file-size: \(command.maxFileSize) is no number of bytes")
        }
        scan.maximumSize = min(command.maxFileSize, 2_000_000_000)
        if let jobs = command.jobs {
            guard jobs > 0 else { throw ConfigurationError("--jobs: \(jobs) is no number of threads") }
            scan.jobs = min(jobs, 256)
        }
        scan.keepsSources = command.fix || command.fixUnsafe || wantsDiff
    }

    private mutating func setFinder(_ file: Configuration, _ base: PathBase) throws(ConfigurationError) {
        let here = PathBase(folder: ".")
        let excluded = (file.exclude ?? []).map { PathPattern($0, base: base) }
        finder.exclude = excluded + command.exclude.map { PathPattern($0, base: here) }
        finder.include =
            command.include.isEmpty
            ? (file.include ?? []).map { PathPattern($0, base: base) }
            : command.include.map { PathPattern($0, base: here) }
        finder.languages = Set((file.languages ?? []).compactMap { Language(rawValue: $0) })
        finder.respectsGitIgnore = !command.noGitignore
        if let name = command.language {
            guard let language = Language(rawValue: name) else {
                throw ConfigurationError(
                    "--language: unknown '\(name)'; known are \(Language.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            finder.forced = language
        }
    }

    // MARK: Running

    mutating func run() throws(ConfigurationError) -> Int32 {
        let start = ContinuousClock.now
        var changed: ChangedLines?
        if let revision = command.changedSince { changed = try ChangedLines(since: revision) }
        var files: [FileReport] = []
        if command.paths.contains("-") { files.append(try readStandardInput()) }
        let named = command.paths.filter { $0 != "-" }
        if command.fix || command.fixUnsafe, !wantsDiff,
            let missing = named.first(where: { !FileManager.default.fileExists(atPath: $0) })
        {
            // "--fix unsafe ." must not write anything.
            throw ConfigurationError(
                "--fix: there is no '\(missing)': nothing was fixed; values are written --fix=unsafe")
        }
        finder.ownFiles = [command.baseline, command.writeBaseline, command.output, command.html, command.config]
            .compactMap { $0.flatMap(FileFinder.realPath) }
        if let path = configuredBaseline.flatMap(FileFinder.realPath) { finder.ownFiles.append(path) }
        let found = finder.find(named)
        let bar = ProgressBar(total: found.items.count, isWanted: !command.noProgress && !command.quiet)
        files += scan.run(found.items) { bar.show($0) }
        bar.clear()
        var problems = found.problems

        // What is not reported is not fixed either.
        var known = 0
        for index in files.indices { known += filter(&files[index], changed) }
        if let baseline, known == 0, !baseline.findings.isEmpty, files.contains(where: { !$0.findings.isEmpty }) {
            complain("note: no finding is in the baseline; its paths are meant from the folder in which it lies")
        }
        if wantsDiff {
            try writeDiffs(files)
        } else if command.fix || command.fixUnsafe {
            problems += try fix(&files)
        }
        if let path = command.writeBaseline {
            let base = PathBase(folderOf: path)
            let baseline = Baseline(files, base: base)
            try baseline.write(to: path)
            for index in files.indices { baseline.apply(to: &files[index], base: base) }
        }

        var report = RunReport(files: files, problems: problems)
        report.minimum = minimum
        report.showsSuppressed = command.showSuppressed
        report.isColored = isColored
        if !wantsDiff { try write(Data(report.text(format).utf8), to: command.output) }
        if let html = command.html { try write(Data(report.text(.html).utf8), to: html) }
        for problem in report.allProblems {
            complain(
                "\(problem.path)\(problem.line > 0 ? ":\(problem.line)" : ""): \(problem.isFatal ? "error" : "note"): \(problem.text)"
            )
        }
        let elapsed = start.duration(to: .now).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        if !command.quiet { complain(report.summary(seconds: isatty(STDERR_FILENO) != 0 ? seconds : nil)) }
        if !command.keepGoing, report.allProblems.contains(where: \.isFatal) { return ExitStatus.unread }
        return failOn != .off && report.worst >= failOn ? ExitStatus.found : ExitStatus.clean
    }

    /// Takes away what did not change, marks what is known and returns how much that is.
    private func filter(_ report: inout FileReport, _ changed: ChangedLines?) -> Int {
        changed?.filter(&report)
        return baseline?.apply(to: &report, base: baselineBase) ?? 0
    }

    private func readStandardInput() throws(ConfigurationError) -> FileReport {
        let name = command.stdinFilename ?? "<stdin>"
        var bytes: [UInt8] = []
        while true {
            let data: Data?
            do { data = try FileHandle.standardInput.read(upToCount: 1 << 20) } catch {
                throw ConfigurationError("standard input cannot be read: \(error.localizedDescription)")
            }
            guard let data, !data.isEmpty else { break }
            bytes += data
            guard bytes.count <= scan.maximumSize else {
                throw ConfigurationError("standard input is larger than --max-file-size")
            }
        }
        guard let language = finder.forced ?? Language(fileName: name) ?? shebang(bytes) else {
            throw ConfigurationError("the language of standard input is not known: use --language or --stdin-filename")
        }
        return scan.checkOnOwnThread(SourceText(path: name, language: language, bytes: bytes))
    }

    private func shebang(_ bytes: [UInt8]) -> Language? {
        Language(shebang: String(decoding: bytes.prefix { $0 != 0x0A }.prefix(128), as: UTF8.self))
    }

    // MARK: Fixes

    private var mode: Fixer.Mode { command.fixUnsafe ? .unsafe : .safe }

    private func writeDiffs(_ files: [FileReport]) throws(ConfigurationError) {
        var text = Data()
        for file in files {
            guard let source = file.source else { continue }
            let (bytes, _) = Fixer.apply(file.findings, to: source, mode: mode)
            text += UnifiedDiff.bytes(path: file.path, old: source.bytes, new: bytes)
        }
        try write(text, to: command.output)
    }

    /// Writes the fixes, reads the files again and leaves in the reports what is left.
    private func fix(_ files: inout [FileReport]) throws(ConfigurationError) -> [FileProblem] {
        var problems: [FileProblem] = []
        var fixed = 0
        for index in files.indices {
            // A fix may make room for another; each round must change something.
            for _ in 0..<4 {
                guard let source = files[index].source else { break }
                let (bytes, count) = Fixer.apply(files[index].findings, to: source, mode: mode)
                guard bytes != source.bytes else { break }
                if let failure = FileReader.replace(source.path, old: source.bytes, new: bytes, limit: scan.maximumSize)
                {
                    problems.append(FileProblem(isFatal: true, path: source.path, line: 0, text: failure))
                    break
                }
                fixed += count
                files[index] = scan.checkOnOwnThread(
                    SourceText(path: source.path, language: source.language, bytes: bytes, name: source.name))
                // The lines of a fix are changed ones now.
                _ = filter(&files[index], try command.changedSince.map(ChangedLines.init(since:)))
            }
        }
        if !command.quiet { complain("\(fixed) findings fixed") }
        return problems
    }

    // MARK: Writing

    private static func isColored(_ command: ScanCommand) throws(ConfigurationError) -> Bool {
        switch command.color {
        case "always": return true
        case "never": return false
        case "auto":
            let environment = ProcessInfo.processInfo.environment
            return command.output == nil && isatty(STDOUT_FILENO) != 0 && (environment["NO_COLOR"] ?? "").isEmpty
                && environment["TERM"] != "dumb"
        default: throw ConfigurationError("--color: unknown '\(command.color)'; use auto, always or never")
        }
    }

    private func write(_ data: Data, to path: String?) throws(ConfigurationError) {
        guard let path else {
            do { try FileHandle.standardOutput.write(contentsOf: data) } catch {
                throw ConfigurationError("the report cannot be written: \(error.localizedDescription)")
            }
            return
        }
        do {
            try OutputFile.write(data, to: path)
        } catch {
            throw ConfigurationError("\(path): cannot be written: \(error.localizedDescription)")
        }
    }
}

/// A bar on standard error while files are read, on terminals only.
final class ProgressBar {
    private let total: Int
    private let isShown: Bool
    private var last = -1

    init(total: Int, isWanted: Bool) {
        self.total = total
        isShown = isWanted && total > 20 && isatty(STDERR_FILENO) != 0
    }

    func show(_ done: Int) {
        guard isShown, done != last else { return }
        last = done
        let width = 40
        let filled = total > 0 ? done * width / total : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        try? FileHandle.standardError.write(contentsOf: Data("\r\(bar) \(done)/\(total)".utf8))
    }

    func clear() {
        guard isShown, last >= 0 else { return }
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }
}
