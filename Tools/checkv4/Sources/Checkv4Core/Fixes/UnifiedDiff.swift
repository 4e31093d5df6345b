/// A unified diff of a file and its fixed form.
///
/// Where the two differ, the nearest lines at which both go on alike end a change: fixes touch few lines and add at
/// most some. After 64 lines without such a place, all the rest is one change.
public enum UnifiedDiff {
    /// The diff in the bytes of the file, whatever its encoding, so that it can be applied; empty when nothing changed.
    public static func bytes(path: String, old: [UInt8], new: [UInt8], context: Int = 3) -> [UInt8] {
        guard old != new else { return [] }
        let before = lines(old)
        let after = lines(new)
        // A name with a blank ends with a tab, or patch would cut it.
        let name = path.drop { $0 == "/" } + (path.contains(" ") ? "\t" : "")
        var output = Array("--- a/\(name)\n+++ b/\(name)\n".utf8)
        let changes = changes(before, after)
        var index = 0
        while index < changes.count {
            // Changes whose contexts touch share a hunk.
            var last = index
            while last + 1 < changes.count,
                changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context
            {
                last += 1
            }
            let start = max(0, changes[index].old.lowerBound - context)
            let end = min(before.count, changes[last].old.upperBound + context)
            let newStart = changes[index].new.lowerBound - (changes[index].old.lowerBound - start)
            let newEnd = changes[last].new.upperBound + (end - changes[last].old.upperBound)
            output += Array("@@ -\(number(start, end)) +\(number(newStart, newEnd)) @@\n".utf8)
            var position = start
            for change in changes[index...last] {
                for line in position..<change.old.lowerBound { output += shown(" ", before[line]) }
                for line in change.old { output += shown("-", before[line]) }
                for line in change.new { output += shown("+", after[line]) }
                position = change.old.upperBound
            }
            for line in position..<end { output += shown(" ", before[line]) }
            index = last + 1
        }
        return output
    }

    private struct Change {
        var old: Range<Int>
        var new: Range<Int>
    }

    private static func number(_ start: Int, _ end: Int) -> String {
        let count = end - start
        return count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
    }

    private static func shown(_ mark: Unicode.Scalar, _ line: ArraySlice<UInt8>) -> [UInt8] {
        let end = line.last == 0x0A ? "" : "\n\\ No newline at end of file\n"
        return [UInt8(ascii: mark)] + line + Array(end.utf8)
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A {
            result.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { result.append(bytes[start...]) }
        return result
    }

    private static func changes(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Change] {
        var result: [Change] = []
        var a = 0
        var b = 0
        while a < old.count || b < new.count {
            if a < old.count, b < new.count, old[a] == new[b] {
                a += 1
                b += 1
                continue
            }
            // The nearest place where both go on alike, with the fewest lines in between.
            var next = (old.count, new.count)
            search: for distance in 1...64 {
                for left in 0...distance {
                    let (x, y) = (a + left, b + distance - left)
                    guard x <= old.count, y <= new.count else { continue }
                    if x == old.count, y == new.count || x < old.count && y < new.count && old[x] == new[y] {
                        next = (x, y)
                        break search
                    }
                    if x < old.count, y < new.count, old[x] == new[y] {
                        next = (x, y)
                        break search
                    }
                }
            }
            result.append(Change(old: a..<next.0, new: b..<next.1))
            a = next.0
            b = next.1
        }
        return result
    }
}
