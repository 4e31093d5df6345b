import Foundation

/// What a configuration file says.
public struct Configuration: Codable, Sendable {
    /// Only paths that fit one of these patterns.
    public var include: [String]?
    /// Never paths that fit one of these patterns.
    public var exclude: [String]?
    /// Only these languages.
    public var languages: [String]?
    /// Levels by rule; `off` switches a rule off.
    public var severity: [String: String]?
    /// Names that are addresses, beyond those that the tool knows.
    public var names: [String]?
    /// Address literals that are meant.
    public var allowedLiterals: [String]?
    /// Patterns of test files, where everything is one level less.
    public var tests: [String]?
    /// A file with known findings.
    public var baseline: String?
    /// The level from which on findings make the tool fail.
    public var failOn: String?
    /// Whether ignore comments must give a reason.
    public var requireReason: Bool?
    /// Findings that are meant, by path and rule, each with its reason.
    public var accept: [Acceptance]?

    /// Findings of some files that are meant.
    public struct Acceptance: Codable, Sendable {
        /// The pattern of the files.
        public var path: String
        /// The rules; every rule when absent.
        public var rules: [String]?
        /// Why these findings are right as they are.
        public var reason: String
    }

    /// Nothing said.
    public init() {}

    private static let keys: Set<String> = [
        "include", "exclude", "languages", "severity", "names", "allowedLiterals", "tests", "baseline", "failOn",
        "requireReason", "accept", "$schema", "comment",
    ]

    /// Reads a file; a key that nobody knows is an error, so that a slip of the pen is seen.
    public init(contentsOf path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError("\(path): cannot be read")
        }
        try self.init(data: data, path: path)
    }

    init(data: Data, path: String) throws(ConfigurationError) {
        do {
            if let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] {
                for key in object.keys.sorted() where !Self.keys.contains(key) {
                    throw ConfigurationError(
                        "\(path): unknown key '\(key)'; known are \(Self.keys.sorted().joined(separator: ", "))")
                }
            }
            self = try JSONDecoder().decode(Configuration.self, from: data)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError("\(path): no valid configuration: \(Self.describe(error))")
        }
        for (rule, level) in severity ?? [:] {
            guard RuleID(rawValue: rule) != nil else { throw ConfigurationError("\(path): unknown rule '\(rule)'") }
            guard Severity(name: level) != nil else {
                throw ConfigurationError("\(path): unknown level '\(level)'; use off, note, warning or error")
            }
        }
        for name in languages ?? [] where Language(rawValue: name) == nil {
            throw ConfigurationError("\(path): unknown language '\(name)'")
        }
        for entry in accept ?? [] {
            for rule in entry.rules ?? [] where RuleID(rawValue: rule) == nil {
                throw ConfigurationError("\(path): unknown rule '\(rule)' in accept")
            }
            if entry.reason.trimmingBlanks.isEmpty {
                throw ConfigurationError("\(path): accept for '\(entry.path)' gives no reason")
            }
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "\(place(context.codingPath)) has no '\(key.stringValue)'"
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            return "\(place(context.codingPath)) must be \(kind(type))"
        default: return "it is no JSON"
        }
    }

    /// A place such as `accept[0].rules`.
    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "the file" }
        return path.reduce("") { place, key in
            if let index = key.intValue { return "\(place)[\(index)]" }
            return place.isEmpty ? key.stringValue : "\(place).\(key.stringValue)"
        }
    }

    private static func kind(_ type: any Any.Type) -> String {
        if type == String.self { return "a text" }
        if type == Bool.self { return "true or false" }
        return "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }

    /// The nearest `.checkv4.json` in a folder or above it, whose patterns and paths are meant from its folder.
    public static func nearest(to folder: String) -> String? {
        var url = URL(fileURLWithPath: folder).standardizedFileURL
        while true {
            let candidate = url.appendingPathComponent(".checkv4.json").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            let parent = url.deletingLastPathComponent()
            if parent.path == url.path { return nil }
            url = parent
        }
    }
}

/// Why a configuration, a baseline or an option cannot be used.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
    /// The sentence for people.
    public var description: String

    /// An error with its sentence.
    public init(_ description: String) { self.description = description }
}
