/// Counts what threads of another program allocate between two marks: calls of `access` with a path under `/mark/`.
public struct AllocationCounter {
    /// What the program is to be started with.
    public let environment: [String: String]

    /// Builds what stands in front of the C library's functions, in a folder that must stay as long as the program runs.
    public init(in folder: TemporaryFolder) throws {
        environment = try Program.preloading("allocations", in: folder)
    }

    /// The counts by the mark that ended them, when the program has ended; the last one where a mark comes again.
    ///
    /// The mark `null`, which comes at once after another one, tells what a mark itself allocates: that is taken off.
    public func counts(of program: Program) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in try program.finish() {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { throw Program.Failed(message: line) }
            counts[String(words[0])] = count
        }
        counts["start"] = nil
        guard let own = counts.removeValue(forKey: "null") else { throw Program.Failed(message: "no mark named null") }
        return counts.mapValues { $0 - own }
    }
}
