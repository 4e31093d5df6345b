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
        guard !command.paths.isEmpty else { throw ConfigurationError("no file or folder is named; try 'checkv4 .'") }
        let file = try Self.configuration(command)
        failOn = try Self.level(command.failOn ?? file.failOn ?? "warning", option: "--fail-on", never: true)
        minimum = try Self.level(command.show, option: "--show", never: false)
        try setOptions(file)
        try setFinder(file)
        if let path = command.baseline ?? file.baseline { baseline = try Baseline(contentsOf: path) }
    }

    // MARK: Options

    private static func configuration(_ command: ScanCommand) throws(ConfigurationError) -> Configuration {
        if command.noConfig { return Configuration() }
        if let path = command.config { return try Configuration(contentsOf: path) }
        guard let path = Configuration.nearest(to: FileManager.default.currentDirectoryPath) else {
            return Configuration()
        }
        return try Configuration(contentsOf: path)
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
            guard parts.count == 2, let rule = RuleID(rawValue: parts[0]), let level = Severity(name: parts[1]) else {
                throw ConfigurationError("--severity: '\(entry)' is not like V4-LIT02=note")
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
        scan.maximumSize = max(0, min(command.maxFileSize, 2_000_000_000))
        if let jobs = command.jobs {
            guard jobs > 0 else { throw ConfigurationError("--jobs: \(jobs) is no number of threads") }
            scan.jobs = min(jobs, 256)
        }
        scan.keepsSources = command.fix || command.fixUnsafe || wantsDiff
    }

    private mutating func setFinder(_ file: Configuration) throws(ConfigurationError) {
        finder.include = (command.include.isEmpty ? file.include ?? [] : command.include).map { Glob($0) }
        finder.exclude = ((file.exclude ?? []) + command.exclude).map { Glob($0) }
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
        var files: [FileReport] = []
        var names = command.paths
        if let dash = names.firstIndex(of: "-") {
            names.removeAll { $0 == "-" }
            _ = dash
            files.append(try readStandardInput())
        }
        let found = finder.find(names)
        let bar = ProgressBar(total: found.items.count, isWanted: !command.noProgress && !command.quiet)
        files += scan.run(found.items) { bar.show($0) }
        bar.clear()
        var problems = found.problems

        if wantsDiff {
            writeDiffs(files)
        } else if command.fix || command.fixUnsafe {
            problems += fix(&files)
        }
        if let revision = command.changedSince {
            let changed = try ChangedLines(since: revision)
            for index in files.indices {
                let path = files[index].path
                files[index].findings.removeAll { !changed.contains($0, in: path) }
            }
        }
        if let path = command.writeBaseline {
            let baseline = Baseline(files)
            try baseline.write(to: path)
            self.baseline = baseline
        }
        if let baseline { for index in files.indices { baseline.apply(to: &files[index]) } }

        var report = RunReport(files: files, problems: problems)
        report.minimum = minimum
        report.showsSuppressed = command.showSuppressed
        report.isColored = isColored
        if !wantsDiff { try write(report.text(format), to: command.output) }
        if let html = command.html { try write(report.text(.html), to: html) }
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

    private func readStandardInput() throws(ConfigurationError) -> FileReport {
        let name = command.stdinFilename ?? "<stdin>"
        var bytes: [UInt8] = []
        while let data = try? FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
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

    private func writeDiffs(_ files: [FileReport]) {
        for file in files {
            guard let source = file.source else { continue }
            let (bytes, _) = Fixer.apply(file.findings, to: source, mode: mode)
            print(UnifiedDiff.text(path: file.path, old: source.bytes, new: bytes), terminator: "")
        }
    }

    /// Writes the fixes, reads the files again and leaves in the reports what is left.
    private func fix(_ files: inout [FileReport]) -> [FileProblem] {
        var problems: [FileProblem] = []
        var fixed = 0
        for index in files.indices {
            // A fix may make room for another; each round must change something.
            for _ in 0..<4 {
                guard let source = files[index].source, files[index].path != "<stdin>" else { break }
                let (bytes, count) = Fixer.apply(files[index].findings, to: source, mode: mode)
                guard bytes != source.bytes else { break }
                if let failure = FileReader.replace(source.path, old: source.bytes, new: bytes, limit: scan.maximumSize)
                {
                    problems.append(FileProblem(isFatal: true, path: source.path, line: 0, text: failure))
                    break
                }
                fixed += count
                files[index] = scan.checkOnOwnThread(
                    SourceText(path: source.path, language: source.language, bytes: bytes))
            }
        }
        if !command.quiet { complain("\(fixed) findings fixed") }
        return problems
    }

    // MARK: Writing

    private var isColored: Bool {
        switch command.color {
        case "always": return true
        case "never": return false
        default:
            let environment = ProcessInfo.processInfo.environment
            return command.output == nil && isatty(STDOUT_FILENO) != 0 && (environment["NO_COLOR"] ?? "").isEmpty
                && environment["TERM"] != "dumb"
        }
    }

    private func write(_ text: String, to path: String?) throws(ConfigurationError) {
        guard let path else {
            FileHandle.standardOutput.write(Data(text.utf8))
            return
        }
        do {
            try OutputFile.write(Data(text.utf8), to: path)
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
        FileHandle.standardError.write(Data("\r\(bar) \(done)/\(total)".utf8))
    }

    func clear() {
        guard isShown, last >= 0 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}
