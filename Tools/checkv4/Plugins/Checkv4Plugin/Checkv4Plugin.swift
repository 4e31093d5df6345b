import Foundation
import PackagePlugin

/// `swift package checkv4`: runs the tool over the package's targets, or over the paths given.
@main
struct Checkv4Plugin: CommandPlugin {
    func performCommand(context: PluginContext, arguments: [String]) async throws {
        let tool = try context.tool(named: "checkv4")
        var extractor = ArgumentExtractor(arguments)
        let targets = extractor.extractOption(named: "target")
        var passed = extractor.remainingArguments
        // Without a path of the user's own, the folders of the targets are read.
        // What follows an option is its value, also when it is the name of a file.
        let namesPath = passed.indices.contains { index in
            !passed[index].hasPrefix("-") && !(index > 0 && Self.takesValue(passed[index - 1]))
                && FileManager.default.fileExists(atPath: passed[index])
        }
        if !namesPath {
            let chosen = targets.isEmpty ? context.package.targets : try context.package.targets(named: targets)
            let root = context.package.directoryURL.path + "/"
            passed += chosen.compactMap { ($0 as? any SourceModuleTarget)?.directoryURL.path }.map {
                $0.hasPrefix(root) ? String($0.dropFirst(root.count)) : $0
            }
        }
        let process = Process()
        process.executableURL = tool.url
        process.arguments = passed
        process.currentDirectoryURL = context.package.directoryURL
        try process.run()
        process.waitUntilExit()
        // The plugin's own failure carries no code: what the tool said is on the terminal.
        if process.terminationStatus != 0 {
            Diagnostics.error("checkv4 ended with code \(process.terminationStatus)")
        }
    }

    private static func takesValue(_ option: String) -> Bool {
        [
            "--format", "-o", "--output", "--html", "--rules", "--disable", "--severity", "--confidence", "--show",
            "--fail-on", "--baseline", "--write-baseline", "--changed-since", "--config", "--include", "--exclude",
            "--language", "--stdin-filename", "-j", "--jobs", "--max-file-size", "--color", "--explain",
        ].contains(option)
    }
}
