/// A language whose sources the tool can read.
public enum Language: String, CaseIterable, Sendable, Hashable {
    case c, cpp, objc, swift, python, go, javascript, java, rust, sql, shell, config

    /// The family of lexers that reads this language.
    var isCFamily: Bool { self == .c || self == .cpp || self == .objc }

    /// The languages of the C family and those whose rules are written for its tokens.
    static let cFamily: Set<Language> = [.c, .cpp, .objc]

    /// Every language.
    static let all = Set(Language.allCases)

    /// Every language in which programs are written, so not configuration files.
    static let code: Set<Language> = Set(Language.allCases).subtracting([.config, .sql])

    /// The language of a file by the end of its name, nil when the tool does not read such files.
    public init?(fileName: String) {
        let lowered = fileName.lowercased()
        if let named = Self.wholeNames[lowered] {
            self = named
            return
        }
        if lowered.hasPrefix("dockerfile.") || lowered.hasPrefix("containerfile") {
            self = .config
            return
        }
        guard let dot = lowered.lastIndex(of: "."), dot != lowered.startIndex,
            let found = Self.extensions[String(lowered[lowered.index(after: dot)...])]
        else { return nil }
        // The two meanings of ".C" and ".H": capitals are C++ by custom.
        self = found == .c && (fileName.hasSuffix(".C") || fileName.hasSuffix(".H")) ? .cpp : found
    }

    /// The language that a first line such as `#!/usr/bin/env python3` names.
    public init?(shebang line: some StringProtocol) {
        guard line.hasPrefix("#!") else { return nil }
        if line.contains("python") {
            self = .python
        } else if line.contains("swift") {
            self = .swift
        } else if line.contains("node") {
            self = .javascript
        } else if line.contains("/sh") || line.contains("bash") || line.contains("dash") || line.contains("zsh")
            || line.hasSuffix(" sh")
        {
            self = .shell
        } else {
            return nil
        }
    }

    private static let wholeNames: [String: Language] = [
        "dockerfile": .config, ".env": .config, "hosts": .config, "nginx.conf": .config,
    ]

    private static let extensions: [String: Language] = [
        "c": .c, "h": .c,
        "cc": .cpp, "cpp": .cpp, "cxx": .cpp, "c++": .cpp, "hpp": .cpp, "hh": .cpp, "hxx": .cpp, "inl": .cpp,
        "ipp": .cpp, "tcc": .cpp, "ino": .cpp,
        "m": .objc, "mm": .objc,
        "swift": .swift, "py": .python, "pyw": .python, "pyi": .python, "go": .go,
        "js": .javascript, "mjs": .javascript, "cjs": .javascript, "jsx": .javascript, "ts": .javascript,
        "tsx": .javascript, "mts": .javascript, "cts": .javascript,
        "java": .java, "kt": .java, "scala": .java, "groovy": .java,
        "rs": .rust, "sql": .sql, "sh": .shell, "bash": .shell,
        "yaml": .config, "yml": .config, "json": .config, "toml": .config, "conf": .config, "ini": .config,
        "cfg": .config, "cnf": .config, "env": .config, "properties": .config, "dockerfile": .config,
        "service": .config, "socket": .config,
    ]
}
