/// How bad a finding is.
public enum Severity: Int, Comparable, Sendable, CaseIterable {
    /// Not reported.
    case off = 0
    /// Something to look at.
    case note
    /// Likely to fail or to lose data with IPv6.
    case warning
    /// Does not work with IPv6 peers.
    case error

    /// The order of levels, from off to error.
    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

    /// The level's name in messages and options.
    public var name: String {
        switch self {
        case .off: "off"
        case .note: "note"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level with that name, nil for other words.
    public init?(name: String) {
        guard let found = Severity.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// One level less, but never off.
    var lowered: Severity { Severity(rawValue: max(1, rawValue - 1)) ?? .note }
}

/// How sure a finding is.
public enum Confidence: Int, Comparable, Sendable, CaseIterable {
    case low = 0
    case medium
    case high

    /// The order from low to high.
    public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }

    /// The name in messages and options.
    public var name: String {
        switch self {
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        }
    }

    /// The confidence with that name, nil for other words.
    public init?(name: String) {
        guard let found = Confidence.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    var lowered: Confidence { Confidence(rawValue: max(0, rawValue - 1)) ?? .low }
}
