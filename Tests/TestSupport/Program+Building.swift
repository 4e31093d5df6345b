import Foundation

extension Program {
    /// The path of a program that this package builds: it lies beside the tests.
    public static func builtPath(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let path = folder.appendingPathComponent(name).path
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue { return path }
            folder.deleteLastPathComponent()
        }
        throw Failed(message: "'\(name)' has not been built; run `swift build` first")
    }

    /// Starts a program that this package builds.
    public static func built(
        _ name: String, _ arguments: String..., environment: [String: String] = [:]
    ) throws -> Program {
        try Program(builtPath(name), arguments, environment: environment)
    }

    /// Starts a script in which `$sock` is the command-line tool, and `$1` and so on are the arguments.
    public static func shell(_ script: String, _ arguments: String...) throws -> Program {
        try Program(
            "bash", ["-c", script, "bash"] + arguments, environment: ["sock": builtPath("sock"), "LC_ALL": "C.UTF-8"])
    }

    /// Runs a script to its end, and returns its output.
    public static func run(_ script: String, _ arguments: String...) throws -> [String] {
        let program = try Program(
            "bash", ["-c", script, "bash"] + arguments, environment: ["sock": builtPath("sock"), "LC_ALL": "C.UTF-8"])
        try program.endInput()
        return try program.finish()
    }

    /// Reads lines until one begins with a text, and returns what stands after it.
    public func rest(after prefix: String) throws -> String {
        while true {
            let line = try line()
            if line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
        }
    }

    /// What a program is to be started with so that a library from `Tests/Fixtures` stands in front of the C library's
    /// functions; it is built in a folder that must stay as long as the program runs.
    public static func preloading(_ name: String, in folder: TemporaryFolder) throws -> [String: String] {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/\(name).c")
        let library = folder.file("\(name).so")
        _ = try Program("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source.path]).finish(within: 60)
        return ["LD_PRELOAD": library]
    }
}
