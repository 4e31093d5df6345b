/// The rule about the hosts of URLs, which have brackets.
extension Analyzer {
    /// Whether a Go variable is called like a URL, or was parsed or declared as one.
    func isURL(_ index: Int) -> Bool {
        guard self[index].kind == .identifier else { return false }
        let name = text(index)
        if name == "u" || name.lowercased().hasSuffix("url") || name.lowercased().hasSuffix("uri") { return true }
        let function = surroundings(index)
        // The parameters stand before the body.
        for position in max(0, function.lowerBound - 60)..<index where isText(position, name) {
            for next in position + 1..<position + 7 where isText(next, "url") && isOp(next + 1, Op.dot) { return true }
        }
        return false
    }

    mutating func visitURLHost(_ index: Int) {
        guard isOp(index - 1, Op.dot), let call = namedCall(index), !isOp(index + 1, Op.openParen),
            !isOp(index + 1, Op.assign)
        else { return }
        let callee = word(call.name)
        switch source.language {
        case .go where word(index) == .Host:
            guard
                callee == .LookupHost || callee == .LookupIP || callee == .LookupIPAddr || callee == .ResolveIPAddr
                    || callee == .JoinHostPort
            else { return }
            // Other structures have a Host too, without brackets.
            guard isURL(index - 2) else { return }
            report(.url04, index)
        case .python where word(index) == .netloc:
            guard
                callee == .gethostbyname || callee == .create_connection || callee == .getaddrinfo
                    || callee == .connect && isOp(call.open + 1, Op.openParen)
            else { return }
            report(.url04, index)
        case .javascript where word(index) == .hostname:
            guard
                isText(call.name, "lookup") || isText(call.name, "resolve4") || isText(call.name, "createConnection")
                    || isText(call.name, "isIP")
            else { return }
            report(.url04, index, confidence: .low)
        default: break
        }
    }
}
