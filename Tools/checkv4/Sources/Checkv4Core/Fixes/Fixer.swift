/// Applies fixes to the bytes of a source.
public enum Fixer {
    /// Which fixes are wanted.
    public enum Mode: Sendable {
        /// Those that keep the program's meaning.
        case safe
        /// Those that want a person's eyes too.
        case unsafe
    }

    /// The bytes after the fixes of some findings, and how many findings were fixed.
    ///
    /// Fixes that touch each other's bytes are left out, the later one of the two.
    public static func apply(_ findings: [Finding], to source: SourceText, mode: Mode) -> (bytes: [UInt8], count: Int) {
        var taken: [Fix.Edit] = []
        var seen: Set<Fix.Edit> = []
        var ranges: [Range<Int>] = []
        var count = 0
        for finding in findings {
            guard finding.suppression == nil, let fix = finding.fix, fix.isSafe || mode == .unsafe else { continue }
            // The same edit may be needed for two uses; it is made once.
            var own: Set<Fix.Edit> = []
            let edits = fix.edits.filter { own.insert($0).inserted }
                .sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
            let isInside = edits.allSatisfy { $0.range.lowerBound >= 0 && $0.range.upperBound <= source.bytes.count }
            let new = edits.filter { !seen.contains($0) }
            let isInOrder = zip(new, new.dropFirst()).allSatisfy { first, second in
                first.range.upperBound <= second.range.lowerBound && first.range.lowerBound < second.range.lowerBound
            }
            guard isInside, isInOrder, !new.isEmpty, !new.contains(where: { overlaps($0.range, ranges) }) else {
                // All of it was done by another finding's fix.
                if isInside, new.isEmpty { count += 1 }
                continue
            }
            for edit in new {
                taken.append(edit)
                seen.insert(edit)
                insert(edit.range, into: &ranges)
            }
            count += 1
        }
        taken.sort { $0.range.lowerBound < $1.range.lowerBound }
        var result: [UInt8] = []
        result.reserveCapacity(source.bytes.count + taken.count * 16)
        var position = 0
        for edit in taken {
            result.append(contentsOf: source.bytes[position..<edit.range.lowerBound])
            result.append(contentsOf: edit.text.utf8)
            position = edit.range.upperBound
        }
        result.append(contentsOf: source.bytes[position...])
        return (result, count)
    }

    private static func firstIndex(notBefore start: Int, in ranges: [Range<Int>]) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func overlaps(_ range: Range<Int>, _ ranges: [Range<Int>]) -> Bool {
        let index = firstIndex(notBefore: range.lowerBound, in: ranges)
        if index > 0, ranges[index - 1].upperBound > range.lowerBound { return true }
        guard index < ranges.count else { return false }
        // Two insertions at one place have no order.
        return ranges[index].lowerBound < range.upperBound || ranges[index].lowerBound == range.lowerBound
    }

    private static func insert(_ range: Range<Int>, into ranges: inout [Range<Int>]) {
        ranges.insert(range, at: firstIndex(notBefore: range.lowerBound, in: ranges))
    }
}
