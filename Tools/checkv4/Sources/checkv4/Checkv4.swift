import ArgumentParser
import Checkv4Core
import Foundation

/// The tool: `checkv4 PATH…`, `checkv4 explain RULE`, `checkv4 rules`.
struct Checkv4: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkv4",
        abstract: "Finds what stops a program from running over IPv6, explains it, and fixes what can be fixed safely.",
        discussion: """
            Exit codes: 0 nothing found at or above --fail-on, 1 something found, 2 wrong usage or configuration,
            3 some input could not be read or understood (unless --keep-going), 4 an error of the tool itself.
            """,
        version: RunReport.version,
        subcommands: [ScanCommand.self, ExplainCommand.self, RulesCommand.self, BenchCommand.self],
        defaultSubcommand: ScanCommand.self
    )
}

/// The exit codes of the tool.
enum ExitStatus {
    static let clean: Int32 = 0
    static let found: Int32 = 1
    static let usage: Int32 = 2
    static let unread: Int32 = 3
    static let fault: Int32 = 4
}

/// Prints to standard error; when nobody can be told, nobody is.
func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}

@main
enum Main {
    static func main() {
        // A reader that goes away (checkv4 … | head) ends the tool quietly.
        signal(SIGPIPE, SIG_DFL)
        let own = Array(CommandLine.arguments.dropFirst())
        if own == ["--help"] || own == ["-h"] || own == ["help"] {
            // The options are those of the default command, which the parser's own page leaves out.
            print(Checkv4.helpMessage())
            print("\nWithout a subcommand:\n\n\(Checkv4.helpMessage(for: ScanCommand.self))")
            exit(ExitStatus.clean)
        }
        do {
            let arguments = try own.map(parsed)
            var command = try Checkv4.parseAsRoot(arguments)
            try command.run()
        } catch let status as ExitCode {
            exit(status.rawValue)
        } catch let error as ConfigurationError {
            complain("checkv4: \(error)")
            exit(ExitStatus.usage)
        } catch {
            let code = Checkv4.exitCode(for: error)
            let text = Checkv4.fullMessage(for: error)
            if code == .success {
                print(text)
                exit(ExitStatus.clean)
            }
            complain(text)
            exit(code == .validationFailure || code.rawValue == 64 ? ExitStatus.usage : ExitStatus.fault)
        }
    }

    /// An argument as the parser knows it: an option with an optional value is two options for it.
    private static func parsed(_ argument: String) throws(ConfigurationError) -> String {
        switch argument {
        case "--fix=unsafe": return "--fix-unsafe"
        case "--fix=safe": return "--fix"
        case "--fix=dry-run": return "--diff"
        default:
            guard argument.hasPrefix("--fix=") else { return argument }
            throw ConfigurationError(
                "--fix: unknown '\(argument.dropFirst(6))'; use safe (the same as --fix), unsafe or dry-run")
        }
    }
}
