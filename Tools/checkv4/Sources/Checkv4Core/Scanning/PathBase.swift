public import Foundation

/// The folder from which the paths of a configuration or a baseline are meant, wherever the tool is started.
public struct PathBase: Sendable {
    /// The folder with its separator at the end.
    private let folder: String
    private let working: String

    /// A folder; a relative one is one of the working directory.
    public init(folder: String, workingDirectory: String = FileManager.default.currentDirectoryPath) {
        working = workingDirectory
        let whole = Self.absolute(folder, in: workingDirectory)
        self.folder = whole == "/" ? whole : whole + "/"
    }

    /// The folder that holds a file.
    public init(folderOf file: String) {
        let parent = file.lastIndex(of: "/").map { file[..<$0].isEmpty ? "/" : String(file[..<$0]) }
        self.init(folder: parent ?? ".")
    }

    /// Where a path leads that is written from the folder.
    public func path(to name: String) -> String { name.hasPrefix("/") ? name : folder + name }

    /// How a path is written from the folder; a path outside it stays as it is.
    public func name(of path: String) -> String {
        let whole = Self.absolute(path, in: working)
        return whole.hasPrefix(folder) && whole != folder ? String(whole.dropFirst(folder.count)) : path
    }

    /// The path from the root, without "." and "..".
    static func absolute(_ path: String, in folder: String) -> String {
        var parts: [Substring] = []
        for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// A pattern of paths, with the folder from which it is meant.
public struct PathPattern: Sendable {
    private let glob: Glob
    private let base: PathBase

    /// A pattern for paths from a folder.
    public init(_ pattern: String, base: PathBase) {
        glob = Glob(pattern)
        self.base = base
    }

    /// Whether a path, written from the working directory or from the root, fits.
    public func matches(_ path: String) -> Bool { glob.matches(base.name(of: path)) }
}
