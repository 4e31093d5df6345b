/// The rules about the text of addresses: formats of numbers and regular expressions.
extension Analyzer {
    /// `%d.%d.%d.%d` and its relatives.
    mutating func visitQuadFormat(_ index: Int, _ range: Range<Int>) {
        let text = source.bytes
        let bytes = text.span
        if let kernel = find("%pI4", in: range), find("%pI6", in: range) == nil {
            report(.txt05, range: kernel..<kernel + 4, at: index, partner: .ipv6, subject: "%pI4")
        }
        var position = range.lowerBound
        while position < range.upperBound {
            guard bytes[position] == 0x25, let end = quadFormatEnd(bytes, position, range.upperBound) else {
                position += 1
                continue
            }
            // A fifth part, or a dot before, is another kind of number.
            let isLonger =
                end + 1 < range.upperBound && bytes[end] == 0x2E && bytes[end + 1] == 0x25
                || position > range.lowerBound && (bytes[position - 1] == 0x2E || bytes[position - 1] | 0x20 == 0x76)
            guard !isLonger else {
                position = end
                continue
            }
            if find("version", in: range, folding: true) != nil || speaksOfVersion(index) { return }
            let callee = enclosingCallee(index)
            let reads: Bool
            switch callee {
            case .sscanf, .swscanf, .sscanf_s, .fscanf, .scanf: reads = true
            default: reads = false
            }
            let isReverse = find("in-addr", in: range) != nil
            if isReverse { return }
            report(
                reads ? .txt06 : .txt05, range: position..<end, at: index, partner: .ipv6,
                subject: source.string(position..<end)
            )
            return
        }
    }

    /// The end of four number formats joined by dots that start here.
    func quadFormatEnd(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Int? {
        var index = start
        for part in 0..<4 {
            guard index < limit, bytes[index] == 0x25 else { return nil }
            index += 1
            while index < limit, isDigit(bytes[index]) || bytes[index] == 0x2D || bytes[index] == 0x5B { index += 1 }
            while index < limit, bytes[index] | 0x20 == 0x68 || bytes[index] | 0x20 == 0x6C { index += 1 }
            guard index < limit, bytes[index] == 0x64 || bytes[index] == 0x75 || bytes[index] == 0x69 else {
                return nil
            }
            index += 1
            if part < 3 {
                guard index < limit, bytes[index] == 0x2E else { return nil }
                index += 1
            }
        }
        return index
    }

    /// Regular expressions for dotted quads, and for `host:port`.
    mutating func visitPattern(_ index: Int, _ range: Range<Int>) {
        guard mayBePattern(range) else { return }
        // Doubled backslashes of plain strings read like single ones.
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = source.bytes[position]
            if byte == 0x5C, position + 1 < range.upperBound, source.bytes[position + 1] == 0x5C { position += 1 }
            text.append(byte)
            position += 1
        }
        let pattern = String(decoding: text, as: UTF8.self)
        let isQuad =
            Self.quadPatterns.contains { pattern.contains($0) }
            || pattern.contains("25[0-5]") && (pattern.contains("2[0-4]") || pattern.contains("[01]?"))
            || Self.count(of: "\\d{1,3}\\.", in: pattern) >= 3 || Self.count(of: "[0-9]{1,3}\\.", in: pattern) >= 3
            || Self.count(of: "\\d+\\.", in: pattern) == 3 && pattern.contains("\\d+\\.\\d+\\.\\d+\\.\\d+")
            || Self.count(of: "[0-9]+\\.", in: pattern) == 3 && pattern.contains("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+")
        if isQuad, !speaksOfVersion(index), !pattern.contains("a-f") && !pattern.contains("A-F") {
            let isLoose = pattern.contains("\\d+\\.\\d+") || pattern.contains("[0-9]+\\.[0-9]+")
            if !isLoose || statementNamesAddress(index) || isNetworking {
                report(.txt07, index, partner: .ipv6, subject: shortened(range))
            }
            return
        }
        let isHostPort = Self.hostPortPatterns.contains { pattern.contains($0) }
        if isHostPort, !pattern.contains("\\["), !pattern.contains("[[]") {
            let lowered = pattern.lowercased()
            let namesHost =
                lowered.contains("host") || lowered.contains("addr") || lowered.contains("<port")
                || lowered.contains("<ip")
                || statement(index, limit: 24).contains { self[$0].kind == .identifier && isAddressLike($0) }
            if namesHost { report(.url05, index, partner: .none, subject: shortened(range)) }
        }
    }

    /// Whether some bytes hold a class of digits, or one of all but colons: the plain texts are many.
    func mayBePattern(_ range: Range<Int>) -> Bool {
        let bytes = source.bytes.span
        var index = range.lowerBound
        while index + 2 < range.upperBound {
            switch bytes[index] {
            case 0x5C:
                if bytes[index + 1] == 0x64 || bytes[index + 1] == 0x5C && bytes[index + 2] == 0x64 { return true }
            case 0x5B:
                if bytes[index + 1] == 0x30 || bytes[index + 1] == 0x3A || bytes[index + 1] == 0x5B
                    || bytes[index + 1] == 0x5E && bytes[index + 2] == 0x3A
                {
                    return true
                }
            default: break
            }
            index += 1
        }
        return false
    }

    func shortened(_ range: Range<Int>) -> String {
        range.count <= 48 ? source.string(range) : source.string(range.lowerBound..<range.lowerBound + 45) + "…"
    }

    static let quadPatterns = [
        "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "\\d{1,3}(\\.\\d{1,3}){3}", "(\\d{1,3}\\.){3}", "([0-9]{1,3}\\.){3}",
        "(?:\\d{1,3}\\.){3}", "(?:[0-9]{1,3}\\.){3}", "\\d{1,3}(?:\\.\\d{1,3}){3}", "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}",
        "[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}", "[[:digit:]]{1,3}\\.[[:digit:]]{1,3}\\.",
    ]

    static let hostPortPatterns = [
        "([^:]+):(\\d+)", "([^:]+):([0-9]+)", "([^:]*):(\\d+)", "([^:]*):([0-9]+)", "[^:]+):(?P<port>",
        "[^:]*):(?P<port>",
        "([^:]+):(\\d*)", "[^:]+:\\d+", "[^:]+:[0-9]+", "[^:]+):(?<port>", "[^:/]+):(\\d+)", "[^:/]+):([0-9]+)",
        "[^:/]+)(:(\\d+))?", "([^:]+)(:(\\d+))?", "(.*?):(\\d+)$", "(\\w+):(\\d+)$",
    ]

    static func count(of needle: String, in text: String) -> Int {
        var count = 0
        var rest = text[...]
        while let range = rest.firstRange(of: needle) {
            rest = rest[range.upperBound...]
            // "[0-9]{1,3}\\.?" is a number that may have a fraction.
            if rest.first != "?" { count += 1 }
        }
        return count
    }
}
