import Foundation

/// Finds the files to read: what is named, and what is in named folders.
public struct FileFinder: Sendable {
    /// A file to read.
    public struct Item: Sendable, Hashable {
        /// The name to open and to show.
        public var path: String
        /// Its language.
        public var language: Language
        /// Its name from the root of the repository, or of what was named on the command line.
        public var name: String
    }

    /// Only paths that fit one of these; all when empty.
    public var include: [PathPattern] = []
    /// Never paths that fit one of these.
    public var exclude: [PathPattern] = []
    /// Only these languages; all when empty.
    public var languages: Set<Language> = []
    /// The language of every file, whatever its name.
    public var forced: Language?
    /// Files of the tool itself, such as a baseline, by their real paths: in folders they are no sources.
    public var ownFiles: [String] = []
    /// Whether `.gitignore` files count.
    public var respectsGitIgnore = true

    /// The files that were found, in order, and what could not be looked at.
    public struct Result: Sendable {
        /// The files, sorted by name.
        public var items: [Item] = []
        /// Folders and names that could not be read.
        public var problems: [FileProblem] = []
    }

    /// Looks at names and, below folders, at all they hold.
    ///
    /// Links inside folders are not followed.
    public init() {}

    /// The files below some names.
    public func find(_ paths: [String]) -> Result {
        var result = Result()
        var seen: Set<String> = []
        for path in paths {
            let shown = Self.shown(path)
            var status = stat()
            guard stat(path, &status) == 0 else {
                result.problems.append(problem(shown, String(cString: strerror(errno)), isFatal: true))
                continue
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                walk(shown == "." ? "" : shown, &result, &seen)
            } else if status.st_mode & S_IFMT == S_IFREG {
                // Hooks name every file that changed: what the settings leave out stays out.
                if exclude.contains(where: { $0.matches(shown) }) {
                    result.problems.append(problem(shown, "is excluded by a pattern: not read", isFatal: false))
                    continue
                }
                let name = shown.split(separator: "/").last.map(String.init) ?? shown
                guard let language = forced ?? Language(fileName: name) ?? shebang(path) else {
                    result.problems.append(
                        problem(shown, "no language is known for this name; say it with --language", isFatal: true)
                    )
                    continue
                }
                // Several names may lead to one file: a link, a whole path.
                guard let place = Self.realPath(path), seen.insert(place).inserted else { continue }
                let root = Self.root(of: String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)]) + "/")
                result.items.append(Item(path: shown, language: language, name: String(place.dropFirst(root.count))))
            } else {
                result.problems.append(problem(shown, "neither a file nor a folder: not read", isFatal: false))
            }
        }
        result.items.sort { $0.path < $1.path }
        result.problems.sort { $0.path < $1.path }
        return result
    }

    /// The name without "./" in front and "/" behind.
    static func shown(_ path: String) -> String {
        var text = path[...]
        while text.hasPrefix("./") { text = text.dropFirst(2) }
        while text.count > 1, text.hasSuffix("/") { text = text.dropLast() }
        return text.isEmpty ? "." : String(text)
    }

    private func problem(_ path: String, _ text: String, isFatal: Bool) -> FileProblem {
        FileProblem(isFatal: isFatal, path: path, line: 0, text: text)
    }

    private static let skippedFolders: Set<String> = [
        "node_modules", "__pycache__", "DerivedData", "Pods", "Carthage", "vendor.bundle",
    ]
    private static let keptHidden: Set<String> = [".github", ".gitlab", ".circleci", ".ci"]

    /// A folder to read: its name as shown, where it is, and what counts in it.
    private struct Folder {
        var path: String
        var place: String
        var root: String
        var ignores: [GitIgnore]
    }

    private func walk(_ folder: String, _ result: inout Result, _ seen: inout Set<String>) {
        let place = Self.place(folder)
        // A stack of folders instead of recursion: trees may be deep.
        var stack = [
            Folder(path: folder, place: place, root: Self.root(of: place), ignores: outerIgnores(place))
        ]
        while let next = stack.popLast() {
            let path = next.path
            guard let directory = opendir(path.isEmpty ? "." : path) else {
                result.problems.append(
                    problem(
                        path.isEmpty ? "." : path, "the folder cannot be read: \(String(cString: strerror(errno)))",
                        isFatal: true)
                )
                continue
            }
            var names: [String] = []
            while true {
                errno = 0
                guard let entry = readdir(directory) else { break }
                let name = withUnsafeBytes(of: entry.pointee.d_name) { buffer in
                    String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { names.append(name) }
            }
            let failure = errno
            closedir(directory)
            if failure != 0 {
                result.problems.append(
                    problem(
                        path.isEmpty ? "." : path,
                        "the folder cannot be read to its end: \(String(cString: strerror(failure)))", isFatal: true)
                )
            }
            names.sort()
            let prefix = path.isEmpty ? "" : path + "/"
            var folder = next
            if respectsGitIgnore, names.contains(".gitignore"), let text = Self.text(prefix + ".gitignore") {
                folder.ignores.append(GitIgnore(text: text, folder: next.place))
            }
            for name in names { visit(prefix + name, name, folder, &stack, &result, &seen) }
        }
    }

    private func visit(
        _ path: String, _ name: String, _ folder: Folder, _ stack: inout [Folder], _ result: inout Result,
        _ seen: inout Set<String>
    ) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            result.problems.append(problem(path, String(cString: strerror(errno)), isFatal: true))
            return
        }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFLNK {
            // A link is looked at only to say that it leads nowhere.
            var target = stat()
            if stat(path, &target) != 0, errno == ELOOP {
                result.problems.append(problem(path, "a loop of symbolic links: not followed", isFatal: false))
            }
            return
        }
        let isFolder = kind == S_IFDIR
        for ignore in folder.ignores.reversed() {
            if let answer = ignore.ignores(folder.place + name, name: name, isFolder: isFolder) {
                if answer { return }
                break
            }
        }
        if isFolder {
            if name.hasPrefix("."), !Self.keptHidden.contains(name) { return }
            if Self.skippedFolders.contains(name)
                || exclude.contains(where: { $0.matches(path) || $0.matches(path + "/x") })
            {
                return
            }
            stack.append(
                Folder(path: path, place: folder.place + name + "/", root: folder.root, ignores: folder.ignores)
            )
            return
        }
        guard kind == S_IFREG, !name.hasSuffix(".min.js"), name != "package-lock.json", name != ".checkv4.json" else {
            return
        }
        if exclude.contains(where: { $0.matches(path) }) { return }
        if !include.isEmpty, !include.contains(where: { $0.matches(path) }) { return }
        // Scripts have no ending: their first line tells. Other names without one are not opened.
        let isScript = !name.contains(".") && status.st_mode & S_IXUSR != 0
        guard let language = forced ?? Language(fileName: name) ?? (isScript ? shebang(path) : nil) else { return }
        if !languages.isEmpty, !languages.contains(language) { return }
        if !ownFiles.isEmpty, ownFiles.contains(folder.place + name) { return }
        guard seen.insert(folder.place + name).inserted else { return }
        let judged = (folder.place + name).dropFirst(folder.root.count)
        result.items.append(Item(path: path, language: language, name: String(judged)))
    }

    private func shebang(_ path: String) -> Language? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = fread(&buffer, 1, buffer.count, file)
        let line = buffer[..<count].prefix { $0 != 0x0A }
        return Language(shebang: String(decoding: line, as: UTF8.self))
    }

    /// Where a file really is, nil when there is none.
    public static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The root of the repository that holds a folder, or the folder itself where there is none.
    private static func root(of place: String) -> String {
        var folder = place.dropLast()
        var status = stat()
        while stat(folder + "/.git", &status) != 0 {
            guard let slash = folder.lastIndex(of: "/") else { return place }
            folder = folder[..<slash]
        }
        return folder + "/"
    }

    /// Where a folder is, with its separator behind.
    private static func place(_ folder: String) -> String {
        guard let resolved = realpath(folder.isEmpty ? "." : folder, nil) else { return folder + "/" }
        defer { free(resolved) }
        let place = String(cString: resolved)
        return place.hasSuffix("/") ? place : place + "/"
    }

    private static func text(_ path: String) -> String? {
        guard case .text(let bytes) = FileReader.read(path, limit: 10_000_000) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The ignore files of the folders above, from the root of the repository down.
    private func outerIgnores(_ place: String) -> [GitIgnore] {
        guard respectsGitIgnore else { return [] }
        var above: [String] = []
        var folder = place.dropLast()
        var status = stat()
        while stat(folder + "/.git", &status) != 0 {
            guard let slash = folder.lastIndex(of: "/") else { return [] }
            folder = folder[..<slash]
            above.append(folder + "/")
        }
        return above.reversed().compactMap { folder in
            Self.text(folder + ".gitignore").map { GitIgnore(text: $0, folder: folder) }
        }
    }
}
