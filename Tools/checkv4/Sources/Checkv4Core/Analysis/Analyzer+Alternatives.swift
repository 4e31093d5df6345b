/// Branches of the preprocessor that ask for IPv6 or for getaddrinfo.
extension Analyzer {
    /// Whether a token stands between `#if` and `#endif` of a condition that asks for IPv6 or for getaddrinfo: one of
    /// two ways to the same end.
    func isInAlternative(_ index: Int) -> Bool {
        var low = 0
        var high = alternatives.count
        while low < high {
            let middle = (low + high) / 2
            if alternatives[middle].upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < alternatives.count && alternatives[low].contains(index)
    }

    /// The outermost such conditions, in tokens.
    static func alternatives(_ list: TokenList, _ bytes: Span<UInt8>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var open: [(start: Int, asks: Bool)] = []
        var deeper = 0
        for (index, token) in list.tokens.enumerated() {
            if token.kind == .directive {
                let end = Int(token.end)
                // The last letters tell them apart: #if, #ifdef, #ifndef open; #endif closes.
                let isEnd =
                    end - Int(token.start) >= 6 && bytes[end - 1] == 0x66 && bytes[end - 2] == 0x69
                    && bytes[end - 3] == 0x64
                if isEnd {
                    if deeper > 0 {
                        deeper -= 1
                    } else if let last = open.popLast(), last.asks, !open.contains(where: \.asks) {
                        // The outer one may ask only in its #elif, after an inner one was found.
                        while let inner = result.last, inner.lowerBound > last.start { result.removeLast() }
                        result.append(last.start..<index)
                    }
                } else if opensCondition(bytes, Int(token.start), end) {
                    if deeper == 0, open.count < 256 { open.append((index, false)) } else { deeper += 1 }
                }
            } else if token.flags.contains(.isCondition), token.kind == .identifier, !open.isEmpty,
                asksForIPv6(bytes, Int(token.start), Int(token.end))
            {
                open[open.count - 1].asks = true
            }
        }
        return result
    }

    static func opensCondition(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var index = start + 1
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        return index + 1 < end && bytes[index] == 0x69 && bytes[index + 1] == 0x66
    }

    static func asksForIPv6(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let text = String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self).uppercased()
        return text.contains("IPV6") || text.contains("INET6") || text.contains("GETADDRINFO")
            || text.contains("GETNAMEINFO")
            || text.contains("CURLRES_IPV4")
    }
}
