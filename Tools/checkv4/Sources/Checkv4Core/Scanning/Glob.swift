/// Patterns of paths: `*` and `?` inside a folder's name, `**` across folders.
public struct Glob: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case byte(UInt8)
        case any
        case run
        case folders
        case set([ClosedRange<UInt8>], isNegated: Bool)
    }

    private let parts: [Part]

    /// A pattern; `folder/` means everything in the folder.
    public init(_ pattern: String) {
        var bytes = Array(pattern.utf8)
        if bytes.last == 0x2F { bytes += Array("**".utf8) }
        var parts: [Part] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x2A:
                var end = index
                while end < bytes.count, bytes[end] == 0x2A { end += 1 }
                if end - index >= 2 {
                    // "**/" may be nothing at all.
                    parts.append(.folders)
                    if end < bytes.count, bytes[end] == 0x2F { end += 1 }
                } else {
                    parts.append(.run)
                }
                index = end
            case 0x3F:
                parts.append(.any)
                index += 1
            case 0x5B:
                if let (part, next) = Self.set(bytes, index) {
                    parts.append(part)
                    index = next
                } else {
                    parts.append(.byte(0x5B))
                    index += 1
                }
            case 0x5C where index + 1 < bytes.count:
                parts.append(.byte(bytes[index + 1]))
                index += 2
            default:
                parts.append(.byte(bytes[index]))
                index += 1
            }
        }
        self.parts = parts
    }

    private static func set(_ bytes: [UInt8], _ start: Int) -> (Part, Int)? {
        var index = start + 1
        var isNegated = false
        if index < bytes.count, bytes[index] == 0x21 || bytes[index] == 0x5E {
            isNegated = true
            index += 1
        }
        var ranges: [ClosedRange<UInt8>] = []
        let first = index
        while index < bytes.count, bytes[index] != 0x5D || index == first {
            if index + 2 < bytes.count, bytes[index + 1] == 0x2D, bytes[index + 2] != 0x5D {
                let (low, high) = (bytes[index], bytes[index + 2])
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(bytes[index]...bytes[index])
                index += 1
            }
        }
        guard index < bytes.count else { return nil }
        return (.set(ranges, isNegated: isNegated), index + 1)
    }

    /// Whether a whole path fits.
    ///
    /// Time grows with the product of both lengths, never faster.
    public func matches(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        // states[p]: the parts before p fit what was read.
        var states = [Bool](repeating: false, count: parts.count + 1)
        states[0] = true
        close(&states, atStart: true)
        for (offset, byte) in bytes.enumerated() {
            var next = [Bool](repeating: false, count: parts.count + 1)
            for (index, part) in parts.enumerated() where states[index] {
                switch part {
                case .byte(let wanted): if byte == wanted { next[index + 1] = true }
                case .any: if byte != 0x2F { next[index + 1] = true }
                case .run: if byte != 0x2F { next[index] = true }
                case .folders:
                    next[index] = true
                    // What follows "**/" starts at a folder's beginning.
                    if byte == 0x2F || index + 1 == parts.count { next[index + 1] = true }
                case .set(let ranges, let isNegated):
                    if byte != 0x2F, ranges.contains(where: { $0.contains(byte) }) != isNegated {
                        next[index + 1] = true
                    }
                }
            }
            states = next
            close(&states, atStart: byte == 0x2F)
            if offset + 1 < bytes.count, !states.contains(true) { return false }
        }
        return states[parts.count]
    }

    private func close(_ states: inout [Bool], atStart: Bool) {
        for (index, part) in parts.enumerated() where states[index] {
            switch part {
            case .run: states[index + 1] = true
            case .folders: if atStart || index + 1 == parts.count { states[index + 1] = true }
            default: break
            }
        }
    }
}
