/// What a rule finds, why it matters and what to write instead.
public struct Rule: Sendable {
    /// Whether the tool can write the replacement.
    public enum Fixing: String, Sendable {
        /// `--fix` does it.
        case safe
        /// `--fix=unsafe` does it, for a person to read afterwards.
        case review
        /// Advice only.
        case none
    }

    /// A piece of source, with the place that the rule must report between « and ».
    public struct Example: Sendable {
        /// The language of the piece.
        public var language: Language
        /// The piece with its marks.
        public var marked: String

        /// The piece without marks.
        public var text: String { marked.filter { $0 != "«" && $0 != "»" } }
    }

    /// The identifier that findings show.
    public let id: RuleID
    /// The name in SARIF, in one word.
    public let name: String
    /// What is found, in a few words.
    public let title: String
    /// How bad a finding is before anything lowers it.
    public let severity: Severity
    /// How sure a finding is before anything lowers it.
    public let confidence: Confidence
    /// Whether the tool can write the replacement.
    public let fixing: Fixing
    /// Where the rule looks.
    public let languages: [Language]
    /// What the found thing does, as the end of a sentence that starts with its name.
    public let what: String
    /// Why that matters, in whole sentences.
    public let why: String
    /// What to write in plain C, or in the language at hand.
    public let instead: String
    /// What to write with the library `Sockets`.
    public let inSockets: String
    /// Pieces that must be found.
    public let bad: [Example]
    /// Pieces that must not be found.
    public let good: [Example]

    init(
        _ id: RuleID, _ name: String, _ title: String, _ severity: Severity, _ confidence: Confidence,
        fix fixing: Fixing = .none, in languages: [Language], what: String, why: String, instead: String,
        sockets inSockets: String, bad: [(Language, String)], good: [(Language, String)]
    ) {
        self.id = id
        self.name = name
        self.title = title
        self.severity = severity
        self.confidence = confidence
        self.fixing = fixing
        self.languages = languages
        self.what = what
        self.why = why
        self.instead = instead
        self.inSockets = inSockets
        self.bad = bad.map { Example(language: $0.0, marked: $0.1) }
        self.good = good.map { Example(language: $0.0, marked: $0.1) }
    }

    /// The sentence of a finding, with the advice for its language: Swift's own where Swift calls C, and none of either
    /// in files of settings.
    func message(_ subject: String, in language: Language) -> String {
        let shown = subject.contains("\n") ? subject.split(separator: "\n").first.map(String.init) ?? "" : subject
        let isSettings = language == .config || language == .shell || language == .sql
        let advice = isSettings ? Self.adviceForSettings[id] ?? instead : instead
        let swift = language == .swift && !inSockets.isEmpty ? "; in Swift \(inSockets)" : ""
        return "'\(shown)' \(what); use \(advice)\(swift)"
    }

    /// What to write in files that call nothing.
    private static let adviceForSettings: [RuleID: String] = [
        .lit01: "'::' where the program then takes both families, or a second entry with it",
        .lit02: "'localhost', or a second entry with '::1'",
        .lit03: "a multicast group such as ff02::1 beside it",
        .lit04: "an IPv6 group (ff0x::…) beside it",
        .lit05: "a host name, or the IPv6 address or prefix beside it",
        .lit06: "a host name, or the IPv6 address beside it",
        .lit08: "a second resolver by its IPv6 address, or the zone below ip6.arpa",
    ]

    /// Every rule, in the order of the table.
    public static let all: [Rule] =
        families + structures + names + text + storage + literals + urls + options
        + interfaces + repairs + suppressions

    private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    /// The rule of an identifier.
    public static subscript(id: RuleID) -> Rule { byID[id] ?? all[0] }
}
