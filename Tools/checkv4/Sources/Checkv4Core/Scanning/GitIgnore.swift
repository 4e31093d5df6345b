/// The patterns of one `.gitignore` file.
struct GitIgnore: Sendable {
    private struct Pattern: Sendable {
        var glob: Glob
        var isNegated: Bool
        var isForFolders: Bool
        /// The pattern names a path from the file's folder on, not just a name.
        var isAnchored: Bool
    }

    private var patterns: [Pattern] = []
    /// The folder of the file, with its trailing separator; empty at the root of a walk.
    let folder: String

    init(text: String, folder: String) {
        self.folder = folder
        for line in text.split(whereSeparator: \.isNewline) {
            var body = line[...]
            while body.last == " ", !body.hasSuffix("\\ ") { body.removeLast() }
            guard !body.isEmpty, body.first != "#" else { continue }
            var isNegated = false
            if body.first == "!" {
                isNegated = true
                body.removeFirst()
            }
            var isForFolders = false
            if body.last == "/" {
                isForFolders = true
                body.removeLast()
            }
            let isAnchored = body.contains("/")
            if body.first == "/" { body.removeFirst() }
            guard !body.isEmpty else { continue }
            patterns.append(
                Pattern(
                    glob: Glob(String(body)), isNegated: isNegated, isForFolders: isForFolders, isAnchored: isAnchored
                )
            )
        }
    }

    /// Whether a path is ignored, nil when no pattern speaks of it.
    ///
    /// The last pattern decides.
    func ignores(_ path: String, name: String, isFolder: Bool) -> Bool? {
        guard path.hasPrefix(folder) else { return nil }
        let relative = String(path.dropFirst(folder.count))
        for pattern in patterns.reversed() {
            if pattern.isForFolders, !isFolder { continue }
            if pattern.glob.matches(pattern.isAnchored ? relative : name) { return !pattern.isNegated }
        }
        return nil
    }
}
