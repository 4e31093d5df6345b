import ArgumentParser
import Checkv4Core
import Foundation

/// `checkv4 PATH…`: reads, reports, fixes.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Reads files and folders and reports what is IPv4-only (the default command)."
    )

    @Argument(help: "Files and folders; '-' is standard input.", completion: .file())
    var paths: [String] = []

    @Option(help: "Form of the report: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")), diff.")
    var format = "text"

    @Option(name: .shortAndLong, help: "Write the report to a file instead of standard output.", completion: .file())
    var output: String?

    @Option(help: "Write a page for people to a file, beside the report.", completion: .file())
    var html: String?

    @Option(help: "Only these rules, by comma; 'checkv4' means the identifiers of the classic tool.")
    var rules: String?

    @Option(help: "Switch these rules off, by comma.")
    var disable: String?

    @Option(help: ArgumentHelp("Level of a rule, e.g. V4-LIT02=note; may be repeated.", valueName: "rule=level"))
    var severity: [String] = []

    @Option(help: "Lowest confidence that is reported: low, medium or high.")
    var confidence = "medium"

    @Option(help: "Lowest level that is shown: note, warning or error.")
    var show = "note"

    @Option(help: "Level from which on the exit code is 1: note, warning, error or never.")
    var failOn: String?

    @Flag(help: "Report dual-stack code and findings of low confidence too.")
    var pedantic = false

    @Flag(help: "Show suppressed findings too.")
    var showSuppressed = false

    @Flag(help: "Apply the safe fixes; --fix=unsafe applies those that want a person's eyes too.")
    var fix = false

    @Flag(help: ArgumentHelp("The same as --fix=unsafe.", visibility: .hidden))
    var fixUnsafe = false

    @Flag(
        name: [.customLong("diff"), .customLong("dry-run")],
        help: "Print the fixes as a unified diff and write nothing.")
    var diff = false

    @Option(help: "Known findings, which are not reported again.", completion: .file())
    var baseline: String?

    @Option(help: "Store the findings of this run as known.", completion: .file())
    var writeBaseline: String?

    @Option(help: ArgumentHelp("Only findings on lines changed since a revision of git.", valueName: "revision"))
    var changedSince: String?

    @Option(help: "The configuration; without it the nearest .checkv4.json counts.", completion: .file())
    var config: String?

    @Flag(help: "Read no configuration.")
    var noConfig = false

    @Option(help: "Only paths that fit a pattern; may be repeated.")
    var include: [String] = []

    @Option(help: "Never paths that fit a pattern; may be repeated.")
    var exclude: [String] = []

    @Option(help: "Language of every file: \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
    var language: String?

    @Option(help: "Name under which standard input is reported.")
    var stdinFilename: String?

    @Flag(help: "An ignore comment without a reason is a finding.")
    var requireReason = false

    @Flag(help: "Files that cannot be read do not change the exit code.")
    var keepGoing = false

    @Flag(help: "Read what .gitignore names too.")
    var noGitignore = false

    @Option(name: .shortAndLong, help: "Number of threads.")
    var jobs: Int?

    @Option(help: "Largest file to read, in bytes.")
    var maxFileSize = 32_000_000

    @Option(help: "Colour: auto, always or never.")
    var color = "auto"

    @Flag(help: "No progress bar.")
    var noProgress = false

    @Flag(name: .shortAndLong, help: "No summary on standard error.")
    var quiet = false

    @Option(help: ArgumentHelp("The page of a rule, as 'checkv4 explain' prints it.", valueName: "rule"))
    var explain: String?

    @Flag(help: "The rules, as 'checkv4 rules' prints them.")
    var listRules = false

    mutating func run() throws {
        if let explain { return try ExplainCommand.explain([explain]) }
        if listRules { return RulesCommand.list(asJSON: format == "json") }
        var session = try ScanSession(self)
        let status = try session.run()
        if status != ExitStatus.clean { throw ExitCode(status) }
    }
}
