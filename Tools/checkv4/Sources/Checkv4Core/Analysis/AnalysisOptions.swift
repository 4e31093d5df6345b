/// What the analysis of a file depends on beyond its text.
public struct AnalysisOptions: Sendable {
    /// Names that people told us are addresses, in lower case.
    public var names: Set<String> = []
    /// Literals that are meant, such as `127.0.0.1`.
    public var allowedLiterals: Set<String> = []
    /// The file is a test: everything is one level less.
    public var isTestFile = false
    /// A file beside it has the same name with a 6.
    public var hasSiblingForIPv6 = false

    /// The defaults.
    public init() {}
}
