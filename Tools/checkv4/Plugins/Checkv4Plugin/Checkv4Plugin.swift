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
        let namesPath = passed.contains { !$0.hasPrefix("-") && FileManager.default.fileExists(atPath: $0) }
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
}
